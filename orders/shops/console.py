"""What shops show outside their pages: the menu, what waits at the station and in the county."""

import datetime as dt

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from core.web.console import Console, MenuEntry, Need
from orders.promotions.models import Promotion
from orders.promotions.queries import prepared_still
from orders.shops.models import Shop, ShopClaim, ShopOrder
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.people.models import Person

READ, EDIT, DECIDE, PACK = "orders.read_shop", "orders.edit_shop", "orders.decide_shop", "orders.pack_shop_order"
CONCEDE, DECIDE_CLAIM = "orders.concede_shop_claim", "orders.decide_shop_claim"
AGREE = "orders.agree_coupon"
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


def _to_concede(*, user: User, at: dt.datetime) -> QuerySet[ShopOrder]:
    """Small complaints that the station may give in to."""
    rows = _of_others(ShopOrder.objects.open_to(user, CONCEDE), user)
    return rows.filter(claim__status=ShopClaim.Status.RAISED, claim__asked_minor__lte=F("instant_claim_minor"))


def _to_decide(*, user: User, at: dt.datetime) -> QuerySet[ShopOrder]:
    """Without those of the reader: another person decides, and another one again."""
    own = own_logins(user)
    rows = _of_others(ShopOrder.objects.open_to(user, DECIDE_CLAIM), user)
    rows = rows.filter(claim__status__in=ShopClaim.TO_DECIDE).exclude(claim__decided_by__in=own)
    return rows.exclude(shop__opened_by__in=own).exclude(shop__submitted_by__in=own)


def _of_others(rows: QuerySet[ShopOrder], user: User) -> QuerySet[ShopOrder]:
    """Without what the reader sells, or has bought (`is_of_their_own`)."""
    known_by = (User.objects.filter(pk=user.pk), Person.objects.filter(logins=user))
    for owners in known_by:
        rows = rows.exclude(checkout__buyer_phone__in=owners.exclude(phone="").values("phone"))
    return rows.exclude(shop__owner=user.person_id)


def _to_ask(*, user: User, at: dt.datetime) -> QuerySet[Shop]:
    """Shops with a coupon that waits for the word of their farmer, without that of the reader."""
    waiting = prepared_still(Promotion.objects.filter(shop=OuterRef("pk"), agreed_at=None), at=at)
    first = waiting.order_by("prepared_at").values("prepared_at")[:1]
    rows = Shop.objects.open_to(user, AGREE).annotate(asked_at=Subquery(first)).filter(asked_at__isnull=False)
    return rows.exclude(owner=user.person_id)


def _rejected(*, user: User, at: dt.datetime) -> QuerySet[Shop]:
    return Shop.objects.open_to(user, EDIT).filter(status=Shop.Status.REJECTED)


CONSOLE = Console(
    menu=[
        MenuEntry(
            "produce", _("Farmers' shops"), SHOPS, READ, needs=("shops.review", "shops.rejected", "shops.coupons")
        ),
        MenuEntry(
            "produce",
            _("Orders of shops"),
            ORDERS,
            READ,
            needs=("shops.pack", "shops.send", "shops.concede", "shops.claims"),
        ),
    ],
    needs=[
        Need(
            *("shops.concede", _("Complaints of buyers"), "alert", CONCEDE, ORDERS, _to_concede, "claim__raised_at"),
            place="shop__station__name",
            query="state=claims",
        ),
        Need(
            *("shops.claims", _("Complaints to decide"), "alert", DECIDE_CLAIM, ORDERS, _to_decide),
            since="claim__raised_at",
            place="shop__station__name",
            query="state=claims",
        ),
        Need(
            *("shops.review", _("Shops to approve"), "leaf", DECIDE, SHOPS, _to_review, "agreed_at", "station__name"),
            query="state=review",
        ),
        Need(
            *("shops.rejected", _("Shops sent back"), "leaf", EDIT, SHOPS, _rejected, "agreed_at", "station__name"),
            query="state=draft",
        ),
        Need(
            *("shops.coupons", _("Coupons to ask a farmer about"), "coins", AGREE, SHOPS, _to_ask, "asked_at"),
            place="station__name",
            query="state=coupon",
        ),
        Need(
            *("shops.pack", _("Shop orders to pack"), "basket", PACK, ORDERS, _to_pack, "paid_at"),
            place="shop__station__name",
            query="state=pack",
        ),
        Need(
            *("shops.send", _("Shop orders to send"), "parcel", PACK, ORDERS, _to_send, "packed_at"),
            place="shop__station__name",
            query="state=send",
        ),
    ],
)
