"""How the use of a room reads."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.days import day_in
from core.language import formatting
from scheduling.bookings.models import Booking
from scheduling.bookings.services.holding import EXPIRED
from scheduling.rooms.models import STATION_CLOSED, RoomUse

_S = Booking.Status
_KINDS = {_S.PROPOSED: "wait", _S.BOOKED: "ok", _S.FULFILLED: "ok", _S.CANCELLED: "bad"}


def kind_of(use: RoomUse) -> str:
    """The colour of its state."""
    return _KINDS.get(_S(use.booking.status), "")


def why_cancelled(use: RoomUse) -> str:
    """Why it is cancelled, where somebody has said it or nobody has answered; empty otherwise."""
    said = {EXPIRED: _("Not answered in time."), STATION_CLOSED: _("The station is closed for good.")}
    return use.booking.comment or str(said.get(use.booking.reason_code, ""))


def hours_of(use: RoomUse) -> str:
    """From when until when, on the wall of the room."""
    session = use.booking.session
    return between(session.starts_at, session.ends_at, session.resource.zone)


def between(starts_at: dt.datetime, ends_at: dt.datetime, zone: str) -> str:
    """Two instants as a day, or days, with the times of a wall."""
    first, last = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    first_day, last_day = (formatting.short_day(day_in(zone, instant)) for instant in (starts_at, ends_at))
    if first_day == last_day:
        return f"{first_day} {first:%H:%M}–{last:%H:%M}"
    return f"{first_day} {first:%H:%M} – {last_day} {last:%H:%M}"
