"""What becomes of an order when the gateway has said how a payment by link ended."""

import datetime as dt

from django.db import transaction

from core.errors import refused_by, refuses
from core.notices.services import notify
from finance.payments.models import Payment, Refund
from finance.payments.services import refund_payment, was_taken_back
from orders.purchases.machine import ORDER
from orders.purchases.models import Order, OrderPayment, PaymentLink
from orders.purchases.services.agreeing import PAID_WITHIN, OrderChanged, place_for_payer
from orders.purchases.services.cash_rules import CodAboveCeiling, CodNotOffered, raise_again
from orders.purchases.services.covering import settle_cover
from orders.purchases.services.ending import expire_purchase
from orders.purchases.services.link_steps import end_link, held_link, tell_payer
from orders.purchases.services.paying import count_received, spread_cash
from orders.purchases.services.starting import expire_later
from orders.purchases.services.steps import held
from orders.purchases.services.supplier_parts import ask_suppliers

_S = PaymentLink.Status


@refuses(*refused_by(refund_payment))
@transaction.atomic
def note_paid(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """The money has arrived: the order is placed, or paid; money that the order does not need any more goes back.

    So does money for an order that cannot be placed as the payer saw it.
    """
    order, link, payment = _held(link)
    if link.status in {_S.PAID, _S.LATE, _S.REVERSED} or payment.status != Payment.Status.SUCCEEDED:
        return link
    is_due = ORDER.allows("pay_by_link", order.status) and order.advance_due == link.amount
    if not link.is_open or not is_due:
        return _send_back(link, payment, at=at)
    try:
        with transaction.atomic():
            return _count(order, link, payment, at=at)
    except (OrderChanged, CodAboveCeiling, CodNotOffered):
        return _send_back(held_link(link), payment, at=at)


@refuses(*refused_by(place_for_payer))
def _count(order: Order, link: PaymentLink, payment: Payment, *, at: dt.datetime) -> PaymentLink:
    OrderPayment.objects.create(order=order, payment=payment)
    count_received(order, payment, link.amount, at=at)
    end_link(link, _S.PAID, at=at)
    if order.status == Order.Status.AWAITING_CONSENT:
        place_for_payer(order, at=at)
    else:
        spread_cash(order, at=at)
        ask_suppliers(order, at=at)
    tell_payer(link, "payment_link_paid", {"amount": link.amount}, at=at)
    _tell_station(link, at=at)
    return link


@refuses(*refused_by(expire_purchase))
@transaction.atomic
def note_unpaid(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """Nothing was paid: the link can be paid again while it lives; an order that only waited for this word ends."""
    return expire_payment_link(link=link, at=at)


@refuses(*refused_by(expire_purchase))
@transaction.atomic
def expire_payment_link(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """The time of a link is over, and of the order that waits for it; one that is being paid waits for the outcome."""
    order = held(link.order)
    link = held_link(link)
    if not link.is_open or link.is_being_paid or at < link.expires_at:
        return link
    end_link(link, _S.EXPIRED, at=at)
    if order.expires_at is not None:
        order.expires_at = link.expires_at
        order.save(update_fields=["expires_at", "updated_at"])
        expire_purchase(order=order, at=at)
    return link


@transaction.atomic
def note_reversed(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """The gateway has taken the money back: it is owed again, at the hand-over where the goods are on their way.

    An order that nobody has picked ends without it. For what was cancelled or returned nothing is owed again. What was
    handed over is a debt, for which the platform puts in the money until it is paid.
    """
    order, link, payment = _held(link)
    if link.status != _S.PAID or not was_taken_back(payment):
        return link
    row = OrderPayment.objects.get(payment=payment)
    # What a return gave back stands for goods that are back here; what a cancellation gave back was never due.
    for_cancelled = order.refunded_minor - (order.returned_minor - order.withheld_minor)
    for_returned = row.refunded_minor - min(max(for_cancelled, 0), row.refunded_minor)
    order.refunded_minor -= row.refunded_minor - for_returned
    row.refunded_minor = payment.total_minor  # nothing of it can be given back any more
    row.save(update_fields=["refunded_minor", "updated_at"])
    end_link(link, _S.REVERSED, at=at)
    was_due = order.due
    order.received_minor -= payment.total_minor - for_returned
    raise_again(order, order.due - was_due)
    untouched = order.fulfilments.are_untouched()
    if order.status == Order.Status.PLACED and untouched and order.advance_due:
        order.expires_at = at + PAID_WITHIN
    order.save(update_fields=["received_minor", "refunded_minor", "expires_at", "updated_at"])
    settle_cover(order, event=f"{payment.pk}:reversed", at=at)
    spread_cash(order, at=at)
    expire_later(order)
    return link


def _held(link: PaymentLink) -> tuple[Order, PaymentLink, Payment]:
    order = held(link.order)
    link = held_link(link)
    return order, link, Payment.objects.get(payment_link=link)


def _send_back(link: PaymentLink, payment: Payment, *, at: dt.datetime) -> PaymentLink:
    refund_payment(
        payment=payment, amount=payment.total, reason=Refund.Reason.LATE_PAYMENT, at=at, key=f"payment-link:{link.pk}"
    )
    end_link(link, _S.LATE, at=at)
    tell_payer(link, "payment_link_late", {"amount": payment.total}, at=at)
    return link


def _tell_station(link: PaymentLink, *, at: dt.datetime) -> None:
    user = link.made_by
    notify(
        template="payment_link_arrived",
        params={"number": link.order.number[-5:], "amount": link.amount.display(user.language)},
        language=user.language,
        user=user,
        link=f"/orders/purchases/{link.order_id}/",
        dedupe_key=f"payment_link_arrived:{link.pk}",
        at=at,
    )
