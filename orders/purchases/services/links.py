"""Paying by link: the station offers a link, somebody without a login opens it and pays through the gateway."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, TooMany, WrongState, refused_by, refuses
from core.history import record_change
from core.jobs.services import enqueue
from core.money import zero
from finance.payments.services import Charge, collect_online
from orders.purchases.link_tokens import address_of
from orders.purchases.machine import ORDER
from orders.purchases.models import Order, PaymentLink
from orders.purchases.services.agreeing import ask_payer
from orders.purchases.services.link_steps import (
    PayerIsPaying,
    drop_link,
    held_link,
    open_link,
    tell_payer,
)
from orders.purchases.services.paying import NothingDue, OrderPart
from orders.purchases.services.steps import held
from stations.accounts.models import User

#: A link lives so long, and never longer than its order.
LINK_LIVES = dt.timedelta(hours=24)
#: Who presses "Pay" has so long to pay at the gateway; then it can be pressed again.
PAY_WITHIN = dt.timedelta(minutes=30)
ATTEMPTS_AT_MOST = 10


class NotPaidByLink(Refused):
    """Before a buyer agrees, only an order that was begun to be paid by link is paid so."""

    code = "not_paid_by_link"
    status = 422
    message = _("This order was not begun to be paid by link. Ask the buyer to agree first.")


class LinkOver(Refused):
    """The link was paid, cancelled, or its time is over."""

    code = "link_over"
    message = _("This link cannot be paid any more. Ask the station for a new one.")


class NoLink(Refused):
    """There is no link that could be paid."""

    code = "no_link"
    message = _("No link of this order can be paid now.")


@refuses(WrongState, NotPaidByLink, NothingDue, PayerIsPaying, *refused_by(ask_payer))
@transaction.atomic
def offer_payment_link(*, order: Order, by: User, at: dt.datetime, phone: str = "") -> PaymentLink:
    """Make a link by which anybody pays what is due in advance, for 24 hours; an earlier one ends.

    With a phone it is sent there by SMS. Of an order that nobody has agreed to the payment is the agreement, and its
    goods stay reserved as long. Refused: `wrong_state`, `not_paid_by_link`, `nothing_due`, `payer_is_paying`,
    `price_changed`, `out_of_stock`, `not_in_one_warehouse`, `person_deceased`.
    """
    order = held(order)
    ORDER.check("offer_payment_link", order.status)
    drop_link(order, by=by, at=at)
    if order.status in Order.UNPLACED:
        if order.pay_method != Order.PayMethod.ONLINE:
            raise NotPaidByLink
        order = ask_payer(order, by=by, at=at)
    if not order.advance_due:
        raise NothingDue
    if order.expires_at is not None and order.expires_at <= at:  # the clock has not come to it yet
        raise WrongState(state=Order.Status.EXPIRED.label)
    link = PaymentLink.objects.create(
        order=order,
        amount_minor=order.advance_due.minor,
        currency=order.currency,
        phone=phone,
        made_by=by,
        made_at=at,
        expires_at=min(at + LINK_LIVES, order.expires_at or at + LINK_LIVES),
    )
    record_change(link, old="", new=link.status, at=at, actor=by.pk)
    enqueue(
        "purchases.expire_link",
        dedupe_key=f"payment-link-expire:{link.pk}",
        payload={"link": str(link.pk)},
        run_at=link.expires_at,
    )
    tell_payer(link, "payment_link", {"link": address_of(link), "amount": link.amount}, at=at)
    return link


@refuses(WrongState, NoLink, PayerIsPaying)
@transaction.atomic
def cancel_payment_link(*, order: Order, by: User, at: dt.datetime) -> Order:
    """Nobody can pay by the link any more. Refused: `wrong_state`, `no_link`, `payer_is_paying`."""
    order = held(order)
    ORDER.check("cancel_payment_link", order.status)
    if open_link(order) is None:
        raise NoLink
    drop_link(order, by=by, at=at)
    return order


@refuses(LinkOver, TooMany, *refused_by(collect_online))
@transaction.atomic
def pay_by_link(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """Have the gateway collect what the link asks for; nobody signs in for it.

    Pressed again, or by two people at once, it is the payment that was begun; another begins only when that has
    failed. Refused: `link_over`, `too_many` (ten attempts), and those of collecting online.
    """
    order = held(link.order)
    link = held_link(link)
    if link.is_open and link.is_being_paid:
        return link
    is_due = ORDER.allows("pay_by_link", order.status) and order.advance_due == link.amount
    if not link.is_open or not is_due or at >= link.expires_at:
        raise LinkOver
    if link.attempts >= ATTEMPTS_AT_MOST:
        raise TooMany
    part = OrderPart(order=order, station=order.station, amount=link.amount, subject_ref=order.number)
    charge = Charge(
        purpose=part.purpose,
        subject_ref=part.subject_ref,
        station=order.station,
        amount=link.amount,
        agent_fee=zero(link.currency),
        payer=order.villager,
        payer_phone=str(link.phone or ""),
        slip_lines=part.slip_lines(),
    )
    link.attempts += 1
    link.payment = collect_online(
        charge=charge,
        expires_at=min(at + PAY_WITHIN, link.expires_at),
        by=link.made_by,
        at=at,
        key=f"link:{link.pk}:{link.attempts}",
    )
    link.save(update_fields=["payment", "attempts", "updated_at"])
    return link
