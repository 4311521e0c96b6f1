"""`manage.py import_division_changes FILE`: what became of divisions whose code ended."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from core.commands import CommandInEnglish
from core.errors import Refused
from stations.places.services import BadFile, import_division_changes


class Command(CommandInEnglish):
    help = "Load changes of codes (CSV: old_code,new_code,level,kind,effective_date). A second run loads none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", required=True, help="ISO 3166-1 alpha-2, such as CN")
        parser.add_argument("--source", required=True, help="where the list comes from, such as mca-2026")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            loaded = import_division_changes(
                path=options["file"],
                country=options["country"].upper(),
                source=options["source"],
                zone=settings.ECOMNET_ZONE,
            )
        except BadFile as refusal:
            faults = "\n".join(f"line {line}: {fault}" for line, fault in refusal.lines)
            raise CommandError(f"{refusal}\n{faults}") from refusal
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{loaded} successions loaded")
