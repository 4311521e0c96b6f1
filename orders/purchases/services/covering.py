"""Payments that a bank takes back after goods were handed over: the platform puts in what is missing, until it is paid.

Suppliers, partners and carriers keep what they have earned in good faith, and nobody else's money at the station pays
for it. What the buyer pays after all goes back to the platform; what nobody pays can be written off.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from finance import chart
from finance.payments.models import Payment
from finance.payments.services import reverse_payment, takes_a_reversal
from finance.settlement.services import put_in, take_back_what_was_put_in
from ledger.models import Account
from orders.purchases.machine import ORDER
from orders.purchases.models import Fulfilment, Order, PaymentLink
from orders.purchases.services.cash_rules import lower_outstanding
from orders.purchases.services.link_steps import PayerIsPaying, drop_link
from orders.purchases.services.steps import held
from stations.accounts.models import User
from stations.two_persons import require_two_persons


class NothingOwed(Refused):
    """Only what is owed for goods that were handed over is written off."""

    code = "nothing_owed"
    message = _("Nothing is owed for goods that were handed over.")


@refuses(*refused_by(reverse_payment))
@transaction.atomic
def note_unfunded(*, link: PaymentLink, at: dt.datetime) -> PaymentLink:
    """The payer's bank has taken back what was passed on already: the platform puts it in, then all of it goes back."""
    order = held(link.order)
    payment = Payment.objects.get(payment_link=link)
    if link.status != PaymentLink.Status.PAID or not takes_a_reversal(payment):
        return link
    left = payment.total_minor - payment.refunded_minor
    amount = Money(min(left, _passed_on(order)), order.currency)
    if amount:
        _put_in(order, amount, event=f"{payment.pk}:unfunded", at=at)
    reverse_payment(payment=payment, at=at)
    return link


def settle_cover(order: Order, *, event: str, at: dt.datetime) -> None:
    """Let the platform put in exactly what of the handed over goods nobody has paid; the caller holds the order.

    `event` is unique for ever: what has changed what was paid or passed on.
    """
    missing = max(_passed_on(order) - (order.received_minor - order.refunded_minor), 0)
    change = Money(missing - order.covered_minor, order.currency)
    if change.minor > 0:
        _put_in(order, change, event=event, at=at)
    elif change.minor < 0:
        _take_out(order, -change, event=event, at=at)


@refuses(WrongState, NothingOwed, SamePerson, PayerIsPaying)
@needs_words("reason")
@transaction.atomic
def write_off_purchase(*, order: Order, reason: str, by: User, at: dt.datetime) -> Order:
    """Give up what is owed for goods that were handed over: the platform has paid for them.

    Another person than who took the order and than the buyer decides that. Refused: `wrong_state`, `nothing_owed`,
    `same_person`, `payer_is_paying`.
    """
    order = held(order)
    ORDER.check("write_off_purchase", order.status)
    if not order.has_ended_parts or not order.due:
        raise NothingOwed
    require_two_persons(by, order.ordered_by_id, order.villager_id)
    drop_link(order, by=by, at=at)
    waive(order, order.due)
    record_change(order, old=order.status, new=order.status, at=at, actor=by.pk, reason=reason[:200])
    return order


def waive(order: Order, amount: Money) -> None:
    """So much of what was never paid is not owed any more; the caller holds the order."""
    order.waived_minor += amount.minor
    order.save(update_fields=["waived_minor", "updated_at"])
    order.refresh_from_db(fields=["payment_status"])
    lower_outstanding(order, amount)


def _passed_on(order: Order) -> int:
    """Minor units of the buyer's money that others have: of goods that were handed over and not brought back."""
    delivered = order.fulfilments.filter(status=Fulfilment.Status.DELIVERED)
    price = delivered.aggregate(minor=Sum(F("goods_minor") - F("discount_minor")))["minor"] or 0
    return price - order.returned_minor + order.withheld_minor


def _put_in(order: Order, amount: Money, *, event: str, at: dt.datetime) -> None:
    funds = _funds_of(order, at=at)
    put_in(event_id=event, target=funds, amount=amount, reason="payment taken back after the hand-over", at=at)
    _count(order, amount)


def _take_out(order: Order, amount: Money, *, event: str, at: dt.datetime) -> None:
    funds = _funds_of(order, at=at)
    reason = "paid after all, or brought back"
    take_back_what_was_put_in(event_id=event, source=funds, amount=amount, reason=reason, at=at)
    _count(order, -amount)


def _count(order: Order, amount: Money) -> None:
    order.covered_minor += amount.minor
    order.save(update_fields=["covered_minor", "updated_at"])


def _funds_of(order: Order, *, at: dt.datetime) -> Account:
    station = order.station
    key = chart.customer_funds(station)
    return chart.open_one(key, country=station.county.country, currency=order.currency, at=at)
