"""What stations are and do at an instant: their public state, and whether a service is open."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from typing import Any

from django.db.models import Exists, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.access import load_compiled
from core.database.prepared_statements import fetch_prepared
from core.days import earliest_day, latest_day
from core.language.formatting import in_chinese, listed
from core.web.ranges import ends_after
from stations.accounts.models import User
from stations.hooks import MONEY_AVAILABLE, Money
from stations.network.hours import LOOK_AHEAD_DAYS, Interval, PublishedHours, interval_of
from stations.network.models import OpeningException, OpeningHours, Station, StationClosing, StationService

#: Open for the public by its hours, but nothing was heard of it for so long.
SILENT_AFTER = dt.timedelta(minutes=30)
#: Stations that anybody may look up; before their trial they are the county's own matter.
PUBLIC = frozenset(
    {
        Station.Status.TRIAL,
        Station.Status.ACTIVE,
        Station.Status.TEMPORARILY_CLOSED,
        Station.Status.SUSPENDED,
        Station.Status.CLOSED,
    }
)
WORKING = frozenset({Station.Status.TRIAL, Station.Status.ACTIVE})

WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}

#: Keeps "08:00–12:00" on one line.
JOINED = "\u2060"

STATES = {
    "closed_for_good": _("permanently closed"),
    "suspended": _("suspended"),
    "temporarily_closed": _("temporarily closed"),
    "closed_now": _("closed now"),
    "offline": _("open by its hours, but not online"),
    "open_now": _("open now"),
}
STATE_CHOICES = list(STATES.items())
STATE_OF_STATUS: dict[str, str] = {
    Station.Status.CLOSED: "closed_for_good",
    Station.Status.SUSPENDED: "suspended",
    Station.Status.TEMPORARILY_CLOSED: "temporarily_closed",
    Station.Status.PLANNED: "closed_now",
    Station.Status.FITTING_OUT: "closed_now",
}


@dataclass(frozen=True, slots=True)
class PublicState:
    """What anybody may know about a station now."""

    code: str
    opens_next_at: dt.datetime | None

    @property
    def label(self) -> str:
        """The state in the reader's words."""
        return str(STATES[self.code])


def money_available(station: Station, at: dt.datetime) -> Money | None:
    """Whether cash and float are available, or nothing when nobody keeps this station's money."""
    return next((answer(station, at) for answer in MONEY_AVAILABLE), None)


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """Whether a service is open; if not, `why` as a stable code and `reason` as a sentence for people."""

    code: str
    name: str
    is_essential: bool
    why: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it may be done now."""
        return not self.why


REASONS = {
    "unknown_service": _("This service does not exist."),
    "station_not_open": _("The station is not operating: %(status)s."),
    "partner_suspended": _("The partner of this station is suspended."),
    "paused": _("Paused: %(pause)s"),
    "not_switched_on": _("This station does not offer this service."),
    "certificate_missing": _("This service needs a valid certificate."),
}

# A pause beats a switch; a pause of a division reaches every station below it. A certificate is valid through its last
# day on the station's wall. Without a person: is there anybody at the station who may do it.
SERVICES = """
SELECT
    service.code,
    CASE WHEN %(chinese)s THEN service.name_zh ELSE service.name END,
    service.is_essential,
    station.status,
    EXISTS (
        SELECT FROM stations_contract AS contract
        WHERE contract.station_id = station.id AND contract.status = 'suspended'
            AND (contract.kind = 'partner' OR contract.user_id = %(user)s)
    ) AS is_suspended,
    (
        SELECT pause.reason FROM stations_servicepause AS pause
        WHERE pause.service_id = service.id
            AND pause.from_at <= %(at)s AND (pause.to_at IS NULL OR pause.to_at > %(at)s)
            AND (pause.division_id IS NULL OR pause.division_id IN (
                station.village_id, station.township_id, station.county_id, station.prefecture_id, station.province_id
            ))
        ORDER BY pause.from_at LIMIT 1
    ) AS pause_reason,
    EXISTS (
        SELECT FROM stations_stationservice AS switch
        WHERE switch.station_id = station.id AND switch.service_id = service.id
            AND switch.from_at <= %(at)s AND (switch.to_at IS NULL OR switch.to_at > %(at)s)
    ) AS is_on,
    service.needs_certificate = '' OR EXISTS (
        SELECT FROM stations_certificate AS certificate
        WHERE certificate.subject = service.needs_certificate
            AND (certificate.holder_id = %(user)s OR (%(user)s IS NULL AND certificate.station_id = station.id))
            AND certificate.issued_date <= (%(at)s AT TIME ZONE station.zone)::date
            AND certificate.expires_date >= (%(at)s AT TIME ZONE station.zone)::date
            AND (certificate.revoked_at IS NULL OR certificate.revoked_at > %(at)s)
    ) AS is_certified
