"""`manage.py import_divisions FILE`: load a state's list of divisions."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.timezone import now

from core.commands import CommandInEnglish
from core.errors import Refused
from stations.network.services import follow_divisions
from stations.places.services import (
    BadFile,
    Edition,
    Imported,
    import_divisions,
    import_divisions_and_end_missing,
)


class Command(CommandInEnglish):
    help = "Load a list of divisions (CSV or gzip CSV: code,level,name,parent_code). A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--country", required=True, help="ISO 3166-1 alpha-2, such as CN")
        parser.add_argument("--source", required=True, help="where the list comes from, such as nbs-2023")
        parser.add_argument("--valid-from", required=True, type=dt.date.fromisoformat, help="date of the list")
        parser.add_argument("--under", default="", help="code of a division: load only it, what is below and above it")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--end-missing", action="store_true", help="end the divisions that the list lacks")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        edition = Edition(
            country=options["country"].upper(),
            source=options["source"],
            valid_from=options["valid_from"],
            under=options["under"],
            zone=settings.ECOMNET_ZONE,
            at=now(),
        )
        self.started = time.monotonic()
        load = import_divisions_and_end_missing if options["end_missing"] else import_divisions
        try:
            with transaction.atomic():
                imported = load(path=options["file"], edition=edition, follow=follow_divisions, tell=self.tell)
                transaction.set_rollback(options["dry_run"])
        except BadFile as refusal:
            faults = "\n".join(f"line {line}: {fault}" for line, fault in refusal.lines)
            raise CommandError(f"{refusal}\n{faults}") from refusal
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.report(imported, options)

    def tell(self, step: str) -> None:
        """One step, with the seconds since the start."""
        if not self.quiet:
            self.stderr.write(f"{time.monotonic() - self.started:6.1f} s  {step}")

    def execute(self, *args: Any, **options: Any) -> Any:
        self.quiet = options["verbosity"] == 0
        return super().execute(*args, **options)

    def report(self, imported: Imported, options: dict) -> None:
        would = "Nothing was written. It would be: " if options["dry_run"] else ""
        self.stdout.write(
            f"{would}{imported.read} lines read, {imported.created} created, {imported.changed} changed "
            f"({imported.renamed} renamed, {imported.moved} moved, {imported.ended} ended), "
            f"{imported.missing} no longer in the file"
        )
        for example in imported.missing_examples:
            self.stdout.write(f"  not in the file: {example}")
        for example in imported.kept_examples:
            self.stdout.write(f"  not ended, something stands there: {example}")
