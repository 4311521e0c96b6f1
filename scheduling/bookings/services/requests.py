"""A place or a period is asked for: it is held until its keeper accepts or declines, or the time to answer is over."""

import datetime as dt

from django.db import transaction

from core.errors import WrongState, refused_by, refuses
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking
from scheduling.bookings.services.cancelling import give_up
from scheduling.bookings.services.holding import EXPIRED, HoldExpired, confirm, take_slot
from scheduling.bookings.services.intervals import take_interval
from scheduling.bookings.services.steps import locked
from scheduling.bookings.services.wanted import Wanted
from scheduling.calendars.models import ResourceGroup, Slot
from stations.accounts.models import User

DECLINED = "declined"


@refuses(*refused_by(take_slot))
@transaction.atomic
def request_place(*, slot: Slot, wanted: Wanted) -> Booking:
    """Ask for places of a slot: they are held meanwhile, so that two requests never both win.

    Its keeper answers within the minutes of the policy, two hours before the start at the latest.
    """
    return take_slot(slot, wanted, Booking.Status.PROPOSED)


@refuses(*refused_by(take_interval))
@transaction.atomic
def request_interval(*, group: ResourceGroup, starts_at: dt.datetime, ends_at: dt.datetime, wanted: Wanted) -> Booking:
    """Ask for a period of any free member of a group; it is held as `request_place` says."""
    return take_interval(group, starts_at, ends_at, wanted, Booking.Status.PROPOSED)


@refuses(WrongState, HoldExpired)
@transaction.atomic
def accept_request(*, booking: Booking, by: User, at: dt.datetime) -> Booking:
    """The keeper says yes: it is booked under the next number; again it changes nothing.

    One whose time to answer has passed is accepted as long as nothing has released it.
    """
    booking = locked(booking)
    if booking.status == Booking.Status.BOOKED:
        return booking
    if booking.status == Booking.Status.CANCELLED and booking.reason_code == EXPIRED:
        raise HoldExpired
    BOOKING.check("accept_request", booking.status)
    return confirm(booking, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def reject_request(*, booking: Booking, by: User, at: dt.datetime, comment: str = "") -> Booking:
    """The keeper says no: the place is free, and it counts against nobody; again it changes nothing."""
    booking = locked(booking)
    if booking.status == Booking.Status.CANCELLED and booking.reason_code == DECLINED:
        return booking
    BOOKING.check("reject_request", booking.status)
    booking.comment = comment
    return give_up(booking, cancelled_by=Booking.CancelledBy.PROVIDER, reason_code=DECLINED, by=by, at=at)
