"""What the verbs of returns share: the rows that are held, states with a trace, and what a return that ends frees."""

import datetime as dt

from django.db.models import F

from core.database.db import lock
from core.history import record_change
from finance.settlement.services import release_lines
from orders.purchases.models import FulfilmentLine, Order, OrderLine
from orders.purchases.services.steps import held as held_order
from orders.returns.models import Return
from stations.accounts.models import User


def held(found: Return) -> tuple[Order, Return]:
    """Order and return, held in this order until the transaction ends."""
    order = held_order(found.order)
    lock(found)
    rows = Return.objects.select_related(
        "station__county", "part__order_line__variant__product__supplier", "part__fulfilment__warehouse"
    )
    return order, rows.get(pk=found.pk)


def move(found: Return, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Return:
    """Store a return in its new state, with a trace; what earned from its goods goes on once nothing is open."""
    before, found.status = found.status, status
    found.save()
    record_change(found, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    if before in Return.OPEN and status not in Return.OPEN:
        _let_go(found, at=at)
    return found


def free(found: Return, quantity: int) -> None:
    """So much of it has not come back after all: it can be returned again."""
    FulfilmentLine.objects.filter(pk=found.part_id).update(quantity_returned=F("quantity_returned") - quantity)
    OrderLine.objects.filter(pk=found.part.order_line_id).update(quantity_returned=F("quantity_returned") - quantity)


def _let_go(found: Return, *, at: dt.datetime) -> None:
    if not Return.objects.filter(part=found.part_id, status__in=Return.OPEN).exists():
        release_lines(event_id=str(found.part_id), at=at)
