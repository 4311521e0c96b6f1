"""What every step of a parcel does: one row of its history, and the state that follows."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.fields import uuid7
from core.history import record_change
from core.models import StoredFile
from logistics.parcels.machine import RANK
from logistics.parcels.models import Parcel, ParcelEvent
from stations.accounts.models import User
from stations.network.models import Station

Kind = ParcelEvent.Kind
Status = Parcel.Status


class NotForThisStation(Refused):
    """The parcel is to be collected somewhere else."""

    code = "not_for_this_station"
    status = 422
    message = _("This parcel goes to %(station)s. Report it as sent to the wrong place.")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a phone says of a scan that it made itself: when, and a key by which it is counted once."""

    made_at: dt.datetime
    key: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the history that is about to be written."""

    kind: str
    status: str
    place: Station | None = None
    reason: str = ""
    photo: StoredFile | None = None
    annuls: ParcelEvent | None = None


def known_step(parcel: Parcel, scan: Scan | None) -> ParcelEvent | None:
    """The step that this scan has made already."""
    if scan is None or not scan.key:
        return None
    return ParcelEvent.objects.filter(parcel=parcel, key=stored_key(parcel, scan)).first()


def made_at(scan: Scan | None, at: dt.datetime) -> dt.datetime:
    """When the scan was made; no phone knows the future."""
    return min(scan.made_at, at) if scan else at


def is_overtaken(parcel: Parcel, scan: Scan | None, status: str) -> bool:
    """Whether the parcel was further along already when this older scan came."""
    if scan is None or scan.made_at > parcel.scanned_at:
        return False
    return RANK[status] <= RANK[parcel.status]


def take_step(
    parcel: Parcel, step: Step, *, by: User | None, at: dt.datetime, scan: Scan | None = None, is_late: bool = False
) -> ParcelEvent:
    """Store the step, and the parcel as it is afterwards; a late one leaves the parcel where it is."""
    before = parcel.status
    event = new_step(parcel, step, sequence=parcel.events.count() + 1, by=by, at=at, scan=scan, is_late=is_late)
    event.save(force_insert=True)
    if is_late:
        return event
    follow(parcel, event)
    if parcel.status != before:
        record_change(parcel, old=before, new=parcel.status, at=at, actor=by.pk if by else None, reason=step.reason)
    parcel.save()
    return event


def new_step(
    parcel: Parcel, step: Step, *, sequence: int, by: User | None, at: dt.datetime, scan: Scan | None, is_late: bool
) -> ParcelEvent:
    """The row of the step, not yet written."""
    return ParcelEvent(
        parcel=parcel,
        sequence=sequence,
        kind=step.kind,
        old_status=parcel.status if sequence > 1 else "",
        new_status=parcel.status if is_late else step.status,
        place=step.place,
        actor=by,
        photo=step.photo,
        reason=step.reason,
        made_at=made_at(scan, at),
        received_at=at,
        is_out_of_order=is_late,
        key=stored_key(parcel, scan) if scan and scan.key else str(uuid7()),
        annuls=step.annuls,
        run_id=None if is_late else parcel.run_id,
    )


def follow(parcel: Parcel, event: ParcelEvent) -> None:
    """The parcel as it is after the step, not yet written; off the road, or laid down at a hub, no run carries it."""
    if event.new_status != parcel.status:
        parcel.scanned_at = max(parcel.scanned_at, event.made_at)
    parcel.status = event.new_status
    if parcel.status not in Parcel.ON_ROAD or event.kind == Kind.ARRIVED:
        parcel.run = None


def stored_key(parcel: Parcel, scan: Scan) -> str:
    """A phone's key counts for one parcel."""
    return f"{parcel.pk}:{scan.key}"


def facts_of(parcel: Parcel, *, reason: str = "") -> dict[str, Any]:
    """What an event says of a parcel: ids only."""
    return {
        "parcel": str(parcel.pk),
        "contents_ref": str(parcel.contents_ref) if parcel.contents_ref else None,
        "station": parcel.to_station_id,
        "person": str(parcel.receiver_id) if parcel.receiver_id else None,
        "reason": reason,
    }
