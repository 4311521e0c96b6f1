"""Many scans at once, as a phone sends them that was without a network."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all
from core.errors import Refused, refuses
from logistics.parcels.models import Parcel
from logistics.parcels.services.collecting import AlreadyCollected, collect_parcel
from logistics.parcels.services.moving import arrive_at_hub, load_parcel, receive_at_station
from logistics.parcels.services.steps import Scan, known_step
from stations.accounts.models import User
from stations.network.models import Station


class ScanKind(models.TextChoices):
    """What a scan says."""

    LOAD = "load", _("Loaded")
    ARRIVE = "arrive", _("Arrived at the hub")
    RECEIVE = "receive", _("Received at the station")
    COLLECT = "collect", _("Handed over")


class ParcelUnknown(Refused):
    """No parcel of this number within reach."""

    code = "parcel_unknown"
    status = 404
    message = _("No parcel has this number here.")


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan of a batch; `parcel` is None where none of this number is within reach."""

    kind: str
    parcel: Parcel | None
    scan: Scan
    code: str = ""
    to: Station | None = None


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """What became of a scan: accepted, duplicate (the same scan again), conflict (done by somebody else), refused."""

    outcome: str
    parcel: Parcel | None
    refusal: Refused | None = None


@refuses()
@transaction.atomic
def scan_batch(*, scans: Sequence[Scanned], station: Station, by: User, at: dt.datetime) -> list[ScanOutcome]:
    """Take scans over in their order, each for itself: what is refused of one changes nothing of the others."""
    lock_all(Parcel.objects.filter(pk__in={each.parcel.pk for each in scans if each.parcel}))
    return [_take_over(each, station=station, by=by, at=at) for each in scans]


def _take_over(scanned: Scanned, *, station: Station, by: User, at: dt.datetime) -> ScanOutcome:
    parcel = scanned.parcel
    if parcel is None:
        return ScanOutcome("refused", None, ParcelUnknown(field="number"))
    if known_step(parcel, scanned.scan):
        parcel.refresh_from_db()
        return ScanOutcome("duplicate", parcel)
    kept: Refused | None = None
    try:
        with transaction.atomic():
            try:
                return ScanOutcome("accepted", _act(scanned, parcel, station=station, by=by, at=at))
            except Refused as refusal:
                if not refusal.keeps_changes:
                    raise
                kept = refusal
    except Refused as refusal:
        kept = refusal
    parcel.refresh_from_db()
    return ScanOutcome("conflict" if isinstance(kept, AlreadyCollected) else "refused", parcel, kept)


def _act(scanned: Scanned, parcel: Parcel, *, station: Station, by: User, at: dt.datetime) -> Parcel:
    if scanned.kind == ScanKind.LOAD:
        return load_parcel(parcel=parcel, to=scanned.to, by=by, at=at, scan=scanned.scan)
    if scanned.kind == ScanKind.ARRIVE:
        return arrive_at_hub(parcel=parcel, hub=station, by=by, at=at, scan=scanned.scan)
    if scanned.kind == ScanKind.RECEIVE:
        return receive_at_station(parcel=parcel, station=station, by=by, at=at, scan=scanned.scan)
    return collect_parcel(parcel=parcel, code=scanned.code, by=by, at=at, scan=scanned.scan)
