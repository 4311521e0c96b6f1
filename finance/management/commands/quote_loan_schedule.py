"""`manage.py quote_loan_schedule FILE.json`: the rows of loans with these terms, as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import Refused
from finance.loans.schedules import schedule_of
from finance.loans.schedules.documents import read_terms, write_schedule


class Command(BaseCommand):
    """Needs no database: due dates follow the week, not a country's calendar."""

    help = "Print the schedules of one input object, of a list of them, or of a file of cases (docs/loans.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            asked = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"{file}: {error}") from error
        if isinstance(asked, Mapping) and "cases" in asked:
            asked = asked["cases"]
        if isinstance(asked, list):
            answer: Any = [_quoted(each, f"{file}, item {place}") for place, each in enumerate(asked, start=1)]
        else:
            answer = _quoted(asked, str(file))
        self.stdout.write(json.dumps(answer, indent=1))


def _quoted(asked: Any, where: str) -> dict[str, Any]:
    if not isinstance(asked, Mapping):
        raise CommandError(f"{where}: not an object")
    terms = asked.get("input", asked)
    try:
        return write_schedule(schedule_of(read_terms(terms)), currency=terms["currency"])
    except Refused as refusal:
        raise CommandError(f"{where}: {refusal.code}: {refusal}") from refusal
