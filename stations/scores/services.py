"""Facts kept, days rolled up, months scored, warnings opened."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from core.days import day_in, instant_of
from core.history import record_change
from core.notices.services import notify
from stations.accounts.models import Post, Role
from stations.inspections.services import open_visit
from stations.network.hours import PublishedHours
from stations.network.models import Station
from stations.network.queries import SILENT_AFTER, published_hours
from stations.scores.formula import VERSION, Figures, exact_score, grade_of, parts_of, rounded
from stations.scores.models import EarlyWarning, KpiScore, StationDay, StationFact
from stations.scores.queries import signs_of

Kind = StationFact.Kind


@transaction.atomic
def record_fact(
    *,
    event_id: int,
    kind: str,
    station: Station,
    at: dt.datetime,
    quantity: int = 1,
    amount_minor: int | None = None,
    currency: str = "",
) -> None:
    """Keep what an event told; the second delivery of the event changes nothing."""
    StationFact.objects.bulk_create(
        [
            StationFact(
                event_id=event_id,
                kind=kind,
                station=station,
                local_date=day_in(station.zone, at),
                quantity=quantity,
                amount_minor=amount_minor,
                currency=currency,
            )
        ],
        ignore_conflicts=True,
    )


SEEN = """
INSERT INTO stations_stationday AS day (created_at, updated_at, station_id, date, open_minutes, seen_minutes, services,
    money_services, float_outs, offered_parcels, refused_parcels, upheld_complaints, income_minor)
VALUES (now(), now(), %s, %s, 0, %s, 0, 0, 0, 0, 0, 0, 0)
ON CONFLICT (station_id, date) DO UPDATE SET seen_minutes = day.seen_minutes + EXCLUDED.seen_minutes, updated_at = now()
"""


def note_seen(*, station: Station, since: dt.datetime | None, at: dt.datetime) -> None:
    """The station was heard of: the minutes since the last time, inside its published hours, count as seen.

    After a silence of half an hour or more counting begins anew.
    """
    if since is not None and at - since < SILENT_AFTER:
        _add_seen(station=station, since=since, at=at)


@transaction.atomic
def _add_seen(*, station: Station, since: dt.datetime, at: dt.datetime) -> None:
    date = day_in(station.zone, at)
    hours = published_hours([station], at)[station.pk]
    minutes = _minutes_inside(hours, station.zone, date, since, at)
    if minutes:
        with connection.cursor() as cursor:
            cursor.execute(SEEN, [station.pk, date, minutes])


# Figures of one day of a county's stations, set at once from their facts; what was seen stays as it is.
ROLL = """
INSERT INTO stations_stationday AS day (created_at, updated_at, station_id, date, open_minutes, seen_minutes, services,
    money_services, float_outs, offered_parcels, refused_parcels, upheld_complaints, income_minor)
SELECT now(), now(), station.id, %(date)s, planned.minutes, 0,
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind IN ('service', 'money_service')), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'money_service'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'float_out'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'parcel_offered'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'parcel_refused'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'complaint'), 0),
    coalesce(sum(fact.amount_minor) FILTER (WHERE fact.kind = 'income'), 0)
FROM unnest(%(stations)s::bigint[], %(minutes)s::integer[]) AS planned(id, minutes)
JOIN stations_station AS station ON station.id = planned.id
LEFT JOIN stations_stationfact AS fact ON fact.station_id = station.id AND fact.local_date = %(date)s
GROUP BY station.id, planned.minutes
ON CONFLICT (station_id, date) DO UPDATE SET
    open_minutes = EXCLUDED.open_minutes, services = EXCLUDED.services, money_services = EXCLUDED.money_services,
    float_outs = EXCLUDED.float_outs, offered_parcels = EXCLUDED.offered_parcels,
    refused_parcels = EXCLUDED.refused_parcels, upheld_complaints = EXCLUDED.upheld_complaints,
    income_minor = EXCLUDED.income_minor, updated_at = now()
