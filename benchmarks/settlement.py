"""A night of settlement: two workers beside a loop of the ORM and a bare GROUP BY; statements; a worker's memory."""

import contextlib
import datetime as dt
import multiprocessing
import resource
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils.timezone import now

from benchmarks import databases, filling, sites
from benchmarks.lines import Line, Scale, times
from benchmarks.logs import set_up
from finance.installing import install_country
from finance.models import CommissionLine, PayeeAccount, PayeeDay, Statement
from finance.settlement.services import settle_day
from ledger.models import Book
from stations.models import Division

ZONE = "Asia/Shanghai"
MONDAY, WEDNESDAY, SUNDAY = dt.date(2026, 11, 16), dt.date(2026, 11, 18), dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)
PAYEES, LINES, MANY = 26_000, 1_000_000, 5_000_000
WORKERS, MOST_SECONDS, MOST_MEGABYTES = 2, 3, 100
STATEMENTS, MINUTES = 18_000, 10
#: So many payees are enough to know what a loop costs for one.
SAMPLE = 150

# Past the ledger, for the size of the tables only: on a database to be dropped.
_FILL = """
INSERT INTO ledger_account (code, book_id, kind, holder, currency, normal_side, "limit", mode, debits_posted,
                            credits_posted, debits_pending, credits_pending, version, opened_at)
SELECT 'commission:' || replace(id::text, '-', ''), %(book)s, 'commission', id, 'CNY', 'credit', 'none', 'live',
       0, 0, 0, 0, 0, now()
  FROM (SELECT uuidv7() AS id FROM generate_series(1, %(payees)s)) AS made;
CREATE TEMPORARY TABLE payee AS
SELECT id, holder, row_number() OVER (ORDER BY id) - 1 AS place FROM ledger_account WHERE kind = 'commission';
INSERT INTO finance_commissionline (id, created_at, updated_at, event_type, event_id, beneficiary, account_id, payee,
                                    service, station_id, base_minor, amount_minor, currency, taken_at, accrued_at,
                                    eligible_at, part, target, explanation)
SELECT uuidv7(), now(), now(), 'benchmark', n::text, 'partner', payee.id, payee.holder, 'bill_payment', %(station)s,
       10000, 100 + n %% 50, 'CNY', moment, moment, moment, '', '', '{}'
  FROM generate_series(1, %(lines)s) AS n
  JOIN payee ON payee.place = n %% %(payees)s
 CROSS JOIN LATERAL (SELECT %(from)s::timestamptz + n %% 86400 * interval '1 second' AS moment) AS at;
INSERT INTO finance_payeeaccount (account_id, payee, kind, county_id, created_at, updated_at)
SELECT id, replace(holder::text, '-', ''), 'partner', %(county)s, now(), now() FROM payee
"""
_GROUP_BY = """
SELECT count(*), sum(minor) FROM (
    SELECT account_id, sum(amount_minor) AS minor FROM finance_commissionline
     WHERE eligible_at > %s AND eligible_at <= %s GROUP BY account_id) AS sums
"""


