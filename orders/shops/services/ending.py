"""Orders that end without a delivery, and what the clock ends."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.database.db import lock_all
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish_all
from core.history import record_changes
from core.language.reasons import needs_words
from finance.payments.models import Refund
from finance.payments.services import refund_payment
from orders.shops.machine import SHOP_ORDER
from orders.shops.models import ShopCheckout, ShopOrder
from orders.shops.services.answers import put_back, uncover
from orders.shops.services.packing import deliver_shop_order
from orders.shops.services.steps import DAY, held_order, move, tell_buyer
from stations.accounts.models import User

_O = ShopOrder.Status
#: So long after everything has ended it is still known who bought.
KEEP_BUYERS = 180 * DAY
MOST = 200


@refuses(WrongState, *refused_by(refund_payment))
@needs_words("reason")
@transaction.atomic
def cancel_shop_order(*, order: ShopOrder, reason: str, by: User, at: dt.datetime) -> ShopOrder:
    """Give all of an order's money back the way it came; goods that are still here can be sold again.

    What was sent and did not arrive ends so as well. The buyer is told.
    """
    return _cancel(order, ShopOrder.Why.STATION, reason=reason, by=by, at=at)


@refuses(WrongState, *refused_by(refund_payment))
def _cancel(order: ShopOrder, why: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> ShopOrder:
    order = held_order(order)
    SHOP_ORDER.check("cancel_shop_order", order.status)
    if order.status in ShopOrder.HERE:
        put_back([order])
    order.why, order.reason = why, reason
    move(order, _O.CANCELLED, at=at, by=by, reason=reason or why)
    payment = order.checkout.payment
    if order.checkout.status == ShopCheckout.Status.REVERSED:
        uncover(order, at=at)
    elif payment is not None:
        key = f"shop-order:{order.pk}"
        refund_payment(payment=payment, amount=order.total, reason=Refund.Reason.CANCELLED, at=at, key=key)
        about = {"number": order.number[-7:], "amount": order.total}
        tell_buyer(order.checkout, "shop_order_cancelled", about, about=order.pk, at=at)
    return order


@refuses(*refused_by(_cancel))
def cancel_unpacked(*, at: dt.datetime) -> list[ShopOrder]:
    """Give the money of orders back that nobody has packed in time; each in a transaction of its own."""
    due = ShopOrder.objects.filter(status=_O.PAID, pack_by_at__lte=at)
    return _each(due, lambda order: _cancel(order, ShopOrder.Why.NOT_PACKED, at=at))


@refuses(*refused_by(deliver_shop_order))
def deliver_silent(*, at: dt.datetime) -> list[ShopOrder]:
    """Count orders as delivered of which nobody has said anything for so long; each in a transaction of its own."""
    due = ShopOrder.objects.filter(status=_O.SENT, arrives_by_at__lte=at)
    return _each(due, lambda order: deliver_shop_order(order=order, by=None, at=at))


@transaction.atomic
def complete_shop_orders(*, at: dt.datetime) -> list[ShopOrder]:
    """Complete orders about which nobody can complain any more. Publishes `orders.shop_order_completed`."""
    due = ShopOrder.objects.filter(status=_O.DELIVERED, claim_until_at__lte=at)
    orders = lock_all(due.filter(pk__in=due.order_by("pk").values("pk")[:MOST]).select_related("shop"))
    ShopOrder.objects.filter(pk__in=[order.pk for order in orders]).update(status=_O.COMPLETED, updated_at=at)
    record_changes(orders, old=_O.DELIVERED, new=_O.COMPLETED, at=at)
    publish_all(
        "orders.shop_order_completed",
        [{"order": str(order.pk), "station": order.shop.station_id} for order in orders],
        at=at,
    )
    return orders


@transaction.atomic
def forget_buyers(*, at: dt.datetime) -> int:
    """Blank name, phone and address of buyers half a year after the last of their orders has ended; how many."""
    needed = Q(status__in=ShopOrder.OPEN) | Q(claim_until_at__gt=at - KEEP_BUYERS)
    orders = ShopOrder.objects.filter(needed, checkout=OuterRef("pk"))
    due = ShopCheckout.objects.filter(~Exists(orders), ended_at__lte=at - KEEP_BUYERS).exclude(buyer_name="")
    return due.update(buyer_name="", buyer_phone="", address="", updated_at=at)


def _each(due: QuerySet[ShopOrder], act: Callable[[ShopOrder], ShopOrder]) -> list[ShopOrder]:
    """Do it to each that is due; one that has moved on meanwhile stays as it is, and one that is refused stops none.

    The first refusal is raised when all have had their turn.
    """
    done: list[ShopOrder] = []
    refused: list[Refused] = []
    for order in due.select_related("checkout").order_by("pk")[:MOST]:
        try:
            with transaction.atomic():
                done.append(act(order))
        except WrongState:
            continue
        except Refused as refusal:
            refused.append(refusal)
    if refused:
        raise refused[0]
    return done
