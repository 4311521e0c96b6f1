"""The sign that a station is alive."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from stations.network.models import Station

#: A heartbeat is written at most so often.
HEARTBEAT_EVERY = dt.timedelta(minutes=1)


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
    heard = Station.objects.filter(not_lately, pk=station.pk)
    return bool(heard.update(last_seen_at=at))
