"""Returns as pages and lists ask for them."""

import datetime as dt

from django.db.models import F, Prefetch, QuerySet

from orders.purchases.models import Order, OrderLine
from orders.returns.models import Return, ReturnLine, ReturnQuerySet


def returns() -> ReturnQuerySet:
    """With everything that is shown of one."""
    rows = Return.objects.select_related(
        "station__county",
        "order__villager",
        "replacement",
        "requested_by",
        "decided_by",
        "inspected_by",
    )
    return rows.prefetch_related(
        Prefetch("lines", ReturnLine.objects.order_by("pk").select_related("part__order_line__variant__product"))
    )


def handed_over(order: Order) -> QuerySet[OrderLine]:
    """The lines of an order of which the buyer has something in hand, or had."""
    return order.lines.filter(quantity_delivered__gt=0).select_related("order", "variant__product").order_by("pk")


def returnable(order: Order, *, at: dt.datetime) -> QuerySet[OrderLine]:
    """Those of which something can be brought back now."""
    if order.is_replacement:
        return order.lines.none()
    return handed_over(order).filter(window_ends_at__gt=at, quantity_delivered__gt=F("quantity_returned"))
