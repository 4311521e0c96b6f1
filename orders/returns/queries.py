"""Returns as pages and lists ask for them."""

import datetime as dt

from django.db.models import F, QuerySet

from orders.purchases.models import Order, OrderLine
from orders.returns.models import Return, ReturnQuerySet


def returns() -> ReturnQuerySet:
    """With everything that is shown of one."""
    rows: ReturnQuerySet = Return.objects.select_related(
        "station__county",
        "order__villager",
        "part__order_line__variant__product",
        "part__fulfilment__warehouse__station",
        "requested_by",
        "decided_by",
        "inspected_by",
    )
    return rows


def handed_over(order: Order) -> QuerySet[OrderLine]:
    """The lines of an order of which the buyer has something in hand, or had."""
    return order.lines.filter(quantity_delivered__gt=0).select_related("order", "variant__product").order_by("pk")


def returnable(order: Order, *, at: dt.datetime) -> QuerySet[OrderLine]:
    """Those of which something can be brought back now."""
    return handed_over(order).filter(window_ends_at__gt=at, quantity_delivered__gt=F("quantity_returned"))
