"""What orders show outside their pages: the menu, what waits at the counter and in the warehouse."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.purchases.models import Fulfilment, Order
from orders.purchases.queries import TO_COLLECT, TO_PICK
from stations.accounts.models import User

READ, START, GIVE = "orders.read_purchase", "orders.start_purchase", "orders.give_consent"
HAND_OVER = "orders.hand_over_purchase"
PICK, PACK, SEND = "orders.pick_fulfilment", "orders.pack_fulfilment", "orders.dispatch_fulfilment"
CONFIRM = "orders.confirm_fulfilment"
LIST, WAREHOUSE = "purchases:purchases", "purchases:warehouse"
_F = Fulfilment.Status


def _to_agree(*, user: User, at: dt.datetime) -> QuerySet[Order]:
    return Order.objects.open_to(user, GIVE).filter(status=Order.Status.AWAITING_CONSENT, expires_at__gt=at)


def _to_collect(*, user: User, at: dt.datetime) -> QuerySet[Order]:
    return Order.objects.open_to(user, HAND_OVER).filter(TO_COLLECT)


def _to_pick(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, PICK).filter(TO_PICK, order__expires_at=None)


def _to_confirm(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, CONFIRM).filter(status=_F.PENDING, asked_at__isnull=False)


def _to_pack(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, PACK).filter(status=_F.PICKED)


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, SEND).filter(status=_F.PACKED)


CONSOLE = Console(
    menu=[
        MenuEntry(*("counter", _("Order goods"), "purchases:new", START), service="goods_order", icon="basket"),
        MenuEntry("goods", _("Orders of goods"), LIST, READ, needs=("purchases.agree", "purchases.collect")),
        MenuEntry(
            *("goods", _("Goods to send"), WAREHOUSE, (PICK, PACK, SEND)),
            needs=("purchases.confirm", "purchases.pick", "purchases.pack", "purchases.send"),
        ),
    ],
    needs=[
        Need(
            *("purchases.agree", _("Orders to be agreed"), "basket", GIVE, LIST, _to_agree, "price_as_of_at"),
            query="state=consent",
        ),
        Need(
            *("purchases.collect", _("Orders to hand over"), "parcel", HAND_OVER, LIST, _to_collect, "placed_at"),
            query="state=collect",
            wait_days=7,
            bad_days=14,
        ),
        Need(
            *("purchases.confirm", _("Goods that suppliers are to confirm"), "alert", CONFIRM, WAREHOUSE),
            *(_to_confirm, "asked_at"),
            place="order__station__name",
            query="state=confirm",
        ),
        Need(
            *("purchases.pick", _("Goods to pick"), "basket", PICK, WAREHOUSE, _to_pick, "allocated_at"),
            place="order__station__name",
        ),
        Need(
            *("purchases.pack", _("Goods to pack"), "basket", PACK, WAREHOUSE, _to_pack, "allocated_at"),
            place="order__station__name",
            query="state=pack",
        ),
        Need(
            *("purchases.send", _("Parcels to send"), "parcel", SEND, WAREHOUSE, _to_send, "allocated_at"),
            place="order__station__name",
            query="state=send",
        ),
    ],
)
