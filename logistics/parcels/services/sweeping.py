"""What the clock does: reminders, parcels that nobody collected, receivers that are forgotten."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from core.database.db import lock_all, present
from core.days import day_in, instant_of
from core.events.services import publish_all
from core.fields import uuid7
from core.history import record_changes
from core.notices.services import notify
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel, ParcelEvent, PickupCode
from logistics.parcels.queries import storage_policy
from logistics.parcels.services.codes import language_of
from logistics.parcels.services.steps import Kind, Status, facts_of
from stations.people.models import Person

SWEEP = 500
#: A reminder that has not gone out at this time of its day is not sent any more.
REMINDED_UNTIL = dt.time(18)
#: So long after the end of a parcel its receiver can still be asked about it.
REMEMBERED = dt.timedelta(days=180)


@transaction.atomic
def mark_uncollected(*, county: str, zone: str, at: dt.datetime) -> int:
    """Mark what has waited beyond its last day in a county (by code) and zone; how many there were."""
    waiting = Parcel.objects.waiting().filter(to_station__county__code=county, to_station__zone=zone)
    late = lock_all(waiting.filter(storage_until_date__lt=day_in(zone, at)))
    overdue = [parcel for parcel in late if PARCEL.allows("mark_uncollected", parcel.status)]
    ids = [parcel.pk for parcel in overdue]
    last = dict(ParcelEvent.objects.filter(parcel__in=ids).values_list("parcel").annotate(Max("sequence")))
    ParcelEvent.objects.bulk_create(
        ParcelEvent(
            parcel=parcel,
            sequence=last[parcel.pk] + 1,
            kind=Kind.UNCOLLECTED,
            old_status=parcel.status,
            new_status=Status.UNCOLLECTED,
            place_id=parcel.to_station_id,
            made_at=at,
            received_at=at,
            key=str(uuid7()),
        )
        for parcel in overdue
    )
    Parcel.objects.filter(pk__in=ids).update(status=Status.UNCOLLECTED, scanned_at=at, updated_at=at)
    live = PickupCode.objects.filter(parcel__in=ids, status__in=[PickupCode.Status.ISSUED, PickupCode.Status.LOCKED])
    live.update(status=PickupCode.Status.EXPIRED, updated_at=at)
    record_changes(overdue, old=Status.AVAILABLE_FOR_PICKUP, new=Status.UNCOLLECTED, at=at)
    publish_all("logistics.parcel_uncollected", [facts_of(parcel) for parcel in overdue], at=at)
    return len(overdue)


@transaction.atomic
def remind_receivers(*, county: str, zone: str, at: dt.datetime) -> int:
    """Remind receivers in a county (by code) and zone on the days that its rule of storage names; how many."""
    today = day_in(zone, at)
    waiting = Parcel.objects.waiting().filter(
        to_station__county__code=county, to_station__zone=zone, storage_until_date__gte=today
    )
    days, told = storage_policy(county, today).reminder_days, 0
    for parcel in waiting.exclude(receiver_phone="").select_related("to_station", "receiver").order_by("pk"):
        day = (today - day_in(zone, present(parcel.available_at))).days
        if day in days:
            _remind(parcel, day=day, today=today, at=at)
            told += 1
    return told


def _remind(parcel: Parcel, *, day: int, today: dt.date, at: dt.datetime) -> None:
    station = parcel.to_station
    notify(
        template="parcel_waits",
        params={
            "number": parcel.number,
            "station": station.name,
            "until": present(parcel.storage_until_date).isoformat(),
        },
        language=language_of(parcel),
        phone=str(parcel.receiver_phone),
        dedupe_key=f"pickup:{parcel.pk}:{day}",
        at=at,
        use_by=instant_of(station.zone, today, REMINDED_UNTIL),
        zone=station.zone,
    )


@transaction.atomic
def forget_receivers(*, at: dt.datetime) -> int:
    """Take name and phone from parcels that ended long ago: number, way and days stay; how many there were."""
    old = Parcel.objects.filter(forgotten_at=None, ended_at__lt=at - REMEMBERED).order_by("ended_at")
    return _forget(Parcel.objects.filter(pk__in=old.values("pk")[:SWEEP]), at=at)


@transaction.atomic
def forget_person(*, person: UUID, at: dt.datetime) -> int:
    """Take name and phone from the parcels of a person who is forgotten; those that wait stand in the way of that."""
    theirs = Parcel.objects.filter(receiver__in=Person.objects.of_people(person))
    return _forget(theirs.filter(forgotten_at=None, ended_at__isnull=False), at=at)


def _forget(parcels: QuerySet[Parcel], *, at: dt.datetime) -> int:
    PickupCode.objects.filter(parcel__in=parcels.values("pk")).exclude(proxy_name="").update(proxy_name="")
    gone = {"receiver_name": "", "receiver_phone": "", "outside_address": ""}
    return parcels.update(**gone, forgotten_at=at, updated_at=at)