"""


@transaction.atomic
def roll_station_day(*, stations: Iterable[Station], date: dt.date) -> int:
    """The figures of one day for these stations, from their facts and published hours; again gives the same."""
    stations = list(stations)
    if not stations:
        return 0
    noon = instant_of(stations[0].zone, date, dt.time(12))
    hours = published_hours(stations, noon)
    minutes = [_planned_minutes(hours[station.pk], date) for station in stations]
    params = {"date": date, "stations": [station.pk for station in stations], "minutes": minutes}
    with connection.cursor() as cursor:
        cursor.execute(ROLL, params)
        return cursor.rowcount


@transaction.atomic
def score_month(*, stations: Iterable[Station], month: dt.date) -> list[KpiScore]:
    """The score of each station of a county for the month that begins on this date; once made it stays."""
    figures = _figures(list(stations), month)
    made = [_score(station_id, month, values) for station_id, values in figures.items()]
    return KpiScore.objects.bulk_create(made, ignore_conflicts=True)


@transaction.atomic
def open_warnings(*, stations: Iterable[Station], at: dt.datetime) -> list[EarlyWarning]:
    """Look for signs that a station needs help; a new one opens a visit and is told to partner and county at once.

    One open warning of a kind per station: what stands is not opened again.
    """
    opened = []
    for station, kind, figures in signs_of(list(stations), at=at):
        if not EarlyWarning.objects.standing().filter(station=station, kind=kind).exists():
            opened.append(open_warning(station=station, kind=kind, figures=figures, at=at))
    return opened


@transaction.atomic
def open_warning(*, station: Station, kind: str, figures: dict[str, Any], at: dt.datetime) -> EarlyWarning:
    """A station needs help for this reason: a visit is due within seven days."""
    visit = open_visit(station=station, reason=kind, at=at)
    warning = EarlyWarning.objects.create(station=station, kind=kind, opened_at=at, figures=figures, visit=visit)
    record_change(warning, old="", new="open", at=at, reason=kind)
    _tell(warning, at)
    return warning


@transaction.atomic
def close_warning(*, warning: EarlyWarning, at: dt.datetime) -> None:
    """Its visit was made: should the sign still stand tomorrow, it opens a new one."""
    if EarlyWarning.objects.standing().filter(pk=warning.pk).update(closed_at=at):
        record_change(warning, old="open", new="closed", at=at)


def _minutes_inside(hours: PublishedHours, zone: str, date: dt.date, since: dt.datetime, at: dt.datetime) -> int:
    """Whole minutes between two instants that lie inside the published hours of a date."""
    seconds = 0.0
    for opens, closes in hours.on(date):
        begins, ends = instant_of(zone, date, opens), instant_of(zone, date, closes)
        seconds += max(0.0, (min(at, ends) - max(since, begins)).total_seconds())
    return int(seconds // 60)


def _planned_minutes(hours: PublishedHours, date: dt.date) -> int:
    return sum(
        (closes.hour * 60 + closes.minute) - (opens.hour * 60 + opens.minute) for opens, closes in hours.on(date)
    )


def _figures(stations: list[Station], month: dt.date) -> dict[int, Figures]:
    following = (month + dt.timedelta(days=31)).replace(day=1)
    rows = StationDay.objects.filter(station__in=stations, date__gte=month, date__lt=following)
    days: dict[int, list[StationDay]] = {}
    for day in rows:
        days.setdefault(day.station_id, []).append(day)
    totals = {station: sum(day.services for day in held) for station, held in days.items()}
    middle = Decimal(str(median(totals.values()))) if totals else Decimal(0)
    return {station: _month(held, middle) for station, held in days.items()}


def _month(days: list[StationDay], middle: Decimal) -> Figures:
    return Figures(
        active_days=sum(1 for day in days if day.services),
        planned_days=sum(1 for day in days if day.open_minutes),
        services=sum(day.services for day in days),
        median_services=middle,
        seen_minutes=sum(day.seen_minutes for day in days),
        open_minutes=sum(day.open_minutes for day in days),
        float_out_days=sum(1 for day in days if day.float_outs),
        open_days=sum(1 for day in days if day.seen_minutes or day.services),
        complaints=sum(day.upheld_complaints for day in days),
        offered=sum(day.offered_parcels for day in days),
        refused=sum(day.refused_parcels for day in days),
    )


def _score(station_id: int, month: dt.date, figures: Figures) -> KpiScore:
    parts = parts_of(figures)
    exact = exact_score(parts)
    told = {
        letter: {
            "counted": str(part.counted),
            "of": str(part.of),
            "value": str(round(part.value, 6)),
            "weight": part.weight,
        }
        for letter, part in parts.items()
    }
    score = rounded(exact)
    return KpiScore(
        station_id=station_id,
        month=month,
        parts=told,
        exact=round(exact, 6),
        score=score,
        grade=grade_of(score),
        formula_version=VERSION,
    )


def _tell(warning: EarlyWarning, at: dt.datetime) -> None:
    """Partner and county read it at the same moment, with the same words."""
    station = warning.station
    posts = Post.objects.live(at).select_related("user")
    people = [
        *posts.filter(role=Role.PARTNER, station=station),
        *posts.filter(role=Role.COUNTY_MANAGER, division=station.county_id),
    ]
    for post in people:
        with translation.override(post.user.language):
            words = str(warning.get_kind_display())
        notify(
            template="early_warning",
            params={"station": station.name, "warning": words},
            language=post.user.language,
            user=post.user_id,
            dedupe_key=f"early_warning:{warning.pk}:{post.user_id}",
            at=at,
        )
