"""Questions about parcels."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from logistics.parcels.models import Parcel, ParcelEvent, PickupCode, StoragePolicy
from stations.network.models import Station

TAIL = 4


def storage_policy(county: str, on: dt.date) -> StoragePolicy:
    """The rule of a county (by code) on a day, else the one of all counties, else the usual days."""
    rules = StoragePolicy.objects.filter(Q(division__code=county) | Q(division=None), valid_from_date__lte=on)
    return rules.order_by(F("division").asc(nulls_last=True), "-valid_from_date").first() or StoragePolicy(
        valid_from_date=on
    )


def steps_of(parcel: Parcel) -> QuerySet[ParcelEvent]:
    """The steps of a parcel, the oldest first."""
    return parcel.events.select_related("place", "actor", "annulled_by").order_by("sequence")


def returning_at(place: Station) -> list[UUID]:
    """The parcels on their way back that lie at a place and wait for a van."""
    near = Q(to_station=place) | Q(from_station__county=place.county_id)
    rows = Parcel.objects.filter(near, status=Parcel.Status.RETURN_TO_SENDER, custodian=None, run=None)
    return [pk for pk, station in last_places(rows.values_list("pk", flat=True)).items() if station == place.pk]


def last_places(parcels: Iterable[UUID]) -> dict[UUID, int]:
    """Where each of these parcels was when it was last scanned, by the ids of the stations."""
    steps = ParcelEvent.objects.filter(parcel__in=list(parcels), is_out_of_order=False, place__isnull=False)
    return dict(steps.order_by("parcel", "sequence").values_list("parcel", "place"))


def proxy_of(parcel: Parcel) -> str:
    """Who collected it for its receiver; empty where the receiver did, and once that is forgotten."""
    used = parcel.codes.filter(status=PickupCode.Status.USED).order_by("-pk")
    return used.values_list("proxy_name", flat=True).first() or ""


def codes_at(station: Station) -> QuerySet[PickupCode]:
    """The live codes of the parcels that wait at a station."""
    waiting = Parcel.objects.waiting().filter(to_station=station)
    return PickupCode.objects.filter(status=PickupCode.Status.ISSUED, parcel__in=waiting).select_related("parcel")


def tracked(number: str, phone_tail: str) -> Parcel | None:
    """The parcel of a number, for whoever also knows the last four digits of its receiver's phone."""
    if len(phone_tail) != TAIL or not (phone_tail.isascii() and phone_tail.isdigit()):
        return None
    found = Parcel.objects.filter(number=number, receiver_phone__endswith=phone_tail)
    return found.select_related("to_station").first()
