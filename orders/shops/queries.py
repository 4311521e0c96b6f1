"""What is on offer, what holds today, and what a shop has sold."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from core.days import day_in
from core.signed_refs import ref_in, token_for
from orders.shops.models import Shop, ShopArticle, ShopCheckout, ShopClaim, ShopOrder, ShopPolicy
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import is_same_person

PURPOSE = "shop-checkout"
#: Stations at which somebody packs.
SERVES = (Station.Status.TRIAL, Station.Status.ACTIVE)
#: Of orders: nobody can pack for their seller any more (`is_gone`).
GONE = Q(shop__owner__died_date__isnull=False) | Q(shop__station__status=Station.Status.CLOSED)
SOLD = (ShopOrder.Status.DELIVERED, ShopOrder.Status.COMPLETED)
#: Other sellers of the county that a page of a shop names.
NEIGHBOURS = 12


def policy_of(station: Station, *, on: dt.date) -> ShopPolicy | None:
    """The rule that holds on a day at a station: that of its county before the general one."""
    rules = ShopPolicy.objects.filter(
        Q(division=station.county_id) | Q(division=None),
        Q(to_date=None) | Q(to_date__gt=on),
        currency=station.currency,
        from_date__lte=on,
    )
    return rules.order_by(F("division").asc(nulls_last=True)).first()


def policy_at(station: Station, *, at: dt.datetime) -> ShopPolicy | None:
    """The rule that holds at an instant, by the day of the station."""
    return policy_of(station, on=day_in(station.zone, at))


def is_gone(shop: Shop) -> bool:
    """Whether nobody can pack for this seller any more: the farmer has died, or the station has closed for good."""
    return shop.owner.died_date is not None or shop.station.status == Station.Status.CLOSED


def sells(shop: Shop) -> bool:
    """Whether something can be ordered here now."""
    return shop.status == Shop.Status.APPROVED and not shop.owner.died_date and shop.station.status in SERVES


def public_shop(ref: str) -> Shop | None:
    """The shop of this address that anybody may look at."""
    rows = Shop.objects.filter(ref=ref, status__in=Shop.PUBLIC)
    return rows.select_related("owner", "station__county", "station__village", "opened_by").first()


def neighbours_of(shop: Shop) -> QuerySet[Shop]:
    """Other shops of the county that are open, in the same currency."""
    rows = Shop.objects.filter(
        station__county=shop.station.county_id, currency=shop.currency, status=Shop.Status.APPROVED
    )
    return rows.exclude(pk=shop.pk).select_related("owner", "station").order_by("pk")[:NEIGHBOURS]


def offered(shop: Shop) -> QuerySet[ShopArticle]:
    """What a shop offers, also what is sold out just now."""
    return ShopArticle.objects.filter(shop=shop, is_offered=True).order_by("pk")


def articles_called(refs: Collection[str]) -> list[ShopArticle]:
    """The articles of these addresses that open shops offer, by seller."""
    rows = ShopArticle.objects.filter(ref__in=refs, is_offered=True, shop__status=Shop.Status.APPROVED)
    return list(rows.select_related("shop__owner", "shop__station__county").order_by("shop", "pk"))


def token_of(checkout: ShopCheckout) -> str:
    """What stands in the address of a buyer's page."""
    return token_for(checkout.ref, PURPOSE)


def checkout_called(token: str) -> ShopCheckout | None:
    """The checkout of this token; None for a token that was never given, or is mistyped."""
    ref = ref_in(token, PURPOSE)
    rows = ShopCheckout.objects.select_related("station__county", "payment", "taken_by")
    return rows.filter(ref=ref).first() if ref else None


def shops() -> QuerySet[Shop]:
    """Shops with what their pages and answers show."""
    return Shop.objects.select_related("owner", "station__county", "opened_by", "decided_by")


def shop_articles() -> QuerySet[ShopArticle]:
    """Articles with their shops."""
    return ShopArticle.objects.select_related("shop__station__county", "shop__owner", "photo")


def shop_orders() -> QuerySet[ShopOrder]:
    """Orders with what their pages and answers show."""
    return ShopOrder.objects.select_related("checkout__station", "shop__station__county", "shop__owner")


def shop_orders_with_claims() -> QuerySet[ShopOrder]:
    """The same with what buyers have complained about, who decided, and the photos."""
    rows = shop_orders().select_related("claim__decided_by__person", "claim__appeal_decided_by__person")
    return rows.prefetch_related("claim__photos")


def claim_of(order: ShopOrder) -> ShopClaim | None:
    """What its buyer has complained about; an order that was read with its claim asks nothing."""
    found: ShopClaim | None = getattr(order, "claim", None)
    return found


def is_of_their_own(order: ShopOrder, user: User) -> bool:
    """Whether this person sells it, or gave the phone of the buyer."""
    phones = {str(user.phone), str(user.person.phone) if user.person else ""} - {""}
    return str(order.checkout.buyer_phone) in phones or is_same_person(user, order.shop.owner_id)


def has_a_part_in(order: ShopOrder, claim: ShopClaim, user: User) -> bool:
    """Whether another person decides on a claim: this one sells or has bought, prepared the shop, or refused before."""
    shop = order.shop
    return is_of_their_own(order, user) or is_same_person(
        user, shop.opened_by_id, shop.submitted_by_id, claim.decided_by_id
    )


def sold_by(shop: UUID) -> dict[str, Any]:
    """What a shop has delivered so far: orders, goods, shares; in minor units."""
    rows = ShopOrder.objects.filter(shop=shop, status__in=SOLD)
    sums = rows.aggregate(
        orders=Count("pk"),
        goods=Sum("goods_minor", default=0),
        platform=Sum("platform_minor", default=0),
        pack_help=Sum("pack_help_minor", default=0),
        coupons=Sum("seller_discount_minor", default=0),
    )
    return {**sums, "net": sums["goods"] - sums["platform"] - sums["pack_help"] - sums["coupons"]}
