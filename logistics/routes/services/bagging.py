"""Parcels are put into a bag under one seal."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in
from core.errors import Refused, refuses
from logistics.parcels.models import Parcel
from logistics.parcels.services.registering import LETTERS
from logistics.routes.models import Bag, BagParcel
from stations.accounts.models import User
from stations.network.models import Station

Status = Parcel.Status
LIE_HERE = (Status.PRE_TRANSIT, Status.AT_COUNTY_HUB, Status.AT_TOWNSHIP_HUB)


class NotForThisBag(Refused):
    """A number that does not lie here for that station, or lies in a bag already."""

    code = "not_for_this_bag"
    status = 422
    message = _("Not here for %(station)s, or in another bag: %(numbers)s.")


@refuses(NotForThisBag)
@transaction.atomic
def pack_bag(
    *, from_station: Station, to_station: Station, numbers: Sequence[str], by: User, at: dt.datetime, key: str
) -> Bag:
    """Close a bag with these parcels, which lie here and go to one station; the same key gives the first bag.

    To a hub goes whatever lies here. Refused: `not_for_this_bag` (with the numbers).
    """
    known = Bag.objects.filter(key=key).first()
    if known is not None:
        return known
    rows = lock_all(Parcel.objects.filter(number__in=numbers, custodian=from_station, status__in=LIE_HERE))
    if to_station.kind == Station.Kind.VILLAGE_STATION:
        rows = [parcel for parcel in rows if parcel.to_station_id == to_station.pk]
    elsewhere = set(
        BagParcel.objects.filter(parcel__in=rows, taken_out_at=None).values_list("parcel__number", flat=True)
    )
    left = (set(numbers) - {parcel.number for parcel in rows}) | elsewhere
    if left or not rows or from_station.pk == to_station.pk:
        raise NotForThisBag(field="numbers", station=to_station.name, numbers=", ".join(sorted(left)))
    bag = Bag.objects.create(
        seal=_new_seal(from_station, at),
        from_station=from_station,
        to_station=to_station,
        packed_by=by,
        packed_at=at,
        key=key,
    )
    BagParcel.objects.bulk_create(BagParcel(bag=bag, parcel=parcel) for parcel in rows)
    return bag


def _new_seal(station: Station, at: dt.datetime) -> str:
    day = day_in(station.zone, at).strftime("%y%m%d")
    return f"B{day}-{''.join(secrets.choice(LETTERS) for _ in range(7))}"
