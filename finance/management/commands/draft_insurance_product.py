"""`manage.py draft_insurance_product <company number> <user name>`: terms of a preset for an insurer, as a draft."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from finance.insurance.models import Insurer
from finance.insurance.presets import PRESETS
from finance.insurance.services import draft_insurance_product
from stations.models import User


class Command(BaseCommand):
    """Another person puts the draft in force, in the administration."""

    help = "Make the next version of a preset's product for an insurer, as a draft."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("company_code", help="company number of the insurer")
        parser.add_argument("username", help="who makes the draft")
        parser.add_argument("--preset", choices=list(PRESETS), default="poverty-reduction-100")

    def handle(self, *, company_code: str, username: str, preset: str, **options: Any) -> None:
        insurer = Insurer.objects.filter(company_code=company_code).first()
        maker = User.objects.filter(username=username).first()
        if insurer is None or maker is None:
            raise CommandError("No such insurer, or no such user.")
        terms = PRESETS[preset](insurer.currency)
        version = draft_insurance_product(insurer=insurer, preset=terms, by=maker, at=now())
        self.stdout.write(f"{version.product.code} version {version.version}: draft")
