"""Runs of the auditor over a book: over everything, or over what has come."""

import datetime as dt
import hashlib
import itertools
import time
from collections.abc import Callable, Iterable

import orjson
from django.db import transaction

from ledger.audit.checks import Check, Wrong
from ledger.audit.proofs import CHECKS
from ledger.hooks import AUDIT_CHECKS
from ledger.models import AuditFinding, AuditRun, Book
from ledger.queries import open_findings

SAMPLE = 20
#: While everything is read in less than this, everything is read every hour.
WHOLE_EACH_HOUR = dt.timedelta(minutes=1)
#: A country's book is read whole each night after its settlement; where that does not come, by the hour after this.
WHOLE_AGAIN = dt.timedelta(hours=25)
#: What was recorded so long before a whole audit began may have been committed after it had looked.
UNDER_WAY = dt.timedelta(minutes=10)

#: Told after each check that the work goes on: all checks of a large book take longer than a job may be silent.
AfterCheck = Callable[[], None]


def all_checks() -> list[Check]:
    """The ledger's own checks and those of the apps above."""
    return [*CHECKS, *AUDIT_CHECKS]


@transaction.atomic
def audit_book(*, book: Book, at: dt.datetime, after_check: AfterCheck = lambda: None) -> AuditRun:
    """Make every check over all history and keep what was found.

    A cleared finding that has not changed stays cleared.
    """
    began = time.monotonic()
    found: dict[str, Iterable[Wrong]] = {}
    for check in all_checks():
        found[check.code] = check.find(book, at)
        after_check()
    return _keep(book, at, began, found)


@transaction.atomic
def audit_recent(*, book: Book, at: dt.datetime, after_check: AfterCheck = lambda: None) -> AuditRun:
    """The audit of an hour: everything while that is quick, and about once a day; else what has come since.

    A check that finds anything of that, or has an open finding, is made whole: so a finding is always told whole, and
    what was mended is closed within the hour.
    """
    last = AuditRun.objects.filter(book=book, since=None).order_by("-pk").first()
    if last is None or last.lasted < WHOLE_EACH_HOUR or at - last.started_at > WHOLE_AGAIN:
        return audit_book(book=book, at=at, after_check=after_check)
    began = time.monotonic()
    since = last.started_at - UNDER_WAY
    doubted = {finding.check_code for finding in open_findings(book)}
    found: dict[str, Iterable[Wrong]] = {}
    for check in all_checks():
        if check.code in doubted or (check.recent is not None and check.recent(book, at, since)):
            found[check.code] = check.find(book, at)
        elif check.recent is not None:
            found[check.code] = ()
        after_check()
    return _keep(book, at, began, found, since=since)


def _keep(
    book: Book, at: dt.datetime, began: float, wrongs: dict[str, Iterable[Wrong]], since: dt.datetime | None = None
) -> AuditRun:
    """The run, and what each of its checks has found."""
    found = [
        finding
        for code, wrong in wrongs.items()
        for finding in _findings(code, sorted(wrong, key=lambda each: each.scope_key))
    ]
    run = AuditRun.objects.create(
        book=book,
        since=since,
        started_at=at,
        finished_at=at + dt.timedelta(seconds=time.monotonic() - began),
        checks=len(wrongs),
        findings=len(found),
    )
    for finding in found:
        finding.book, finding.last_run, finding.found_at = book, run, at
    AuditFinding.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["book", "check_code", "scope", "scope_key", "fingerprint"],
        update_fields=["last_run"],
    )
    return run


def _findings(code: str, wrongs: list[Wrong]) -> Iterable[AuditFinding]:
    for (scope, key), group in itertools.groupby(wrongs, key=lambda wrong: (wrong.scope, wrong.scope_key)):
        rows = [wrong.row for wrong in group]
        yield AuditFinding(
            check_code=code,
            scope=scope,
            scope_key=key,
            fingerprint=hashlib.sha256(orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)).hexdigest(),
            row_count=len(rows),
            sample=rows[:SAMPLE],
        )
