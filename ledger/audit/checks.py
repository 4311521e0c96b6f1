"""What a check is, and whom the rows that it finds concern."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.fields import first_uuid7
from ledger.hooks import AUDIT_SCOPES
from ledger.models import AuditFinding, Book


@dataclass(frozen=True, slots=True, order=True)
class Wrong:
    """One row that is wrong: whom it concerns (`payee`, `county` or `book`, and which), and what it says."""

    scope: str
    scope_key: str
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """`find(book, at)` returns what is wrong in a book at an instant.

    `recent(book, at, since)`: whether anything is wrong of what has come since an instant, without reading what is
    older. A check without it is made with the whole audit alone.
    """

    code: str
    find: Callable[[Book, dt.datetime], Iterable[Wrong]]
    recent: Callable[[Book, dt.datetime, dt.datetime], bool] | None = None


def in_book(code: str, sql: str, *, recent: str = "") -> Check:
    """A check by SQL whose findings concern the whole book. The statement may use %(book)s and %(at)s.

    `recent` may also use %(since)s and %(first_id)s, below which no id that was made since then is.
    """

    def find(book: Book, at: dt.datetime) -> Iterable[Wrong]:
        return [Wrong(AuditFinding.Scope.BOOK, book.code, row) for row in _rows(sql, book=book.pk, at=at)]

    return Check(code, find, _finds(recent))


def by_account(code: str, sql: str, *, recent: str = "") -> Check:
    """A check by SQL whose rows carry `account` and `kind`: a payee's rows concern that payee alone."""

    def find(book: Book, at: dt.datetime) -> Iterable[Wrong]:
        return [Wrong(*scope_of(book, row), row) for row in _rows(sql, book=book.pk, at=at)]

    return Check(code, find, _finds(recent))


def _finds(sql: str) -> Callable[[Book, dt.datetime, dt.datetime], bool] | None:
    """Whether a statement finds any row, of what has come since an instant; none without a statement."""

    def recent(book: Book, at: dt.datetime, since: dt.datetime) -> bool:
        return bool(_rows(sql, book=book.pk, at=at, since=since, first_id=str(first_uuid7(since))))

    return recent if sql else None


#: Kinds of accounts whose trouble is one payee's.
PAYEES = {"commission", "supplier", "farmer", "carrier"}


def scope_of(book: Book, row: dict[str, Any]) -> tuple[str, str]:
    """Whom a row about an account concerns."""
    if row["kind"] in PAYEES:
        return AuditFinding.Scope.PAYEE, row["account"]
    known = (ask(book, row) for ask in AUDIT_SCOPES)
    return next((scope for scope in known if scope), (AuditFinding.Scope.BOOK, book.code))


def _rows(sql: str, **values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
