"""Calls that do not take place."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from core.errors import WrongState, refuses
from core.language.reasons import needs_words
from education.hotlines.models import Call
from education.hotlines.services.steps import tell_parent, times_of
from scheduling.bookings.models import Booking
from scheduling.bookings.services import SessionStarted, cancel_booking
from stations.accounts.models import User


@refuses(WrongState, SessionStarted)
@needs_words("reason")
@transaction.atomic
def cancel_call(*, call: Call, reason: str, by: User, at: dt.datetime) -> Call:
    """Give up a call before it begins; never counts against child or parent, who is told. Again it changes nothing."""
    call.booking = cancel_booking(
        booking=call.booking,
        cancelled_by=Booking.CancelledBy.STATION,
        reason_code="call-cancelled",
        comment=reason,
        by=by,
        at=at,
    )
    return call


@refuses(WrongState, SessionStarted)
def cancel_calls(calls: QuerySet[Call], *, reason_code: str, by: User | None, at: dt.datetime) -> int:
    """Cancel those of these calls that have not begun, in the order in which bookings are locked; how many.

    A conversation that began before its time goes on until somebody ends it.
    """
    ahead = calls.filter(booking__status=Booking.Status.BOOKED, booking__slot__starts_at__gt=at)
    rows = list(ahead.select_related("booking__session").order_by("booking__session_id", "booking_id"))
    for call in rows:
        cancel_booking(
            booking=call.booking,
            cancelled_by=Booking.CancelledBy.SYSTEM,
            reason_code=reason_code,
            by=by,
            at=at,
        )
    return len(rows)


@transaction.atomic
def tell_of_cancellation(*, booking_id: str, at: dt.datetime) -> None:
    """The parent is told of a call that was cancelled, by whoever it was."""
    rows = Call.objects.select_related("booking__slot", "booth__station", "contact")
    call = rows.filter(booking=booking_id).first()
    if call is None or call.booking.slot is None or call.booking.slot.starts_at <= at:
        return
    words = times_of(call) | {"station": call.booth.station.name}
    starts_at = call.booking.slot.starts_at
    tell_parent(call.contact, "call_cancelled", key=f"{call.pk}:cancelled", use_by=starts_at, at=at, **words)
