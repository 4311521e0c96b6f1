"""The verbs of a station: its life, its hours, its services, and the sign that it is alive."""

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.db import lock
from core.errors import Refused, WrongState
from core.events.services import publish
from core.history import changes_of, record_change
from core.machines import Machine
from stations.network.models import OpeningException, OpeningHours, Service, ServicePause, Station, StationService
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
#: The station's own people may close it for so long.
OWN_CLOSING_DAYS = 7
#: A heartbeat is written at most so often.
HEARTBEAT_EVERY = dt.timedelta(minutes=1)

#: What still binds a station that is to close, as sentences; the apps above register theirs in `ecomnet/wiring.py`.
CLEARANCE: list[Callable[[Station], list[str]]] = []


class StationCodeTaken(Refused):
    """Another station has this code."""

    code = "station_code_taken"
    status = 422
    message = _("Another station already has the number %(number)s.")


class ParentMisplaced(Refused):
    """A village station stands under a hub or centre of its county, a hub under the centre, a centre under nobody."""

    code = "parent_misplaced"
    status = 422
    message = _("A village station stands under a hub or the centre of its county, a hub under the centre.")


class StationNotReady(Refused):
    """Something that an open station needs is missing."""

    code = "station_not_ready"
    message = _("The station is not ready: %(missing)s.")


class TrialTooShort(Refused):
    """A station is activated after 14 days of trial."""

    code = "trial_too_short"
    message = _("The trial has lasted %(days)s of 14 days.")


class ClosingTooLong(Refused):
    """A partner closes for at most 7 days; the date lies ahead."""

    code = "closing_too_long"
    status = 422
    message = _("Name a date from tomorrow to 7 days ahead. For longer, ask the county.")


class ClearanceOpen(Refused):
    """Money, parcels or people still stand in the way."""

    code = "clearance_open"
    message = _("This has to be settled first: %(open)s.")


class StationsStranded(Refused):
    """Stations come into a county that has no centre for them to stand under, or a centre into one that has one."""

    code = "stations_stranded"
    message = _(
        "These stations come into another county, which needs exactly one centre for them: %(stations)s. "
        "Nothing was changed."
    )


class HoursOverlap(Refused):
    """Intervals of one weekday overlap, or one ends before it begins."""

    code = "hours_overlap"
    status = 422
    message = _("Opening hours of one day must not overlap, and each must close after it opens.")


class AlreadySo(Refused):
    """Nothing to do: it is so already."""

    code = "already_so"
    message = _("This is so already.")


class CertificateMissing(Refused):
    """Nobody at the station holds the certificate that the service needs."""

    code = "certificate_missing"
    message = _("Nobody at this station holds a valid certificate for this: %(service)s.")


