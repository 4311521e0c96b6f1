"""The sign that a station is alive."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stations.network.models import Station

#: A heartbeat is written at most so often.
HEARTBEAT_EVERY = dt.timedelta(minutes=1)
#: Who notes how long a station was seen: `note(station=, since=, at=)`; filled by `ecomnet/wiring.py`.
HEARD: list[Callable[..., None]] = []


@transaction.atomic
def heartbeat(
    *, station: Station, at: dt.datetime, device: UUID | None = None, app_version: str = "", queued_ops: int = 0
) -> bool:
    """The station is alive. Written at most once a minute; whether it was."""
    due = at - HEARTBEAT_EVERY
    not_lately = Q(last_seen_at=None) | Q(last_seen_at__lte=due)
    if device is not None:
        said: dict[str, Any] = {"app_version": app_version, "queued_ops": queued_ops}
        if not queued_ops:
            said["queue_emptied_at"] = at
        station.devices.filter(not_lately, pk=device).update(last_seen_at=at, **said)
    before = station.last_seen_at
    if not Station.objects.filter(not_lately, pk=station.pk).update(last_seen_at=at):
        return False
    for note in HEARD:
        note(station=station, since=before, at=at)
    return True
