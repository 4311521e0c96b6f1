"""What orders show outside their pages: the menu, what waits at the counter and in the warehouse."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.purchases.models import Fulfilment, Order
from orders.purchases.queries import OWED, TO_COLLECT, TO_GIVE_BACK, TO_PICK, TO_TELL, UNPAID_AGAIN
from orders.purchases.services.calling_off import MESSAGE_TAKES
from stations.accounts.models import User

READ, START, GIVE = "orders.read_purchase", "orders.start_purchase", "orders.give_consent"
HAND_OVER = "orders.hand_over_purchase"
PICK, PACK, SEND = "orders.pick_fulfilment", "orders.pack_fulfilment", "orders.dispatch_fulfilment"
CONFIRM, TELL, CANCEL_PART = "orders.confirm_fulfilment", "orders.note_supplier_informed", "orders.cancel_fulfilment"
GIVE_BACK = "orders.give_back_fulfilment"
TAKE_PAYMENT = "orders.take_purchase_payment"
LIST, WAREHOUSE = "purchases:purchases", "purchases:warehouse"
_F = Fulfilment.Status


def _to_agree(*, user: User, at: dt.datetime) -> QuerySet[Order]:
    return Order.objects.open_to(user, GIVE).filter(status=Order.Status.AWAITING_CONSENT, expires_at__gt=at)


def _to_collect(*, user: User, at: dt.datetime) -> QuerySet[Order]:
    return Order.objects.open_to(user, HAND_OVER).filter(TO_COLLECT)


def _to_pick(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, PICK).filter(TO_PICK, order__expires_at=None).exclude(UNPAID_AGAIN)


def _to_confirm(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, CONFIRM).filter(status=_F.PENDING, asked_at__isnull=False)


def _to_tell(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    """Suppliers without a phone at once, others once a message had time to arrive."""
    to_call = Q(supplier__contact_phone="") | Q(not_needed_at__lte=at - MESSAGE_TAKES)
    return Fulfilment.objects.open_to(user, TELL).filter(TO_TELL, to_call)


def _to_give_back(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, GIVE_BACK).filter(TO_GIVE_BACK)


def _unpaid_again(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, CANCEL_PART).filter(UNPAID_AGAIN)


def _owed_at_counter(*, user: User, at: dt.datetime) -> QuerySet[Order]:
    return Order.objects.open_to(user, TAKE_PAYMENT).filter(OWED)


def _to_pack(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, PACK).filter(status=_F.PICKED)


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[Fulfilment]:
    return Fulfilment.objects.open_to(user, SEND).filter(status=_F.PACKED)


CONSOLE = Console(
    menu=[
        MenuEntry(*("counter", _("Order goods"), "purchases:new", START), service="goods_order", icon="basket"),
        MenuEntry(
            "goods", _("Orders of goods"), LIST, READ, needs=("purchases.agree", "purchases.collect", "purchases.owed")
        ),
        MenuEntry(
            *("goods", _("Goods to send"), WAREHOUSE, (PICK, PACK, SEND)),
            needs=(
                *("purchases.confirm", "purchases.pick", "purchases.pack", "purchases.send"),
                *("purchases.tell", "purchases.unpaid", "purchases.back"),
            ),
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
            *("purchases.owed", _("Orders whose payment the bank took back"), "alert", TAKE_PAYMENT, LIST),
            *(_owed_at_counter, "placed_at"),
            query="state=owed",
        ),
        Need(
            *("purchases.unpaid", _("Goods whose payment the bank took back"), "alert", CANCEL_PART, WAREHOUSE),
            *(_unpaid_again, "allocated_at"),
            place="order__station__name",
            query="state=unpaid",
        ),
        Need(
            *("purchases.tell", _("Suppliers to be told that goods are not needed"), "alert", TELL, WAREHOUSE),
            *(_to_tell, "not_needed_at"),
            place="order__station__name",
            query="state=tell",
        ),
        Need(
            *("purchases.back", _("Goods that suppliers get back"), "parcel", GIVE_BACK, WAREHOUSE, _to_give_back),
            *("allocated_at",),
            place="order__station__name",
            query="state=back",
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
