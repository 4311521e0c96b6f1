"""An order is begun: what, for whom, at the prices of now."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import insert
from core.database.many_rows import insert_rows
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.jobs.services import enqueue
from orders.catalog.models import PriceItem, Product, Variant
from orders.catalog.queries import prices_at
from orders.promotions.savings import Goods
from orders.promotions.services import choose_savings, record_uses
from orders.purchases.models import Order, OrderLine
from orders.stock.services import QuantityStep
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.network.services import refuse_unless_open
from stations.people.models import Person
from stations.people.queries import merged_into
from stations.people.services.registration import PersonGone

SERVICE = "goods_order"
#: The prices of a draft hold so long.
PRICE_HOLDS = dt.timedelta(hours=24)
#: Minor units of one order; its columns hold a thousand times as many.
MOST_MINOR = 10**15


class NothingOrdered(Refused):
    """An order names at least one article."""

    code = "nothing_ordered"
    status = 422
    message = _("Add an article first.")


class BuyerUnknown(Refused):
    """Nobody of this id is within reach."""

    code = "buyer_unknown"
    status = 422
    message = _("This buyer is not known here.")


class AmountImpossible(Refused):
    """An order that costs nothing, or more than any does: a slip of the finger."""

    code = "amount_impossible"
    status = 422
    message = _("This order costs nothing, or more than any order. Check the quantities.")


class NotForSale(Refused):
    """The article is not sold, or has no price here."""

    code = "not_for_sale"
    status = 422
    message = _("%(variant)s is not sold here now.")


@dataclass(frozen=True, slots=True)
class Item:
    """So many pieces or grams of a variant."""

    variant: Variant
    quantity: int


@refuses(PersonGone)
def refuse_dead_buyer(villager: Person | None) -> None:
    """Refuse an order for a resident who has died, under whichever record. Raises `PersonGone`."""
    if villager is not None and _record_that_stands(villager).died_date is not None:
        raise PersonGone(field="villager")


def _record_that_stands(villager: Person) -> Person:
    """Through however many merges; who was never merged is asked for nowhere."""
    stands = merged_into(villager.pk) if villager.merged_into_id else None
    return Person.objects.get(pk=stands) if stands else villager


@refuses(NothingOrdered, NotForSale, QuantityStep, AmountImpossible, *refused_by(refuse_unless_open, choose_savings))
@refuses(*refused_by(refuse_dead_buyer))
@transaction.atomic
def start_purchase(
    *,
    station: Station,
    items: Sequence[Item],
    pay_method: str,
    by: User,
    at: dt.datetime,
    key: str,
    villager: Person | None = None,
    walk_in_name: str = "",
    walk_in_phone: str = "",
    coupon: str = "",
) -> Order:
    """Begin an order for a resident or a walk-in, at the prices of now, which hold for 24 hours.

    What promotions take off is theirs as long: the best that needs no coupon, and the coupon, if one is named. The
    same key again gives the order that stands. Refused: `service_not_open`, `nothing_ordered`, `not_for_sale`,
    `quantity_step`, `amount_impossible`, `coupon_not_valid`, `promotion_used_up`, `person_deceased`.
    """
    refuse_unless_open(station, SERVICE, by=by, at=at)
    own_key = f"{by.pk}:{key}"
    stands = _of_key.first(own_key)
    if stands is not None:
        return stands
    refuse_dead_buyer(villager)
    wanted = _together(items)
    prices = prices_at(station, {item.variant.pk: item.quantity for item in wanted}, at=at)
    goods = [_goods(item, prices.get(item.variant.pk)) for item in wanted]
    goods_minor = sum(each.minor for each in goods)
    if not 0 < goods_minor <= MOST_MINOR:
        raise AmountImpossible
    savings = choose_savings(station=station, goods=goods, villager=villager, coupon=coupon, at=at)
    discount_minor = sum(saving.minor for saving in savings)
    order = Order(
        number=paper_number(station, "O", at),
        key=own_key,
        station=station,
        villager=villager,
        walk_in_name="" if villager else walk_in_name,
        walk_in_phone="" if villager else walk_in_phone,
        ordered_by=by,
        pay_method=pay_method,
        currency=station.currency,
        price_as_of_at=at,
        total_minor=goods_minor - discount_minor,
        discount_minor=discount_minor,
        ordered=sum(item.quantity for item in wanted),
        expires_at=at + PRICE_HOLDS,
    )
    saved = [sum(parts) for parts in zip(*(saving.by_line for saving in savings), strict=True)] or [0] * len(goods)
    lines = [
        _line(order, each, price=prices[each.variant.pk], discount_minor=minor)
        for each, minor in zip(goods, saved, strict=True)
    ]
    insert(order)
    insert_rows(lines)
    record_change(order, old="", new=order.status, at=at, actor=by.pk)
    expire_later(order)
    record_uses(order, lines, savings, at=at)
    return order


@compiled_query
def _of_key(key: Any) -> QuerySet[Order]:
    return Order.objects.filter(key=key)


def expire_later(order: Order) -> None:
    """A job ends the order when its time is over."""
    if order.expires_at is not None:
        enqueue(
            "purchases.expire_purchase",
            dedupe_key=f"purchase-expire:{order.pk}:{order.expires_at.isoformat()}",
            payload={"order": str(order.pk)},
            run_at=order.expires_at,
        )


def _together(items: Sequence[Item]) -> list[Item]:
    """One item for each variant, in the order in which they were named. Raises `NothingOrdered`, `QuantityStep`."""
    sums: dict[int, Item] = {}
    for item in items:
        before = sums.get(item.variant.pk)
        sums[item.variant.pk] = Item(item.variant, item.quantity + (before.quantity if before else 0))
    if not sums:
        raise NothingOrdered
    for item in sums.values():
        step = item.variant.quantity_step
        if item.quantity <= 0 or item.quantity % step:
            raise QuantityStep(field="quantity", variant=item.variant.title, step=step)
    return list(sums.values())


def _goods(item: Item, price: PriceItem | None) -> Goods:
    if price is None or item.variant.product.status != Product.Status.ACTIVE:
        raise NotForSale(variant=item.variant.title)
    return Goods(item.variant, item.quantity, price.amount_of(item.quantity).minor)


def _line(order: Order, goods: Goods, *, price: PriceItem, discount_minor: int) -> OrderLine:
    category = goods.variant.product.category
    return OrderLine(
        order=order,
        variant=goods.variant,
        supplier_id=goods.variant.product.supplier_id,
        quantity=goods.quantity,
        unit_price_minor=price.price_minor,
        goods_minor=goods.minor,
        discount_minor=discount_minor,
        currency=order.currency,
        return_window_days=category.return_window_days,
        accepts_change_of_mind=category.accepts_change_of_mind,
        supply=goods.variant.supply,
    )
