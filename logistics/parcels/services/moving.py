"""Parcels on the road: loaded, arrived at a hub, received where they are collected; and scans that were wrong."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.language.reasons import needs_words
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel, ParcelEvent, PickupCode
from logistics.parcels.queries import storage_policy
from logistics.parcels.services.codes import end_codes, issue_code
from logistics.parcels.services.steps import (
    Kind,
    NotForThisStation,
    Scan,
    Status,
    Step,
    facts_of,
    is_overtaken,
    known_step,
    made_at,
    take_step,
)
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import posts_granting
from stations.two_persons import is_same_person

#: So long whoever made a scan takes it back; after that the county does.
OWN_SCAN = dt.timedelta(minutes=15)
SCANS = (Kind.LOADED, Kind.ARRIVED, Kind.RECEIVED)


class NoHub(Refused):
    """Parcels pass through hubs; a village station receives them."""

    code = "no_hub"
    status = 422
    message = _("%(station)s is no hub.")


class GoesOutside(Refused):
    """Nobody collects it here: a carrier takes it to its address."""

    code = "goes_outside"
    message = _("This parcel goes to the city. The county centre gives it to the carrier.")


class NothingToAnnul(Refused):
    """The last step was no scan."""

    code = "nothing_to_annul"
    message = _("The last step of this parcel was no scan. Nothing was changed.")


class NotYourScan(Refused):
    """Somebody else's scan, or too long ago."""

    code = "not_your_scan"
    message = _("Only your own scan of the last 15 minutes can be annulled. The county can annul others.")


@refuses(WrongState)
@transaction.atomic
def load_parcel(
    *, parcel: Parcel, by: User, at: dt.datetime, to: Station | None = None, scan: Scan | None = None
) -> Parcel:
    """Take a parcel onto the road, to the station where it is collected or to a hub (`to`).

    Refused: `wrong_state`.
    """
    parcel = lock(parcel)
    if known_step(parcel, scan):
        return parcel
    is_last_leg = (to is None or to.pk == parcel.to_station_id) and not parcel.goes_outside
    step = Step(Kind.LOADED, Status.OUT_FOR_DELIVERY if is_last_leg else Status.IN_TRANSIT, parcel.custodian)
    if is_overtaken(parcel, scan, step.status):
        take_step(parcel, step, by=by, at=at, scan=scan, is_late=True)
        return parcel
    PARCEL.check("load_parcel", parcel.status)
    parcel.custodian = None
    take_step(parcel, step, by=by, at=at, scan=scan)
    return parcel


@refuses(WrongState, NoHub)
@transaction.atomic
def arrive_at_hub(*, parcel: Parcel, hub: Station, by: User, at: dt.datetime, scan: Scan | None = None) -> Parcel:
    """A parcel is in the hands of a county centre or a township hub on its way. Refused: `wrong_state`, `no_hub`."""
    parcel = lock(parcel)
    if known_step(parcel, scan):
        return parcel
    if hub.kind == Station.Kind.VILLAGE_STATION:
        raise NoHub(station=hub.name)
    status = hub_status(hub)
    step = Step(Kind.ARRIVED, status, hub)
    if is_overtaken(parcel, scan, status):
        take_step(parcel, step, by=by, at=at, scan=scan, is_late=True)
        return parcel
    PARCEL.check("arrive_at_hub", parcel.status)
    if parcel.is_with_carrier:
        raise WrongState(state=parcel.get_status_display())
    parcel.custodian = hub
    take_step(parcel, step, by=by, at=at, scan=scan)
    return parcel


