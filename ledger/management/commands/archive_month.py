"""Copy a closed month of a book for good."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from core.errors import Refused
from ledger.exports import archive_month
from ledger.management.commands.export_ledger import month_of
from ledger.models import Book


class Command(BaseCommand):
    """Writes a folder `<book>-<month>-archive`, checks it, and prints it."""

    help = "Copy a closed month with the chains of its statements, and note its hash. No row leaves the books."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--book", required=True, help="code of the book")
        parser.add_argument("--month", required=True, type=month_of, help="as 2026-11, by business dates")
        parser.add_argument("--out", required=True, type=Path, help="folder to write into")

    def handle(self, *args: Any, **options: Any) -> None:
        book = Book.objects.filter(code=options["book"]).first()
        if book is None:
            raise CommandError(f"There is no book {options['book']}.")
        try:
            folder = archive_month(book=book, first=options["month"], out=options["out"], at=now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(folder))
