"""Loans: a schedule and its price; the interest of a night beside a loop of the ORM; a whole close by two workers."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import connection, transaction

from benchmarks import databases, filling, sites
from benchmarks.lines import Line, Scale, times
from benchmarks.workers import worked_off
from core.database.prepared_statements import prepared
from core.days import instant_of
from core.jobs.models import Job
from core.jobs.services import enqueue
from finance.loans.close_statements import ACCRUE
from finance.loans.models import Loan, LoanAccrual, LoanBook, LoanInstallment
from finance.loans.schedules import Terms, accrued, price_of, schedule_of
from finance.loans.services.closing import CHUNK, day_of

ROWS, MOST_MS = 360, 10
ROUNDS = 20
RESIDENTS, BILLS = 600, 6
LOANS, WORKERS = 100_000, 2
#: Goals for 100,000 loans.
INTEREST_SECONDS, LOOP_RATIO, CLOSE_SECONDS, MEGABYTES = 1, 200, 60, 300
#: So many loans are enough to know what a loop costs for one.
SAMPLE = 200
DAY = dt.timedelta(days=1)

# Copies of one loan past the services, paid out on 45 days one after another: a third of them has an instalment that is
# late, one in twenty something in advance. On a database to be dropped.
_TABLES = ("finance_loanapplication", "finance_loancontract", "finance_loan", "finance_loaninstallment")
_FILL = """
CREATE TEMPORARY TABLE made AS
SELECT n, uuidv7() AS application, uuidv7() AS loan, (SELECT max(id) FROM finance_loancontract) + n AS contract,
       %(closed)s::date - n %% 45 AS began FROM generate_series(1, %(loans)s) AS n;
INSERT INTO finance_loanapplication ({application}) SELECT {application_of} FROM made, finance_loanapplication AS model
 WHERE model.id = %(application)s;
INSERT INTO finance_loancontract ({contract}) SELECT {contract_of} FROM made, finance_loancontract AS model
 WHERE model.id = %(contract)s;
INSERT INTO finance_loaninstallment (loan_id, contract_id, n, start_date, end_date, due_date, principal_minor,
    interest_minor, interest_accrued_minor, accrued_before_minor, penalty_minor, penalty_exact, principal_paid_minor,
    interest_paid_minor, penalty_paid_minor, status, created_at, updated_at)
SELECT made.loan, made.contract, model.n, moved.start, moved.ends, model.due_date + (began - %(began)s::date),
       model.principal_minor, model.interest_minor,
       (2 * model.interest_minor * least(greatest(%(closed)s::date + 1 - moved.start, 0), moved.days) + moved.days)
       / (2 * moved.days), 0, 0, 0, 0, 0, 0, 'upcoming', now(), now()
  FROM made CROSS JOIN finance_loaninstallment AS model
 CROSS JOIN LATERAL (SELECT model.start_date + (began - %(began)s::date) AS start,
                            model.end_date + (began - %(began)s::date) AS ends,
                            model.end_date - model.start_date AS days) AS moved
 WHERE model.contract_id = %(contract)s;
INSERT INTO finance_loan ({loan}) SELECT {loan_of} FROM made CROSS JOIN finance_loan AS model
  JOIN (SELECT contract_id, sum(interest_accrued_minor) AS minor FROM finance_loaninstallment GROUP BY 1) AS earned
    ON earned.contract_id = made.contract WHERE model.id = %(loan)s
