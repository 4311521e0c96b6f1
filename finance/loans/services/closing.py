"""Close of business: the day of a loan book is closed set by set, in chunks; a loan that is behind is closed inline."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import checked_here, lock, present, why_refused
from core.database.prepared_statements import fetch_prepared, prepared
from core.days import day_in
from core.errors import Refused, refuses
from core.jobs.models import Job
from core.jobs.services import enqueue, enqueue_all
from core.money import Money
from finance.credit.services import release_exposures
from finance.loans import close_statements as sql
from finance.loans.accounts import LoanAccounts
from finance.loans.models import CloseException, CloseRun, Loan, LoanBook
from finance.loans.services.provisions import record_portfolio
from finance.loans.services.rate_plans import begin_new_rates
from ledger.services import SYSTEM, Leg, post_transfers

CHUNK = 2_000
DAY = dt.timedelta(days=1)
#: From the day after so many days late, interest is not counted as earned; until nothing of the loan is late.
SUSPEND_AFTER = 90
#: So many instalments in a row are paid on time until a restructured loan is classed by its own days alone.
WATCHED = 6
#: So many jobs at most close one book together.
MOST_WORKERS = 4
#: So many loans of a book that fail in one close are no faults of theirs.
MOST_SKIPPED = 100
IS_SKIPPED = Exists(CloseException.objects.open().filter(loan=OuterRef("pk")))


class Held(NamedTuple):
    """A loan whose day is closed, and what else of it may change tonight."""

    pk: UUID
    has_advance: bool
    is_watched: bool
    has_suspended: bool


class Earned(NamedTuple):
    """What a chunk of loans has earned with a night, and what of advances was used by part, in minor units."""

    interest: int
    suspended: int
    released: int
    penalty: int
    used: Counter[str]


@dataclass(frozen=True, slots=True)
class Behind:
    """Loans that are closed together, the day that is closed of them, and after which loan others may be left."""

    ids: list[UUID]
    date: dt.date
    last: UUID | None


class LoanSkipped(Refused):
    """A day of it could not be closed; the lender looks at it."""

    code = "loan_skipped"
    message = _("One day of this loan could not be closed. A repayment is taken; all else waits for the lender.")


@transaction.atomic
def schedule_closes(*, zone: str, at: dt.datetime) -> None:
    """Let jobs close every day that is over of each book of a zone: one job for a chunk of its loans, a few at most."""
    date = day_in(zone, at) - DAY
    running = Count("loans", filter=Q(loans__status=Loan.Status.ACTIVE))
    books = LoanBook.objects.filter(zone=zone).annotate(running=running).order_by("pk")
    enqueue_all(
        [
            Job(
                kind="loans.close_book",
                dedupe_key=f"loan-close-book:{pk}:{date}:{number}",
                run_at=at,
                payload={"book": str(pk), "date": str(date)},
            )
            for pk, loans in books.values_list("pk", "running")
            for number in range(1, min(MOST_WORKERS, max(1, -(-loans // CHUNK))) + 1)
        ]
    )


def close_until(
    *, book: LoanBook, date: dt.date, at: dt.datetime, after_chunk: Callable[[], None] = lambda: None
) -> None:
    """Close the days of a book up to and with a date, one by one, the oldest first.

    Not inside a transaction: each chunk of loans is one. `after_chunk` is called when one is committed.
    """
    while book.business_date <= date:
        close_book_day(book=book, date=book.business_date, at=at, after_chunk=after_chunk)
        book.refresh_from_db(fields=["business_date", "last_closed_date"])


def close_book_day(
    *, book: LoanBook, date: dt.date, at: dt.datetime, after_chunk: Callable[[], None] = lambda: None
) -> None:
    """Close the business date of a book, and no other: each chunk of loans in its own transaction, then the book.

    A close that died goes on where it stopped; several at once share the chunks and close each loan once. One that
    stops because too many loans fail skips none of them.
    """
    if LoanBook.objects.values_list("business_date", flat=True).get(pk=book.pk) != date:
        return
    run, _is_new = CloseRun.objects.select_related("book__county", "book__book").get_or_create(
        book=book, business_date=date, defaults={"started_at": at}
    )
    held: Behind | None = None
    while True:
        try:
            _close_chunks(run, held, date=date, at=at, after_chunk=after_chunk)
        except (DataError, IntegrityError):
            _found_in(run).delete()
            raise
        held = _end(book=book, run=run, date=date, at=at)
        if held is None:
            return


def _close_chunks(
    run: CloseRun, held: Behind | None, *, date: dt.date, at: dt.datetime, after_chunk: Callable[[], None]
) -> None:
    """Wait for the loans that somebody has `held`, then close all that nobody holds, chunk by chunk."""
    if held is not None:
        close_what_closes(run=run, ids=held.ids, date=held.date, at=at)
        after_chunk()
    after: UUID | None = None
    while True:
        closed = _close_next_chunk(run, after=after, date=date, at=at)
        if closed is not None:
            after_chunk()
        elif after is None:
            return
        after = closed.last if closed is not None else None


def _close_next_chunk(run: CloseRun, *, after: UUID | None, date: dt.date, at: dt.datetime) -> Behind | None:
    """Close the next loans that nobody holds, of those `after` a loan; which they were."""
    claimed: Behind | None = None
    try:
        with transaction.atomic():
            claimed = _claim(run.book, date, after=after)
            if claimed is not None:
                close_loans(book=run.book, ids=claimed.ids, date=claimed.date, at=at)
    except (DataError, IntegrityError) as error:
        close_in_halves(run=run, ids=present(claimed).ids, date=present(claimed).date, error=error, at=at)
    return claimed


@transaction.atomic
def close_loans(*, book: LoanBook, ids: Sequence[UUID], date: dt.date, at: dt.datetime) -> None:
    """Close one day of these loans; those of which it was closed meanwhile are left as they are."""
    held = [Held(*row) for row in fetch_prepared(sql.HOLD, day_of(ids, date))]
    if not held:
        return
    chunk = [loan.pk for loan in held]
    values = day_of(chunk, date)
    begin_new_rates(loans=chunk, night=date + DAY, at=at)
    for statement in (sql.FALL_DUE, sql.ACCRUE, sql.PENALISE):
        _write(statement, values)
    paid_ahead = [loan.pk for loan in held if loan.has_advance]
    used = _use_advances(paid_ahead, date)
    _write(sql.END, values | {"counted": _word(paid_ahead)})
    if any(loan.is_watched for loan in held):
        _write(sql.WATCH, values)
    interest, suspended, penalty = fetch_prepared(sql.TOTALS, values)[0]
    released = 0
    if suspended or any(loan.has_suspended for loan in held):
        released = fetch_prepared(sql.RELEASE, values)[0][0]
    _post(book, Earned(interest, suspended, released, penalty, used), date, chunk[0], at=at)


def _write(statement: str, values: Mapping[str, str | int | dt.date]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*prepared(statement, values))


def _use_advances(loans: Sequence[UUID], date: dt.date) -> Counter[str]:
    """Set what lies in advance at these loans on what is due; how much of each part that has paid."""
    if not loans:
        return Counter()
    values = day_of(loans, date)
    _write(sql.COUNT, values)
    used: list[tuple[UUID, str, int]] = fetch_prepared(sql.USE_ADVANCE, values)
    principal = {application: minor for application, part, minor in used if part == "principal"}
    if principal:
        release_exposures(amounts=principal, event_ref=f"advance:{date}")
    parts = Counter[str]()
    for _application, part, minor in used:
        parts[part] += minor
    return parts


def day_of(ids: Sequence[UUID], date: dt.date) -> dict[str, str | int | dt.date]:
    """What the statements of a close ask for: these loans and this day."""
    return {"ids": _word(ids), "date": date, "next": date + DAY, "suspend_after": SUSPEND_AFTER, "watched": WATCHED}


def _word(ids: Sequence[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def close_what_closes(*, run: CloseRun, ids: Sequence[UUID], date: dt.date, at: dt.datetime) -> None:
    """Close one day of these loans; those that fail are skipped, so that the others are closed."""
    try:
        close_loans(book=run.book, ids=ids, date=date, at=at)
    except (DataError, IntegrityError) as error:
        close_in_halves(run=run, ids=ids, date=date, error=error, at=at)


def close_in_halves(
    *, run: CloseRun, ids: Sequence[UUID], date: dt.date, error: DataError | IntegrityError, at: dt.datetime
) -> None:
    """Halve a chunk that has failed until the loan is found, which is skipped.

    Where many fail, the fault is not theirs: the error is raised.
    """
    if len(ids) == 1:
        _skip(run, ids[0], date=date, error=error, at=at)
        return
    half = len(ids) // 2
    close_what_closes(run=run, ids=ids[:half], date=date, at=at)
    close_what_closes(run=run, ids=ids[half:], date=date, at=at)


def _skip(run: CloseRun, loan: UUID, *, date: dt.date, error: DataError | IntegrityError, at: dt.datetime) -> None:
    """Of two closes at once, one skips it."""
    if _found_in(run).count() >= MOST_SKIPPED:
        raise error
    found = CloseException(loan_id=loan, business_date=date, error=why_refused(error), found_at=at)
    CloseException.objects.bulk_create([found], ignore_conflicts=True)


def _found_in(run: CloseRun) -> QuerySet[CloseException]:
    """The loans that a close has skipped, over all its tries and whoever shares it; those of a day before stay."""
    return CloseException.objects.open().filter(loan__book=run.book_id, business_date=run.business_date)


@refuses(LoanSkipped)
def catch_up(loan: Loan, *, at: dt.datetime) -> None:
    """Close the missing days of a held loan, by the same statements; refused while it is skipped."""
    while is_behind(loan):
        if is_skipped(loan):
            raise LoanSkipped
        close_next_day(loan, at=at)


def is_behind(loan: Loan) -> bool:
    """Whether a day of a running loan is missing that its book has closed."""
    if loan.status != Loan.Status.ACTIVE:
        return False
    closed = LoanBook.objects.values_list("last_closed_date", flat=True).get(pk=loan.book_id)
    return present(loan.last_closed_date) < closed


def is_skipped(loan: Loan) -> bool:
    """Whether the close has left a running loan out, so that its figures are of a day before."""
    return is_behind(loan) and loan.close_exceptions.open().exists()


def close_next_day(loan: Loan, *, at: dt.datetime) -> None:
    """Close one day of a held loan."""
    close_loans(book=loan.book, ids=[loan.pk], date=present(loan.last_closed_date) + DAY, at=at)
    loan.refresh_from_db()


@contextmanager
def days_close(refusal: type[Refused]) -> Iterator[None]:
    """What fails in here, also at the end of its transaction, leaves all as it was and is refused with its `why`."""
    try:
        with checked_here():
            yield
    except (DataError, IntegrityError) as error:
        raise refusal(why=why_refused(error)) from error


def _claim(book: LoanBook, date: dt.date, *, after: UUID | None) -> Behind | None:
    """The next chunk of loans that nobody holds; from now on they are ours until the transaction ends."""
    loans = _loans_behind(book, date).select_for_update(skip_locked=True, no_key=True)
    return _chunk_of(loans.filter(pk__gt=after) if after else loans)


def _loans_behind(book: LoanBook, date: dt.date) -> QuerySet[Loan]:
    """Loans of which this date, or an earlier one, was not closed.

    By their ids: an index by the last closed day would be written for each loan each night, and all others with it.
    """
    behind = Loan.objects.filter(~IS_SKIPPED, book=book, status=Loan.Status.ACTIVE, last_closed_date__lt=date)
    return behind.order_by("pk")


def _chunk_of(loans: QuerySet[Loan]) -> Behind | None:
    """The first of these, and the others up to a chunk that lack the same day."""
    rows = list(loans.values_list("pk", "last_closed_date")[:CHUNK])
    if not rows:
        return None
    last = rows[-1][0] if len(rows) == CHUNK else None
    return Behind([pk for pk, day in rows if day == rows[0][1]], present(rows[0][1]) + DAY, last)


@transaction.atomic
def _end(*, book: LoanBook, run: CloseRun, date: dt.date, at: dt.datetime) -> Behind | None:
    """The book moves on, unless another close has moved it; not while loans are left, which are the answer."""
    held = lock(book)
    if held.business_date != date:
        return None
    if (behind := _chunk_of(_loans_behind(held, date))) is not None:
        return behind
    record_portfolio(book=book, date=date, at=at)
    held.last_closed_date, held.business_date = date, date + DAY
    held.save(update_fields=["last_closed_date", "business_date", "updated_at"])
    run.skipped = CloseException.objects.open().filter(loan__book=book).count()
    run.status = CloseRun.Status.WITH_EXCEPTIONS if run.skipped else CloseRun.Status.CLOSED
    run.ended_at, run.loans = at, Loan.objects.filter(book=book, status=Loan.Status.ACTIVE).count()
    run.save(update_fields=["status", "ended_at", "loans", "skipped", "updated_at"])
    enqueue(
        "credit.measure_vintages",
        dedupe_key=f"vintage:{book.pk}:{date}",
        run_at=at,
        payload={"county": str(book.county_id), "date": str(date)},
    )
    enqueue(
        "loans.accrue_recommendation_fees",
        dedupe_key=f"recommendation-fees:{book.pk}:{date}",
        run_at=at,
        payload={"book": str(book.pk), "date": str(date)},
    )
    return None


def _post(book: LoanBook, earned: Earned, date: dt.date, first: UUID, *, at: dt.datetime) -> None:
    """What a chunk has earned, and what of its advances was used, in the lender's book; `first` names the chunk."""
    accounts, currency = LoanAccounts(book, at=at), book.currency
    moves = [
        ("loan_interest", "interest_income", earned.interest, "interest of the day"),
        ("loan_interest", "interest_suspended", earned.suspended, "interest of the day, suspended"),
        ("interest_suspended", "interest_income", earned.released, "suspended interest earned"),
        ("loan_penalty", "penalty_income", earned.penalty, "penalties of the day"),
        *(("loan_advance", f"loan_{part}", minor, "paid in advance") for part, minor in sorted(earned.used.items())),
    ]
    legs = [
        Leg(accounts.of(debit), accounts.of(credit), Money(minor, currency), why)
        for debit, credit, minor, why in moves
        if minor
    ]
    if legs:
        post_transfers(
            legs=legs,
            event_type="loan_close",
            event_id=f"{book.pk}:{date}:{first.hex}",
            business_date=date,
            made_by=SYSTEM,
            at=at,
        )
