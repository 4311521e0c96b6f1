"""Questions about parcels."""

import datetime as dt

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
