"""Minutes seen as heartbeats arrive, and the figures of a day at night."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction

from core.days import day_in, instant_of
from stations.network.hours import PublishedHours
from stations.network.models import Station
from stations.network.queries import SILENT_AFTER, published_hours

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
