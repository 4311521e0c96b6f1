"""Runs of the auditor over a book: over everything, or over what has come."""

import datetime as dt
import hashlib
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import orjson
from django.db import connection, transaction

from ledger.audit.checks import Check, Wrong
from ledger.audit.proofs import CHECKS
from ledger.hooks import AUDIT_CHECKS
from ledger.models import AuditFinding, AuditRun, Book
from ledger.queries import open_findings

SAMPLE = 20
#: While everything is read in less than this, everything is read every hour.
WHOLE_EACH_HOUR = dt.timedelta(minutes=1)
#: A country's book is read whole each night after its settlement; where that does not come, after this: an hour more
#: than the longest night and day, in which clocks are set back.
WHOLE_AGAIN = dt.timedelta(hours=26)
#: The same where everything is read every hour: so many hours have not come to their end.
QUICK_AGAIN = dt.timedelta(hours=3)
#: What was recorded so long before a whole audit began may have been committed after it had looked.
UNDER_WAY = dt.timedelta(minutes=10)

#: Told after each check that the work goes on: all checks of a large book take longer than a job may be silent.
AfterCheck = Callable[[], None]


def all_checks() -> list[Check]:
    """The ledger's own checks and those of the apps above."""
    return [*CHECKS, *AUDIT_CHECKS]


@dataclass(frozen=True, slots=True)
class _Pass:
    """A run under way: where it began, and the newest run of its book that had ended by then."""

    book: Book
    at: dt.datetime
    newest: int
    since: dt.datetime | None = None
    began: float = field(default_factory=time.monotonic)


@transaction.atomic
def audit_book(*, book: Book, at: dt.datetime, after_check: AfterCheck = lambda: None) -> AuditRun:
    """Make every check over all history and keep what was found.

    A cleared finding that has not changed stays cleared.
    """
    under_way = _Pass(book, at, _newest(book))
    found: dict[str, Iterable[Wrong]] = {}
    for check in all_checks():
        found[check.code] = check.find(book, at)
        after_check()
    return _keep(under_way, found)


@transaction.atomic
def audit_recent(*, book: Book, at: dt.datetime, after_check: AfterCheck = lambda: None) -> AuditRun:
    """The audit of an hour: everything while that is quick, else what has come since the last whole one.

    A whole one that does not come to its end stops no hour: what the hours look at grows until there is one again. A
    check that finds anything of that, or has an open finding, is made whole: so a finding is always told whole, and
    what was mended is closed within the hour.
    """
    last = _last_whole(book)
    if last is None or (_is_quick(last) and not _is_old(last, at)):
        return audit_book(book=book, at=at, after_check=after_check)
    since = min(last.started_at, at) - UNDER_WAY
    under_way = _Pass(book, at, _newest(book), since)
    doubted = {finding.check_code for finding in open_findings(book)}
    found: dict[str, Iterable[Wrong]] = {}
    for check in all_checks():
        if check.code in doubted or (check.recent is not None and check.recent(book, at, since)):
            found[check.code] = check.find(book, at)
        elif check.recent is not None:
            found[check.code] = ()
        after_check()
    return _keep(under_way, found)


def is_whole_due(*, book: Book, at: dt.datetime) -> bool:
    """Whether the whole audit has to be made again, since neither the night nor the hours have made it."""
    last = _last_whole(book)
    return last is not None and _is_old(last, at)


def _last_whole(book: Book) -> AuditRun | None:
    return AuditRun.objects.filter(book=book, since=None).order_by("-pk").first()


def _is_quick(run: AuditRun) -> bool:
    return run.lasted < WHOLE_EACH_HOUR


def _is_old(run: AuditRun, at: dt.datetime) -> bool:
    """Whether it is too long ago, or was made by a clock that was ahead."""
    return not run.started_at <= at <= run.started_at + (QUICK_AGAIN if _is_quick(run) else WHOLE_AGAIN)


def _newest(book: Book) -> int:
    return AuditRun.objects.filter(book=book).order_by("-pk").values_list("pk", flat=True).first() or 0


def _keep(under_way: _Pass, wrongs: dict[str, Iterable[Wrong]]) -> AuditRun:
    """The run, and what each of its checks has found; what another has found meanwhile, this one may not have seen."""
    book, at = under_way.book, under_way.at
    _one_after_the_other(book)
    of_others = [finding.pk for finding in open_findings(book) if finding.last_run_id > under_way.newest]
    found = [
        finding
        for code, wrong in wrongs.items()
        for finding in _findings(code, sorted(wrong, key=lambda each: each.scope_key))
    ]
    run = AuditRun.objects.create(
        book=book,
        since=under_way.since,
        started_at=at,
        finished_at=at + dt.timedelta(seconds=time.monotonic() - under_way.began),
        checks=len(wrongs),
        findings=len(found),
    )
    AuditFinding.objects.filter(pk__in=of_others).update(last_run=run)
    for finding in found:
        finding.book, finding.last_run, finding.found_at = book, run, at
    AuditFinding.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["book", "check_code", "scope", "scope_key", "fingerprint"],
        update_fields=["last_run"],
    )
    return run


def _one_after_the_other(book: Book) -> None:
    """Runs of one book end one after the other, so that each knows what those before it have found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit of {book.code}"])


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
