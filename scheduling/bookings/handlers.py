"""What events of residents mean for their bookings."""

import datetime as dt
from uuid import UUID

from core.events.models import Event
from scheduling.bookings.services import follow_record


def follow_merge(event: Event) -> None:
    """Records became one, or were taken apart again."""
    follow_record(record=UUID(event.payload["merged"]), at=dt.datetime.fromisoformat(event.payload["at"]))
