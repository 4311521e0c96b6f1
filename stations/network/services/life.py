"""A station's life: planned, fitted out, tried, open, closed for some days, suspended."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.history import changes_of, record_change
from core.language.reasons import needs_words
from core.state_machines import Machine
from stations.accounts.models import User
from stations.hooks import INSPECTION_SCORES
from stations.network.models import Station
from stations.places.models import Division
from stations.scope import post_reaching

Status = Station.Status

MACHINE = Machine(
    "station",
    Status,
    {
        "begin_fitting_out": frozenset({Status.PLANNED}),
        "start_trial": frozenset({Status.FITTING_OUT}),
        "activate_station": frozenset({Status.TRIAL}),
        "close_temporarily": frozenset({Status.ACTIVE}),
        "reopen_station": frozenset({Status.TEMPORARILY_CLOSED}),
        "suspend_station": frozenset({Status.ACTIVE, Status.TRIAL, Status.TEMPORARILY_CLOSED}),
        "lift_suspension": frozenset({Status.SUSPENDED}),
        "close_station": frozenset(set(Status) - {Status.CLOSED}),
    },
)


#: A trial lasts at least so long before the station may be activated.
TRIAL_DAYS = 14
#: What the last inspection has to give before a trial, and before the station works for good.
TRIAL_SCORE, ACTIVE_SCORE = 70, 80
#: The station's own people may close it for so long.
OWN_CLOSING_DAYS = 7


class StationCodeTaken(Refused):
    """Another station has this code."""

    code = "station_code_taken"
    status = 422
    message = _("Another station already has the number %(number)s.")


class ParentMisplaced(Refused):
    """A village station stands under a hub or centre of its county, a hub under the centre, a centre under nobody."""

    code = "parent_misplaced"
    status = 422
    message = _("A village station reports to a hub or its county centre; a hub reports to the centre.")


class StationNotReady(Refused):
    """Something that an open station needs is missing."""

    code = "station_not_ready"
    message = _("The station is not ready: %(missing)s.")


class InspectionMissing(Refused):
    """The last inspection is too weak for the next step, or there was none."""

    code = "inspection_missing"
    message = _("The last inspection must score %(needed)s points or more. It scored: %(score)s.")


class TrialTooShort(Refused):
    """A station is activated after 14 days of trial."""

    code = "trial_too_short"
    message = _("The trial has lasted %(days)s of 14 days.")


class ClosingTooLong(Refused):
    """A partner closes for at most 7 days; the date lies ahead."""

    code = "closing_too_long"
    status = 422
    message = _("Choose a date between tomorrow and 7 days ahead. For longer, ask the county.")


class ClosedByCounty(Refused):
    """What the county has closed the county opens."""

    code = "closed_by_county"
    message = _("The county closed this station. Only the county can open it again.")


@refuses(ParentMisplaced, StationCodeTaken)
@transaction.atomic
def plan_station(
    *,
    kind: str,
    name: str,
    village: Division,
    parent: Station | None,
    actor: User,
    at: dt.datetime,
    code: str = "",
    **facts: Any,
) -> Station:
    """A station on paper, in a village of the tree. Without a code it gets the next free one of its county.

    `facts` are further fields of the station (address, coordinates, zone, phone).
    Raises `ParentMisplaced`, `StationCodeTaken`.
    """
    above = _divisions_above(village)
    if not _stands_well(kind, above["county"], parent):
        raise ParentMisplaced(field="parent")
    code = code or _next_code(above["county"])
    if Station.objects.filter(code=code).exists():
        raise StationCodeTaken(number=code, field="code")
    station = Station.objects.create(
        code=code, kind=kind, name=name, village=village, parent=parent, status=Status.PLANNED, **above, **facts
    )
    record(station, "", actor, at, "")
    return station


@refuses(WrongState)
@transaction.atomic
def begin_fitting_out(*, station: Station, actor: User, at: dt.datetime, reason: str = "") -> Station:
    """The rooms are being made ready."""
    return move(lock(station), "begin_fitting_out", Status.FITTING_OUT, actor, at, reason)


@refuses(WrongState, StationNotReady, InspectionMissing)
@transaction.atomic
def start_trial(*, station: Station, actor: User, at: dt.datetime, reason: str = "") -> Station:
    """The public may come; hours, a service and a partner's contract are there.

    The last inspection gave 70 points or more. Raises `StationNotReady`, `InspectionMissing`.
    """
    station = lock(station)
    MACHINE.check("start_trial", station.status)
    missing = _missing_for_trial(station, at)
    if missing:
        raise StationNotReady(missing=", ".join(str(word) for word in missing))
    _refuse_weak(station, TRIAL_SCORE)
    return move(station, "start_trial", Status.TRIAL, actor, at, reason, opened_date=day_in(station.zone, at))


@refuses(WrongState, TrialTooShort, InspectionMissing)
@transaction.atomic
def activate_station(*, station: Station, actor: User, at: dt.datetime, reason: str = "") -> Station:
    """The trial went well, at least 14 days of it, and the last inspection gave 80 points or more.

    Raises `TrialTooShort`, `InspectionMissing`.
    """
    station = lock(station)
    MACHINE.check("activate_station", station.status)
    begun = changes_of(station).filter(new=Status.TRIAL).last()
    days = (at - begun.at).days if begun else 0
    if days < TRIAL_DAYS:
        raise TrialTooShort(days=days)
    _refuse_weak(station, ACTIVE_SCORE)
    station = move(station, "activate_station", Status.ACTIVE, actor, at, reason)
    return tell("stations.station_activated", station, at)


@refuses(WrongState, ClosingTooLong)
@needs_words("reason")
@transaction.atomic
def close_temporarily(*, station: Station, until: dt.date, actor: User, at: dt.datetime, reason: str) -> Station:
    """Closed until about a date; date and reason are public. Raises `ClosingTooLong`.

    The station's own people may close it for 7 days, the county for as long as it takes.
    """
    station = lock(station)
    MACHINE.check("close_temporarily", station.status)
    days = (until - day_in(station.zone, at)).days
    if days < 1 or (days > OWN_CLOSING_DAYS and not acts_for_the_county(actor, station)):
        raise ClosingTooLong(field="until")
    station = move(station, "close_temporarily", Status.TEMPORARILY_CLOSED, actor, at, reason, reopens_date=until)
    return tell("stations.station_closed_temporarily", station, at)


@refuses(WrongState, ClosedByCounty)
@transaction.atomic
def reopen_station(*, station: Station, actor: User, at: dt.datetime, reason: str = "") -> Station:
    """Open again after a temporary closure: by the county, or by the station's people when one of them closed it.

    Raises `ClosedByCounty`.
    """
    station = lock(station)
    MACHINE.check("reopen_station", station.status)
    if not acts_for_the_county(actor, station) and not closed_by_its_people(station):
        raise ClosedByCounty
    station = move(station, "reopen_station", Status.ACTIVE, actor, at, reason, reopens_date=None)
    return tell("stations.station_reopened", station, at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def suspend_station(*, station: Station, actor: User, at: dt.datetime, reason: str) -> Station:
    """Stopped by the county; every service stops at once."""
    station = move(lock(station), "suspend_station", Status.SUSPENDED, actor, at, reason, reopens_date=None)
    return tell("stations.station_suspended", station, at)


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def lift_suspension(*, station: Station, actor: User, at: dt.datetime, reason: str) -> Station:
    """The county's finding lets the station work again."""
    return move(lock(station), "lift_suspension", Status.ACTIVE, actor, at, reason)


