"""Parcels are registered: with the address of a station, and a number that prints as a label."""

import datetime as dt
import secrets
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.days import day_in
from core.errors import Refused, refuses
from core.language.reasons import needs_words
from core.money import Money
from logistics.parcels.models import Parcel
from logistics.parcels.services.steps import Kind, Step, take_step
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

#: Without letters and digits that are read as one another.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class StationNotServed(Refused):
    """Nobody hands parcels over there."""

    code = "station_not_served"
    status = 422
    message = _("No parcels go to %(station)s: it is “%(state)s”.")


class CashNeedsAnOrder(Refused):
    """Cash is only taken for what an order sent."""

    code = "cash_needs_an_order"
    status = 422
    message = _("Cash can only be collected for an order.")


@refuses(StationNotServed, CashNeedsAnOrder)
@needs_words("receiver_name")
@transaction.atomic
def create_parcel(
    *,
    from_station: Station,
    to_station: Station,
    contents_ref: UUID | None,
    receiver: Person | None,
    receiver_name: str,
    receiver_phone: str,
    cash_due: Money,
    weight_g: int,
    by: User,
    at: dt.datetime,
    key: str,
    outside_address: str = "",
) -> Parcel:
    """Register a parcel that lies at `from_station` and is collected at `to_station`; the same key gives the first.

    With an `outside_address` it goes to the city: `to_station` is the county centre that gives it to the carrier.
    `contents_ref` is the caller's id of what is inside: the parcel is then handed over through the caller only.
    `receiver_phone` is E.164, or empty: then no code can be sent. Refused: `station_not_served`, `cash_needs_an_order`.
    """
    known = Parcel.objects.filter(key=key).first()
    if known is not None:
        return known
    if to_station.status not in (Station.Status.ACTIVE, Station.Status.TRIAL, Station.Status.TEMPORARILY_CLOSED):
        raise StationNotServed(field="to_station", station=to_station.name, state=str(to_station.get_status_display()))
    if cash_due.minor and contents_ref is None:
        raise CashNeedsAnOrder(field="cash_due")
    parcel = Parcel(
        number=_new_number(from_station, at),
        from_station=from_station,
        to_station=to_station,
        contents_ref=contents_ref,
        receiver=receiver,
        receiver_name=receiver_name,
        receiver_phone=receiver_phone,
        goes_outside=bool(outside_address),
        outside_address=outside_address,
        weight_g=weight_g,
        cash_due_minor=cash_due.minor,
        currency=cash_due.currency,
        custodian=from_station,
        registered_at=at,
        scanned_at=at,
        key=key,
    )
    parcel.save(force_insert=True)
    take_step(parcel, Step(Kind.CREATED, parcel.status, from_station), by=by, at=at)
    return parcel


@refuses()
@transaction.atomic
def create_parcel_back(
    *,
    goal: Station,
    lies_at: Station,
    contents_ref: UUID,
    sender: Person | None,
    sender_name: str,
    sender_phone: str,
    currency: str,
    by: User,
    at: dt.datetime,
    key: str,
) -> Parcel:
    """Register a parcel with goods that were brought back to a station (`lies_at`) and go to their `goal`.

    It is on its way back from its first moment, as a parcel is that nobody collected: it goes with the next van, and
    ends where the goods once came from. `contents_ref` is the caller's id of what is inside. The same key gives the
    first.
    """
    known = Parcel.objects.filter(key=key).first()
    if known is not None:
        return known
    parcel = Parcel(
        number=_new_number(lies_at, at),
        from_station=goal,
        to_station=lies_at,
        contents_ref=contents_ref,
        receiver=sender,
        receiver_name=sender_name,
        receiver_phone=sender_phone,
        brings_back=True,
        status=Parcel.Status.RETURN_TO_SENDER,
        currency=currency,
        registered_at=at,
        scanned_at=at,
        key=key,
    )
    parcel.save(force_insert=True)
    take_step(parcel, Step(Kind.CREATED, parcel.status, lies_at), by=by, at=at)
    return parcel


@refuses()
@transaction.atomic
def write_cash_due(*, due: Mapping[UUID, Money], at: dt.datetime) -> None:
    """Say on parcels (by id) what their receivers pay now; what was handed over stays as it is."""
    parcels = Parcel.objects.filter(pk__in=due).exclude(status=Parcel.Status.COLLECTED)
    rows = lock_all(parcels)
    for parcel in rows:
        parcel.cash_due_minor, parcel.updated_at = due[parcel.pk].minor, at
    Parcel.objects.bulk_update(rows, ["cash_due_minor", "updated_at"])


def _new_number(station: Station, at: dt.datetime) -> str:
    """`P<yymmdd>-<7 random>`: short enough to be read aloud, too long to be guessed."""
    day = day_in(station.zone, at).strftime("%y%m%d")
    return f"P{day}-{''.join(secrets.choice(LETTERS) for _ in range(7))}"
