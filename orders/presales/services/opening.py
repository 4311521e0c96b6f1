"""A county offers boxes of confirmed harvests before they are brought."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in
from core.errors import Refused, refuses
from core.history import record_change
from core.jobs.services import enqueue
from core.money import Money
from orders.presales.models import PresaleCycle, PresaleHarvest
from orders.presales.queries import grades_at, harvests_to_presell
from orders.produce.models import Grade, HarvestNotice
from orders.produce.queries import plan_of
from orders.produce.services.selling import NoDeductionPlan, PriceBelowDeductions, refuse_unless_left
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.paper_numbers import paper_number

#: The villages need time to hear of it, and nobody's money waits longer.
SHORTEST, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=60)
#: Days from the close until the boxes are there, at most.
DELIVERED_WITHIN_DAYS = 60
#: Grams of one box at most: somebody carries it home.
LARGEST_BOX_G = 50_000


class HarvestUnfit(Refused):
    """A presale is of confirmed harvests of its crop and county that no other presale promises."""

    code = "harvest_unfit"
    message = _("One of these harvests is not confirmed, of another crop, or promised in another presale.")


class GradeUnfit(Refused):
    """Fruit is sold by a grade that holds today."""

    code = "grade_unfit"
    status = 422
    message = _("This grade does not hold today.")


class BoxImpossible(Refused):
    """A box can be carried, and the harvest gives at least one."""

    code = "box_impossible"
    status = 422
    message = _("A box has between 1 g and 50 kg, and at most what the harvests give.")


class CloseNotPossible(Refused):
    """Too soon for the villages, or too late for the money."""

    code = "close_not_possible"
    status = 422
    message = _("Orders end at least one hour and at most 60 days from now.")


class DeliveryNotPossible(Refused):
    """The boxes come after the close, and soon."""

    code = "delivery_not_possible"
    status = 422
    message = _("The day of collection is after the last day for orders, at most 60 days later.")


@refuses(
    HarvestUnfit,
    GradeUnfit,
    BoxImpossible,
    CloseNotPossible,
    DeliveryNotPossible,
    NoDeductionPlan,
    PriceBelowDeductions,
)
@transaction.atomic
def open_presale(
    *,
    station: Station,
    grade: Grade,
    notices: Sequence[HarvestNotice],
    box_g: int,
    price: Money,
    closes_at: dt.datetime,
    delivery_date: dt.date,
    by: User,
    at: dt.datetime,
    key: str,
) -> PresaleCycle:
    """Sell boxes of harvests that the county has confirmed, at a price for a box of so many grams.

    `station` is where the county's lots lie. As many boxes can be ordered as the harvests give. The same key again
    gives the presale that stands. Refused: `harvest_unfit`, `grade_unfit`, `box_impossible`, `close_not_possible`,
    `delivery_not_possible`, `no_deduction_plan`, `price_below_deductions`.
    """
    own_key = f"{by.pk}:{key}"
    stands = PresaleCycle.objects.filter(key=own_key).first()
    if stands is not None:
        return stands
    crop = grade.sheet.crop
    if not grades_at(day_in(station.zone, at)).filter(pk=grade.pk).exists():
        raise GradeUnfit(field="grade")
    chosen = _held_notices(station, notices, crop.pk)
    expected_g = sum(notice.confirmed_g or 0 for notice in chosen)
    if not 0 < box_g <= min(LARGEST_BOX_G, expected_g):
        raise BoxImpossible(field="box_g")
    closes_date = _refuse_days(station, closes_at, delivery_date, at=at)
    _refuse_price(station, box_g, price, on=day_in(station.zone, at))
    presale = PresaleCycle.objects.create(
        key=own_key,
        number=paper_number(station, "P", at),
        station=station,
        crop=crop,
        grade=grade,
        currency=station.currency,
        box_g=box_g,
        price_minor=price.minor,
        expected_g=expected_g,
        opened_by=by,
        opens_at=at,
        closes_at=closes_at,
        closes_date=closes_date,
        delivery_date=delivery_date,
    )
    PresaleHarvest.objects.bulk_create(PresaleHarvest(presale=presale, notice=notice) for notice in chosen)
    record_change(presale, old="", new=presale.status, at=at, actor=by.pk)
    enqueue(
        "presales.close_presale",
        dedupe_key=f"presale-close:{presale.pk}",
        payload={"presale": str(presale.pk)},
        run_at=closes_at,
    )
    return presale


@refuses(HarvestUnfit)
def _held_notices(station: Station, notices: Sequence[HarvestNotice], crop: int) -> list[HarvestNotice]:
    """The notices, held, so that no two presales promise the same harvest."""
    wanted = {notice.pk for notice in notices}
    lock_all(HarvestNotice.objects.filter(pk__in=wanted))
    free = list(harvests_to_presell(station.county_id).filter(pk__in=wanted, crop=crop))
    if not wanted or len(free) != len(wanted):
        raise HarvestUnfit(field="notices")
    return free


@refuses(CloseNotPossible, DeliveryNotPossible)
def _refuse_days(station: Station, closes_at: dt.datetime, delivery_date: dt.date, *, at: dt.datetime) -> dt.date:
    if not at + SHORTEST <= closes_at <= at + LONGEST:
        raise CloseNotPossible(field="closes_at")
    closes_date = day_in(station.zone, closes_at)
    if not 0 < (delivery_date - closes_date).days <= DELIVERED_WITHIN_DAYS:
        raise DeliveryNotPossible(field="delivery_date")
    return closes_date


@refuses(NoDeductionPlan, PriceBelowDeductions)
def _refuse_price(station: Station, box_g: int, price: Money, *, on: dt.date) -> None:
    """Of one box something is left for the farmer: so it is of all of them."""
    plan = plan_of(station, currency=station.currency, on=on)
    if plan is None:
        raise NoDeductionPlan
    refuse_unless_left(plan, box_g, price.minor)
