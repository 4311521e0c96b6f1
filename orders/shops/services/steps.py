"""What the verbs of shops share: rows that are held, states with a trace, messages."""

import datetime as dt
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from core.database.db import lock
from core.days import day_in, instant_of
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from core.notices.templates import in_each_language
from finance.floats.queries import partner_contract
from orders.produce.services.steps import tell_farmer
from orders.purchases.services.steps import in_words
from orders.shops.models import Shop, ShopCheckout, ShopClaim, ShopOrder
from orders.shops.queries import token_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station

Stated = TypeVar("Stated", Shop, ShopCheckout, ShopOrder)
DAY = dt.timedelta(days=1)


def held_shop(shop: Shop) -> Shop:
    """The row of a shop, held until the transaction ends, with what services ask of it."""
    lock(shop)
    return Shop.objects.select_related("station__county", "owner", "opened_by").get(pk=shop.pk)


def held_checkout(checkout: ShopCheckout) -> ShopCheckout:
    """The row of a checkout, held until the transaction ends; it is held before its orders."""
    lock(checkout)
    return ShopCheckout.objects.select_related("station__county", "payment", "taken_by").get(pk=checkout.pk)


def held_order(order: ShopOrder) -> ShopOrder:
    """The row of an order and that of its checkout, held until the transaction ends."""
    checkout = held_checkout(order.checkout)
    lock(order)
    held = ShopOrder.objects.select_related("shop__station__county", "shop__owner", "shop__opened_by").get(pk=order.pk)
    held.checkout = checkout
    return held


def move(row: Stated, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Stated:
    """Store a row in its new state, with a trace."""
    before, row.status = row.status, status
    row.save()
    record_change(row, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return row


def day_after(station: Station, days: int, *, at: dt.datetime) -> dt.datetime:
    """When so many whole days after today are over, by the clock of the station."""
    return instant_of(station.zone, day_in(station.zone, at) + (days + 1) * DAY, dt.time())


def address_of(checkout: ShopCheckout) -> str:
    """The whole address of a buyer's page, as it is sent."""
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('cityshops:order', args=[token_of(checkout)])}"


def tell_buyer(checkout: ShopCheckout, template: str, params: dict[str, Any], *, about: Any, at: dt.datetime) -> None:
    """A message to the phone of the buyer, in the language in which they bought."""
    if not checkout.buyer_phone:
        return
    language = checkout.language
    notify(
        template=template,
        params=in_words(params, language),
        language=language,
        phone=str(checkout.buyer_phone),
        dedupe_key=f"{template}:{about}",
        at=at,
        zone=checkout.station.zone,
    )


def tell_station(order: ShopOrder, *, at: dt.datetime) -> None:
    """The partner of today hears that there is something to pack."""
    _tell_partner(order, "shop_order_arrived", at=at)


def tell_that_stopped(order: ShopOrder, *, at: dt.datetime) -> None:
    """The partner of today and the farmer hear that a paid order is not sent: the payer's bank has the money."""
    _tell_partner(order, "shop_order_stopped", at=at)
    about = {"number": order.number[-7:]}
    tell_farmer(order.shop.owner, order.shop.station, "shop_sale_stopped", about, about=order.pk, at=at)


def remind_to_send(order: ShopOrder, *, at: dt.datetime) -> None:
    """The partner of today hears until when a packed box has to leave."""
    until = order.send_by_at
    if until is not None:
        zone = ZoneInfo(order.shop.station.zone)
        _tell_partner(order, "shop_order_lies", at=at, until=f"{until.astimezone(zone):%m-%d %H:%M}")


def tell_of_claim(order: ShopOrder, claim: ShopClaim, *, at: dt.datetime) -> None:
    """The partner of today hears that a buyer complains, and that the buyer asks to look again."""
    template = "shop_claim_appealed" if claim.appealed_at else "shop_claim_raised"
    _tell_partner(order, template, at=at, asked=claim.asked)


def tell_county_of_claim(claim: ShopClaim, *, turn: int, at: dt.datetime) -> None:
    """Managers of the county read that a claim waits; once for each turn."""
    order = claim.order
    for user in people_in_role(Role.COUNTY_MANAGER, at=at, station=order.shop.station):
        notify(
            template="shop_claim_waits",
            params=in_words({"number": order.number[-7:], "asked": claim.asked}, user.language),
            language=user.language,
            user=user,
            link=reverse("shops:order", args=[order.pk]),
            dedupe_key=f"shop_claim_waits:{claim.pk}:{claim.status}:{turn}:{user.pk}",
            at=at,
        )


def _tell_partner(order: ShopOrder, template: str, *, at: dt.datetime, **more: str | Money) -> None:
    """Whoever opened the shop, where there is no partner."""
    contract = partner_contract(order.shop.station)
    user = contract.user if contract else order.shop.opened_by
    shop = in_each_language(lambda: order.shop.title)
    about = {"number": order.number[-7:], "amount": order.goods, "shop": shop}
    notify(
        template=template,
        params=in_words(about | more, user.language),
        language=user.language,
        user=user,
        link=reverse("shops:order", args=[order.pk]),
        dedupe_key=f"{template}:{order.pk}",
        at=at,
    )
