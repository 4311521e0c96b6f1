"""The ledger beside django-hordak, and beside pgbench calling our own function with the same arguments."""

import datetime as dt
import itertools
import math
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks import clients, databases
from benchmarks.lines import Line, Scale, rate, times
from benchmarks.peers import Peer
from core.days import day_in
from core.fields import uuid7
from core.money import Money
from ledger import queries
from ledger.models import Account, Book
from ledger.services import SYSTEM, Group, Leg, open_account, post_groups, post_transfers, roll_up

HORDAK = Peer("hordak", "django-hordak==2.0.0", "Django>=5.2,<5.3", "psycopg2-binary")
ONE = Money(100, "CNY")
COLD, BATCH, LEGS = 2_000, 18_000, 1_000_000


def measure(scale: Scale) -> Iterator[Line]:
    """Posting, batches, a hot account, and the balance of an account with a million legs."""
    with databases.of_ecomnet("ledger") as name, databases.empty("hordak") as peer:
        cold = _accounts(scale.of(tiny=20, quick=COLD, full=COLD))
        hordak = yield from _posting(scale, cold, peer)
        yield from _batch(scale, cold, hordak)
        yield from _hot(scale, cold)
        yield from _balance(scale, name, peer)


def _accounts(count: int) -> list[Account]:
    zone = "Asia/Shanghai"
    book = Book.objects.create(code="CN", country="CN", zone=zone, first_open_date=day_in(zone, timezone.now()))
    return [_account(book, "commission", str(n)) for n in range(count)]


def _account(book: Book, kind: str, key: str) -> Account:
    return open_account(book=book, kind=kind, key=key, currency="CNY", at=timezone.now())


def _posting(scale: Scale, cold: list[Account], peer: str) -> Iterator[Line]:
    ours, limits, hordaks = [], [], []
    script = _SCRIPT % (cold[0].pk, len(cold), len(cold), cold[0].book_id)
    for _ in range(scale.rounds):  # interleaved, so that a slow moment of the machine meets all three
        ours.append(clients.together(4, scale.seconds, lambda n: poster(cold)))
        limits.append(clients.pgbench(script, clients=4, seconds=scale.seconds))
        hordaks.append(_hordak(scale, "post", "4", str(scale.seconds), database=peer))
    pace = statistics.median(each.per_second for each in ours)
    limit, cpu = statistics.median(limits), statistics.median(each.cpu for each in ours)
    hordak = statistics.median(each["per_second"] for each in hordaks)
    hordak_cpu = statistics.median(each["cpu"] for each in hordaks)
    yield Line(
        "posting, 2 legs, 4 clients, to the limit",
        rate(pace),
        ">= 0.60 x",
        pace >= 0.6 * limit,
        limit=rate(limit),
        ratio=times(pace / limit),
    )
    yield Line(
        "posting, processor time",
        f"{cpu:,.0f} us",
        "<= 450 us",
        cpu <= 450,
        peer=f"{hordak_cpu:,.0f} us",
        ratio=times(hordak_cpu / cpu),
    )
    yield Line(
        "posting, to django-hordak",
        rate(pace),
        ">= 2.50 x",
        pace >= 2.5 * hordak,
        peer=rate(hordak),
        ratio=times(pace / hordak),
    )
    return hordak


def _hordak(scale: Scale, *words: str, database: str) -> dict[str, float]:
    if not scale.has_peers:
        return {"per_second": math.nan, "cpu": math.nan, "milliseconds": math.nan}
    return HORDAK.measure(*words, database=database)


def poster(cold: list[Account], to: Account | None = None) -> Callable[[], Any]:
    """An act that posts one transfer between two accounts, or from one to `to`."""
    choose, today = random.Random(), _today(cold[0])  # noqa: S311

    def act() -> None:
        debit, credit = choose.sample(cold, 2)
        post_transfers(
            legs=[Leg(debit, to or credit, ONE, "benchmark")],
            event_type="bench.posted",
            event_id=str(uuid7()),
            business_date=today,
            made_by=SYSTEM,
            at=timezone.now(),
        )

    return act


def _today(account: Account) -> dt.date:
    """The day of its book, which is not the day of UTC."""
    return queries.business_date_of(account.book, timezone.now())


# The same JSON that `post_transfers` sends; decimal digits are good enough for the ids.
_SCRIPT = """
\\set first %d
\\set n random(0, %d - 1)
\\set debit :first + :n
\\set credit :first + (:n + 1) %% %d
\\set a random(10000000, 99999999)
\\set b random(100000000000, 999999999999)
SELECT ledger_post('[{"event_type":"bench.limit","event_id":":a-0000-7000-8000-:b","group_id":":a-0000-7000-8000-:b","business_date":"2099-01-01","effective_at":"2026-01-01 00:00:00+00","made_by_kind":"system","made_by":null,"id":":a-0000-7000-8000-:b","kind":"posted","book":%d,"debit": :debit,"credit": :credit,"currency":"CNY","amount":100,"pending_id":null,"reversal_of":null,"refund_of":null,"expires_at":null,"leg_no":1,"reason":"benchmark"}]');
"""  # noqa: E501


