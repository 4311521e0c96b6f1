"""What shops show outside their pages: the menu, what waits at the station and in the county."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.shops.models import Shop, ShopOrder
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, EDIT, DECIDE, PACK = "orders.read_shop", "orders.edit_shop", "orders.decide_shop", "orders.pack_shop_order"
SHOPS, ORDERS = "shops:shops", "shops:orders"
_O = ShopOrder.Status


def _to_review(*, user: User, at: dt.datetime) -> QuerySet[Shop]:
    """Without those that the reader has prepared: another person decides."""
    own = own_logins(user)
    rows = Shop.objects.open_to(user, DECIDE).filter(status=Shop.Status.READY_FOR_REVIEW)
    return rows.exclude(opened_by__in=own).exclude(submitted_by__in=own)


def _to_pack(*, user: User, at: dt.datetime) -> QuerySet[ShopOrder]:
    return ShopOrder.objects.open_to(user, PACK).filter(status=_O.PAID)


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[ShopOrder]:
    return ShopOrder.objects.open_to(user, PACK).filter(status=_O.PACKED)


def _rejected(*, user: User, at: dt.datetime) -> QuerySet[Shop]:
    return Shop.objects.open_to(user, EDIT).filter(status=Shop.Status.REJECTED)


CONSOLE = Console(
    menu=[
        MenuEntry("goods", _("Farmers' shops"), SHOPS, READ, needs=("shops.review", "shops.rejected")),
        MenuEntry("goods", _("Orders of shops"), ORDERS, READ, needs=("shops.pack", "shops.send")),
    ],
    needs=[
        Need(
            *("shops.review", _("Shops to approve"), "leaf", DECIDE, SHOPS, _to_review, "agreed_at", "station__name"),
            query="state=review",
        ),
        Need(
            *("shops.rejected", _("Shops sent back"), "leaf", EDIT, SHOPS, _rejected, "agreed_at", "station__name"),
            query="state=draft",
        ),
        Need(
            *("shops.pack", _("Shop orders to pack"), "basket", PACK, ORDERS, _to_pack, "paid_at"),
            place="shop__station__name",
            query="state=pack",
        ),
        Need(
            *("shops.send", _("Shop orders to send"), "parcel", PACK, ORDERS, _to_send, "paid_at"),
            place="shop__station__name",
            query="state=send",
        ),
    ],
)
