"""`manage.py import_business_days FILE`: the official calendar of working days."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.commands import CommandInEnglish
from stations.places.services import BadFile, import_business_days


class Command(CommandInEnglish):
    help = "Load the days that differ from the week (CSV: date,is_working,name). A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", required=True, help="ISO 3166-1 alpha-2, such as CN")
        parser.add_argument("--source", required=True, help="where the list comes from")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            new, changed = import_business_days(
                path=options["file"], country=options["country"].upper(), source=options["source"]
            )
        except BadFile as refusal:
            faults = "\n".join(f"line {line}: {fault}" for line, fault in refusal.lines)
            raise CommandError(f"{refusal}\n{faults}") from refusal
        self.stdout.write(f"{new} days loaded, {changed} changed")
