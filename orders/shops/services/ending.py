"""Orders that end without a delivery, and what the clock ends."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value

from core.database.db import lock_all
from core.errors import Refused, WrongState, refused_by, refuses
from core.events.services import publish_all
from core.files.services import forget_file
from core.history import record_changes
from core.language.reasons import needs_words
from finance.payments.services import forget_payer_phones
from orders.promotions.services import forget_coupon_buyers
from orders.shops.models import ShopCheckout, ShopClaim, ShopClaimPhoto, ShopOrder
from orders.shops.queries import GONE
from orders.shops.services.cancelling import cancel
from orders.shops.services.checking_out import payment_keys
from orders.shops.services.packing import deliver_shop_order
from orders.shops.services.steps import DAY, remind_to_send
from stations.accounts.models import User

_O = ShopOrder.Status
#: So long after everything has ended it is still known who bought.
KEEP_BUYERS = 180 * DAY
MOST = 200
#: What messages to the station ask of an order.
BESIDE = ("shop__station__county", "shop__opened_by", "checkout")


@refuses(*refused_by(cancel))
@needs_words("reason")
@transaction.atomic
def cancel_shop_order(*, order: ShopOrder, reason: str, by: User, at: dt.datetime) -> ShopOrder:
    """Give all of an order's money back the way it came; goods that are still here can be sold again.

    What was sent and did not arrive ends so as well. The buyer is told.
    """
    return cancel(order, ShopOrder.Why.STATION, reason=reason, by=by, at=at)


@refuses(*refused_by(cancel))
def cancel_unpacked(*, at: dt.datetime) -> list[ShopOrder]:
    """Give the money of orders back that nobody has packed in time; each in a transaction of its own."""
    due = ShopOrder.objects.filter(status=_O.PAID, pack_by_at__lte=at)
    return _each(due, lambda order: cancel(order, ShopOrder.Why.NOT_PACKED, at=at))


@transaction.atomic
def remind_unsent(*, at: dt.datetime) -> list[ShopOrder]:
    """Tell the station once of what is packed and lies there when half of its time to be sent is over."""
    half_over = ExpressionWrapper(Value(at) - F("send_hours") * dt.timedelta(minutes=30), output_field=DateTimeField())
    due = ShopOrder.objects.filter(status=_O.PACKED, reminded_at=None, packed_at__lte=half_over)
    orders = lock_all(due.filter(pk__in=due.order_by("pk").values("pk")[:MOST]).select_related(*BESIDE))
    ShopOrder.objects.filter(pk__in=[order.pk for order in orders]).update(reminded_at=at, updated_at=at)
    for order in orders:
        remind_to_send(order, at=at)
    return orders


@refuses(*refused_by(cancel))
def cancel_unsent(*, at: dt.datetime) -> list[ShopOrder]:
    """Give the money of orders back that are packed, and that nobody has sent in time."""
    due = ShopOrder.objects.filter(status=_O.PACKED, send_by_at__lte=at)
    return _each(due, lambda order: cancel(order, ShopOrder.Why.NOT_SENT, at=at))


@refuses(*refused_by(cancel))
def cancel_gone(*, at: dt.datetime) -> list[ShopOrder]:
    """Give the money of orders back whose farmer has died, or whose station has closed, before they were sent."""
    due = ShopOrder.objects.filter(GONE, status__in=[_O.PAID, _O.PACKED])
    return _each(due, lambda order: cancel(order, ShopOrder.Why.GONE, at=at))


@refuses(*refused_by(deliver_shop_order))
def deliver_silent(*, at: dt.datetime) -> list[ShopOrder]:
    """Count orders as delivered of which nobody has said anything for so long; each in a transaction of its own."""
    due = ShopOrder.objects.filter(status=_O.SENT, arrives_by_at__lte=at)
    return _each(due, lambda order: deliver_shop_order(order=order, by=None, at=at))


@transaction.atomic
def complete_shop_orders(*, at: dt.datetime) -> list[ShopOrder]:
    """Complete orders about which nobody can complain any more. Publishes `orders.shop_order_completed`.

    One with a claim that is not over waits for its end.
    """
    due = ShopOrder.objects.filter(status=_O.DELIVERED, claim_until_at__lte=at)
    claims = ShopClaim.objects.filter(status__in=ShopClaim.OPEN)
    due = due.exclude(pk__in=claims.values("order"))
    held = lock_all(due.filter(pk__in=due.order_by("pk").values("pk")[:MOST]).select_related("shop"))
    # A claim that was raised while its order was waited for is seen only now.
    claimed = set(claims.filter(order__in=held).values_list("order", flat=True))
    orders = [order for order in held if order.pk not in claimed]
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
    """Blank name, phone and address of buyers half a year after the last of their orders has ended; how many.

    Their payments forget the phone as well; amounts and references stay with the books.
    """
    needed = Q(status__in=ShopOrder.OPEN) | Q(claim_until_at__gt=at - KEEP_BUYERS)
    orders = ShopOrder.objects.filter(needed, checkout=OuterRef("pk"))
    known = ~Q(buyer_name="") | Q(payment__isnull=False) & ~Q(payment__payer_phone="")
    due = ShopCheckout.objects.filter(~Exists(orders), known, ended_at__lte=at - KEEP_BUYERS)
    rows = lock_all(due.filter(pk__in=due.order_by("pk").values("pk")[:MOST]))
    forget_payer_phones(keys=[key for checkout in rows for key in payment_keys(checkout)], at=at)
    _forget_claims(rows, at=at)
    forget_coupon_buyers(rows)
    forgotten = ShopCheckout.objects.filter(pk__in=[checkout.pk for checkout in rows])
    return forgotten.update(buyer_name="", buyer_phone="", address="", updated_at=at)


def _forget_claims(checkouts: list[ShopCheckout], *, at: dt.datetime) -> None:
    """What buyers wrote, and their photos; what was decided stays."""
    claims = ShopClaim.objects.filter(order__checkout__in=checkouts)
    photos = list(ShopClaimPhoto.objects.filter(claim__in=claims).select_related("file"))
    ShopClaimPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).delete()
    for photo in photos:
        forget_file(photo.file)
    claims.update(words="", appeal_words="", updated_at=at)


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
