"""Lots go to buyers in the city: sold by weight, sent, delivered."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in, instant_of
from core.errors import Refused, WrongState, refused_by, refuses
from core.money import Money
from orders.produce.machine import LOT
from orders.produce.models import DeductionPlan, Grade, Lot, LotGrade, LotSale, ProduceBuyer
from orders.produce.queries import plan_of
from orders.produce.services.lots import LotSetAside, LotTooSmall, end_when_empty, refuse_set_aside
from orders.produce.services.sharing import deductions_of, share_out
from orders.produce.services.steps import amount_of, held_lot, key_of, move
from stations.accounts.models import User

_L = Lot.Status
DAY = dt.timedelta(days=1)


class BuyerUnfit(Refused):
    """A buyer pays in the currency of the lot, and is active."""

    code = "produce_buyer_unfit"
    status = 422
    message = _("This buyer does not buy here, or pays in another currency.")


class NoDeductionPlan(Refused):
    """Farmers know beforehand what is deducted."""

    code = "no_deduction_plan"
    message = _("No deductions are set for this county. Ask the administrator.")


class PriceBelowDeductions(Refused):
    """Nothing would be left for the farmer."""

    code = "price_below_deductions"
    status = 422
    message = _("At this price the deductions are as much as the goods: nothing is left for the farmer.")


@refuses(WrongState, BuyerUnfit, LotTooSmall, LotSetAside, NoDeductionPlan, PriceBelowDeductions)
@transaction.atomic
def sell_lot(
    *,
    lot: Lot,
    grade: Grade,
    buyer: ProduceBuyer,
    grams: int,
    price_minor: int,
    by: User,
    at: dt.datetime,
    key: str,
) -> LotSale:
    """Sell grams of one grade at a price for 1,000 grams. With the last gram the lot is sold.

    The same key again answers as before. Refused: `lot_too_small` also where somebody else was faster.
    """
    lot = held_lot(lot)
    known = LotSale.objects.filter(key=key_of(by, key)).first()
    if known is not None:
        return known
    refuse_set_aside(lot)
    if not buyer.is_active or (buyer.currency, buyer.country) != (lot.currency, lot.station.county.country):
        raise BuyerUnfit(field="buyer")
    amount = Money(amount_of(grams, price_minor), lot.currency)
    return sell_grams(lot, grade, buyer, grams=grams, price_minor=price_minor, amount=amount, by=by, at=at, key=key)


@refuses(WrongState, LotTooSmall, NoDeductionPlan, PriceBelowDeductions)
def sell_grams(
    lot: Lot,
    grade: Grade,
    buyer: ProduceBuyer,
    *,
    grams: int,
    price_minor: int,
    amount: Money,
    by: User,
    at: dt.datetime,
    key: str,
) -> LotSale:
    """Grams of a lot that the caller holds for an amount: it is what boxes cost that have prices of their own."""
    LOT.check("sell_lot", lot.status)
    level = next(iter(lock_all(LotGrade.objects.filter(lot=lot, grade=grade))), None)
    left = level.free_g if level else 0
    if grams > left:
        raise LotTooSmall(field="grams", left=f"{left / 1000:g}")
    refuse_unless_left(plan_for(lot, at=at), grams, amount.minor)
    sale = LotSale.objects.create(
        key=key_of(by, key),
        lot=lot,
        grade=grade,
        buyer=buyer,
        grams=grams,
        price_minor=price_minor,
        amount_minor=amount.minor,
        currency=lot.currency,
        sold_by=by,
        sold_at=at,
    )
    end_when_empty(lot, at=at, by=by)
    return sale


@refuses(WrongState)
@transaction.atomic
def dispatch_lot(*, lot: Lot, by: User, at: dt.datetime) -> Lot:
    """A sold lot has left the warehouse."""
    lot = held_lot(lot)
    LOT.check("dispatch_lot", lot.status)
    return move(lot, _L.DISPATCHED, at=at, by=by)


@refuses(WrongState, NoDeductionPlan, PriceBelowDeductions, *refused_by(share_out))
@transaction.atomic
def deliver_lot(*, lot: Lot, by: User, at: dt.datetime) -> Lot:
    """The buyers have taken it: everybody's part is posted, farmers are told, and days to claim begin.

    Claims end with the last of the buyer's days after the day of delivery, at 24:00 of the station.
    """
    lot = held_lot(lot)
    LOT.check("deliver_lot", lot.status)
    plan = plan_for(lot, at=at)
    today = day_in(lot.station.zone, at)
    sales = lock_all(LotSale.objects.filter(lot=lot).select_related("buyer"))
    refuse_unless_left(plan, sum(sale.grams for sale in sales), sum(sale.amount_minor for sale in sales))
    for sale in sales:
        sale.delivered_at = at
        first_day_after = today + (sale.buyer.claim_days + 1) * DAY
        sale.claim_until_at = instant_of(lot.station.zone, first_day_after, dt.time())
    LotSale.objects.bulk_update(sales, ["delivered_at", "claim_until_at"])
    share_out(lot, sales, plan, by=by, at=at)
    lot.delivered_at = at
    return move(lot, _L.DELIVERED, at=at, by=by)


@refuses(PriceBelowDeductions)
def refuse_unless_left(plan: DeductionPlan, grams: int, amount: int) -> None:
    """Refuse a price of which deductions leave nothing; the amount in minor units."""
    if sum(deductions_of(plan, grams, amount).values()) >= amount:
        raise PriceBelowDeductions(field="price")


@refuses(NoDeductionPlan)
def plan_for(lot: Lot, *, at: dt.datetime) -> DeductionPlan:
    """What is deducted today."""
    plan = plan_of(lot.station, currency=lot.currency, on=day_in(lot.station.zone, at))
    if plan is None:
        raise NoDeductionPlan
    return plan
