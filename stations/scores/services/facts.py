"""Facts kept, once per event and kind."""

import datetime as dt

from core.database.prepared_statements import fetch_prepared


def record_fact(
    *,
    event_id: int,
    kind: str,
    station: int | None,
    at: dt.datetime,
    quantity: int = 1,
    amount_minor: int | None = None,
    currency: str = "",
) -> None:
    """Write what an event reported, on the day of the station; the second delivery of the event changes nothing.

    `station` is its key; of a station that is not ours, and of none, nothing is written.
    """
    values = {"event": event_id, "kind": kind, "station": station, "at": at, "quantity": quantity}
    fetch_prepared(_WRITE, {**values, "amount": amount_minor, "currency": currency})


_WRITE = """
INSERT INTO stations_stationfact
       (event_id, kind, station_id, local_date, quantity, amount_minor, currency, created_at, updated_at)
SELECT %(event)s, %(kind)s, station.id, (%(at)s::timestamptz AT TIME ZONE station.zone)::date, %(quantity)s, %(amount)s,
       %(currency)s, now(), now()
  FROM stations_station AS station WHERE station.id = %(station)s
ON CONFLICT DO NOTHING RETURNING id
"""