@refuses(WrongState)
def move(station: Station, verb: str, new: str, actor: User, at: dt.datetime, reason: str, **facts: Any) -> Station:
    """Take one arrow of a locked station, with the facts that come with it, and write it down."""
    MACHINE.check(verb, station.status)
    old, station.status = station.status, new
    for name, value in facts.items():
        setattr(station, name, value)
    station.save(update_fields=["status", *facts, "updated_at"])
    record(station, old, actor, at, reason)
    return station


def record(station: Station, old: str, actor: User, at: dt.datetime, reason: str) -> None:
    """The line in the station's history."""
    record_change(station, old=old, new=station.status, at=at, actor=actor.pk if actor else None, reason=reason)


def tell(event: str, station: Station, at: dt.datetime, **more: Any) -> Station:
    """Publish what happened to a station."""
    publish(event, at=at, station=station.pk, county=station.county_id, **more)
    return station


def _divisions_above(village: Division) -> dict[str, Division]:
    above = Division.objects.filter(pk__in=village.path.rstrip("/").split("/")).exclude(pk=village.pk)
    return {division.level: division for division in above}


def _stands_well(kind: str, county: Division, parent: Station | None) -> bool:
    if kind == Station.Kind.COUNTY_CENTRE or parent is None:
        return kind == Station.Kind.COUNTY_CENTRE and parent is None
    allowed = {Station.Kind.COUNTY_CENTRE}
    if kind == Station.Kind.VILLAGE_STATION:
        allowed.add(Station.Kind.TOWNSHIP_HUB)
    return parent.county_id == county.pk and parent.kind in allowed


def _next_code(county: Division) -> str:
    """The next serial of the county; anyone else who plans a station there waits."""
    lock(county)
    last = Station.objects.filter(code__startswith=county.code[:6]).order_by("-code").first()
    return f"{county.code[:6]}-{int(last.code[7:]) + 1 if last else 1:04d}"


def _missing_for_trial(station: Station, at: dt.datetime) -> list[Any]:
    needed = {
        _("opening hours"): station.hours.exists(),
        _("a service"): station.services.filter(Q(to_at__gt=at) | Q(to_at=None)).exists(),
        _("a partner with a contract"): station.contracts.running().filter(kind="partner").exists(),
    }
    return [what for what, is_there in needed.items() if not is_there]


def acts_for_the_county(actor: User, station: Station) -> bool:
    """Whether this person reaches the station from above, not from its counter."""
    if actor is None:
        return True
    post = post_reaching(actor, "stations.suspend_station", station)
    return post is not None and post.reach != "station"


def _refuse_weak(station: Station, needed: int) -> None:
    for score_of in INSPECTION_SCORES:
        score = score_of(station)
        if score is None or score < needed:
            raise InspectionMissing(needed=needed, score=_("none yet") if score is None else score)


def closed_by_its_people(station: Station) -> bool:
    """Whether the one who closed the station for some days worked at it then."""
    closing = changes_of(station).filter(new=Status.TEMPORARILY_CLOSED).last()
    if closing is None or closing.actor is None:
        return False
    still = Q(to_at__gt=closing.at) | Q(to_at=None)
    return station.posts.filter(still, user=closing.actor, from_at__lte=closing.at).exists()