@transaction.atomic
def plan_station(
    *,
    kind: str,
    name: str,
    village: Division,
    parent: Station | None,
    actor: Any,
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
    _record(station, "", actor, at, "")
    return station


@transaction.atomic
def begin_fitting_out(*, station: Station, actor: Any, at: dt.datetime, reason: str = "") -> Station:
    """The rooms are being made ready."""
    return _move(lock(station), "begin_fitting_out", Status.FITTING_OUT, actor, at, reason)


@transaction.atomic
def start_trial(*, station: Station, actor: Any, at: dt.datetime, reason: str = "") -> Station:
    """The public may come; hours, a service and a partner's contract are there. Raises `StationNotReady`."""
    station = lock(station)
    MACHINE.check("start_trial", station.status)
    missing = _missing_for_trial(station, at)
    if missing:
        raise StationNotReady(missing=", ".join(str(word) for word in missing))
    return _move(station, "start_trial", Status.TRIAL, actor, at, reason, opened_date=day_in(station.zone, at))


@transaction.atomic
def activate_station(*, station: Station, actor: Any, at: dt.datetime, reason: str = "") -> Station:
    """The trial went well, at least 14 days of it. Raises `TrialTooShort`."""
    station = lock(station)
    MACHINE.check("activate_station", station.status)
    begun = changes_of(station).filter(new=Status.TRIAL).last()
    days = (at - begun.at).days if begun else 0
    if days < TRIAL_DAYS:
        raise TrialTooShort(days=days)
    station = _move(station, "activate_station", Status.ACTIVE, actor, at, reason)
    return _tell("stations.station_activated", station, at)


@transaction.atomic
def close_temporarily(*, station: Station, until: dt.date, actor: Any, at: dt.datetime, reason: str) -> Station:
    """Closed until about a date; date and reason are public. Raises `ClosingTooLong`.

    The station's own people may close it for 7 days, the county for as long as it takes.
    """
    station = lock(station)
    MACHINE.check("close_temporarily", station.status)
    days = (until - day_in(station.zone, at)).days
    if days < 1 or (days > OWN_CLOSING_DAYS and not _closes_for_the_county(actor, station)):
        raise ClosingTooLong(field="until")
    station = _move(station, "close_temporarily", Status.TEMPORARILY_CLOSED, actor, at, reason, reopens_date=until)
    return _tell("stations.station_closed_temporarily", station, at)


@transaction.atomic
def reopen_station(*, station: Station, actor: Any, at: dt.datetime, reason: str = "") -> Station:
    """Open again after a temporary closure."""
    station = _move(lock(station), "reopen_station", Status.ACTIVE, actor, at, reason, reopens_date=None)
    return _tell("stations.station_reopened", station, at)


@transaction.atomic
def suspend_station(*, station: Station, actor: Any, at: dt.datetime, reason: str) -> Station:
    """Stopped by the county; every service stops at once."""
    station = _move(lock(station), "suspend_station", Status.SUSPENDED, actor, at, reason, reopens_date=None)
    return _tell("stations.station_suspended", station, at)


@transaction.atomic
def lift_suspension(*, station: Station, actor: Any, at: dt.datetime, reason: str) -> Station:
    """The county's finding lets the station work again."""
    return _move(lock(station), "lift_suspension", Status.ACTIVE, actor, at, reason)


@transaction.atomic
def close_station(*, station: Station, actor: Any, at: dt.datetime, reason: str) -> Station:
    """Closed for good. Raises `ClearanceOpen` with everything that still binds it."""
    station = lock(station)
    MACHINE.check("close_station", station.status)
    binding = [sentence for check in (_running_contracts, *CLEARANCE) for sentence in check(station)]
    if binding:
        raise ClearanceOpen(open="; ".join(binding))
    closing = {"closed_date": day_in(station.zone, at), "reopens_date": None}
    station = _move(station, "close_station", Status.CLOSED, actor, at, reason, **closing)
    return _tell("stations.station_closed", station, at)


@transaction.atomic
def set_hours(
    *,
    station: Station,
    week: Mapping[int, Sequence[tuple[dt.time, dt.time]]],
    from_date: dt.date,
    actor: Any,
) -> list[OpeningHours]:
    """The hours of a week from a date on: weekday (1 Monday to 7 Sunday) -> intervals `[opens, closes)`, local.

    Earlier hours end on that date, later ones are replaced. Raises `HoursOverlap`.
    """
    for intervals in week.values():
        _refuse_overlap(intervals)
    station = lock(station)
    OpeningHours.objects.filter(station=station, from_date__gte=from_date).delete()
    OpeningHours.objects.filter(Q(to_date__gt=from_date) | Q(to_date=None), station=station).update(to_date=from_date)
    return OpeningHours.objects.bulk_create(
        OpeningHours(station=station, weekday=weekday, opens=opens, closes=closes, from_date=from_date, set_by=actor)
        for weekday, intervals in week.items()
        for opens, closes in intervals
    )


@transaction.atomic
def set_exception(
    *,
    station: Station,
    date: dt.date,
    opens: dt.time | None,
    closes: dt.time | None,
    reason: str,
    actor: Any,
) -> OpeningException:
    """Other hours on one date, or closed when both times are empty; beats the week. Raises `HoursOverlap`."""
    if opens or closes:
        _refuse_overlap([(opens, closes)])
    station = lock(station)
    exception, _made = OpeningException.objects.update_or_create(
        station=station, date=date, defaults={"opens": opens, "closes": closes, "reason": reason, "set_by": actor}
    )
    return exception


@transaction.atomic
def switch_service_on(
    *, station: Station, service: Service, actor: Any, at: dt.datetime, reason: str = ""
) -> StationService:
    """Offer a service from now on. Raises `AlreadySo`, `CertificateMissing`, or `WrongState` when closed for good."""
    station = lock(station)
    if station.status == Status.CLOSED:
        raise WrongState(state=station.get_status_display())
    if _switches(station, service, at).exists():
        raise AlreadySo
    if service.needs_certificate and not _certified(station, service.needs_certificate, at):
        raise CertificateMissing(service=service.shown_name)
    return StationService.objects.create(station=station, service=service, from_at=at, switched_by=actor, reason=reason)


@transaction.atomic
def switch_service_off(
    *, station: Station, service: Service, actor: Any, at: dt.datetime, reason: str = ""
) -> StationService:
    """Stop offering a service from now on. Raises `AlreadySo`."""
    switch = _switches(lock(station), service, at).first()
    if switch is None:
        raise AlreadySo
    switch.to_at, switch.switched_by = at, actor
    switch.reason = reason or switch.reason
    switch.save(update_fields=["to_at", "switched_by", "reason", "updated_at"])
    return switch


@transaction.atomic
def pause_service(
    *, service: Service, division: Division | None, actor: Any, at: dt.datetime, reason: str
) -> ServicePause:
    """Stop a service in a division, or everywhere without one; it beats every switch. Raises `AlreadySo`."""
    service = lock(service)
    if _running_pauses(service, division, at).exists():
        raise AlreadySo
    pause = ServicePause.objects.create(service=service, division=division, from_at=at, reason=reason, paused_by=actor)
    publish(
        "stations.service_paused",
        at=at,
        service=service.code,
        division=division.pk if division else None,
        pause=pause.pk,
    )
    return pause


@transaction.atomic
def end_pause(*, pause: ServicePause, actor: Any, at: dt.datetime) -> ServicePause:
    """Go on with the service wherever it is switched on. Raises `AlreadySo`."""
    pause = lock(pause)
    if pause.to_at is not None and pause.to_at <= at:
        raise AlreadySo
    pause.to_at, pause.ended_by = at, actor
    pause.save(update_fields=["to_at", "ended_by", "updated_at"])
    return pause


@transaction.atomic
def heartbeat(
    *, station: Station, at: dt.datetime, device: UUID | None = None, app_version: str = "", queued_ops: int = 0
) -> bool:
    """The station is alive. Written at most once a minute; whether it was."""
    due = at - HEARTBEAT_EVERY
    not_lately = Q(last_seen_at=None) | Q(last_seen_at__lte=due)
    if device is not None:
        said = {"app_version": app_version, "queued_ops": queued_ops}
        station.devices.filter(not_lately, pk=device).update(last_seen_at=at, **said)
    heard = Station.objects.filter(not_lately, pk=station.pk)
    return bool(heard.update(last_seen_at=at))


# What the tree says now of every station; used after an import has moved divisions.
ABOVE = """
SELECT standing.id,
    max(division.id) FILTER (WHERE division.level = 'township') AS township,
    max(division.id) FILTER (WHERE division.level = 'county') AS county,
    max(division.id) FILTER (WHERE division.level = 'prefecture') AS prefecture,
    max(division.id) FILTER (WHERE division.level = 'province') AS province
FROM stations_station AS standing
JOIN stations_division AS village ON village.id = standing.village_id
JOIN stations_division AS division ON division.id = ANY (string_to_array(rtrim(village.path, '/'), '/')::bigint[])
GROUP BY standing.id
"""
FOLLOW = f"""
UPDATE stations_station AS station
SET township_id = above.township, county_id = above.county, prefecture_id = above.prefecture,
    province_id = above.province, updated_at = now()
FROM ({ABOVE}) AS above
WHERE above.id = station.id AND (station.township_id, station.county_id, station.prefecture_id, station.province_id)
    IS DISTINCT FROM (above.township, above.county, above.prefecture, above.province)
"""  # noqa: S608
# A county has one centre: one that comes into a county with another is for people to decide.
RIVALS = f"""
SELECT string_agg(DISTINCT moving.code, ', ' ORDER BY moving.code)
FROM stations_station AS moving
JOIN ({ABOVE}) AS above ON above.id = moving.id AND above.county <> moving.county_id
JOIN stations_station AS rival ON rival.county_id = above.county AND rival.kind = 'county_centre'
    AND rival.status <> 'closed'
WHERE moving.kind = 'county_centre' AND moving.status <> 'closed'
"""  # noqa: S608
# A station whose county changed stands under the centre of the new one.
ADOPT = """
UPDATE stations_station AS station SET parent_id = centre.id, updated_at = now()
FROM stations_station AS parent, stations_station AS centre
WHERE parent.id = station.parent_id AND parent.county_id <> station.county_id
    AND centre.county_id = station.county_id AND centre.kind = 'county_centre' AND centre.status <> 'closed'
"""
STRANDED = """
SELECT string_agg(station.code, ', ' ORDER BY station.code) FROM stations_station AS station
JOIN stations_station AS parent ON parent.id = station.parent_id AND parent.county_id <> station.county_id
"""


@transaction.atomic
def follow_divisions() -> int:
    """Let every station's columns say again what the tree says; how many changed.

    A station that is now in another county stands under that county's centre. Raises `StationsStranded`.
    """
    with connection.cursor() as cursor:
        _refuse_stranded(cursor, RIVALS)
        cursor.execute(FOLLOW)
        changed = cursor.rowcount
        cursor.execute(ADOPT)
        _refuse_stranded(cursor, STRANDED)
    return changed


def _refuse_stranded(cursor: Any, statement: str) -> None:
    cursor.execute(statement)
    if stranded := cursor.fetchone()[0]:
        raise StationsStranded(stations=stranded)


def _move(station: Station, verb: str, new: str, actor: Any, at: dt.datetime, reason: str, **facts: Any) -> Station:
    MACHINE.check(verb, station.status)
    old, station.status = station.status, new
    for name, value in facts.items():
        setattr(station, name, value)
    station.save(update_fields=["status", *facts, "updated_at"])
    _record(station, old, actor, at, reason)
    return station


def _record(station: Station, old: str, actor: Any, at: dt.datetime, reason: str) -> None:
    record_change(station, old=old, new=station.status, at=at, actor=actor.pk if actor else None, reason=reason)


def _tell(event: str, station: Station, at: dt.datetime) -> Station:
    publish(event, at=at, station=station.pk, county=station.county_id)
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
    """The next serial of the county; whoever else plans a station there waits."""
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


def _closes_for_the_county(actor: Any, station: Station) -> bool:
    if actor is None:
        return True
    post = post_reaching(actor, "stations.suspend_station", station)
    return post is not None and post.reach != "station"


def _running_contracts(station: Station) -> list[str]:
    return [str(_("a contract is still running"))] if station.contracts.running().exists() else []


def _refuse_overlap(intervals: Sequence[tuple[dt.time | None, dt.time | None]]) -> None:
    if any(opens is None or closes is None or closes <= opens for opens, closes in intervals):
        raise HoursOverlap
    ordered = sorted(intervals)
    if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(ordered)):
        raise HoursOverlap


def _switches(station: Station, service: Service, at: dt.datetime):
    return StationService.objects.filter(Q(to_at__gt=at) | Q(to_at=None), station=station, service=service)


def _running_pauses(service: Service, division: Division | None, at: dt.datetime):
    return ServicePause.objects.running(at).filter(service=service, division=division)


def _certified(station: Station, subject: str, at: dt.datetime) -> bool:
    today = day_in(station.zone, at)
    return station.certificates.filter(
        subject=subject, issued_date__lte=today, expires_date__gte=today, revoked_at=None
    ).exists()
