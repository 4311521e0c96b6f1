"""Audit the books now."""

import sys
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from ledger.audit import audit_book
from ledger.models import Book
from ledger.queries import open_findings


class Command(BaseCommand):
    """Prints every open finding as one line of JSON. Exit status 0: the books are right; 1: there are findings."""

    help = "Prove from the rows that the books are right: open findings as JSON lines, exit status 1 if there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--book", help="code of one book; all books without it")

    def handle(self, *args: Any, **options: Any) -> None:
        books = Book.objects.filter(code=options["book"]) if options["book"] else Book.objects.all()
        found = [finding for book in books.order_by("code") for finding in self._audit(book)]
        for line in found:
            self.stdout.write(line)
        if found:
            sys.exit(1)

    def _audit(self, book: Book) -> list[str]:
        audit_book(book=book, at=now())
        return [
            orjson.dumps(
                {
                    "book": book.code,
                    "check": finding.check_code,
                    "scope": finding.scope,
                    "subject": finding.scope_key,
                    "rows": finding.row_count,
                    "found_at": finding.found_at,
                    "fingerprint": finding.fingerprint,
                    "sample": finding.sample,
                }
            ).decode()
            for finding in open_findings(book)
        ]
