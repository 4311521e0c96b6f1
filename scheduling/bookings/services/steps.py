"""What every arrow of a booking does: locks in one order, counters in one statement, a trace and an event."""

import datetime as dt
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from core.database.db import lock
from core.database.prepared_statements import fetch_prepared
from core.events.services import publish
from core.history import record_change
from scheduling.bookings.models import Booking, Participant
from scheduling.calendars.models import Session, Slot
from scheduling.calendars.services import end_periods
from stations.accounts.models import User


def locked(booking: Booking) -> Booking:
    """The booking, read again under its locks: session, then booking; slots are written after both.

    Who takes a new place writes to the slot alone and makes a new booking, so that nobody waits in a circle.
    """
    session = lock(booking.session)
    booking = lock(booking)
    booking.session = session
    return booking


def move(
    booking: Booking, status: str, *, at: dt.datetime, by: User | None, reason: str = "", key: str = ""
) -> Booking:
    """Store a booking in its new state, with a trace; calendars see the change."""
    before, booking.status = booking.status, status
    booking.ical_sequence += 1
    if status != Booking.Status.BOOKED:
        booking.next_reminder_at = booking.answer_by_at = None
    booking.save()
    record_change(booking, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason, key=key)
    return booking


def tell(name: str, booking: Booking, *, at: dt.datetime, **more: Any) -> None:
    """Publish what became of a booking: ids, never what it is about."""
    publish(
        name,
        at=at,
        booking=str(booking.pk),
        owner_kind=booking.owner_kind,
        session=booking.session_id,
        station=booking.station_id,
        **more,
    )


def hold_places(slot_id: int, quantity: int, starts_at: dt.datetime | None = None) -> bool:
    """Take places if so many are free: one statement decides, whoever else is there.

    With `starts_at`: and if the slot still begins then, for who has read it without its session's lock.
    """
    return bool(fetch_prepared(_HOLD_PLACES, {"slot": slot_id, "quantity": quantity, "starts_at": starts_at}))


_HOLD_PLACES = """
UPDATE scheduling_slot SET held = held + %(quantity)s, version = version + 1
 WHERE id = %(slot)s AND state = 'open' AND capacity >= booked + held + %(quantity)s
   AND starts_at = coalesce(%(starts_at)s::timestamptz, starts_at)
RETURNING id
"""


def confirm_places(slot_id: int, quantity: int) -> None:
    """Places that were held are booked."""
    Slot.objects.filter(pk=slot_id).update(
        held=F("held") - quantity, booked=F("booked") + quantity, version=F("version") + 1
    )


def release_held(slot_id: int, quantity: int) -> None:
    """Places that were held are free; what was promised beyond the capacity goes with them."""
    left = F("booked") + F("held") - quantity
    Slot.objects.filter(pk=slot_id).update(
        held=F("held") - quantity, ceiling=Greatest(F("capacity"), left), version=F("version") + 1
    )


def release_booked(slot_id: int, quantity: int) -> None:
    """Places that were booked are free; what was promised beyond the capacity goes with them."""
    left = F("booked") + F("held") - quantity
    Slot.objects.filter(pk=slot_id).update(
        booked=F("booked") - quantity, ceiling=Greatest(F("capacity"), left), version=F("version") + 1
    )


def return_places(booking: Booking, status: str) -> bool:
    """Give back what a booking of this status has, a period with its resource; whether it had a place."""
    if booking.slot_id is None:
        return False
    if status in Booking.HOLDING:
        release_held(booking.slot_id, booking.quantity)
    elif status in Booking.COUNTED:
        release_booked(booking.slot_id, booking.quantity)
    else:
        return False
    if booking.session.is_period:
        end_periods([booking.session])
    return True


def end_participation(booking: Booking) -> None:
    """The people of a booking may be elsewhere at that time."""
    Participant.objects.filter(booking=booking, is_active=True).update(is_active=False)


def next_number(session: Session) -> int:
    """The next number of a session, which is locked; it is never given again."""
    number = session.next_sequence
    session.next_sequence = number + 1
    session.save(update_fields=["next_sequence", "updated_at"])
    return number
