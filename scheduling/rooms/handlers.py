"""What rooms do when something happened elsewhere."""

import datetime as dt

from core.events.models import Event
from scheduling.bookings.services.holding import EXPIRED
from scheduling.rooms.models import OWNER_KIND, RoomUse
from scheduling.rooms.notices import tell_booker


def tell_of_no_answer(event: Event) -> None:
    """A request ran out: whoever asked plans with another room; a second delivery changes nothing."""
    payload = event.payload
    if payload["owner_kind"] != OWNER_KIND or payload["reason_code"] != EXPIRED:
        return
    use = RoomUse.objects.filter(booking=payload["booking"]).first()
    if use is not None:
        tell_booker(use, "room_not_answered", at=dt.datetime.fromisoformat(payload["at"]))
