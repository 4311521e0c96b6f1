"""What every verb of calls does: the times in both zones, and what a parent is told."""

import datetime as dt
from typing import Any

from core.database.db import present
from core.days import clock_in, day_in
from core.notices.services import notify
from education.hotlines.models import Call, CallContact
from education.hotlines.phones import number_of


def times_of(call: Call) -> dict[str, Any]:
    """Day and time of a call where the parent is, and the time at the station."""
    starts_at = present(call.booking.slot).starts_at
    return {
        "day": day_in(call.contact.zone, starts_at).isoformat(),
        "time": f"{clock_in(call.contact.zone, starts_at):%H:%M}",
        "there": f"{clock_in(call.booth.station.zone, starts_at):%H:%M}",
    }


def tell_parent(
    contact: CallContact,
    template: str,
    *,
    key: str,
    at: dt.datetime,
    use_by: dt.datetime | None = None,
    **params: Any,
) -> None:
    """A text message to the parent, at a decent hour where the parent is."""
    number = number_of(contact)
    if number:
        notify(
            template=template,
            params=params,
            language=contact.language,
            phone=number,
            zone=contact.zone,
            use_by=use_by,
            dedupe_key=f"edu:call:{key}",
            at=at,
        )
