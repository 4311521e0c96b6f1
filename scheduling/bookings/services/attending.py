"""What happens on the day: people arrive, are checked in, are served, or do not come."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.days import day_in
from core.errors import Refused, WrongState, refuses
from core.language.reasons import needs_words
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking, Offer
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.places import on_the_wall
from scheduling.bookings.services.steps import end_participation, locked, move, release_held, return_places, tell
from scheduling.calendars.models import BookingPolicy
from stations.accounts.models import User

#: So long before its start at the earliest something may have taken place.
FULFILLED_BEFORE_START = dt.timedelta(minutes=30)
CORRECTED_WITHIN = dt.timedelta(hours=24)

SWEEP = 500

Status = Booking.Status


class WrongDay(Refused):
    """Arrivals are of the day itself, in the resource's zone."""

    code = "not_its_day"
    message = _("This is booked for %(date)s.")


class TooEarly(Refused):
    """Not yet."""

    code = "too_early"
    message = _("This is possible from %(date)s, %(time)s.")


class TooLateToCorrect(Refused):
    """An absence is corrected within a day."""

    code = "too_late_to_correct"
    message = _("An absence can be corrected within 24 hours.")


@refuses(WrongState, WrongDay)
@transaction.atomic
def record_arrival(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """The person is there, on the local day of the booking; again it changes nothing."""
    booking = locked(booking)
    if booking.status == Status.ARRIVED:
        return booking
    BOOKING.check("record_arrival", booking.status)
    _check_day(booking, at)
    move(booking, Status.ARRIVED, at=at, by=by)
    tell("scheduling.booking_arrived", booking, at=at)
    return booking


@refuses(WrongState, WrongDay)
@transaction.atomic
def check_in(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """The person waits at the provider's desk, in the order of the numbers; again it changes nothing."""
    booking = locked(booking)
    if booking.status == Status.CHECKED_IN:
        return booking
    BOOKING.check("check_in", booking.status)
    _check_day(booking, at)
    move(booking, Status.CHECKED_IN, at=at, by=by)
    tell("scheduling.booking_checked_in", booking, at=at)
    return booking


@refuses(WrongState, TooEarly)
@transaction.atomic
def fulfil_booking(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """It took place, from half an hour before its start on; again it changes nothing."""
    booking = locked(booking)
    if booking.status == Status.FULFILLED:
        return booking
    BOOKING.check("fulfil_booking", booking.status)
    earliest = present(booking.slot).starts_at - FULFILLED_BEFORE_START
    if at < earliest:
        raise TooEarly(**on_the_wall(earliest, booking.session))
    move(booking, Status.FULFILLED, at=at, by=by)
    tell("scheduling.booking_fulfilled", booking, at=at)
    return booking


@refuses(WrongState, TooEarly)
@transaction.atomic
def record_noshow(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """The person did not come; the place is not given to another. Again it changes nothing."""
    booking = locked(booking)
    if booking.status == Status.NOSHOW:
        return booking
    BOOKING.check("record_noshow", booking.status)
    earliest = present(booking.noshow_after_at)
    if at < earliest:
        raise TooEarly(**on_the_wall(earliest, booking.session))
    end_participation(booking)
    move(booking, Status.NOSHOW, at=at, by=by)
    tell("scheduling.booking_noshow", booking, at=at)
    return booking


def correctable_until(booking: Booking) -> dt.datetime:
    """The last instant at which an absence may be corrected."""
    return present(booking.noshow_after_at) + CORRECTED_WITHIN


@refuses(WrongState, TooLateToCorrect)
@needs_words("reason")
@transaction.atomic
def correct_noshow(*, booking: Booking, reason: str, by: User, at: dt.datetime) -> Booking:
    """The person came after all, says the desk within a day."""
    booking = locked(booking)
    BOOKING.check("correct_noshow", booking.status)
    if at > correctable_until(booking):
        raise TooLateToCorrect
    move(booking, Status.FULFILLED, at=at, by=by, reason=reason)
    tell("scheduling.booking_noshow_corrected", booking, at=at)
    return booking


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def mark_entered_in_error(*, booking: Booking, reason: str, by: User, at: dt.datetime) -> Booking:
    """It never was: the place goes back if it had one, and it counts nowhere."""
    booking = locked(booking)
    BOOKING.check("mark_entered_in_error", booking.status)
    before = booking.status
    return_places(booking, before)
    end_participation(booking)
    for offer in Offer.objects.filter(booking=booking, status=Offer.Status.OPEN):
        release_held(offer.slot_id, offer.quantity)
        offer.status = Offer.Status.DECLINED
        offer.save(update_fields=["status", "updated_at"])
    booking.hold_expires_at, booking.cancelled_by, booking.is_late, booking.replaced_by = None, "", False, None
    booking.cancelled_for = None
    move(booking, Status.ENTERED_IN_ERROR, at=at, by=by, reason=reason)
    offer_to_line(booking.session, at=at)
    return booking


@transaction.atomic
def end_attendance(*, at: dt.datetime) -> int:
    """What is over: absent where the desk records who came, attended where that is assumed; how many it were.

    Where the provider's file says it, no clock calls anybody absent.
    """
    over = Booking.objects.filter(
        noshow_after_at__lte=at, status__in=[Status.BOOKED, Status.ARRIVED, Status.CHECKED_IN]
    )
    recorded = over.filter(status=Status.BOOKED, policy__attendance=BookingPolicy.Attendance.RECORDED)
    assumed = over.filter(policy__attendance=BookingPolicy.Attendance.ASSUMED)
    return _end(recorded, _absent, at=at) + _end(assumed, _attended, at=at)


def _end(rows: QuerySet[Booking], end: Callable[[Booking, dt.datetime], None], *, at: dt.datetime) -> int:
    count = 0
    for booking in rows.order_by("session_id", "pk")[:SWEEP]:
        fresh = locked(booking)
        # Somebody may have recorded it since.
        if fresh.status == booking.status:
            end(fresh, at)
            count += 1
    return count


def _absent(booking: Booking, at: dt.datetime) -> None:
    record_noshow(booking=booking, by=None, at=at)


def _attended(booking: Booking, at: dt.datetime) -> None:
    fulfil_booking(booking=booking, by=None, at=at)


def _check_day(booking: Booking, at: dt.datetime) -> None:
    date = booking.session.local_date
    if day_in(booking.session.resource.zone, at) != date:
        raise WrongDay(date=date)