"""


def measure(scale: Scale) -> Iterator[Line]:
    """Thirty years of months with the day count that takes longest; a night of 100,000 loans (quick: 10,000)."""
    terms = Terms(
        principal=100_000_000,
        rate_ppm=60_000,
        installments=ROWS,
        schedule_start=dt.date(2024, 1, 31),
        day_count="actual_actual",
    )
    schedule = schedule_of(terms)
    taken = _fastest_ms(lambda: schedule_of(terms))
    yield Line(f"a schedule of {ROWS} rows", f"{taken:.1f} ms", f"<= {MOST_MS} ms", taken <= MOST_MS)
    yield Line("its true price", f"{_fastest_ms(lambda: price_of(schedule)):.1f} ms", "", None)
    loans = scale.of(tiny=SAMPLE, quick=LOANS // 10, full=LOANS)
    with sites.loaded("loans", scale, residents=RESIDENTS, bills=BILLS) as name:
        book = _with_copies(name, loans)
        yield from _interest(book, loans)
        yield from _close(name, book, loans)


def _with_copies(name: str, count: int) -> LoanBook:
    """The book of a loan of which there are so many copies now, all closed up to its last day."""
    plain = Loan.objects.running().filter(restructure_count=0, contract__version=1, adjustments=None)
    model = plain.select_related("book__county", "book__lender", "book__book", "application").order_by("pk")[0]
    values = {
        "loans": count,
        "closed": model.book.last_closed_date,
        "began": model.disbursed_on_date,
        "application": model.application_id,
        "contract": model.contract_id,
        "loan": model.pk,
    }
    with filling.bare(*_TABLES, database=name), filling.without_triggers(*_TABLES, database=name):
        filling.fill(_statements(), database=name, **values)
    databases.as_owner(*(f"VACUUM ANALYZE {table}" for table in _TABLES), database=name)
    return model.book


def _statements() -> str:
    """Each copy has its own numbers and ids; of a loan nothing is paid yet."""
    own_number = "'benchmark-' || made.n"
    columns = {
        "application": {"id": "made.application", "number": own_number, "key": own_number},
        "contract": {"id": "made.contract", "loan_id": "made.loan"},
        "loan": {
            "id": "made.loan",
            "number": own_number,
            "application_id": "made.application",
            "contract_id": "made.contract",
            "disbursed_on_date": "made.began",
            "last_closed_date": "%(closed)s::date",
            "interest_accrued_minor": "earned.minor",
            "advance_minor": "CASE made.n %% 20 WHEN 0 THEN 500000 ELSE 0 END",
            **dict.fromkeys(("principal_paid_minor", "interest_paid_minor", "days_past_due"), "0"),
            **dict.fromkeys(("penalty_due_minor", "penalty_paid_minor", "interest_suspended_minor"), "0"),
        },
    }
    models = {
        "application": Loan._meta.get_field("application").related_model,
        "contract": Loan._meta.get_field("contract").related_model,
        "loan": Loan,
    }
    words = {}
    for table, own in columns.items():
        names = [field.column for field in models[table]._meta.concrete_fields]
        words[table] = ", ".join(f'"{each}"' for each in names)
        words[f"{table}_of"] = ", ".join(own.get(each, f'model."{each}"') for each in names)
    return _FILL.format(**words)


def _interest(book: LoanBook, count: int) -> Iterator[Line]:
    """The interest of one night in the portions of the close, and a loop over some of the loans; both are taken back.

    Judged by processor time, ours and that of the database together: a busy machine makes both wait.
    """
    ids = list(Loan.objects.running().filter(book=book).order_by("pk").values_list("pk", flat=True))
    night = book.last_closed_date + DAY
    chunks = [day_of(ids[first : first + CHUNK], night) for first in range(0, len(ids), CHUNK)]
    with transaction.atomic(), connection.cursor() as cursor:
        with sites.stopwatch() as ours:
            for chunk in chunks:
                cursor.execute(*prepared(ACCRUE, chunk))
        transaction.set_rollback(True)
    with transaction.atomic():
        with sites.stopwatch() as loop:
            _looped(ids[:SAMPLE], night)
        transaction.set_rollback(True)
    taken, looped = max(ours.cpu, databases.TICK), loop.cpu * len(ids) / len(ids[:SAMPLE])
    most = INTEREST_SECONDS * max(count, LOANS // 10) / LOANS
    told, waited = f"{taken:.2f} s cpu", f"{ours.seconds:.2f} s wall"
    yield Line(f"interest of a night, {count:,} loans", told, f"<= {most:.1f} s cpu", taken <= most, limit=waited)
    yield Line(
        "interest of a night, to a loop of the ORM",
        told,
        f">= {LOOP_RATIO} x",
        looped / taken >= LOOP_RATIO,
        peer=f"{looped:.1f} s cpu",
        ratio=times(looped / taken),
    )


def _looped(ids: list[UUID], night: dt.date) -> None:
    """What a loop does for each loan: read the running row, add what the night earns, write both rows."""
    for pk in ids:
        loan = Loan.objects.get(pk=pk)
        row = loan.installments.exclude(status=LoanInstallment.Status.RESCHEDULED).get(
            start_date__lte=night, end_date__gt=night
        )
        earned = accrued(row.interest_minor, (night + DAY - row.start_date).days, (row.end_date - row.start_date).days)
        minor = earned - row.interest_accrued_minor
        LoanInstallment.objects.filter(pk=row.pk).update(interest_accrued_minor=earned)
        LoanAccrual.objects.create(loan=loan, business_date=night, interest_minor=minor)


def _close(name: str, book: LoanBook, count: int) -> Iterator[Line]:
    """The whole close of a day by two workers, as they come: from the first one's start to the last one's end."""
    night = book.last_closed_date + DAY
    at = instant_of(book.zone, night + DAY, dt.time(0, 30))
    Job.objects.all().delete()
    for number in range(WORKERS):
        payload = {"book": str(book.pk), "date": str(night)}
        enqueue("loans.close_book", dedupe_key=f"benchmark:{number}", run_at=at, payload=payload)
    worked = worked_off(name, at, workers=WORKERS)
    if LoanAccrual.objects.filter(business_date=night, loan__book=book).count() < count:
        raise RuntimeError("loans were left open")
    seconds, megabytes = worked.seconds, worked.megabytes
    most = CLOSE_SECONDS * max(count, LOANS // 10) / LOANS
    about = f"{count / seconds:,.0f} loans/s"
    yield Line(
        f"close of a day, {count:,} loans, {WORKERS} workers",
        f"{seconds:.1f} s",
        f"<= {most:.0f} s",
        seconds <= most,
        limit=about,
    )
    yield Line(
        "close of a day, memory of a worker", f"{megabytes:.0f} MB", f"<= {MEGABYTES} MB", megabytes <= MEGABYTES
    )


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _fastest_ms(do: Callable[[], object]) -> float:
    return min(_timed(do) for _round in range(ROUNDS)) * 1000
