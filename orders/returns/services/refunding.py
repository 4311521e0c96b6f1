"""The money of goods that come back: everybody gives back the share of these pieces, the buyer is owed it.

With S of the n pieces of a part returned so far, supplier, partner, helper and county stand reversed at
half-up(share x S / n), the buyer at half-up(paid x S / n), who bore a promotion at half-up(its share x S / n), and the
platform takes the rest, a cent the other way if need be: after the last piece every line is exactly zero.
"""

import datetime as dt
from typing import Any

from django.db.models import F, Sum

from core.errors import refused_by, refuses
from core.money import Money
from finance import chart
from finance.fees.rules import PLATFORM
from finance.fees.services import Step, reverse_lines
from finance.models import CommissionLine, PayableLine, Refund
from finance.payments.services import refund_payment
from finance.settlement.services import (
    accrue_payable,
    charge_payable,
    reverse_payable,
    take_back_what_was_put_in,
)
from orders.promotions.services import Borne, give_back_goods, not_borne_by_supplier, take_back_shares
from orders.purchases.models import Order
from orders.purchases.services.handing import EVENT, rest_put_in
from orders.purchases.services.paying import give_back
from orders.returns.models import Return, ReturnRefund

LEG = "return_leg"


@refuses(*refused_by(reverse_lines, reverse_payable, refund_payment, accrue_payable, charge_payable))
def refund_goods(order: Order, found: Return, quantity: int, *, at: dt.datetime) -> None:
    """Take so much of a return back from everybody and owe it to the buyer; the caller holds order and return."""
    part = found.part
    before = Return.objects.filter(part=part).aggregate(quantity=Sum("refunded_quantity"))["quantity"] or 0
    step = Step(before, before + quantity, part.quantity)
    paid = Money(step.of(part.price.minor), found.currency)
    borne = give_back_goods(order, part, step)
    put_in, rest = not_borne_by_supplier(borne, currency=found.currency), _rest_of(found, step)
    _take_back(found, step, paid + put_in + rest, at=at)
    if put_in or rest:
        _give_back_shares(order, found, borne, rest, at=at)
    withheld = _pay_way_back(order, found, paid, at=at)
    refunds = give_back(order, paid - withheld, reason=Refund.Reason.RETURN, at=at)
    ReturnRefund.objects.bulk_create(ReturnRefund(goods_return=found, refund=refund) for refund in refunds)
    Order.objects.filter(pk=order.pk).update(
        returned=F("returned") + quantity,
        returned_minor=F("returned_minor") + paid.minor,
        withheld_minor=F("withheld_minor") + withheld.minor,
        updated_at=at,
    )
    found.refunded_quantity, found.refunded_at = quantity, at
    found.refunded_minor, found.withheld_minor = (paid - withheld).minor, withheld.minor


def _rest_of(found: Return, step: Step) -> Money:
    """Of what the platform put in so that the supplier pays nothing for selling, the part of these pieces."""
    if not found.part.discount_minor:
        return Money(0, found.currency)
    return Money(step.of(rest_put_in(found.part).minor), found.currency)


def _give_back_shares(order: Order, found: Return, borne: Borne, rest: Money, *, at: dt.datetime) -> None:
    """Platform and county get back what they put in for these goods."""
    key, country = chart.customer_funds(order.station), order.station.county.country
    funds = chart.open_one(key, country=country, currency=order.currency, at=at)
    take_back_shares(order, borne, event=str(found.pk), funds=funds, at=at)
    if rest:
        about: dict[str, Any] = {"source": funds, "amount": rest, "reason": "promotion above the rest taken back"}
        take_back_what_was_put_in(event_id=f"{found.pk}:rest", **about, at=at)


def _take_back(found: Return, step: Step, needed: Money, *, at: dt.datetime) -> None:
    """Whoever earned from these goods gives back what the buyer, and who bore promotions, are owed."""
    event: dict[str, Any] = {"event_type": EVENT, "event_id": str(found.part_id), "reverses": None}
    lines = list(CommissionLine.objects.filter(**event).select_related("station__county").order_by("pk"))
    left = needed
    for payable in PayableLine.objects.filter(**event).order_by("pk"):
        amount = Money(step.of(payable.amount_minor), found.currency) if lines else left
        left -= amount
        if amount:
            reverse_payable(line=payable, amount=amount, at=at, key=found.number)
    if not lines:
        return
    rest = next((line for line in lines if line.beneficiary == PLATFORM), lines[-1])
    amounts = {line: Money(step.of(line.amount_minor), found.currency) for line in lines if line != rest}
    for amount in amounts.values():
        left -= amount
    amounts[rest] = left
    reverse_lines(amounts={line: amount for line, amount in amounts.items() if amount}, at=at, key=found.number)


def _pay_way_back(order: Order, found: Return, goods: Money, *, at: dt.datetime) -> Money:
    """Whoever gave cause -> carrier; what of the price is kept back from the buyer. A carrier at fault gets nothing."""
    is_buyer = found.bearer == Return.Bearer.BUYER
    leg = min(found.leg, goods) if is_buyer else found.leg
    if not leg or found.bearer == Return.Bearer.CARRIER:
        return Money(0, found.currency)
    accounts = _Accounts(order, found, at=at)
    event: dict[str, Any] = {
        "event_type": LEG,
        "event_id": str(found.pk),
        "amount": leg,
        "explanation": {"return": found.number, "bearer": str(found.bearer)},
        "station": order.station,
        "at": at,
    }
    if found.bearer == Return.Bearer.SUPPLIER:
        charge_payable(account=accounts.supplier, target=accounts.expense, **event)
    source = accounts.funds if is_buyer else accounts.expense
    accrue_payable(account=accounts.carrier, source=source, eligible_at=at, **event)
    return leg if is_buyer else Money(0, found.currency)


class _Accounts:
    """Who may pay a way back, and the carrier who is paid."""

    def __init__(self, order: Order, found: Return, *, at: dt.datetime) -> None:
        keys = (
            chart.customer_funds(order.station),
            chart.platform("expense"),
            chart.supplier(found.part.order_line.variant.product.supplier.code),
            chart.carrier(found.carrier),
        )
        opened = chart.open_all(keys, country=order.station.county.country, currency=order.currency, at=at)
        self.funds, self.expense, self.supplier, self.carrier = (opened[key] for key in keys)
