"""A buyer in the city pays once for goods of one or several sellers of a county; nobody signs in."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.crypto import blind_index, blind_indexes
from core.database.db import lock_all
from core.errors import Refused, TooMany, refused_by, refuses
from core.history import record_change, record_changes
from core.jobs.services import enqueue
from core.money import Money, share, zero
from finance.payments.models import Payment
from finance.payments.services import Charge, collect_online, payment_key
from orders.promotions.services import ShopSaving, hold_shop_coupon, record_coupon_use, saving_in_shop
from orders.shops.machine import SHOP
from orders.shops.models import Shop, ShopArticle, ShopCheckout, ShopOrder, ShopOrderLine, ShopPolicy
from orders.shops.queries import policy_at, sells
from orders.shops.services.opening import NoShopPolicy
from orders.shops.services.steps import held_checkout
from stations.network.paper_numbers import paper_number

#: Goods are set aside so long for somebody who pays; where nobody knows how a payment ended, a day longer.
PAY_WITHIN = dt.timedelta(minutes=30)
WAIT_FOR_WORD = dt.timedelta(hours=24)
ATTEMPTS_AT_MOST = 10
#: Of one phone, not paid yet: nobody empties a shop without paying.
OPEN_AT_MOST = 3
#: The same of one network address: many buyers may stand behind it, but not more than these at a time.
OPEN_OF_NETWORK_AT_MOST = 12


class BasketEmpty(Refused):
    """Nothing of it is offered any more."""

    code = "basket_empty"
    status = 422
    message = _("There is nothing in the basket that is sold now.")


class SellersOfTwoCounties(Refused):
    """One payment goes to the sellers of one county."""

    code = "sellers_of_two_counties"
    status = 422
    message = _("These sellers belong to two counties. Pay for each county separately.")


class ShopClosed(Refused):
    """The seller takes no orders just now."""

    code = "shop_closed"
    message = _("%(shop)s sells nothing at the moment.")


class SoldOut(Refused):
    """Somebody else was faster."""

    code = "sold_out"
    message = _("Of %(article)s only %(left)s are left.")


class TotalChanged(Refused):
    """A price is another one than the buyer saw."""

    code = "total_changed"
    message = _("A price has changed: it costs %(total)s now. Look at it and press again.")


class CheckoutOver(Refused):
    """It was paid, or its time is over."""

    code = "checkout_over"
    message = _("This order cannot be paid any more. Order again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys and where it is sent: as typed, in the language in which messages are written.

    Of `network`, from which the request came (an address, of IPv6 its /64), only a keyed hash is stored, while nothing
    is paid.
    """

    name: str
    phone: str
    address: str
    language: str
    network: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of an article."""

    article: ShopArticle
    quantity: int


@refuses(
    BasketEmpty,
    SellersOfTwoCounties,
    ShopClosed,
    NoShopPolicy,
    SoldOut,
    TotalChanged,
    TooMany,
    CheckoutOver,
    *refused_by(collect_online, hold_shop_coupon, saving_in_shop),
)
@transaction.atomic
def check_out(
    *, wanted: Iterable[Wanted], buyer: Buyer, expected: Money | None, at: dt.datetime, key: str, coupon: str = ""
) -> ShopCheckout:
    """Set the goods aside, make an order for each seller, and have the gateway collect all of it at once.

    `expected` is the total that the buyer saw; a `coupon` takes something off the goods of its own shop. The same key
    again answers as before. Refused: `basket_empty`, `sellers_of_two_counties`, `shop_closed`, `no_shop_policy`,
    `sold_out`, `total_changed`, `too_many` (three of one phone, or twelve of one network, are not paid yet),
    `checkout_over`, `coupon_not_valid`, `promotion_used_up`, and those of collecting online.
    """
    asked = list(wanted)
    sellers = _held_sellers(asked)
    known = ShopCheckout.objects.filter(key=key).first()
    if known is not None:
        return known
    _refuse_hoarding(buyer)
    promotion = hold_shop_coupon(coupon=coupon, shops=list(sellers.values()), at=at)
    rows = _set_aside(asked, sellers)
    saving = saving_in_shop(promotion, _goods_by_shop(rows), phone=buyer.phone) if promotion else None
    first = rows[0].article.shop
    policy = policy_at(first.station, at=at)
    if policy is None:
        raise NoShopPolicy
    checkout = _checkout_of(first, buyer, at=at, key=key)
    orders, lines = _orders_of(checkout, rows, policy, saving, at=at)
    checkout.total_minor = sum(order.total_minor for order in orders)
    if expected is not None and expected != checkout.total:
        raise TotalChanged(field="total", total=checkout.total.display())
    checkout.save(force_insert=True)
    ShopOrder.objects.bulk_create(orders)
    ShopOrderLine.objects.bulk_create(lines)
    if saving is not None:
        discounted = next(order for order in orders if order.discount_minor)
        record_coupon_use(discounted, saving, phone=buyer.phone, at=at)
    record_change(checkout, old="", new=checkout.status, at=at)
    record_changes(orders, old="", new=ShopOrder.Status.AWAITING, at=at)
    _end_in_time(checkout)
    return pay_checkout(checkout=checkout, at=at)


@refuses(CheckoutOver, TooMany, *refused_by(collect_online))
@transaction.atomic
def pay_checkout(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """Have the gateway collect what is to be paid.

    Pressed again, it is the payment that was begun; another begins only when that has failed. Refused:
    `checkout_over`, `too_many` (ten attempts), and those of collecting online.
    """
    checkout = held_checkout(checkout)
    if checkout.is_open and checkout.is_being_paid:
        return checkout
    if not checkout.is_open or at >= checkout.expires_at:
        raise CheckoutOver
    if checkout.attempts >= ATTEMPTS_AT_MOST:
        raise TooMany
    checkout.attempts += 1
    charge = Charge(
        purpose=Payment.Purpose.GOODS,
        subject_ref=checkout.number,
        station=checkout.station,
        amount=checkout.total,
        agent_fee=zero(checkout.currency),
        payer_phone=str(checkout.buyer_phone),
        slip_lines=_slip_lines(checkout),
    )
    checkout.payment = collect_online(
        charge=charge,
        expires_at=checkout.expires_at,
        by=checkout.taken_by,
        at=at,
        key=_key_of_attempt(checkout, checkout.attempts),
    )
    checkout.save(update_fields=["payment", "attempts", "updated_at"])
    return checkout


def payment_keys(checkout: ShopCheckout) -> list[str]:
    """The keys of all payments that were begun for a checkout."""
    attempts = range(1, checkout.attempts + 1)
    keys = (_key_of_attempt(checkout, number) for number in attempts)
    return [payment_key(checkout.taken_by_id, Payment.Purpose.GOODS, key) for key in keys]


def _key_of_attempt(checkout: ShopCheckout, number: int) -> str:
    return f"shop:{checkout.pk}:{number}"


@refuses(TooMany)
def _refuse_hoarding(buyer: Buyer) -> None:
    unpaid = ShopCheckout.objects.filter(buyer_phone=buyer.phone, status=ShopCheckout.Status.OPEN)
    if unpaid.count() >= OPEN_AT_MOST:
        raise TooMany
    if buyer.network:
        together = ShopCheckout.objects.filter(
            network__in=blind_indexes(buyer.network), status=ShopCheckout.Status.OPEN
        )
        if together.count() >= OPEN_OF_NETWORK_AT_MOST:
            raise TooMany


def _held_sellers(wanted: list[Wanted]) -> dict[UUID, Shop]:
    """The shops of these articles, held in the order of their ids until the transaction ends."""
    rows = Shop.objects.filter(pk__in={each.article.shop_id for each in wanted})
    return {shop.pk: shop for shop in lock_all(rows.select_related("station__county", "owner", "opened_by"))}


@refuses(BasketEmpty, SellersOfTwoCounties, ShopClosed, SoldOut)
def _set_aside(wanted: list[Wanted], sellers: dict[UUID, Shop]) -> list[Wanted]:
    """Take the goods out of the stock; articles are held after their sellers, in the order of their ids."""
    if not wanted:
        raise BasketEmpty
    if len({(shop.station.county_id, shop.currency) for shop in sellers.values()}) > 1:
        raise SellersOfTwoCounties
    for shop in sellers.values():
        if not SHOP.allows("check_out", shop.status) or not sells(shop):
            raise ShopClosed(shop=shop.title)
    quantities = {each.article.pk: each.quantity for each in wanted}
    taken = []
    for article in lock_all(ShopArticle.objects.filter(pk__in=quantities, is_offered=True)):
        quantity = quantities[article.pk]
        if article.stock < quantity:
            raise SoldOut(article=article.title, left=article.stock)
        ShopArticle.objects.filter(pk=article.pk).update(stock=F("stock") - quantity)
        article.shop = sellers[article.shop_id]
        taken.append(Wanted(article, quantity))
    if len(taken) < len(quantities):
        raise BasketEmpty
    return sorted(taken, key=lambda each: (each.article.shop_id, each.article.pk))


def _checkout_of(first: Shop, buyer: Buyer, *, at: dt.datetime, key: str) -> ShopCheckout:
    """What is paid at once, its total still to be said; the money is that of the station of the first seller."""
    return ShopCheckout(
        key=key,
        number=paper_number(first.station, "S", at),
        station=first.station,
        buyer_name=buyer.name,
        buyer_phone=buyer.phone,
        address=buyer.address,
        language=buyer.language,
        network=blind_index(buyer.network) if buyer.network else None,
        currency=first.currency,
        total_minor=0,
        taken_by=first.opened_by,
        made_at=at,
        expires_at=at + PAY_WITHIN,
    )


def _goods_by_shop(rows: Iterable[Wanted]) -> Counter[UUID]:
    """What the goods of each seller cost, in minor units."""
    found: Counter[UUID] = Counter()
    for each in rows:
        found[each.article.shop_id] += each.quantity * each.article.price_minor
    return found


def _orders_of(
    checkout: ShopCheckout, rows: list[Wanted], policy: ShopPolicy, saving: ShopSaving | None, *, at: dt.datetime
) -> tuple[list[ShopOrder], list[ShopOrderLine]]:
    """An order for each seller, with its lines; what a coupon takes off stands in that of its own shop alone."""
    orders: list[ShopOrder] = []
    lines: list[ShopOrderLine] = []
    for shop, of_shop in groupby(rows, key=lambda each: each.article.shop):
        mine = list(of_shop)
        goods = sum(each.quantity * each.article.price_minor for each in mine)
        own = saving if saving is not None and saving.promotion.shop_id == shop.pk else None
        discount = own.minor if own else 0
        order = ShopOrder(
            number=f"{checkout.number}-{len(orders) + 1}",
            checkout=checkout,
            shop=shop,
            goods_minor=goods,
            discount_minor=discount,
            seller_discount_minor=own.seller_minor if own else 0,
            freight_minor=policy.freight_minor,
            total_minor=goods - discount + policy.freight_minor,
            platform_minor=share(goods, shop.platform_bp, rounding="half_up"),
            pack_help_minor=share(goods, shop.pack_help_bp, rounding="half_up"),
            currency=shop.currency,
            carrier=policy.carrier,
            pack_days=policy.pack_days,
            send_hours=policy.send_hours,
            arrive_days=policy.arrive_days,
            claim_days=policy.claim_days,
            instant_claim_minor=policy.instant_claim_minor,
            made_at=at,
        )
        orders.append(order)
        lines += [
            ShopOrderLine(
                order=order,
                article=each.article,
                name=each.article.name,
                name_zh=each.article.name_zh,
                quantity=each.quantity,
                price_minor=each.article.price_minor,
                amount_minor=each.quantity * each.article.price_minor,
                currency=shop.currency,
            )
            for each in mine
        ]
    return orders, lines


def _end_in_time(checkout: ShopCheckout) -> None:
    """Look again when the time to pay is over, and when a payment of which nobody knows the end has waited enough."""
    for wait in (dt.timedelta(0), WAIT_FOR_WORD):
        enqueue(
            "shops.expire_checkout",
            dedupe_key=f"checkout-expire:{checkout.pk}:{wait.days}",
            payload={"checkout": str(checkout.pk)},
            run_at=checkout.expires_at + wait,
        )


def _slip_lines(checkout: ShopCheckout) -> list[dict[str, Any]]:
    """The number, and each article with its quantity."""
    lines: list[dict[str, Any]] = [
        {"name": "order", "label": {"en": "Order", "zh-hans": "订单"}, "value": checkout.number}
    ]
    rows = ShopOrderLine.objects.filter(order__checkout=checkout).order_by("pk")
    return lines + [
        {"name": "article", "label": {"en": each.name, "zh-hans": each.name_zh}, "value": f"× {each.quantity}"}
        for each in rows
    ]
