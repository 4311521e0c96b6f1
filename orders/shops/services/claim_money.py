"""The money of goods that arrived bad: everybody gives back the part of them, or the carrier pays all of it.

With S of goods for which n was paid, farmer and partner stand reversed at half-up(part x S / n), the platform gets back
what it put in for a coupon by the same rule and gives the rest, a cent the other way if need be. Where all of the goods
were bad the delivery goes back as well, at the charge of the one who caused it.
"""

import datetime as dt
from typing import Any

from core.errors import refused_by, refuses
from core.money import Money, zero
from finance import chart
from finance.fees.services import Step
from finance.models import PayableLine
from finance.payments.models import Refund
from finance.payments.services import refund_payment
from finance.settlement.services import (
    charge_payable,
    give_part_back,
    keep_part,
    reverse_payable,
    take_back_what_was_put_in,
)
from orders.promotions.services import give_back_coupon_part
from orders.shops.models import ShopClaim, ShopOrder
from orders.shops.services.sharing import EVENT

CLAIM = "shop_claim"


@refuses(*refused_by(reverse_payable, charge_payable, refund_payment))
def give_back(order: ShopOrder, claim: ShopClaim, *, at: dt.datetime) -> Money:
    """Take what a claim gives back from those who bear it, and owe it to the buyer; what of it the farmer bears.

    The caller holds order and claim, and has set amount and bearer.
    """
    goods, freight = Money(claim.accepted_minor, claim.currency), Money(claim.freight_minor, claim.currency)
    carrier, farmer = chart.carrier(order.carrier), chart.farmer(order.shop.owner_id)
    if claim.bearer == ShopClaim.Bearer.CARRIER:
        farmers = zero(claim.currency)
        _charge(order, claim, carrier, goods + freight, at=at)
    else:
        farmers = _from_everybody(order, claim, goods, at=at) + freight
        if freight:
            _charge(order, claim, farmer, freight, at=at)
    payment = order.checkout.payment
    if payment is not None:
        key = f"shop-claim:{claim.pk}"
        refund_payment(payment=payment, amount=goods + freight, reason=Refund.Reason.RETURN, at=at, key=key)
    return farmers


@refuses(*refused_by(reverse_payable))
def _from_everybody(order: ShopOrder, claim: ShopClaim, goods: Money, *, at: dt.datetime) -> Money:
    step = Step(0, goods.minor, order.paid_goods.minor)
    coupon = give_back_coupon_part(order, step)
    left, farmers = goods + coupon, zero(claim.currency)
    lines = PayableLine.objects.filter(event_type=EVENT, event_id=str(order.pk), reverses=None)
    for line in lines.exclude(account__kind="carrier").select_related("account", "source__book").order_by("pk"):
        amount = Money(step.of(line.amount_minor), claim.currency)
        left -= amount
        if line.account.kind == "farmer":
            farmers = amount
        if amount:
            reverse_payable(line=line, amount=amount, at=at, key=f"claim:{claim.pk}")
    funds = _open(order, chart.customer_funds(order.checkout.station), at=at)
    about: dict[str, Any] = {"event_id": str(claim.pk), "reason": "shop goods were bad", "at": at}
    if coupon:
        back: dict[str, Any] = {"event_id": f"{claim.pk}:coupon", "reason": "share of a coupon taken back", "at": at}
        take_back_what_was_put_in(source=funds, amount=coupon, **back)
    if left.minor > 0:
        give_part_back(target=funds, amount=left, **about)
    elif left.minor < 0:
        keep_part(source=funds, amount=-left, **about)
    return farmers


@refuses(*refused_by(charge_payable))
def _charge(order: ShopOrder, claim: ShopClaim, key: chart.AccountKey, amount: Money, *, at: dt.datetime) -> None:
    charge_payable(
        event_type=CLAIM,
        event_id=str(claim.pk),
        account=_open(order, key, at=at),
        amount=amount,
        target=_open(order, chart.customer_funds(order.checkout.station), at=at),
        explanation={"order": order.number, "bearer": str(claim.bearer)},
        station=order.shop.station,
        at=at,
    )


def _open(order: ShopOrder, key: chart.AccountKey, *, at: dt.datetime) -> Any:
    country = order.checkout.station.county.country
    return chart.open_one(key, country=country, currency=order.currency, at=at)
