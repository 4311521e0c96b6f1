"""Harvests: announced by the farmer, confirmed by the county, closed when their last day is over."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.history import record_changes
from core.language.reasons import needs_words
from orders.produce.machine import HARVEST
from orders.produce.models import Crop, HarvestNotice
from orders.produce.services.steps import begin, move, tell_farmer
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

_H = HarvestNotice.Status
#: From so much of what was confirmed on, in basis points, a harvest was brought.
ENOUGH_BP, ALL_BP = 9_500, 10_000


class HarvestInThePast(Refused):
    """A notice is about days to come."""

    code = "harvest_in_the_past"
    status = 422
    message = _("The last day of this harvest is over.")


@refuses(HarvestInThePast)
@transaction.atomic
def announce_harvest(
    *,
    station: Station,
    farmer: Person,
    crop: Crop,
    from_date: dt.date,
    to_date: dt.date,
    expected_g: int,
    by: User,
    at: dt.datetime,
) -> HarvestNotice:
    """Write down that a farmer will bring so many grams between two days, both included."""
    if to_date < day_in(station.zone, at):
        raise HarvestInThePast(field="to_date")
    notice = HarvestNotice(
        station=station,
        farmer=farmer,
        crop=crop,
        from_date=from_date,
        to_date=to_date,
        expected_g=expected_g,
        announced_by=by,
        announced_at=at,
    )
    return begin(notice, _H.ANNOUNCED, at=at, by=by)


@refuses(WrongState)
@transaction.atomic
def confirm_harvest(*, notice: HarvestNotice, confirmed_g: int, by: User, at: dt.datetime) -> HarvestNotice:
    """Promise to take so many grams; the farmer is told."""
    notice = _held(notice)
    HARVEST.check("confirm_harvest", notice.status)
    notice.confirmed_g = confirmed_g
    move(notice, _H.CONFIRMED, at=at, by=by)
    _tell(notice, "harvest_confirmed", {"kilograms": f"{confirmed_g / 1000:g}"}, at=at)
    return notice


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def cancel_harvest(*, notice: HarvestNotice, reason: str, by: User, at: dt.datetime) -> HarvestNotice:
    """Nothing will be brought; the farmer is told. Publishes `orders.harvest_cancelled`: presales hear of it."""
    notice = _held(notice)
    HARVEST.check("cancel_harvest", notice.status)
    move(notice, _H.CANCELLED, at=at, by=by, reason=reason)
    publish("orders.harvest_cancelled", at=at, notice=str(notice.pk), station=notice.station_id)
    _tell(notice, "harvest_cancelled", {}, at=at)
    return notice


@transaction.atomic
def close_harvests(*, county: str, at: dt.datetime, most: int = 500) -> int:
    """End the notices of a county whose last day is over: brought, less than announced, or never confirmed."""
    zones = Station.objects.filter(county__code=county).order_by().values_list("zone", flat=True).distinct()
    due = Q(pk__in=[])
    for zone in zones:
        due |= Q(station__zone=zone, to_date__lt=day_in(zone, at))
    rows = HarvestNotice.objects.filter(due, station__county__code=county, status__in=HARVEST.arrows["close_harvest"])
    notices = lock_all(rows.filter(pk__in=rows.order_by("pk").values("pk")[:most]))
    for before in HARVEST.arrows["close_harvest"]:
        for status, chosen in _ends([each for each in notices if each.status == before]).items():
            pks = [each.pk for each in chosen]
            HarvestNotice.objects.filter(pk__in=pks).update(status=status, updated_at=at)
            record_changes(chosen, old=before, new=status, at=at)
    return len(notices)


def remind_farmers(*, county: str, at: dt.datetime) -> int:
    """Tell farmers on the evening before that their harvest is expected; how many notices there are."""
    rows = HarvestNotice.objects.filter(station__county__code=county, status=_H.CONFIRMED)
    notices = rows.select_related("station__county", "farmer", "crop").order_by("pk")
    tomorrow = [each for each in notices if each.from_date == day_in(each.station.zone, at) + dt.timedelta(days=1)]
    for notice in tomorrow:
        _tell(notice, "harvest_reminder", {"kilograms": f"{(notice.confirmed_g or 0) / 1000:g}"}, at=at)
    return len(tomorrow)


def bring(notice: HarvestNotice, grams: int, *, by: User, at: dt.datetime) -> None:
    """Count what a farmer has agreed to towards the notice, also where the county confirms it afterwards."""
    notice = _held(notice)
    HarvestNotice.objects.filter(pk=notice.pk).update(taken_in_g=F("taken_in_g") + grams)
    if HARVEST.allows("bring_harvest", notice.status) and notice.status != _H.HARVESTING:
        notice.refresh_from_db(fields=["taken_in_g"])
        move(notice, _H.HARVESTING, at=at, by=by)


def count_off(notice: HarvestNotice, grams: int) -> None:
    """Grams that were counted towards the notice by mistake."""
    HarvestNotice.objects.filter(pk=notice.pk).update(taken_in_g=Greatest(F("taken_in_g") - grams, 0))


def _ends(notices: list[HarvestNotice]) -> dict[str, list[HarvestNotice]]:
    ends: dict[str, list[HarvestNotice]] = {}
    for notice in notices:
        promised = notice.confirmed_g
        if promised is None:
            status = _H.CANCELLED
        elif notice.taken_in_g * ALL_BP >= promised * ENOUGH_BP:
            status = _H.FULFILLED
        else:
            status = _H.SHORT
        ends.setdefault(status, []).append(notice)
    return ends


def _held(notice: HarvestNotice) -> HarvestNotice:
    lock(notice)
    return HarvestNotice.objects.select_related("station__county", "farmer", "crop").get(pk=notice.pk)


def _tell(notice: HarvestNotice, template: str, params: dict[str, Any], *, at: dt.datetime) -> None:
    about = {"crop": names_of(notice.crop), "day": notice.from_date, **params}
    tell_farmer(notice.farmer, notice.station, template, about, about=notice.pk, at=at)


def names_of(crop: Crop) -> dict[str, str]:
    """The crop in the language of whoever reads the message."""
    return {"en": crop.name, "zh-hans": crop.name_zh}
