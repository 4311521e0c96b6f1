"""The accounts of a lender's book in the ledger: one of each kind for a county."""

import datetime as dt

from finance.loans.models import LoanBook
from ledger.kinds import KINDS
from ledger.models import Account
from ledger.services import open_account


class LoanAccounts:
    """The accounts of one loan book, opened when they are first needed."""

    def __init__(self, book: LoanBook, *, at: dt.datetime) -> None:
        self._book, self._at = book, at
        self._opened: dict[str, Account] | None = None

    def of(self, kind: str) -> Account:
        """The account of a kind of `ledger.kinds`."""
        if self._opened is None:
            self._opened = self._stored()
        if kind not in self._opened:
            self._opened[kind] = open_account(
                book=self._book.book,
                kind=kind,
                key=self._book.county.code,
                currency=self._book.currency,
                at=self._at,
            )
        return self._opened[kind]

    def _stored(self) -> dict[str, Account]:
        """Those that are open already, all in one query."""
        codes = [f"{kind}:{self._book.county.code}" for kind in KINDS]
        rows = Account.objects.filter(book=self._book.book_id, code__in=codes, currency=self._book.currency)
        return {account.kind: account for account in rows.filter(closed_at=None)}