def measure(scale: Scale) -> Iterator[Line]:
    """A night of a million lines (quick: a quarter), with `--full` one of five million, and a Sunday's statements."""
    payees = scale.of(tiny=SAMPLE, quick=PAYEES // 4, full=PAYEES)
    lines = scale.of(tiny=10 * SAMPLE, quick=LINES // 4, full=LINES)
    with _site(payees, lines) as (name, county):
        yield from _night(name, county, lines)
        yield from _statements(county, payees)
    if scale.is_full:
        with _site(PAYEES, MANY) as (name, county):
            yield from _many(name, county)


@contextlib.contextmanager
def _site(payees: int, lines: int) -> Iterator[tuple[str, Division]]:
    """A county with so many payees and lines, all of them eligible on one Wednesday."""
    with databases.of_ecomnet("settlement") as name:
        county, station, book = _places()
        wanted = {"payees": payees, "lines": lines, "book": book, "station": station, "county": county.pk}
        wanted["from"] = _end_of(WEDNESDAY - DAY) + dt.timedelta(seconds=1)
        with filling.bare("finance_commissionline", "finance_payeeaccount", database=name):
            filling.fill(_FILL, database=name, **wanted)
        databases.as_owner(*(f"VACUUM ANALYZE {table}" for table in _TABLES), database=name)
        yield name, county


_TABLES = ("finance_commissionline", "finance_payeeaccount", "ledger_account", "finance_payeeday", "finance_statement")


def _places() -> tuple[Division, int, int]:
    station = sites.only_station()
    book = Book.objects.create(code="CN", country="CN", zone=ZONE, first_open_date=dt.date(2026, 1, 1))
    install_country(code="CN", at=now())
    return station.county, station.pk, book.pk


def _night(name: str, county: Division, lines: int) -> Iterator[Line]:
    """Two workers on one county, as they come; then what a loop would need."""
    seconds, megabytes = _settled_by_workers(name, county)
    loop = _looped(county)
    yield Line(
        f"settlement, {lines:,} lines, 2 workers", f"{seconds:.2f} s", f"<= {MOST_SECONDS} s", seconds <= MOST_SECONDS
    )
    yield Line(
        "settlement, to a loop of the ORM",
        f"{seconds:.2f} s",
        ">= 50 x",
        loop / seconds >= 50,
        peer=f"{loop:.1f} s",
        ratio=times(loop / seconds),
    )
    met = megabytes <= MOST_MEGABYTES
    yield Line("settlement, memory beyond an idle worker", f"{megabytes:.0f} MB", f"<= {MOST_MEGABYTES} MB", met)


def _many(name: str, county: Division) -> Iterator[Line]:
    bare = min(_timed(_bare_group_by) for _ in range(3))
    seconds, _megabytes = _settled_by_workers(name, county)
    yield Line(
        f"settlement, {MANY:,} lines, to a bare GROUP BY",
        f"{seconds:.2f} s",
        "<= 5 x",
        seconds <= 5 * bare,
        limit=f"{bare:.2f} s",
        ratio=times(seconds / bare),
    )


def _statements(county: Division, payees: int) -> Iterator[Line]:
    """The night after Sunday: a statement for every payee, calculated, sealed, closed."""

    seconds = _timed(lambda: settle_day(county=county, business_date=SUNDAY, zone=ZONE, at=_night_after(SUNDAY)))
    made = Statement.objects.filter(status="closed").count()
    if made != payees:
        raise RuntimeError(f"{made} statements for {payees} payees")
    most = MINUTES * 60 * made / STATEMENTS
    yield Line(f"settlement, {made:,} statements", f"{seconds:.1f} s", f"<= {most:.0f} s", seconds <= most)


def _settled_by_workers(name: str, county: Division) -> tuple[float, float]:
    """From the first worker's start to the last one's end, and the most memory that one of them held."""

    spawn = multiprocessing.get_context("spawn")
    start = time.monotonic() + 4  # by then all of them stand ready
    connection.close()
    with spawn.Pool(WORKERS, initializer=set_up) as pool:
        told = pool.starmap(work, [(name, county.pk, start)] * WORKERS)
    if not PayeeDay.objects.exists():
        raise RuntimeError("nothing was settled")
    begins, ends, kilobytes = zip(*told, strict=True)
    return max(ends) - min(begins), max(kilobytes) / 1024


def work(name: str, county: int, start: float) -> tuple[float, float, int]:
    """One worker: settle the Wednesday of the county with whoever else does; begin, end, and memory it took in kB."""
    connection.settings_dict["NAME"] = name
    division = Division.objects.get(pk=county)
    time.sleep(max(0.0, start - time.monotonic()))
    idle, begin = peak_memory(), time.monotonic()
    while not settle_day(county=division, business_date=WEDNESDAY, zone=ZONE, at=_night_after(WEDNESDAY)):
        time.sleep(0.01)
    return begin, time.monotonic(), peak_memory() - idle


def peak_memory() -> int:
    """In kB. What `getrusage` tells of a new process is the memory of the one that started it."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _looped(county: Division) -> float:
    """What a loop over payees would need for all of them, from a sample: read the lines, add, write the sum."""

    payees = PayeeAccount.objects.filter(county=county)
    window = {
        "eligible_at__gt": _night_after(WEDNESDAY - DAY) - dt.timedelta(hours=3),
        "eligible_at__lte": _night_after(WEDNESDAY),
    }

    def loop() -> None:
        for payee in payees.order_by("account")[:SAMPLE]:
            lines = CommissionLine.objects.filter(account=payee.account_id, **window)
            matured = taken_back = 0
            for line in lines:
                if line.reverses_id:
                    taken_back += line.amount_minor
                else:
                    matured += line.amount_minor
            PayeeDay.objects.create(
                account_id=payee.account_id, business_date=MONDAY, matured_minor=matured, reversed_minor=taken_back
            )

    return _timed(loop) * payees.count() / SAMPLE


def _bare_group_by() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GROUP_BY, [_end_of(WEDNESDAY - DAY), _end_of(WEDNESDAY)])
        cursor.fetchall()


def _end_of(date: dt.date) -> dt.datetime:
    """24:00 by the county's clock."""
    return dt.datetime.combine(date, dt.time(16), tzinfo=dt.UTC)


def _night_after(date: dt.date) -> dt.datetime:
    """02:30 by the county's clock."""
    return dt.datetime.combine(date, dt.time(18, 30), tzinfo=dt.UTC)


def _timed(act: Any) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
