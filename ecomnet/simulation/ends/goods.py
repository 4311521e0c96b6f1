"""Orders: each has one end, its money and its goods follow from that end, and no warehouse has promised too much."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from core.money import parse
from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.judgement import APART, DOUBLED, LOST, OPEN, Finding
from orders.models import Allocation, Fulfilment, Order, OrderLine, StockLevel, StockMovement

GOODS = "goods"
_S = Order.Status
GIVEN_UP = frozenset({_S.CANCELLED, _S.EXPIRED})


def judge_goods(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare orders that these users began since then with what their counters know, and look at the warehouses."""
    orders = Order.objects.filter(ordered_by__in=users, created_at__gte=since)
    ours = {str(order.pk): order for order in orders}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter knows of an order that our books do not know")
    for pk, order in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "an order was begun and no counter knows of it")
            continue
        yield from _compare(order, known[pk])
    taken_out = _taken_out(orders)
    for pk, order in ours.items():
        yield from _of_stock(order, taken_out[pk])
    yield from _promised_too_much()


def _compare(order: Order, case: Case) -> Iterable[Finding]:
    ends = {DONE: order.has_ended_parts and order.delivered > 0 and not order.due, CANCELLED: order.status in GIVEN_UP}
    if sum(ends.values()) != 1:
        yield Finding(OPEN, case.id, f"the order is {order.status}, {order.fulfilment_status}, {order.payment_status}")
    elif not ends.get(case.end):
        yield Finding(LOST, case.id, f"{order.fulfilment_status} with us, {case.end or 'not ended'} at the counter")
    paid = sum(parse(press.total, press.currency).minor for press in case.presses)
    if order.received_minor != paid:
        kind = LOST if order.received_minor < paid else DOUBLED
        yield Finding(kind, case.id, f"{paid} was paid for the order, and it counts {order.received_minor}")
    if order.refunded_minor != case.back:
        kind = LOST if order.refunded_minor < case.back else DOUBLED
        yield Finding(kind, case.id, f"{case.back} is to come back, and the order counts {order.refunded_minor}")


def _taken_out(orders: QuerySet[Order]) -> Counter[str]:
    """How much left the warehouses for each order and did not come back."""
    lines = dict(orders.values_list("lines__pk", "pk"))
    kinds = (StockMovement.Kind.SALE, StockMovement.Kind.RETURN)
    moved = StockMovement.objects.filter(kind__in=kinds, allocation__reference__in=[pk for pk in lines if pk])
    taken: Counter[str] = Counter()
    for reference, delta in moved.values_list("allocation__reference", "on_hand_delta"):
        taken[str(lines[reference])] -= delta
    return taken


def _of_stock(order: Order, taken_out: int) -> Iterable[Finding]:
    """What its suppliers keep never lay in the warehouse."""
    stocked = order.lines.exclude(supply=OrderLine.ON_DEMAND)
    delivered = stocked.aggregate(quantity=Sum("quantity_delivered", default=0))["quantity"]
    if taken_out != delivered:
        kind = LOST if taken_out > delivered else DOUBLED
        yield Finding(kind, str(order.pk), f"{taken_out} left the warehouse, {delivered} were handed over")
    reserved = Allocation.objects.filter(reference__in=order.lines.values("pk"), status=Allocation.Status.ACTIVE)
    if reserved.exists():
        yield Finding(OPEN, str(order.pk), "goods are still reserved")
    if Fulfilment.objects.filter(order=order, status__in=Fulfilment.WAITING).exists():
        yield Finding(OPEN, str(order.pk), "something is still to be sent")


def _promised_too_much() -> Iterable[Finding]:
    """A level is what its movements and its reservations add up to, and never promises more than there is."""
    active = Q(allocations__status=Allocation.Status.ACTIVE)
    promised = StockLevel.objects.annotate(promised=Sum("allocations__quantity", filter=active, default=0))
    for level in promised.filter(~Q(allocated=F("promised")) | Q(on_hand__lt=F("allocated"))):
        why = f"{level.promised} of {level.on_hand} are reserved, {level.allocated} are counted"
        yield Finding(APART, "", f"stock {level.pk}: {why}")
    for level in StockLevel.objects.annotate(moved=Sum("movements__on_hand_delta", default=0)):
        if level.moved != level.on_hand:
            yield Finding(APART, "", f"stock {level.pk}: movements come to {level.moved}, {level.on_hand} is there")
