"""What the verbs of produce share: states with a trace, and messages to farmers."""

import datetime as dt
from typing import Any, TypeVar
from uuid import UUID

from core.database.db import lock
from core.history import record_change
from core.notices.services import Notification, notify_all
from orders.produce.models import BuyerClaim, HarvestNotice, Intake, Lot
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

KILOGRAM = 1_000
Stated = TypeVar("Stated", HarvestNotice, Intake, Lot, BuyerClaim)


def key_of(by: User, key: str) -> str:
    """What makes a second press the same one: two people may have the same key."""
    return f"{by.pk}:{key}"


def held_intake(intake: Intake) -> Intake:
    """The row of an intake, held until the transaction ends, with what services ask of it."""
    lock(intake)
    rows = Intake.objects.select_related("station__county", "farmer", "crop", "sheet", "notice")
    return rows.get(pk=intake.pk)


def held_lot(lot: Lot) -> Lot:
    """The row of a lot, held until the transaction ends."""
    lock(lot)
    return Lot.objects.select_related("station__county", "crop").get(pk=lot.pk)


def move(row: Stated, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Stated:
    """Store a row in its new state, with a trace."""
    before, row.status = row.status, status
    row.save()
    record_change(row, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return row


def begin(row: Stated, status: str, *, at: dt.datetime, by: User) -> Stated:
    """Store a new row, with a trace of who made it."""
    row.save(force_insert=True)
    record_change(row, old="", new=status, at=at, actor=by.pk)
    return row


def tell_farmer(
    farmer: Person, station: Station, template: str, params: dict[str, Any], *, about: UUID, at: dt.datetime
) -> None:
    """A message to the farmer's phone, where there is one."""
    told = farmer_notification(farmer, station, template, params, about=about)
    if told is not None:
        notify_all(notifications=[told], at=at)


def farmer_notification(
    farmer: Person, station: Station, template: str, params: dict[str, Any], *, about: UUID
) -> Notification | None:
    """What `tell_farmer` says; None where there is no phone."""
    if not farmer.phone:
        return None
    return Notification(
        template=template,
        params={"station": station.name, **params},
        language=farmer.language,
        phone=str(farmer.phone),
        dedupe_key=f"{template}:{about}:{farmer.pk}",
        zone=station.zone,
    )


def amount_of(grams: int, price_minor: int) -> int:
    """Grams at a price for 1,000 grams, half-up, in minor units."""
    return (grams * price_minor * 2 + KILOGRAM) // (KILOGRAM * 2)
