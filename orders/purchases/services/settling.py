"""When the days in which goods can be returned are over, an order is complete."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core.database.db import lock_all
from core.events.services import publish_all
from core.history import record_changes
from orders.purchases.machine import ORDER
from orders.purchases.models import Order, OrderLine
from orders.returns.models import Return


@transaction.atomic
def shut_windows(*, county: str, at: dt.datetime, most: int = 500) -> list[Order]:
    """Complete the orders of a county (its code): everything was handed over or cancelled, and nothing comes back.

    Publishes `orders.purchase_completed`, and `orders.purchase_settled` where a resident kept goods.
    """
    open_lines = OrderLine.objects.filter(order=OuterRef("pk"), window_ends_at__gt=at)
    under_way = Return.objects.filter(order=OuterRef("pk"), status__in=Return.OPEN)
    due = Order.objects.filter(
        ~Exists(open_lines),
        ~Exists(under_way),
        station__county__code=county,
        status__in=ORDER.arrows["complete_purchase"],
        delivered__gt=0,
        ordered=F("delivered") + F("cancelled"),
        received_minor__gte=F("total_minor") - F("cancelled_minor") - F("waived_minor"),
    )
    locked = lock_all(due.filter(pk__in=due.order_by("pk").values("pk")[:most]).select_related("station", "villager"))
    orders = _without_returns(locked)
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(status=Order.Status.COMPLETED, updated_at=at)
    record_changes(orders, old=Order.Status.PLACED, new=Order.Status.COMPLETED, at=at)
    publish_all("orders.purchase_completed", [{"order": str(order.pk)} for order in orders], at=at)
    publish_all(
        "orders.purchase_settled", [_settled(order) for order in orders if order.villager and _goods_left(order)], at=at
    )
    return orders


def _without_returns(orders: list[Order]) -> list[Order]:
    """Those of which nobody has begun to bring something back while they were waited for."""
    under_way = Return.objects.filter(order__in=orders, status__in=Return.OPEN)
    waiting = set(under_way.values_list("order", flat=True))
    return [order for order in orders if order.pk not in waiting]


def _goods_left(order: Order) -> int:
    """Minor units of the goods that the buyer has paid for and not brought back."""
    kept = order.total_minor - order.cancelled_minor - order.returned_minor
    return min(kept, order.received_minor - order.refunded_minor)


def _settled(order: Order) -> dict[str, object]:
    """Who kept goods of which worth, and where the buyer lives."""
    villager = order.villager
    return {
        "order": str(order.pk),
        "payer": str(order.villager_id),
        "village": villager.village_id if villager else None,
        "station": order.station_id,
        "amount_minor": _goods_left(order),
        "currency": order.currency,
    }
