"""The money of goods that come back: everybody gives back the share of these pieces, the buyer is owed it.

With S of the n pieces of a part returned so far, supplier, partner, helper and county stand reversed at
half-up(share x S / n), the buyer at half-up(paid x S / n), who bore a promotion at half-up(its share x S / n), and the
platform takes the rest, a cent the other way if need be: after the last piece every line is exactly zero.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, Sum

from core.errors import refused_by, refuses
from core.money import Money, split, total, zero
from finance import chart
from finance.fees.rules import PLATFORM
from finance.fees.services import Step, reverse_lines
from finance.models import CommissionLine, PayableLine, Refund
from finance.payments.services import refund_payment
from finance.settlement.services import (
    accrue_payable,
    charge_payable,
    reversal_of,
    reverse_payable,
    take_back_what_was_put_in,
)
from orders.promotions.services import (
    Borne,
    give_back_goods,
    hold_promotions,
    not_borne_by_supplier,
    take_back_shares,
)
from orders.purchases.models import FulfilmentLine, Order
from orders.purchases.services.covering import settle_cover, waive
from orders.purchases.services.handing import EVENT, rest_put_in
from orders.purchases.services.paying import give_back, spread_cash
from orders.returns.models import Return, ReturnLine, ReturnRefund

LEG = "return_leg"


def accepted_of(lines: Sequence[ReturnLine]) -> dict[ReturnLine, int]:
    """What was accepted of each line, without those of which nothing was."""
    return {line: line.accepted_quantity for line in lines if line.accepted_quantity}


@refuses(*refused_by(reverse_lines, reverse_payable, refund_payment, accrue_payable, charge_payable))
def refund_goods(order: Order, found: Return, quantities: Mapping[ReturnLine, int], *, at: dt.datetime) -> None:
    """Take so much of each line back from everybody and owe it to the buyer; the caller holds order and return.

    The way back is paid once for all of them, unless it was paid when a replacement was sent.
    """
    paid = _take_goods_back(order, quantities, at=at)
    withheld = zero(found.currency)
    if found.replaced_at is None:
        withheld = pay_way_back(order, found, list(quantities), paid, at=at)
    _owe(order, found, quantities, paid, withheld, at=at)


@refuses(*refused_by(reverse_lines, reverse_payable, refund_payment))
def refund_lost(order: Order, found: Return, quantities: Mapping[ReturnLine, int], *, at: dt.datetime) -> None:
    """The same of goods that were lost on their way back, which nobody pays."""
    paid = _take_goods_back(order, quantities, at=at)
    _owe(order, found, quantities, paid, zero(found.currency), at=at)


def given_back_by_suppliers(order: Order, lines: Sequence[ReturnLine]) -> dict[chart.AccountKey, Money]:
    """What suppliers have given back of these goods: it is theirs again where the goods never reach them."""
    back: dict[chart.AccountKey, Money] = {}
    for goods in lines:
        event = {"event_type": EVENT, "event_id": str(goods.part_id), "reverses": None}
        for payable in PayableLine.objects.filter(**event, account__kind="supplier").order_by("pk"):
            reversed_by = reversal_of(line=payable, key=_key_of(goods))
            if reversed_by is not None:
                key = chart.supplier(goods.part.supplier.code)
                back[key] = back.get(key, zero(order.currency)) + Money(-reversed_by.amount_minor, order.currency)
    return back


def _take_goods_back(order: Order, quantities: Mapping[ReturnLine, int], *, at: dt.datetime) -> Money:
    """What the buyer paid for these goods, taken back from everybody who has a part of it."""
    hold_promotions(order)
    return total((_take_line_back(order, line, n, at=at) for line, n in quantities.items()), order.currency)


def _owe(
    order: Order,
    found: Return,
    quantities: Mapping[ReturnLine, int],
    paid: Money,
    withheld: Money,
    *,
    at: dt.datetime,
) -> None:
    """Owe the buyer what was paid, without what is kept back for the way, and what a bank has taken back already."""
    refunds = give_back(order, paid - withheld, reason=Refund.Reason.RETURN, at=at)
    ReturnRefund.objects.bulk_create(ReturnRefund(goods_return=found, refund=refund) for refund in refunds)
    Order.objects.filter(pk=order.pk).update(
        returned=F("returned") + sum(quantities.values()),
        returned_minor=F("returned_minor") + paid.minor,
        withheld_minor=F("withheld_minor") + withheld.minor,
        updated_at=at,
    )
    _settle_unpaid(order, found, paid - withheld - total((each.amount for each in refunds), order.currency), at=at)
    found.refunded_at = at
    found.refunded_minor, found.withheld_minor = sum(refund.amount_minor for refund in refunds), withheld.minor


def _settle_unpaid(order: Order, found: Return, not_given: Money, *, at: dt.datetime) -> None:
    """Goods that were brought back are not owed either, where a bank had taken their payment back before."""
    order.refresh_from_db(fields=["returned", "returned_minor", "withheld_minor"])
    if unpaid := min(order.due, not_given):
        waive(order, unpaid)
        spread_cash(order, at=at)
    if order.covered_minor:
        settle_cover(order, event=f"{found.pk}:returned", at=at)


def _take_line_back(order: Order, line: ReturnLine, quantity: int, *, at: dt.datetime) -> Money:
    """What the buyer paid for these pieces, given back by everybody who has a part of it."""
    part = line.part
    before = ReturnLine.objects.filter(part=part).aggregate(quantity=Sum("refunded_quantity"))["quantity"] or 0
    step = Step(before, before + quantity, part.quantity)
    paid = Money(step.of(part.price.minor), line.currency)
    borne = give_back_goods(order, part, step)
    put_in, rest = not_borne_by_supplier(borne, currency=line.currency), _rest_of(part, step)
    _take_back(line, step, paid + put_in + rest, at=at)
    if put_in or rest:
        _give_back_shares(order, line, borne, rest, at=at)
    line.refunded_quantity = quantity
    line.save(update_fields=["refunded_quantity", "updated_at"])
    return paid


def _rest_of(part: FulfilmentLine, step: Step) -> Money:
    """Of what the platform put in so that the supplier pays nothing for selling, the part of these pieces."""
    if not part.discount_minor:
        return zero(part.currency)
    return Money(step.of(rest_put_in(part).minor), part.currency)


def _give_back_shares(order: Order, line: ReturnLine, borne: Borne, rest: Money, *, at: dt.datetime) -> None:
    """Platform and county get back what they put in for these goods."""
    key, country = chart.customer_funds(order.station), order.station.county.country
    funds = chart.open_one(key, country=country, currency=order.currency, at=at)
    take_back_shares(order, borne, event=str(line.pk), funds=funds, at=at)
    if rest:
        about: dict[str, Any] = {"source": funds, "amount": rest, "reason": "promotion above the rest taken back"}
        take_back_what_was_put_in(event_id=f"{line.pk}:rest", **about, at=at)


def _take_back(goods: ReturnLine, step: Step, needed: Money, *, at: dt.datetime) -> None:
    """Whoever earned from these goods gives back what the buyer, and who bore promotions, are owed."""
    event: dict[str, Any] = {"event_type": EVENT, "event_id": str(goods.part_id), "reverses": None}
    lines = list(CommissionLine.objects.filter(**event).select_related("station__county").order_by("pk"))
    left = needed
    for payable in PayableLine.objects.filter(**event).order_by("pk"):
        amount = Money(step.of(payable.amount_minor), goods.currency) if lines else left
        left -= amount
        if amount:
            reverse_payable(line=payable, amount=amount, at=at, key=_key_of(goods))
    if not lines:
        return
    rest = next((line for line in lines if line.beneficiary == PLATFORM), lines[-1])
    amounts = {line: Money(step.of(line.amount_minor), goods.currency) for line in lines if line != rest}
    for amount in amounts.values():
        left -= amount
    amounts[rest] = left
    reverse_lines(amounts={line: amount for line, amount in amounts.items() if amount}, at=at, key=_key_of(goods))


def _key_of(goods: ReturnLine) -> str:
    """A line of commission keeps 29 characters of a key: the end of the id, which is its random part."""
    return goods.pk.hex[-29:]


@refuses(*refused_by(accrue_payable, charge_payable))
def pay_way_back(order: Order, found: Return, lines: Sequence[ReturnLine], goods: Money, *, at: dt.datetime) -> Money:
    """Whoever gave cause -> carrier, once; what of the price of the goods is kept back from the buyer.

    Suppliers of several lines share it by the value of their goods. A carrier at fault gets nothing.
    """
    is_buyer = found.bearer == Return.Bearer.BUYER
    leg = min(found.leg, goods) if is_buyer else found.leg
    if not leg or found.bearer == Return.Bearer.CARRIER:
        return zero(found.currency)
    fixed = (chart.customer_funds(order.station), chart.platform("expense"), chart.carrier(found.carrier))
    charged = _shares_of_suppliers(lines, leg) if found.bearer == Return.Bearer.SUPPLIER else {}
    opened = chart.open_all((*fixed, *charged), country=order.station.county.country, currency=order.currency, at=at)
    funds, expense, carrier = (opened[key] for key in fixed)
    event: dict[str, Any] = {
        "event_type": LEG,
        "event_id": str(found.pk),
        "explanation": {"return": found.number, "bearer": str(found.bearer)},
        "station": order.station,
        "at": at,
    }
    for key, amount in charged.items():
        charge_payable(account=opened[key], target=expense, amount=amount, **event)
    accrue_payable(account=carrier, source=funds if is_buyer else expense, amount=leg, eligible_at=at, **event)
    return leg if is_buyer else zero(found.currency)


def _shares_of_suppliers(lines: Sequence[ReturnLine], leg: Money) -> dict[chart.AccountKey, Money]:
    """The way back by the value of each supplier's goods, without those to whom nothing falls."""
    values: Counter[chart.AccountKey] = Counter()
    for line in lines:
        values[chart.supplier(line.part.supplier.code)] += line.value_minor
    weights = list(values.values()) if sum(values.values()) else [1] * len(values)
    shares = zip(values, split(leg, weights), strict=True)
    return {key: amount for key, amount in shares if amount}
