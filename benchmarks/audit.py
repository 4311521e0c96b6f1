"""The audit of an hour, beside the whole one, as the books grow."""

import datetime as dt
import statistics
from collections.abc import Iterator

from django.utils import timezone

from benchmarks import databases, sites
from benchmarks.filling import fill, without_triggers
from benchmarks.ledger import poster
from benchmarks.lines import Line, Scale, times
from core.days import day_in
from ledger.audit import UNDER_WAY, WHOLE_EACH_HOUR, audit_book, audit_recent
from ledger.models import Account, AuditRun, Book
from ledger.queries import open_findings
from ledger.services import make_partitions, open_account

ZONE = "Asia/Shanghai"
#: Accounts between which money moved, two and two, and transfers of the hour.
ACCOUNTS, FRESH = 2_000, 2_000
MOST_GROWTH = 1.25


def measure(scale: Scale) -> Iterator[Line]:
    """What an hour reads, with few and with ten times as many old transfers."""
    accounts, fresh = (scale.of(tiny=4, quick=most, full=most) for most in (ACCOUNTS, FRESH))
    few = scale.of(tiny=40, quick=20_000, full=100_000)
    before, _whole = _audited(few, accounts, fresh)
    after, whole = _audited(few * 10, accounts, fresh)
    yield Line(
        f"an hour's audit, {few:,} and {few * 10:,} old ones",
        f"{after * 1000:.0f} ms cpu",
        f"<= {MOST_GROWTH} x",
        after <= MOST_GROWTH * before,
        limit=f"{before * 1000:.0f} ms",
        ratio=times(after / before),
    )
    each = 1e6 * whole / (few * 10)
    yield Line("the whole audit, a transfer", f"{each:.1f} us cpu", "", None, limit=f"{whole:.1f} s in all")


def _account(book: Book, key: str) -> Account:
    """One of a kind that no other app proves anything about."""
    no_limit = Account.Limit.NONE
    return open_account(book=book, kind="subsidy", key=key, currency="CNY", limit=no_limit, at=timezone.now())


def _audited(transfers: int, accounts: int, fresh: int) -> tuple[float, float]:
    """Processor seconds of an hour's audit and of the whole one, with so many old transfers and some that are new."""
    with databases.of_ecomnet("audit") as name:
        book = Book.objects.create(code="CN", country="CN", zone=ZONE, first_open_date=day_in(ZONE, timezone.now()))
        between = [_account(book, f"b{n}") for n in range(accounts)]
        _fill(name, book, between, transfers)
        with sites.stopwatch() as watch:
            whole = audit_book(book=book, at=timezone.now() + UNDER_WAY)
        # As if it had taken so long that the next hours look at what has come.
        ended = whole.started_at + WHOLE_EACH_HOUR
        AuditRun.objects.create(book=book, started_at=whole.started_at, finished_at=ended, checks=1, findings=0)
        post = poster(between)
        for _ in range(fresh):
            post()
        hours = [_hour(book) for _ in range(5)]
        if found := open_findings(book):
            raise RuntimeError(f"the audit found {found[0].check_code}: {found[0].sample}")
        return statistics.median(hours), watch.cpu


def _hour(book: Book) -> float:
    with sites.stopwatch() as watch:
        run = audit_recent(book=book, at=timezone.now())
    if run.since is None:
        raise RuntimeError("everything was read")
    return watch.cpu


def _fill(name: str, book: Book, between: list[Account], transfers: int) -> None:
    """Transfers of the month before, from the first account of each two to the second."""
    month = (timezone.now().replace(day=1) - dt.timedelta(days=1)).replace(day=1, hour=0, minute=0)
    make_partitions(from_month=month.date(), to_month=month.date())
    tables = ("ledger_transfer", "ledger_transferkey", "ledger_entry", "ledger_account")
    with without_triggers(*tables, database=name):
        ids = [account.pk for account in between]
        fill(OLD, database=name, book=book.pk, ids=ids, transfers=transfers, month=month)


# Of transfer n the two accounts are those of place n modulo the pairs, and each pair has its versions in their order.
OLD = """
INSERT INTO ledger_transfer (id, recorded_at, kind, book_id, debit_id, credit_id, currency, amount, event_type,
                             event_id, leg_no, group_id, business_date, effective_at, made_by_kind, reason)
SELECT made.id, made.at, 'posted', %(book)s, made.pair[1], made.pair[2], 'CNY', 100, 'bench.old', n, 1, made.id,
       made.at::date, made.at, 'system', 'benchmark'
  FROM generate_series(0, %(transfers)s - 1) AS n,
       LATERAL (SELECT %(month)s::timestamptz + n * interval '100 microseconds' AS at,
                       (%(ids)s::bigint[])[1 + 2 * (n %% (cardinality(%(ids)s::bigint[]) / 2)) :
                                           2 + 2 * (n %% (cardinality(%(ids)s::bigint[]) / 2))] AS pair,
                       uuidv7(%(month)s::timestamptz + n * interval '100 microseconds' - now()) AS id) AS made;
INSERT INTO ledger_transferkey (id, recorded_at, event_type, event_id, leg_no, fingerprint)
SELECT id, recorded_at, event_type, event_id, leg_no, fingerprint FROM ledger_transfer;
INSERT INTO ledger_entry (account_id, version, transfer_id, side, posted_delta, pending_delta, posted_after,
                          pending_after, entered_at)
SELECT side.account_id, row_number() OVER upto, id, side.side, 100, 0,
       CASE side.side WHEN 'credit' THEN 100 ELSE -100 END * row_number() OVER upto, 0, recorded_at
  FROM ledger_transfer
 CROSS JOIN LATERAL (VALUES (debit_id, 'debit'), (credit_id, 'credit')) AS side (account_id, side)
WINDOW upto AS (PARTITION BY side.account_id ORDER BY recorded_at);
UPDATE ledger_account AS account
   SET debits_posted = moved.debits, credits_posted = moved.credits, version = moved.entries,
       last_entered_at = moved.last
  FROM (SELECT account_id, count(*) AS entries, max(entered_at) AS last,
               coalesce(sum(posted_delta) FILTER (WHERE side = 'debit'), 0)::bigint AS debits,
               coalesce(sum(posted_delta) FILTER (WHERE side = 'credit'), 0)::bigint AS credits
          FROM ledger_entry GROUP BY account_id) AS moved
 WHERE moved.account_id = account.id;
ANALYZE ledger_transfer;
ANALYZE ledger_transferkey;
ANALYZE ledger_entry;
"""
