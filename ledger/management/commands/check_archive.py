"""Check copies of months without looking into any book."""

import itertools
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.exports import faults_of


class Command(BaseCommand):
    """Prints what is wrong, one line each. Exit status 1 if anything is."""

    help = (
        "Check archives of months by themselves: files, hashes, chains; several months in a row also one to the next."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, help="folders of archives, the oldest first")

    def handle(self, *args: Any, **options: Any) -> None:
        folders = options["folders"]
        found = [
            f"{folder.name}: {fault}"
            for before, folder in itertools.pairwise([None, *folders])
            for fault in faults_of(folder, after=before)
        ]
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults")
        self.stdout.write("whole")
