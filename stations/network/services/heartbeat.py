"""Signs that a station is open: what its devices report, and every request of the people who work there."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core.database.prepared_statements import fetch_prepared
from stations.network.models import Station
from stations.network.queries import SILENT_AFTER

#: A sign is written at most so often.
HEARTBEAT_EVERY = dt.timedelta(minutes=1)

# A station that was silent for half an hour or more begins a new span. Whoever meets a locked row leaves it: the next
# sign says the same.
SEEN = """
WITH due AS (
    SELECT id, last_seen_at, coalesce(seen_since, last_seen_at) AS seen_since FROM stations_station
    WHERE id = ANY(%(stations)s::bigint[]) AND (last_seen_at IS NULL OR last_seen_at <= %(due)s::timestamptz)
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
), ended AS (
    INSERT INTO stations_seenspan (created_at, updated_at, station_id, from_at, to_at)
    SELECT %(at)s::timestamptz, %(at)s::timestamptz, id, seen_since, last_seen_at FROM due
    WHERE last_seen_at <= %(silent)s::timestamptz AND seen_since < last_seen_at
), devices AS (
    UPDATE stations_device SET last_seen_at = %(at)s::timestamptz
    WHERE id = ANY(%(devices)s::uuid[]) AND state = 'active'
        AND (last_seen_at IS NULL OR last_seen_at <= %(due)s::timestamptz)
)
UPDATE stations_station AS station SET last_seen_at = %(at)s::timestamptz,
    seen_since = CASE WHEN due.last_seen_at > %(silent)s::timestamptz THEN due.seen_since ELSE %(at)s::timestamptz END
FROM due WHERE due.id = station.id RETURNING station.id
"""


def mark_seen(*, stations: Collection[int], at: dt.datetime, devices: Collection[UUID] = ()) -> int:
    """These stations and devices were heard of: one statement, each row at most once a minute; stations written."""
    values = {
        "stations": list(stations),
        "devices": list(devices),
        "at": at,
        "due": at - HEARTBEAT_EVERY,
        "silent": at - SILENT_AFTER,
    }
    return len(fetch_prepared(SEEN, values))


@transaction.atomic
def heartbeat(
    *, station: Station, at: dt.datetime, device: UUID | None = None, app_version: str = "", queued_ops: int = 0
) -> bool:
    """A device reports for its station. Written at most once a minute; whether it was."""
    if device is not None:
        said: dict[str, Any] = {"app_version": app_version, "queued_ops": queued_ops, "reported_at": at}
        if not queued_ops:
            said["queue_emptied_at"] = at
        not_lately = Q(reported_at=None) | Q(reported_at__lte=at - HEARTBEAT_EVERY)
        station.devices.filter(not_lately, pk=device).update(last_seen_at=at, **said)
    return bool(mark_seen(stations=[station.pk], at=at))