@refuses(WrongState, NotForThisStation, GoesOutside)
@transaction.atomic
def receive_at_station(
    *, parcel: Parcel, by: User, at: dt.datetime, station: Station | None = None, scan: Scan | None = None
) -> Parcel:
    """A parcel has come where it is collected: the receiver gets a code, and the days of storage begin.

    `station` is where it was scanned. Scans of the road may follow later. Refused: `wrong_state`,
    `not_for_this_station`, `goes_outside`.
    """
    parcel = lock(parcel)
    if known_step(parcel, scan):
        return parcel
    if parcel.goes_outside:
        raise GoesOutside
    here = parcel.to_station
    if station is not None and station.pk != here.pk:
        raise NotForThisStation(station=here.name)
    step = Step(Kind.RECEIVED, Status.AVAILABLE_FOR_PICKUP, here)
    if is_overtaken(parcel, scan, step.status):
        take_step(parcel, step, by=by, at=at, scan=scan, is_late=True)
        return parcel
    PARCEL.check("receive_at_station", parcel.status)
    today = day_in(here.zone, at)
    wait_here(parcel, since=made_at(scan, at), until=today + storage_time(here, today))
    take_step(parcel, step, by=by, at=at, scan=scan)
    issue_code(parcel, at=at)
    publish("logistics.parcel_available", at=at, **facts_of(parcel))
    return parcel


def wait_here(parcel: Parcel, *, since: dt.datetime, until: dt.date) -> None:
    """The parcel as it waits where it is collected, not yet written."""
    parcel.custodian, parcel.available_at, parcel.storage_until_date = parcel.to_station, since, until
    parcel.is_extended = False
    if parcel.exception == Parcel.Trouble.DELAYED:
        parcel.exception = ""


def storage_time(station: Station, today: dt.date) -> dt.timedelta:
    """How long parcels wait at a station that come on this day."""
    return dt.timedelta(days=storage_policy(station.county.code, today).days)


def hub_status(hub: Station) -> str:
    """What a parcel is that lies at this hub."""
    return Status.AT_COUNTY_HUB if hub.kind == Station.Kind.COUNTY_CENTRE else Status.AT_TOWNSHIP_HUB


@refuses(WrongState, NothingToAnnul, NotYourScan)
@needs_words("reason")
@transaction.atomic
def annul_scan(*, parcel: Parcel, reason: str, by: User, at: dt.datetime) -> Parcel:
    """Take back the last scan: the parcel is where it was before. Nothing is deleted.

    Whoever made it may do so for 15 minutes, the county at any time. Refused: `wrong_state`, `nothing_to_annul`,
    `not_your_scan`.
    """
    parcel = lock(parcel)
    last = _last_scan(parcel)
    is_own = is_same_person(by, last.actor_id) and at - last.received_at <= OWN_SCAN
    is_county = any(post.reach != "station" for post in posts_granting(by, "logistics.annul_scan"))
    if not is_own and not is_county:
        raise NotYourScan
    parcel.custodian = _custodian_before(parcel, last)
    is_on_board = last.kind != Kind.LOADED and last.old_status in Parcel.ON_ROAD
    parcel.run = last.run if is_on_board and last.run and last.run.is_open else None
    if last.kind == Kind.RECEIVED:
        parcel.available_at = parcel.storage_until_date = None
        end_codes(parcel, PickupCode.Status.EXPIRED, at=at)
    take_step(parcel, Step(Kind.ANNULLED, last.old_status, last.place, reason=reason, annuls=last), by=by, at=at)
    return parcel


def can_annul(parcel: Parcel) -> bool:
    """Whether the last step of the parcel was a scan."""
    try:
        _last_scan(parcel)
    except NothingToAnnul:
        return False
    return True


def _last_scan(parcel: Parcel) -> ParcelEvent:
    """The step that made the parcel what it is, when it was a scan. Raises `NothingToAnnul`."""
    steps = parcel.events.filter(is_out_of_order=False, annulled_by=None).exclude(
        kind__in=[Kind.ANNULLED, Kind.CODE_SENT, Kind.TROUBLE, Kind.CONTRADICTED, Kind.EXAMINED]
    )
    last = steps.order_by("-sequence").first()
    if last is None or last.kind not in SCANS or last.new_status != parcel.status:
        raise NothingToAnnul
    return last


def _custodian_before(parcel: Parcel, scan: ParcelEvent) -> Station | None:
    """Who had it before this scan; nobody where it was on the road."""
    if scan.old_status not in Parcel.IN_HAND:
        return None
    before = parcel.events.filter(
        sequence__lt=scan.sequence, new_status=scan.old_status, is_out_of_order=False, place__isnull=False
    )
    event = before.select_related("place").order_by("-sequence").first()
    return event.place if event else parcel.from_station
