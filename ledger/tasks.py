"""Work of the ledger that comes round by the clock."""

import datetime as dt
from typing import Any

from core.days import clock_in, day_in, earliest_day
from core.events.services import publish
from core.jobs.models import Job
from core.jobs.registry import calling_job, job
from core.jobs.runner import RunningJob
from core.jobs.services import enqueue
from ledger import audit, queries, services, statements
from ledger.models import Account, Book

HOLDS_AT_ONCE = 500
ACCOUNTS_AT_ONCE = 200
MONTHS_AHEAD = 12
STATEMENTS_FROM = dt.time(3)
#: One check of the largest book is one statement, which says nothing until it has ended; in seconds.
LONGEST_CHECK = 6 * 3600.0
RECENT, WHOLE = "ledger.audit_recent", "ledger.audit_book"


@job("ledger.expire_holds")
def expire_holds(payload: dict[str, Any], at: dt.datetime) -> None:
    """Free the money of holds whose time has run out, and say so to the one who held it."""
    for held in queries.expired_holds(at, limit=HOLDS_AT_ONCE):
        try:
            services.expire_hold(pending_id=held.pk, business_date=queries.business_date_of(held.book, at), at=at)
        except services.HoldResolved:  # somebody was faster
            continue
        publish("ledger.hold_expired", at=at, hold=str(held.pk), event_type=held.event_type, event_id=held.event_id)


@job("ledger.roll_up_accounts")
def roll_up_accounts(payload: dict[str, Any], at: dt.datetime) -> None:
    """Give waiting entries of hot accounts their versions, one account after the other in the order of their ids."""
    for account in queries.accounts_to_roll_up():
        services.roll_up(account=account)


@job("ledger.audit_books")
def audit_books(payload: dict[str, Any], at: dt.datetime) -> None:
    """Plan the audit of every book, once an hour, and the whole one where it is due.

    Of a book whose last one of a kind has not ended none of that kind, or workers pile up.
    """
    unfinished = Job.objects.filter(kind__in=[RECENT, WHOLE], state__in=[Job.State.WAITING, Job.State.RUNNING])
    busy = {*unfinished.values_list("kind", "payload__book")}
    for book in Book.objects.order_by("code"):
        kinds = [RECENT, WHOLE] if audit.is_whole_due(book=book, at=at) else [RECENT]
        for kind in kinds:
            if (kind, book.code) not in busy:
                key = f"audit:{book.code}:{kind}:{at:%Y-%m-%dT%H}"
                enqueue(kind, dedupe_key=key, run_at=at, payload={"book": book.code})


@calling_job(RECENT, longest=LONGEST_CHECK)
def audit_recent(running: RunningJob) -> None:
    """Audit what has come in one book (`book`, its code), and everything while that is quick."""
    with running.finishing() as at:
        audit.audit_recent(book=_book_of(running), at=at, after_check=running.still_working)


@calling_job(WHOLE, longest=LONGEST_CHECK)
def audit_book(running: RunningJob) -> None:
    """Audit everything in one book (`book`, its code)."""
    with running.finishing() as at:
        audit.audit_book(book=_book_of(running), at=at, after_check=running.still_working)


def _book_of(running: RunningJob) -> Book:
    return Book.objects.get(code=running.payload["book"])


@job("ledger.make_month_statements")
def make_month_statements(payload: dict[str, Any], at: dt.datetime) -> None:
    """From 03:00 of the first of a month in each book's zone: plan the statements of its accounts, in chunks."""
    for book in Book.objects.all():
        today = day_in(book.zone, at)
        if today.day == 1 and clock_in(book.zone, at) < STATEMENTS_FROM:
            continue
        ids = list(queries.accounts_without_statement(book, today))
        for start in range(0, len(ids), ACCOUNTS_AT_ONCE):
            chunk = ids[start : start + ACCOUNTS_AT_ONCE]
            enqueue(
                "ledger.make_account_statements",
                dedupe_key=f"stmt:{book.code}:{today:%Y-%m}:{chunk[0]}-{chunk[-1]}",
                run_at=at,
                payload={"accounts": chunk, "before": today.replace(day=1).isoformat()},
            )


@job("ledger.make_account_statements")
def make_account_statements(payload: dict[str, Any], at: dt.datetime) -> None:
    """Make the statements of some accounts (`accounts`, ids) for the months before `before`."""
    before = dt.date.fromisoformat(payload["before"])
    for account in Account.objects.filter(pk__in=payload["accounts"]).select_related("book").order_by("pk"):
        statements.make_statements(account=account, before=before, at=at)


@job("ledger.make_partitions")
def make_partitions(payload: dict[str, Any], at: dt.datetime) -> None:
    """Make the months of transfers ahead."""
    today = earliest_day(at)
    services.make_partitions(from_month=today, to_month=today.replace(day=1) + dt.timedelta(days=31 * MONTHS_AHEAD))
