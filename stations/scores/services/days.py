"""The figures of a day, made at night."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from core.days import instant_of
from stations.network.hours import Span
from stations.network.models import Station
from stations.network.queries import published_hours

# Figures of one day of a county's stations, set at once: what happened from their facts; minutes published from the
# hours; minutes seen from the spans in which a station was seen, cut to the published hours and added up before they
# become whole minutes.
ROLL = """
WITH published AS (
    SELECT * FROM unnest(%(open)s::bigint[], %(opens)s::timestamptz[], %(closes)s::timestamptz[])
        AS published(station_id, from_at, to_at)
), planned AS (
    SELECT station.id, coalesce(floor(sum(extract(epoch FROM to_at - from_at)) / 60), 0)::integer AS minutes
    FROM unnest(%(stations)s::bigint[]) AS station(id) LEFT JOIN published ON published.station_id = station.id
    GROUP BY station.id
), span AS (
    SELECT station_id, from_at, to_at FROM stations_seenspan
    WHERE station_id = ANY(%(stations)s::bigint[]) AND to_at > %(begins)s AND from_at < %(ends)s
    UNION ALL
    SELECT id, seen_since, last_seen_at FROM stations_station WHERE id = ANY(%(stations)s::bigint[])
), seen AS (
    SELECT station_id, floor(sum(extract(epoch FROM
        least(span.to_at, published.to_at) - greatest(span.from_at, published.from_at))) / 60)::integer AS minutes
    FROM published JOIN span USING (station_id)
    WHERE span.from_at < published.to_at AND span.to_at > published.from_at
    GROUP BY station_id
)
INSERT INTO stations_stationday AS day (created_at, updated_at, station_id, date, open_minutes, seen_minutes, services,
    money_services, float_outs, offered_parcels, refused_parcels, upheld_complaints, income_minor)
SELECT now(), now(), planned.id, %(date)s, planned.minutes, coalesce(seen.minutes, 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind IN ('service', 'money_service')), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'money_service'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'float_out'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'parcel_offered'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'parcel_refused'), 0),
    coalesce(sum(fact.quantity) FILTER (WHERE fact.kind = 'complaint'), 0),
    coalesce(sum(fact.amount_minor) FILTER (WHERE fact.kind = 'income'), 0)
FROM planned
LEFT JOIN seen ON seen.station_id = planned.id
LEFT JOIN stations_stationfact AS fact ON fact.station_id = planned.id AND fact.local_date = %(date)s
GROUP BY planned.id, planned.minutes, seen.minutes
ON CONFLICT (station_id, date) DO UPDATE SET
    open_minutes = EXCLUDED.open_minutes, seen_minutes = EXCLUDED.seen_minutes, services = EXCLUDED.services,
    money_services = EXCLUDED.money_services, float_outs = EXCLUDED.float_outs,
    offered_parcels = EXCLUDED.offered_parcels, refused_parcels = EXCLUDED.refused_parcels,
    upheld_complaints = EXCLUDED.upheld_complaints, income_minor = EXCLUDED.income_minor, updated_at = now()
"""


@transaction.atomic
def roll_station_day(*, stations: Iterable[Station], date: dt.date) -> int:
    """The figures of one day for these stations of one zone; again gives the same. How many stations."""
    stations = list(stations)
    if not stations:
        return 0
    zone = stations[0].zone
    spans = list(_published(stations, date))
    params: dict[str, Any] = {
        "date": date,
        "stations": [station.pk for station in stations],
        "open": [station for station, _span in spans],
        "opens": [begins for _station, (begins, _ends) in spans],
        "closes": [ends for _station, (_begins, ends) in spans],
        "begins": instant_of(zone, date, dt.time()),
        "ends": instant_of(zone, date + dt.timedelta(days=1), dt.time()),
    }
    with connection.cursor() as cursor:
        cursor.execute(ROLL, params)
        return cursor.rowcount


def _published(stations: list[Station], date: dt.date) -> Iterable[tuple[int, Span]]:
    """Every span of a date in which one of these stations should be open."""
    noon = instant_of(stations[0].zone, date, dt.time(12))
    for station_id, hours in published_hours(stations, noon).items():
        for span in hours.spans_on(date):
            yield station_id, span
