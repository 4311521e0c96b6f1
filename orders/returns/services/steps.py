"""What the verbs of returns share: the rows that are held, states with a trace, and what a return that ends frees."""

import datetime as dt

from django.db.models import F

from core.database.db import lock
from core.days import day_in, instant_of
from core.history import record_change
from core.jobs.services import enqueue
from finance.settlement.services import release_lines
from orders.purchases.models import FulfilmentLine, Order, OrderLine
from orders.purchases.services.reversing import held_as_paid as order_held_as_paid
from orders.purchases.services.steps import held as held_order
from orders.returns.models import Return, ReturnLine
from stations.accounts.models import User


def held(found: Return) -> tuple[Order, Return]:
    """Order and return, held in this order until the transaction ends."""
    order = held_order(found.order)
    lock(found)
    return order, Return.objects.select_related("station__county").get(pk=found.pk)


def held_as_paid(found: Return, *, at: dt.datetime) -> tuple[Order, Return]:
    """The same where money may be owed: without what a bank has just taken back, of which nobody has heard yet."""
    order_held_as_paid(found.order, at=at)
    return held(found)


def lines_of(found: Return) -> list[ReturnLine]:
    """What comes back, with everything that services ask of it."""
    rows = found.lines.select_related(
        "part__order_line__variant__product",
        "part__order_line__supplier",
        "part__fulfilment__supplier",
        "part__fulfilment__warehouse__station",
    )
    return list(rows.order_by("pk"))


def move(found: Return, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Return:
    """Store a return in its new state, with a trace; what earned from its goods goes on once nothing is open."""
    before, found.status = found.status, status
    found.save()
    record_change(found, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    if before in Return.OPEN and status not in Return.OPEN:
        _let_go(found, at=at)
    return found


def wait_for_goods(found: Return, *, days: int, at: dt.datetime) -> None:
    """From today the buyer has so many days to bring the goods; then the return ends by itself. Not stored yet."""
    zone = found.station.zone
    found.bring_until_date = day_in(zone, at) + dt.timedelta(days=days)
    enqueue(
        "returns.expire_return",
        dedupe_key=f"return-expire:{found.pk}",
        payload={"goods_return": str(found.pk)},
        run_at=instant_of(zone, found.bring_until_date + dt.timedelta(days=1), dt.time()),
    )


def free(line: ReturnLine, quantity: int) -> None:
    """The buyer has so much of it in hand after all: it can be returned again."""
    if not quantity:
        return
    FulfilmentLine.objects.filter(pk=line.part_id).update(quantity_returned=F("quantity_returned") - quantity)
    OrderLine.objects.filter(pk=line.part.order_line_id).update(quantity_returned=F("quantity_returned") - quantity)


def free_all(found: Return) -> None:
    """Nothing of it has come back."""
    for line in lines_of(found):
        free(line, line.quantity)


def _let_go(found: Return, *, at: dt.datetime) -> None:
    parts = set(found.lines.values_list("part", flat=True))
    waiting = ReturnLine.objects.filter(part__in=parts, goods_return__status__in=Return.OPEN)
    for part in sorted(parts - set(waiting.values_list("part", flat=True))):
        release_lines(event_id=str(part), at=at)
