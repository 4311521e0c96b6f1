"""`manage.py draft_insurance_product <company number> <user name>`: the terms that an insurer begins with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from finance.insurance.models import Insurer
from finance.insurance.presets import poverty_reduction_100
from finance.insurance.services import draft_insurance_product
from stations.models import User


class Command(BaseCommand):
    """Another person puts the draft in force, in the administration."""

    help = "Make the next version of Poverty Reduction 100 for an insurer, as a draft."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("company_code", help="company number of the insurer")
        parser.add_argument("username", help="who makes the draft")

    def handle(self, *, company_code: str, username: str, **options: Any) -> None:
        insurer = Insurer.objects.filter(company_code=company_code).first()
        maker = User.objects.filter(username=username).first()
        if insurer is None or maker is None:
            raise CommandError("No such insurer, or no such user.")
        preset = poverty_reduction_100(insurer.currency)
        version = draft_insurance_product(insurer=insurer, preset=preset, by=maker, at=now())
        self.stdout.write(f"{version.product.code} version {version.version}: draft")
