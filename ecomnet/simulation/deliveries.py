"""A run under load, at a supplier with an order system: what it confirms, its news of goods, and what we heard."""

import datetime as dt
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.db.models import QuerySet, Sum
from django.utils.timezone import now

from core.instants import for_programs
from ecomnet.simulation.company import Company
from orders.models import Fulfilment, SupplierOrder

_F = Fulfilment.Status
LOOKS_EVERY = 2.0
#: Every other order is answered otherwise than whole: half of it, not at once, or not at all.
ANSWERS = ("partly", "pending", "decline")
CONFIRMS = frozenset({"confirmed", "partly"})
SHIPPED, ARRIVED, UNDELIVERABLE = "shipped", "arrived", "undeliverable"
#: Where goods are with us after the last word about them.
GOODS_AFTER = {"": _F.ALLOCATED, ARRIVED: _F.PICKED, UNDELIVERABLE: _F.CANCELLED}
#: Goods of every fifth order are not delivered after all, and of every third the last news comes first.
UNDELIVERED, OVERTAKEN = 5, 3
#: Seconds until the news of an order goes out, by when its confirmation has arrived, and between two of them.
SOON, BETWEEN = 3.0, 1.0


@dataclass(slots=True)
class SupplierOfLoad:
    """The supplier of this code: orders before the run are none of its, and what it has told of each other one."""

    company: Company
    code: str
    earlier: frozenset[str] = frozenset()
    told: dict[str, str] = field(default_factory=dict)
    wished: int = 0

    def orders(self) -> list[dict[str, Any]]:
        """What it was asked for in this run, and what it has answered."""
        return [row for row in self.company.supplier_orders(self.code) if row["our_ref"] not in self.earlier]

    def look(self) -> None:
        """Choose the next answers, and say of each order that was confirmed how far its goods are; each word twice."""
        orders = self.orders()
        while self.wished <= len(orders) // 2:
            answer = ANSWERS[self.wished % len(ANSWERS)]
            self.company.wish({"do": answer, "match": {"kind": "supplier_order"}})
            self.wished += 1
        for row in orders:
            if row["answer"]["status"] in CONFIRMS and row["our_ref"] not in self.told:
                self._tell(row["our_ref"], len(self.told) + 1)

    def _tell(self, our_ref: str, number: int) -> None:
        words = [UNDELIVERABLE] if number % UNDELIVERED == 0 else [SHIPPED, ARRIVED]
        self.told[our_ref] = words[-1]
        for place, word in enumerate(words[::-1] if number % OVERTAKEN == 0 else words):
            self.company.say_of_goods(
                {
                    "provider": self.code,
                    "our_ref": our_ref,
                    "event": word,
                    "occurred_at": for_programs(now()),
                    "times": 2,
                    "seconds": SOON + place * BETWEEN,
                }
            )


@contextmanager
def at_work(supplier: SupplierOfLoad) -> Iterator[None]:
    """It looks after its orders while the run goes on, and once more when it is over."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(LOOKS_EVERY):
            try:
                supplier.look()
            except httpx.TransportError:
                continue  # as busy as everybody: it looks again

    with ThreadPoolExecutor(max_workers=1) as pool:
        working = pool.submit(work)
        try:
            yield
        finally:
            over.set()
        working.result()


def wait_until_heard(supplier: SupplierOfLoad, *, since: dt.datetime, seconds: float) -> list[str]:
    """Until our books say of each order what the supplier has said, or patience has ended; what they do not then."""
    until = time.monotonic() + seconds
    while True:
        supplier.look()
        apart = differences(supplier.orders(), supplier.told, ours=_ours(supplier.code, since))
        if not apart or time.monotonic() > until:
            return apart
        time.sleep(LOOKS_EVERY)


def differences(
    orders: Sequence[Mapping[str, Any]], told: Mapping[str, str], *, ours: QuerySet[SupplierOrder]
) -> list[str]:
    """In words: orders that only one side knows, that were decided twice, or whose goods are otherwise with us."""
    counted = ours.annotate(quantity=Sum("fulfilment__lines__quantity"))
    rows = counted.values_list("pk", "status", "quantity", "fulfilment__status")
    known = {str(pk): _words(status, quantity, where, times=1) for pk, status, quantity, where in rows}
    asked = {row["our_ref"]: row for row in orders}
    words = [f"{ref}: the supplier was never asked" for ref in known.keys() - asked.keys()]
    words += [f"{ref}: the supplier knows an order that we do not" for ref in asked.keys() - known.keys()]
    for ref in sorted(asked.keys() & known.keys()):
        here, there = known[ref], _there(asked[ref], told.get(ref, ""))
        words += [f"{ref}: {there} there, {here} here"] if here != there else []
    return words


def _ours(code: str, since: dt.datetime) -> QuerySet[SupplierOrder]:
    return SupplierOrder.objects.filter(supplier__system__code=code, made_at__gte=since)


def _there(row: Mapping[str, Any], last_word: str) -> str:
    """What the supplier has said of an order: its answer, how much of it, and where the goods must be with us."""
    answer = row["answer"]
    confirmed = answer["status"] in CONFIRMS
    lines = answer["lines"] if answer["status"] == "partly" else row["body"]["lines"]
    where = GOODS_AFTER[last_word] if confirmed else _F.CANCELLED
    return _words(answer["status"], sum(line["quantity"] for line in lines), where, times=row["decided"])


def _words(status: str, quantity: int, where: str, *, times: int) -> str:
    return f"{status} {quantity}, {where}" if times == 1 else f"{status} {quantity}, {where}, decided {times} times"
