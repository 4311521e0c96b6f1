"""What becomes of a buyer's orders when the gateway has said how the payment ended."""

import datetime as dt

from django.db import transaction

from core.errors import refused_by, refuses
from core.money import total
from finance.payments.models import Payment, Refund
from finance.payments.services import refund_payment, reverse_payment, takes_a_reversal, was_taken_back
from orders.promotions.services import give_back_coupon
from orders.shops.models import ShopCheckout, ShopOrder
from orders.shops.queries import is_gone
from orders.shops.services.cancelling import cancel
from orders.shops.services.checking_out import WAIT_FOR_WORD
from orders.shops.services.claiming import end_claims_of_reversed
from orders.shops.services.steps import (
    address_of,
    day_after,
    held_checkout,
    move,
    tell_buyer,
    tell_station,
    tell_that_stopped,
)
from orders.shops.services.undoing import cover, orders_of, put_back

_C, _O = ShopCheckout.Status, ShopOrder.Status


@refuses(*refused_by(refund_payment, cancel))
@transaction.atomic
def note_paid(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """The money has arrived: every seller packs. Money that comes when the goods are free again goes back.

    So does that of a seller who has died meanwhile, or whose station has closed.
    """
    checkout = held_checkout(checkout)
    payment = checkout.payment
    if payment is None or payment.status != Payment.Status.SUCCEEDED or checkout.status in {_C.PAID, _C.LATE}:
        return checkout
    checkout.ended_at, checkout.network = at, None
    if checkout.status != _C.OPEN:
        key = f"shop-checkout:{checkout.pk}"
        refund_payment(payment=payment, amount=payment.total, reason=Refund.Reason.LATE_PAYMENT, at=at, key=key)
        about = {"number": checkout.number[-5:], "amount": payment.total}
        tell_buyer(checkout, "shop_checkout_late", about, about=checkout.pk, at=at)
        return move(checkout, _C.LATE, at=at)
    orders = orders_of(checkout)
    gone = [order for order in orders if is_gone(order.shop)]
    for order in orders:
        order.paid_at, order.pack_by_at = at, day_after(order.shop.station, order.pack_days, at=at)
        move(order, _O.PAID, at=at)
        if order not in gone:
            tell_station(order, at=at)
    move(checkout, _C.PAID, at=at)
    about = {"number": checkout.number[-5:], "amount": checkout.total, "link": address_of(checkout)}
    tell_buyer(checkout, "shop_checkout_paid", about, about=checkout.pk, at=at)
    for order in gone:
        cancel(order, ShopOrder.Why.GONE, at=at)
    return checkout


@transaction.atomic
def expire_checkout(*, checkout: ShopCheckout, at: dt.datetime) -> ShopCheckout:
    """Nobody has paid in time: the goods can be sold again. Who is paying is waited for, a day at most."""
    checkout = held_checkout(checkout)
    waits = checkout.is_being_paid and at < checkout.expires_at + WAIT_FOR_WORD
    if not checkout.is_open or waits or at < checkout.expires_at:
        return checkout
    checkout.ended_at, checkout.network = at, None
    move(checkout, _C.EXPIRED, at=at)
    orders = orders_of(checkout)
    give_back_coupon(orders)
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
    give_back_coupon(here)
    put_back(here)
    for order in here:
        order.why = ShopOrder.Why.REVERSED
        move(order, _O.CANCELLED, at=at)
        tell_that_stopped(order, at=at)
    end_claims_of_reversed(orders, at=at)
    for order in orders:
        if order.status in {_O.SENT, _O.DELIVERED, _O.COMPLETED}:
            cover(order, at=at)
    move(checkout, _C.REVERSED, at=at)
    if here:
        amount = total((order.total for order in here), checkout.currency)
        about = {"number": checkout.number[-5:], "amount": amount}
        tell_buyer(checkout, "shop_checkout_reversed", about, about=checkout.pk, at=at)
