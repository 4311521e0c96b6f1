"""What goes into a van and comes out of it, scan by scan, parcels and bags, as many as a phone has made."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.errors import Refused, WrongState, refuses
from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.queries import last_places
from logistics.parcels.services import (
    Kind,
    NotForThisStation,
    ParcelBatch,
    ParcelUnknown,
    Scan,
    Step,
    hub_status,
    is_late,
)
from logistics.routes.machine import RUN
from logistics.routes.models import BagParcel, RouteRun
from logistics.routes.queries import OUT, Ride
from logistics.routes.services.driving import NotTheDriver, require_driver
from stations.accounts.models import User
from stations.network.models import Station

Status = Parcel.Status
_LOADABLE = (Status.PRE_TRANSIT, Status.AT_COUNTY_HUB, Status.AT_TOWNSHIP_HUB)


class RunScanKind(models.TextChoices):
    """Into the van, or out of it."""

    LOAD = "load", _("Into the van")
    UNLOAD = "unload", _("Out of the van")


class NotAtAStop(Refused):
    """Nothing is loaded or unloaded on the road."""

    code = "not_at_a_stop"
    message = _("The van is on the road. Say first that it has arrived.")


class OnAnotherRun(Refused):
    """Another van has it."""

    code = "on_another_run"
    message = _("This is on another run: %(run)s.")


class NotOnThisRun(Refused):
    """The van does not go there."""

    code = "not_on_this_run"
    status = 422
    message = _("This run does not stop at %(station)s.")


class LiesElsewhere(Refused):
    """According to its scans it is not here."""

    code = "lies_elsewhere"
    message = _("According to its last scan this is not here: %(state)s.")


class NotOnBoard(Refused):
    """It was never scanned into this van."""

    code = "not_on_board"
    message = _("This was not scanned into this van.")


class UnloadedAlready(Refused):
    """Somebody has taken it out."""

    code = "unloaded_already"
    message = _("%(person)s has already unloaded this here.")


@dataclass(frozen=True, slots=True)
class RunScan:
    """One scan: a parcel's number or a bag's seal; `station` is where, None is where the van stands now."""

    code: str
    kind: str
    scan: Scan
    station: Station | None = None


@dataclass(frozen=True, slots=True)
class RunScanned:
    """What became of a scan: accepted, duplicate, conflict or refused; `parcels` is how many it was about."""

    outcome: str
    parcels: Sequence[Parcel]
    refusal: Refused | None = None


class _Out(NamedTuple):
    """Who took a parcel out of this van, and where."""

    person: str
    place: int | None


@dataclass(slots=True)
class _Van:
    """A run while its scans are taken over: what they are about is held."""

    ride: Ride
    batch: ParcelBatch
    found: dict[str, list[Parcel]]
    runs: dict[UUID, RouteRun]
    out: dict[UUID, _Out]
    #: Where what goes back lies, by the id of the parcel.
    lies: dict[UUID, int]
    taken_out: set[UUID] = field(default_factory=set)


@refuses(WrongState, NotTheDriver)
@transaction.atomic
def scan_run(*, run: RouteRun, scans: Sequence[RunScan], by: User, at: dt.datetime) -> list[RunScanned]:
    """Take scans over in their order, each for itself; the same key again changes nothing.

    Custody of the parcels changes with them. A bag is all of its parcels. Refused: `wrong_state`, `not_the_driver`.
    """
    run = lock(run)
    RUN.check("scan_run", run.status)
    require_driver(run, by)
    van = _van_of(run, {each.code for each in scans}, by=by, at=at)
    done = [_take_over(van, each) for each in scans]
    van.batch.write()
    BagParcel.objects.filter(parcel__in=van.taken_out, taken_out_at=None).update(taken_out_at=at, updated_at=at)
    return done


def _van_of(run: RouteRun, codes: set[str], *, by: User, at: dt.datetime) -> _Van:
    inside = BagParcel.objects.filter(bag__seal__in=codes).values_list("bag__seal", "parcel", "taken_out_at")
    bags: dict[str, set[UUID]] = {}
    for seal, parcel, _taken_out_at in inside:
        bags.setdefault(seal, set()).add(parcel)
    in_bags = set().union(*bags.values())
    # What a sender took back is in the bag no more.
    inside_now = Parcel.objects.filter(pk__in=in_bags).exclude(status=Status.CANCELLED)
    asked = Parcel.objects.filter(number__in=codes) | inside_now
    # Without the run: what is joined to a row that was waited for is what it was before.
    rows = lock_all(asked.select_related("to_station__county", "from_station"))
    runs = RouteRun.objects.select_related("route").in_bulk({each.run_id for each in rows if each.run_id})
    by_pk = {parcel.pk: parcel for parcel in rows}
    found = {parcel.number: [parcel] for parcel in rows if parcel.number in codes}
    found |= {seal: [by_pk[pk] for pk in sorted(pks) if pk in by_pk] for seal, pks in bags.items()}
    steps = ParcelEvent.objects.filter(parcel__in=by_pk, run=run, kind__in=OUT, annulled_by=None)
    out = {
        step.parcel_id: _Out(step.actor.shown_name if step.actor else "", step.place_id)
        for step in steps.select_related("actor").order_by("pk")
    }
    lies = last_places(parcel.pk for parcel in rows if parcel.status == Status.RETURN_TO_SENDER)
    return _Van(Ride.of(run), ParcelBatch(rows, by=by, at=at), found, runs, out, lies)


def _take_over(van: _Van, scan: RunScan) -> RunScanned:
    parcels = van.found.get(scan.code, [])
    if not parcels:
        return RunScanned("refused", [], ParcelUnknown(field="code"))
    place = scan.station or van.ride.place
    outcomes: set[str] = set()
    kept: Refused | None = None
    for parcel in parcels:
        try:
            outcomes.add(_scan(van, parcel, scan, place))
        except UnloadedAlready as refusal:
            outcomes.add("conflict")
            kept = kept or refusal
        except Refused as refusal:
            outcomes.add("refused")
            kept = kept or refusal
    worst = next(each for each in ("refused", "conflict", "accepted", "duplicate") if each in outcomes)
    return RunScanned(worst, parcels, kept)


def _scan(van: _Van, parcel: Parcel, scan: RunScan, place: Station | None) -> str:
    """Take one parcel over; a scan that is known, or has nothing left to do, is a duplicate."""
    if van.batch.knows(parcel, scan.scan):
        return "duplicate"
    if scan.kind == RunScanKind.LOAD and parcel.run_id == van.ride.run.pk:
        return "duplicate"
    if place is None:
        raise NotAtAStop
    if scan.kind == RunScanKind.LOAD:
        _load(van, parcel, place, scan.scan)
    else:
        _unload(van, parcel, place, scan.scan)
    return "accepted"


def _load(van: _Van, parcel: Parcel, place: Station, scan: Scan) -> None:
    ride = van.ride
    if parcel.run_id is not None:
        raise OnAnotherRun(run=str(van.runs[parcel.run_id]))
    status = _status_on_road(ride, parcel, place)
    is_dispatched = (
        parcel.status == Status.OUT_FOR_DELIVERY and parcel.from_station_id == place.pk and not parcel.is_with_carrier
    )
    goes_back = parcel.status == Status.RETURN_TO_SENDER and van.lies.get(parcel.pk) == place.pk
    lies_here = parcel.status in _LOADABLE and parcel.custodian_id == place.pk
    if not is_late(parcel, scan, status):
        if not (is_dispatched or goes_back or lies_here):
            raise LiesElsewhere(state=parcel.get_status_display())
        parcel.run = ride.run
    van.batch.move(parcel, Step(Kind.LOADED, status, place), custodian=None, scan=scan)


def _status_on_road(ride: Ride, parcel: Parcel, place: Station) -> str:
    """What a parcel is in this van: on the way to its station, to a hub, or back to its sender."""
    if parcel.status == Status.RETURN_TO_SENDER:
        sender = parcel.from_station
        if place.pk == ride.run.start_id and not (ride.stops_at(sender.pk) or ride.stops_at(sender.parent_id)):
            raise NotOnThisRun(station=sender.name)
        return Status.RETURN_TO_SENDER
    if ride.stops_at(parcel.to_station_id):
        return Status.IN_TRANSIT if parcel.goes_outside else Status.OUT_FOR_DELIVERY
    if place.pk != ride.run.start_id or ride.stops_at(parcel.to_station.parent_id):
        return Status.IN_TRANSIT
    raise NotOnThisRun(station=parcel.to_station.name)


def _unload(van: _Van, parcel: Parcel, place: Station, scan: Scan) -> None:
    if parcel.run_id != van.ride.run.pk:
        out = van.out.get(parcel.pk)
        if out is not None:
            raise UnloadedAlready(person=out.person)
        raise NotOnBoard
    step = step_out(parcel, place)
    van.batch.move(parcel, step, custodian=place if step.status in Parcel.IN_HAND else None, scan=scan)
    van.lies[parcel.pk] = place.pk
    van.out[parcel.pk] = _Out(van.batch.by.shown_name, place.pk)
    van.taken_out.add(parcel.pk)


@refuses(NotForThisStation)
def step_out(parcel: Parcel, place: Station) -> Step:
    """What unloading is at this place: it has come, it is back with its sender, or it lies at a hub on its way."""
    is_back = parcel.status == Status.RETURN_TO_SENDER
    goal = parcel.from_station if is_back else parcel.to_station
    if goal.pk == place.pk and (is_back or not parcel.goes_outside):
        return Step(Kind.RETURNED, Status.RETURNED, place) if is_back else _received(place)
    if place.kind == Station.Kind.VILLAGE_STATION:
        raise NotForThisStation(station=goal.name)
    return Step(Kind.ARRIVED, Status.RETURN_TO_SENDER if is_back else hub_status(place), place)


def _received(place: Station) -> Step:
    return Step(Kind.RECEIVED, Status.AVAILABLE_FOR_PICKUP, place)
