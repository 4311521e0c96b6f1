"""The archive of closed months: a copy outside, with the statements' chains, that proves what stood there.

No row leaves the books. What a month has been copied as once, it must be copied as for ever.
"""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from ledger.exports.checking import CHAINS, faults_of
from ledger.exports.files import write_csv
from ledger.exports.month import Month
from ledger.exports.services import manifest_of, whole_or_not_at_all, write_manifest
from ledger.models import AccountStatement, Book, MonthArchive
from ledger.queries import accounts_without_statement
from ledger.statements import rows_of


class MonthOpen(Refused):
    """Only a month that nothing can be posted into is copied for good."""

    code = "month_open"
    message = _("%(month)s is not closed yet: its last day still takes postings.")


class StatementsMissing(Refused):
    """A month is proved by the statements of all its accounts."""

    code = "statements_missing"
    message = _(
        "%(accounts)s accounts have no statement for %(month)s yet. Statements are made in the night of the first."
    )


class ChainBroken(Refused):
    """A statement's rows do not make its hash, or it does not follow the one before."""

    code = "chain_broken"
    message = _("The books do not match their own statements: %(fault)s")


class ArchiveDiffers(Refused):
    """A closed month has changed since it was copied."""

    code = "archive_differs"
    message = _("%(month)s has changed since it was archived on %(day)s. Nothing was written.")


@transaction.atomic(durable=True)
def archive_month(*, book: Book, first: dt.date, out: Path, at: dt.datetime) -> Path:
    """Copy a closed month below `out`, check the copy as an outsider would, and note its hash; the folder.

    Read in one snapshot. Raises `MonthOpen`, `StatementsMissing`, `AlreadyExported`, `ChainBroken`, `ArchiveDiffers`
    (409 each).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    month = Month(book, first)
    _refuse_unfinished(month)
    folder = out / f"{month.name}-archive"
    with whole_or_not_at_all(folder) as unfinished:
        rows = write_csv(month, unfinished) | {CHAINS: _write_chains(month, unfinished / CHAINS)}
        manifest = manifest_of(month, unfinished, rows, at)
        write_manifest(unfinished, manifest | {"content_sha256": content_hash(manifest)})
        for fault in faults_of(unfinished):
            raise ChainBroken(fault=fault)
        _note(month, manifest, at=at)
    return folder


def content_hash(manifest: dict[str, Any]) -> str:
    """One hash for all files of a copy, whenever it was made: over `name sha256` lines in the order of names."""
    lines = (f"{name} {about['sha256']}\n" for name, about in sorted(manifest["files"].items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _refuse_unfinished(month: Month) -> None:
    name = f"{month.first:%Y-%m}"
    if not month.is_closed:
        raise MonthOpen(month=name)
    if missing := accounts_without_statement(month.book, month.next_first).count():
        raise StatementsMissing(accounts=missing, month=name)


def _write_chains(month: Month, path: Path) -> int:
    """Each statement as a line of its own, its rows as the lines below it; how many rows there are."""
    count = 0
    with path.open("wb") as file:
        for statement in month.statements():
            file.write(orjson.dumps(_head(statement)) + b"\n")
            for row in rows_of(statement):
                file.write(orjson.dumps(row) + b"\n")
                count += 1
    return count


def _head(statement: AccountStatement) -> dict[str, Any]:
    account = statement.account
    return {
        "account_id": account.pk,
        "account": account.code,
        "currency": account.currency,
        "normal_side": account.normal_side,
        "from_version": statement.from_version,
        "to_version": statement.to_version,
        "opening_minor": statement.opening,
        "closing_minor": statement.closing,
        "previous_sha256": statement.previous_sha256,
        "sha256": statement.sha256,
    }


def _note(month: Month, manifest: dict[str, Any], *, at: dt.datetime) -> None:
    content = content_hash(manifest)
    known = MonthArchive.objects.filter(book=month.book, month=month.first).first()
    if known is None:
        MonthArchive.objects.create(
            book=month.book,
            month=month.first,
            statements=manifest["files"]["statements.csv"]["rows"],
            entries=manifest["files"][CHAINS]["rows"],
            content_sha256=content,
            made_at=at,
        )
    elif known.content_sha256 != content:
        raise ArchiveDiffers(month=f"{month.first:%Y-%m}", day=timezone.localdate(known.made_at))
