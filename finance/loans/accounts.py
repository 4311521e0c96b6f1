"""The accounts of a lender's book in the ledger: one of each kind for a county."""

import datetime as dt

from finance.loans.models import LoanBook
from ledger.models import Account
from ledger.services import open_account


class LoanAccounts:
    """The accounts of one loan book, opened when they are first needed."""

    def __init__(self, book: LoanBook, *, at: dt.datetime) -> None:
        self._book, self._at = book, at
        self._opened: dict[str, Account] = {}

    def of(self, kind: str) -> Account:
        """The account of a kind of `ledger.kinds`."""
        if kind not in self._opened:
            self._opened[kind] = open_account(
                book=self._book.book,
                kind=kind,
                key=self._book.county.code,
                currency=self._book.currency,
                at=self._at,
            )
        return self._opened[kind]
