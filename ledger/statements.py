"""Monthly statements of accounts, chained by hashes that anybody can check.

A statement covers a range of versions. Its hash is SHA-256 over the hash before (hex; empty at the first statement of
an account), one line feed, and the JSON array of its rows without spaces in UTF-8. A row is `[version, transfer, side,
posted_delta, pending_delta, posted_after, pending_after, entered_at]`: integers in minor units, the instant in UTC with
microseconds. No name and no translated word, so that it never changes.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import orjson
from django.db import transaction

from core.database.db import lock
from core.days import day_in, instant_of
from ledger.models import Account, AccountStatement, Entry
from ledger.services import roll_up

Row = list[int | str]
_READ_AT_ONCE = 5_000


@transaction.atomic
def make_statements(*, account: Account, before: dt.date, at: dt.datetime) -> list[AccountStatement]:
    """Close every month of this account that ended before the month of `before` and has entries without a statement.

    A queued account is rolled up first. A month without entries has no statement. Made again it makes nothing.
    """
    if account.mode == Account.Mode.QUEUED:
        roll_up(account=account)
    account = lock(account)
    first_of_open_month = before.replace(day=1)
    made = []
    last = AccountStatement.objects.filter(account=account).order_by("-from_version").first()
    while (month := _next_month(account, last)) is not None and month < first_of_open_month:
        last = _make_statement(account, month, last, at)
        made.append(last)
    return made


def rows_of(statement: AccountStatement) -> Iterator[Row]:
    """The rows under a statement's hash, in the order of their versions."""
    return _rows(statement.account_id, statement.from_version, statement.to_version)


def document_of(statement: AccountStatement) -> dict[str, Any]:
    """A statement as a JSON-ready document with everything needed to check its hash."""
    account = statement.account
    return {
        "account": account.code,
        "currency": account.currency,
        "normal_side": account.normal_side,
        "month": f"{statement.month:%Y-%m}",
        "from_version": statement.from_version,
        "to_version": statement.to_version,
        "opening_minor": statement.opening,
        "closing_minor": statement.closing,
        "previous_sha256": statement.previous_sha256,
        "sha256": statement.sha256,
        "rows": list(rows_of(statement)),
    }


def _next_month(account: Account, last: AccountStatement | None) -> dt.date | None:
    """The month of the first entry that stands in no statement yet."""
    first = (
        Entry.objects.filter(account=account, version__gt=last.to_version if last else 0)
        .order_by("version")
        .values_list("entered_at", flat=True)
        .first()
    )
    return first and day_in(account.book.zone, first).replace(day=1)


def _make_statement(
    account: Account, month: dt.date, last: AccountStatement | None, at: dt.datetime
) -> AccountStatement:
    end = instant_of(account.book.zone, _month_after(month), dt.time())
    entries = Entry.objects.filter(account=account, entered_at__lt=end).order_by("-entered_at", "-version")
    closing, to_version = entries.values_list("posted_after", "version")[0]
    from_version = last.to_version + 1 if last else 1
    previous = last.sha256 if last else ""
    return AccountStatement.objects.create(
        account=account,
        month=month,
        from_version=from_version,
        to_version=to_version,
        opening=last.closing if last else 0,
        closing=closing,
        previous_sha256=previous,
        sha256=_hash(previous, _rows(account.pk, from_version, to_version)),
        made_at=at,
    )


def _hash(previous: str, rows: Iterator[Row]) -> str:
    digest = hashlib.sha256(f"{previous}\n[".encode())
    for place, row in enumerate(rows):
        digest.update(b"," if place else b"")
        digest.update(orjson.dumps(row))
    digest.update(b"]")
    return digest.hexdigest()


def _rows(account: int, from_version: int, to_version: int) -> Iterator[Row]:
    """Read by ranges of versions: the memory needed does not grow with the account."""
    columns = (
        *("version", "transfer_id", "side", "posted_delta", "pending_delta"),
        *("posted_after", "pending_after", "entered_at"),
    )
    for start in range(from_version, to_version + 1, _READ_AT_ONCE):
        stop = min(start + _READ_AT_ONCE - 1, to_version)
        entries = Entry.objects.filter(account=account, version__range=(start, stop)).order_by("version")
        for version, transfer, *middle, entered_at in entries.values_list(*columns):
            yield [version, str(transfer), *middle, f"{entered_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"]


def _month_after(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)
