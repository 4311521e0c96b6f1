"""`manage.py import_bank_days CN file.csv`: the dates on which the banks of a country differ from the week."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from finance.floats.services import import_bank_days


class Command(BaseCommand):
    """Once a year, when the holidays of the next one are published; a date that is known is replaced."""

    help = "Read a file with date,is_working,name,name_zh into the banks' calendar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("country", help="ISO 3166, two letters")
        parser.add_argument("file", type=Path)

    def handle(self, *, country: str, file: Path, **options: Any) -> None:
        count = import_bank_days(country=country, path=file)
        if options["verbosity"]:
            self.stdout.write(f"{count} days of {country}")
