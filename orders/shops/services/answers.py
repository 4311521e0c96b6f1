"""What becomes of a buyer's orders when the gateway has said how the payment ended."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from core.database.db import lock_all
from core.errors import refused_by, refuses
from core.money import total
from finance import chart
from finance.payments.models import Payment, Refund
from finance.payments.services import refund_payment, reverse_payment, takes_a_reversal, was_taken_back
from finance.settlement.services import put_in, take_back_what_was_put_in
from ledger.models import Account
from orders.shops.models import ShopArticle, ShopCheckout, ShopOrder, ShopOrderLine
from orders.shops.services.checking_out import WAIT_FOR_WORD
from orders.shops.services.steps import (
    address_of,
    day_after,
    held_checkout,
    move,
    tell_buyer,
    tell_station,
    tell_that_stopped,
)

_C, _O = ShopCheckout.Status, ShopOrder.Status


@refuses(*refused_by(refund_payment))
@transaction.atomic
def note_paid(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """The money has arrived: every seller packs. Money that comes when the goods are free again goes back."""
    checkout = held_checkout(checkout)
    payment = checkout.payment
    if payment is None or payment.status != Payment.Status.SUCCEEDED or checkout.status in {_C.PAID, _C.LATE}:
        return checkout
    checkout.ended_at = at
    if checkout.status != _C.OPEN:
        key = f"shop-checkout:{checkout.pk}"
        refund_payment(payment=payment, amount=payment.total, reason=Refund.Reason.LATE_PAYMENT, at=at, key=key)
        about = {"number": checkout.number[-5:], "amount": payment.total}
        tell_buyer(checkout, "shop_checkout_late", about, about=checkout.pk, at=at)
        return move(checkout, _C.LATE, at=at)
    for order in orders_of(checkout):
        order.paid_at, order.pack_by_at = at, day_after(order.shop.station, order.pack_days, at=at)
        move(order, _O.PAID, at=at)
        tell_station(order, at=at)
    move(checkout, _C.PAID, at=at)
    about = {"number": checkout.number[-5:], "amount": checkout.total, "link": address_of(checkout)}
    tell_buyer(checkout, "shop_checkout_paid", about, about=checkout.pk, at=at)
    return checkout


@transaction.atomic
def expire_checkout(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """Nobody has paid in time: the goods can be sold again. Who is paying is waited for, a day at most."""
    checkout = held_checkout(checkout)
    waits = checkout.is_being_paid and at < checkout.expires_at + WAIT_FOR_WORD
    if not checkout.is_open or waits or at < checkout.expires_at:
        return checkout
    checkout.ended_at = at
    move(checkout, _C.EXPIRED, at=at)
    orders = orders_of(checkout)
    put_back(orders)
    for order in orders:
        move(order, _O.EXPIRED, at=at)
    return checkout


@transaction.atomic
def note_reversed(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """The payer's bank has taken the money back: what is here is not sent; for what has left the platform pays.

    expense -> customer_funds, so that farmers who sent in good faith get what they earned. Orders that were refunded
    before stay as they are. Buyer, farmers and station are told what is not sent.
    """
    checkout = held_checkout(checkout)
    if checkout.status == _C.PAID and checkout.payment is not None and was_taken_back(checkout.payment):
        _stop(checkout, at=at)
    return checkout


@refuses(*refused_by(reverse_payment))
@transaction.atomic
def note_unfunded(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """The payer's bank has taken back what was passed on: the platform pays for that first, then all goes back."""
    checkout = held_checkout(checkout)
    payment = checkout.payment
    if checkout.status == _C.PAID and payment is not None and takes_a_reversal(payment):
        _stop(checkout, at=at)
        reverse_payment(payment=payment, at=at)
    return checkout


def _stop(checkout: ShopCheckout, *, at: dt.datetime) -> None:
    orders = orders_of(checkout)
    here = [order for order in orders if order.status in ShopOrder.HERE]
    put_back(here)
    for order in here:
        order.why = ShopOrder.Why.REVERSED
        move(order, _O.CANCELLED, at=at)
        tell_that_stopped(order, at=at)
    for order in orders:
        if order.status in {_O.SENT, _O.DELIVERED, _O.COMPLETED}:
            cover(order, at=at)
    move(checkout, _C.REVERSED, at=at)
    if here:
        amount = total((order.total for order in here), checkout.currency)
        about = {"number": checkout.number[-5:], "amount": amount}
        tell_buyer(checkout, "shop_checkout_reversed", about, about=checkout.pk, at=at)


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
    """expense -> customer_funds: what the payer's bank took back of an order that has left."""
    funds, reason = _funds_of(order, at=at), "payment taken back after the goods had left"
    put_in(event_id=str(order.pk), target=funds, amount=order.total, reason=reason, at=at)


def uncover(order: ShopOrder, *, at: dt.datetime) -> None:
    """customer_funds -> expense: such an order has not arrived, and nobody gets anything for it."""
    funds, reason = _funds_of(order, at=at), "goods did not arrive"
    take_back_what_was_put_in(event_id=str(order.pk), source=funds, amount=order.total, reason=reason, at=at)


def _funds_of(order: ShopOrder, *, at: dt.datetime) -> Account:
    """The customer funds where the money of an order is."""
    station = order.checkout.station
    country = station.county.country
    return chart.open_one(chart.customer_funds(station), country=country, currency=order.currency, at=at)
