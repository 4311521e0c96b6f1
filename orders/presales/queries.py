"""Questions about presales: what can be ordered at a counter, and what a page shows of other tables."""

import datetime as dt

from django.db.models import QuerySet

from orders.presales.models import (
    PresaleCycle,
    PresaleCycleQuerySet,
    PresaleHarvest,
    PresaleOrder,
    PresaleOrderQuerySet,
)
from orders.produce.models import Grade, HarvestNotice, Lot
from stations.network.models import Station


def presales() -> PresaleCycleQuerySet:
    """With what a row shows of other tables."""
    rows: PresaleCycleQuerySet = PresaleCycle.objects.select_related(
        "station__county", "crop", "grade", "opened_by", "lot"
    )
    return rows


def presale_orders() -> PresaleOrderQuerySet:
    """The same for orders."""
    rows: PresaleOrderQuerySet = PresaleOrder.objects.select_related(
        *("presale__station__county", "presale__crop", "presale__grade", "presale__lot"),
        *("station__county", "villager", "payment", "taken_by", "handed_by"),
    )
    return rows


def open_presales(station: Station, *, at: dt.datetime) -> QuerySet[PresaleCycle]:
    """What residents of a station can order of harvests of its county, the first to close first."""
    rows = presales().filter(station__county=station.county_id, currency=station.currency)
    return rows.filter(status=PresaleCycle.Status.OPEN, closes_at__gt=at).order_by("closes_at", "pk")


def harvests_to_presell(county: int) -> QuerySet[HarvestNotice]:
    """Confirmed harvests of a county that no presale promises yet, the first to be brought first."""
    promised = PresaleHarvest.objects.filter(presale__status__in=PresaleCycle.LIVE)
    rows = HarvestNotice.objects.filter(station__county=county, status=HarvestNotice.Status.CONFIRMED)
    free = rows.exclude(pk__in=promised.values("notice"))
    return free.select_related("station__county", "farmer", "crop").order_by("to_date", "pk")


def grades_at(day: dt.date) -> QuerySet[Grade]:
    """The grades that hold on a day, of every crop that is taken in."""
    rows = Grade.objects.filter(sheet__crop__is_active=True, sheet__from_date__lte=day).exclude(sheet__to_date__lte=day)
    return rows.select_related("sheet__crop").order_by("sheet__crop__code", "position")


def lots_for(presale: PresaleCycle) -> QuerySet[Lot]:
    """Lots that are for sale in the county and have the crop and grade of a presale."""
    rows = Lot.objects.filter(
        crop=presale.crop_id,
        currency=presale.currency,
        station__county=presale.station.county_id,
        status=Lot.Status.CLOSED,
        set_aside_for="",
        grades__grade=presale.grade_id,
    )
    return rows.select_related("station__county", "crop").order_by("pk")
