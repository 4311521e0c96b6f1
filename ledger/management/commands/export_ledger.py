"""Hand a month of a book to an accountant."""

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from core.errors import Refused
from ledger.exports import export_month
from ledger.exports.files import WRITERS
from ledger.models import Book


class Command(BaseCommand):
    """Writes a folder `<book>-<month>-<format>`, and prints it."""

    help = "Write a month of a book for a program of your own: every account, every transfer, and a manifest of hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--book", required=True, help="code of the book")
        parser.add_argument("--month", required=True, type=month_of, help="as 2026-11, by business dates")
        parser.add_argument("--format", required=True, choices=sorted(WRITERS))
        parser.add_argument("--out", required=True, type=Path, help="folder to write into")

    def handle(self, *args: Any, **options: Any) -> None:
        book = Book.objects.filter(code=options["book"]).first()
        if book is None:
            raise CommandError(f"There is no book {options['book']}.")
        try:
            folder = export_month(
                book=book, first=options["month"], file_format=options["format"], out=options["out"], at=now()
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(folder))


def month_of(text: str) -> dt.date:
    """The first day of a month that was typed as 2026-11."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no month such as 2026-11") from error
