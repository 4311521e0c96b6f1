"""What every end without a delivery undoes: goods that are here are sold again, money that is missing is put in."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F

from core.database.db import lock_all
from finance import chart
from finance.settlement.services import put_in, take_back_what_was_put_in
from ledger.models import Account
from orders.shops.models import ShopArticle, ShopCheckout, ShopClaim, ShopOrder, ShopOrderLine


def orders_of(checkout: ShopCheckout) -> list[ShopOrder]:
    """The orders of a checkout that is held, held."""
    rows = ShopOrder.objects.filter(checkout=checkout)
    beside = ("checkout__station__county", "shop__station__county", "shop__opened_by", "shop__owner")
    return lock_all(rows.select_related(*beside))


def put_back(orders: Sequence[ShopOrder]) -> None:
    """The goods of these orders can be sold again; articles are held in the order of their ids."""
    lines = list(ShopOrderLine.objects.filter(order__in=[order.pk for order in orders]))
    lock_all(ShopArticle.objects.filter(pk__in={line.article_id for line in lines}))
    for line in lines:
        ShopArticle.objects.filter(pk=line.article_id).update(stock=F("stock") + line.quantity)


def cover(order: ShopOrder, *, at: dt.datetime) -> None:
    """expense -> customer_funds: what the payer's bank took back of an order that has left.

    What a claim has given back of it is with the buyer already, and with nobody here.
    """
    claim = ShopClaim.objects.filter(order=order, status=ShopClaim.Status.ACCEPTED).first()
    amount = order.total - claim.given_back if claim else order.total
    funds, reason = _funds_of(order, at=at), "payment taken back after the goods had left"
    if amount:
        put_in(event_id=str(order.pk), target=funds, amount=amount, reason=reason, at=at)


def uncover(order: ShopOrder, *, at: dt.datetime) -> None:
    """customer_funds -> expense: such an order has not arrived, and nobody gets anything for it."""
    funds, reason = _funds_of(order, at=at), "goods did not arrive"
    take_back_what_was_put_in(event_id=str(order.pk), source=funds, amount=order.total, reason=reason, at=at)


def _funds_of(order: ShopOrder, *, at: dt.datetime) -> Account:
    """The customer funds where the money of an order is."""
    station = order.checkout.station
    country = station.county.country
    return chart.open_one(chart.customer_funds(station), country=country, currency=order.currency, at=at)
