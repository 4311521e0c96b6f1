"""What becomes of an order when the gateway has said how a payment by link ended."""

import datetime as dt

from django.db import transaction

from core.errors import refused_by, refuses
from core.notices.services import notify
from finance.payments.models import Payment, Refund
from finance.payments.services import refund_payment
from orders.purchases.machine import ORDER
from orders.purchases.models import Order, OrderPayment, PaymentLink
from orders.purchases.services.agreeing import OrderChanged, place_for_payer
from orders.purchases.services.cash_rules import CodAboveCeiling, CodNotOffered
from orders.purchases.services.ending import expire_purchase
from orders.purchases.services.link_steps import end_link, held_link, tell_payer
from orders.purchases.services.paying import count_received, spread_cash
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