def _batch(scale: Scale, cold: list[Account], hordak: float) -> Iterator[Line]:
    today, spent = _today(cold[0]), []
    batch = scale.of(tiny=100, quick=BATCH, full=BATCH)
    for _ in range(3):
        pairs = itertools.islice(zip(itertools.cycle(cold), itertools.cycle(cold[1:])), batch)
        groups = [
            Group([Leg(debit, credit, ONE, "benchmark")], "bench.batch", str(uuid7()), today, SYSTEM)
            for debit, credit in pairs
        ]
        start = time.perf_counter()
        post_groups(groups=groups, at=timezone.now())
        spent.append(time.perf_counter() - start)
    seconds = min(spent)
    yield Line(
        "postings in batches",
        rate(batch / seconds),
        ">= 10.00 x",
        batch / seconds >= 10 * hordak,
        peer=rate(hordak),
        ratio=times(batch / seconds / hordak),
    )
    yield Line(f"{batch:,} transfers in one step", f"{seconds:.2f} s", "< 2.00 s", seconds < 2)


def _hot(scale: Scale, cold: list[Account]) -> Iterator[Line]:
    hot = _account(cold[0].book, "clearing", "hot")
    on_cold, on_hot = [], []
    processes = scale.of(tiny=2, quick=16, full=16)
    for _ in range(scale.rounds):
        on_cold.append(clients.together(processes, scale.seconds, lambda n: poster(cold)).per_second)
        with _rolling_up(hot):
            on_hot.append(clients.together(processes, scale.seconds, lambda n: poster(cold, hot)).per_second)
    ours, limit = statistics.median(on_hot), statistics.median(on_cold)
    yield Line(
        f"a hot account, {processes} processes, to cold ones",
        rate(ours),
        ">= 0.90 x",
        ours >= 0.9 * limit,
        limit=rate(limit),
        ratio=times(ours / limit),
    )


class _rolling_up:  # noqa: N801
    """The sweep of every ten seconds, at work beside the postings: here every half second."""

    def __init__(self, account: Account) -> None:
        self.account, self.stop = account, threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        connection.close()
        self.thread.start()

    def __exit__(self, *broken: object) -> None:
        self.stop.set()
        self.thread.join()

    def _run(self) -> None:
        while not self.stop.wait(0.5):
            roll_up(account=self.account)
        connection.close()


def _balance(scale: Scale, name: str, peer: str) -> Iterator[Line]:
    book = Book.objects.get()
    full = _account(book, "commission", "full")
    legs = scale.of(tiny=1_000, quick=LEGS, full=LEGS)
    _fill(name, full, _account(book, "commission", "other"), legs)
    reads = scale.of(tiny=5, quick=500, full=500)
    spent, limits = [], []
    for _ in range(scale.rounds):
        limits.append(_milliseconds(reads, lambda: Account.objects.filter(pk=full.pk).values_list("version").get()))
        spent.append(_milliseconds(reads, lambda: queries.balance(full)))
    if queries.balance(full).version < legs:
        raise RuntimeError("the account was not filled")
    hordak = _hordak(scale, "balance", str(legs), "5", database=peer)["milliseconds"]
    ours, limit = min(spent), min(limits)
    yield Line(
        f"balance of an account with {legs:,} legs",
        f"{ours:.3f} ms",
        ">= 300.00 x",
        hordak >= 300 * ours,
        peer=f"{hordak:,.0f} ms",
        limit=f"{limit:.3f} ms",
        ratio=times(hordak / ours),
    )
    instant = timezone.now() - dt.timedelta(days=1)
    past = min(_milliseconds(reads, lambda: queries.balance_at(full, instant)) for _ in range(scale.rounds))
    yield Line("the same at an instant of the past", f"{past:.3f} ms", "", None)


def _milliseconds(reads: int, act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    for _ in range(reads):
        act()
    return 1000 * (time.perf_counter() - start) / reads


def _fill(name: str, full: Account, other: Account, legs: int) -> None:
    """So many entries past the guards, for the size of the table only: as the owner, on a database to be dropped."""
    post_transfers(
        legs=[Leg(other, full, ONE, "benchmark")],
        event_type="bench.filled",
        event_id=str(uuid7()),
        business_date=_today(full),
        made_by=SYSTEM,
        at=timezone.now(),
    )
    filling = _FILL % {"legs": legs, "account": full.pk}
    databases.as_owner(*filling.strip().rstrip(";").split(";\n"), database=name)


_FILL = """
ALTER TABLE ledger_entry DISABLE TRIGGER USER;
INSERT INTO ledger_entry (account_id, version, transfer_id, side, posted_delta, pending_delta, posted_after,
                          pending_after, entered_at)
SELECT account_id, n, transfer_id, side, posted_delta, 0, n * posted_delta, 0,
       entered_at - interval '1 second' * (%(legs)s - n)
  FROM ledger_entry, generate_series(2, %(legs)s) AS n WHERE account_id = %(account)s AND version = 1;
UPDATE ledger_account SET version = %(legs)s, credits_posted = %(legs)s * 100 WHERE id = %(account)s;
ALTER TABLE ledger_entry ENABLE TRIGGER USER;
ANALYZE ledger_entry;
"""