FROM stations_station AS station CROSS JOIN stations_service AS service
WHERE station.id = %(station)s AND (%(code)s = '' OR service.code = %(code)s)
ORDER BY service.id
"""


@load_compiled("code")
def station_at() -> QuerySet[Station]:
    """The station of this code, for `station_at(user, verb, code)`: what every sale at a counter begins with."""
    return Station.objects.select_related("county", "village")


def service_open(station: Station, service: str, user: User | None, at: dt.datetime) -> ServiceAnswer:
    """Whether this person may do this service here now, with the reason if not: the only way to ask.

    Open = switched on, not paused here or in any division above, the station works (active or in trial), its partner
    is not suspended, and whoever acts holds the certificate that the service needs. `user=None` asks for the public:
    is there anybody at the station who holds it.
    """
    rows = _service_rows(station, user, at, code=service)
    if not rows:
        return ServiceAnswer(service, service, is_essential=False, **_because("unknown_service"))
    return rows[0]


def services_offered(station: Station, user: User | None, at: dt.datetime) -> list[ServiceAnswer]:
    """The services that are switched on here, each open or with the reason why not."""
    return [answer for answer in _service_rows(station, user, at) if answer.why != "not_switched_on"]


def services_known(station: Station, user: User | None, at: dt.datetime) -> list[ServiceAnswer]:
    """Every service of the catalogue, as it stands at this station."""
    return _service_rows(station, user, at)


def _service_rows(station: Station, user: User | None, at: dt.datetime, *, code: str = "") -> list[ServiceAnswer]:
    values = {
        "station": station.pk,
        "user": user.pk if user else None,
        "at": at,
        "code": code,
        "chinese": in_chinese(),
    }
    return [_answer(*row) for row in fetch_prepared(SERVICES, values)]


def _answer(
    code: str,
    name: str,
    is_essential: bool,
    status: str,
    is_suspended: bool,
    pause_reason: str | None,
    is_on: bool,
    is_certified: bool,
) -> ServiceAnswer:
    closed: dict[str, str] = {}
    if not is_on:
        closed = _because("not_switched_on")
    elif status not in WORKING:
        closed = _because("station_not_open", status=Station.Status(status).label)
    elif is_suspended:
        closed = _because("partner_suspended")
    elif pause_reason is not None:
        closed = _because("paused", pause=pause_reason)
    elif not is_certified:
        closed = _because("certificate_missing")
    return ServiceAnswer(code, name, is_essential, **closed)


def _because(why: str, **params: Any) -> dict[str, str]:
    return {"why": why, "reason": str(REASONS[why]) % params if params else str(REASONS[why])}


def published_hours(stations: Iterable[Station], at: dt.datetime) -> dict[int, PublishedHours]:
    """The hours of several stations around an instant, in two statements."""
    by_id = {station.pk: station for station in stations}
    first, last = earliest_day(at) - dt.timedelta(days=1), latest_day(at) + dt.timedelta(days=LOOK_AHEAD_DAYS + 1)
    hours: dict[int, list[OpeningHours]] = defaultdict(list)
    exceptions: dict[int, list[OpeningException]] = defaultdict(list)
    for row in OpeningHours.objects.filter(ends_after(first), station__in=by_id):
        hours[row.station_id].append(row)
    for other in OpeningException.objects.filter(station__in=by_id, date__range=(first, last)):
        exceptions[other.station_id].append(other)
    return {pk: PublishedHours.of(station.zone, hours[pk], exceptions[pk]) for pk, station in by_id.items()}


def public_state(station: Station, at: dt.datetime, hours: PublishedHours | None = None) -> PublicState:
    """One of closed_for_good, suspended, temporarily_closed, closed_now, offline, open_now; and the next opening.

    Offline: open by the published hours, but last heard of 30 minutes ago or more.
    """
    hours = hours or published_hours([station], at)[station.pk]
    if station.status in STATE_OF_STATUS:
        return PublicState(STATE_OF_STATUS[station.status], None)
    if not hours.open_at(at):
        return PublicState("closed_now", hours.opens_next_at(at))
    is_silent = station.last_seen_at is None or at - station.last_seen_at >= SILENT_AFTER
    return PublicState("offline" if is_silent else "open_now", None)


def offering(stations: QuerySet[Station], service: str, at: dt.datetime) -> QuerySet[Station]:
    """Those at which this service is switched on."""
    on = StationService.objects.filter(
        Q(to_at__gt=at) | Q(to_at=None), station=OuterRef("pk"), service__code=service, from_at__lte=at
    )
    return stations.filter(Exists(on))


def stations_near(latitude: Decimal, longitude: Decimal) -> QuerySet[Station]:
    """Working stations in order of distance, on a flat map: near, not exact."""
    shrink = cos(radians(float(latitude)))
    distance = ExpressionWrapper(
        (F("latitude") - latitude) * (F("latitude") - latitude)
        + (F("longitude") - longitude) * (F("longitude") - longitude) * shrink * shrink,
        output_field=FloatField(),
    )
    return (
        Station.objects.filter(status__in=WORKING, latitude__isnull=False)
        .annotate(distance=distance)
        .order_by("distance", "pk")
    )


def hub_of(station: Station) -> Station | None:
    """The township hub that a station belongs to: the one above it, or itself; None directly below the centre."""
    for place in (station, station.parent):
        if place and place.kind == Station.Kind.TOWNSHIP_HUB:
            return place
    return None


def centre_of(county: int) -> Station | None:
    """The centre of a county (by the id of its division) that is not closed."""
    centres = Station.objects.filter(kind=Station.Kind.COUNTY_CENTRE, county=county)
    return centres.exclude(status=Station.Status.CLOSED).order_by("pk").first()


def may_take_over(station: Station) -> list[Station]:
    """The working stations of the county that can take the households of one that closes, its parent first."""
    working = Station.objects.filter(county=station.county_id, status__in=[*WORKING, Station.Status.TEMPORARILY_CLOSED])
    return sorted(working.exclude(pk=station.pk), key=lambda each: (each.pk != station.parent_id, each.code))


def open_closing(station: Station) -> StationClosing | None:
    """The closing that somebody has asked for and nobody has decided."""
    rows = station.closings.filter(status=StationClosing.Status.ASKED)
    return rows.select_related("station__parent", "successor", "asked_by").first()


def public_station(code: str) -> Station | None:
    """A station that anybody may look up, with its divisions."""
    shown = Station.objects.filter(status__in=PUBLIC).select_related("village", "township", "county")
    return shown.filter(code=code).first()


@dataclass(frozen=True, slots=True)
class Day:
    """One line of the published week: a weekday, or one of the next days that differ."""

    words: Any
    intervals: list[Interval]
    reason: str = ""

    @property
    def hours(self) -> str:
        """08:00–12:00, 14:00–18:00, or the word for closed."""
        opening = listed(f"{opens:%H:%M}{JOINED}–{JOINED}{closes:%H:%M}" for opens, closes in self.intervals)
        return opening or str(pgettext("hours", "closed"))


def week_of(station: Station, date: dt.date) -> list[Day]:
    """The hours in force on a date, Monday first."""
    in_force = ends_after(date)
    rows = list(station.hours.filter(in_force, from_date__lte=date).order_by("weekday", "opens"))
    return [
        Day(WEEKDAYS[weekday], [(row.opens, row.closes) for row in rows if row.weekday == weekday])
        for weekday in range(1, 8)
    ]


def days_that_differ(station: Station, date: dt.date) -> list[Day]:
    """The exceptions of the next four weeks; `words` is the date."""
    last = date + dt.timedelta(days=LOOK_AHEAD_DAYS)
    rows = station.exceptions.filter(date__range=(date, last)).order_by("date")
    return [Day(row.date, interval_of(row), row.reason) for row in rows]


@dataclass(frozen=True, slots=True)
class CountyRow:
    """A station in the county's list."""

    station: Station
    state: PublicState


def county_rows(stations: list[Station], at: dt.datetime) -> list[CountyRow]:
    """Stations with their state now, in three statements however many they are."""
    hours = published_hours(stations, at)
    return [CountyRow(station, public_state(station, at, hours[station.pk])) for station in stations]
