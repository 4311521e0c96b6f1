"""A place is held for some minutes, and confirmed in that time or released."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.database.db import present
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking
from scheduling.bookings.services.cancelling import give_up
from scheduling.bookings.services.places import (
    AlreadyBooked,
    Attendee,
    BookingClosed,
    BookingNotOpenYet,
    PersonBusy,
    ResourceNotValidThen,
    SlotFull,
    SlotUnavailable,
    book,
    check_exclusivity,
    check_hours,
    check_validity,
    slot_on_sale,
    take_place,
)
from scheduling.bookings.services.reminding import next_reminder
from scheduling.bookings.services.steps import confirm_places, locked, move, next_number, tell
from scheduling.bookings.services.wanted import (
    MadeMeanwhile,
    RequestTooLate,
    Wanted,
    booking_of,
    held_until,
    made_before,
)
from scheduling.calendars.models import Slot
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

SWEEP = 500
EXPIRED = "hold-expired"


class HoldExpired(Refused):
    """The place was released before it was confirmed."""

    code = "hold_expired"
    message = _("The time to confirm has passed: the place is no longer held.")


class HoldTooLong(Refused):
    """A place is held no longer than its policy says."""

    code = "hold_too_long"
    status = 422
    message = _("A place can be held for %(minutes)s minutes at most.")


@refuses(
    *(BookingNotOpenYet, BookingClosed, RequestTooLate, ResourceNotValidThen, AlreadyBooked),
    *(SlotFull, SlotUnavailable, PersonBusy),
)
@transaction.atomic
def hold_place(
    *,
    slot: Slot,
    subject: Person | None,
    owner_kind: str,
    by: User | None,
    at: dt.datetime,
    key: str,
    others: Sequence[Attendee] = (),
    quantity: int = 1,
    station: Station | None = None,
    exclusivity_key: str = "",
    public_place: str = "",
    language: str = "zh-hans",
    made_at: dt.datetime | None = None,
) -> Booking:
    """Hold places for the minutes of the policy. The same key gives the booking that it made.

    Checks, in this order: hours of sale, validity of the resource, exclusivity key, place, and whether everybody who
    takes part is free.
    """
    wanted = Wanted(
        subject=subject,
        owner_kind=owner_kind,
        by=by,
        at=at,
        key=key,
        others=others,
        quantity=quantity,
        station=station,
        exclusivity_key=exclusivity_key,
        public_place=public_place,
        language=language,
        made_at=made_at,
    )
    return take_slot(slot, wanted, Booking.Status.PENDING)


@refuses(
    *(BookingNotOpenYet, BookingClosed, ResourceNotValidThen, AlreadyBooked, SlotFull, SlotUnavailable, PersonBusy),
    RequestTooLate,
)
def take_slot(slot: Slot, wanted: Wanted, status: Booking.Status) -> Booking:
    """Hold places of a slot until they are confirmed (pending), or until their keeper answers (proposed)."""
    at = wanted.at
    slot = slot_on_sale(slot)
    made = made_before(wanted.owner_kind, wanted.key)  # read after the slot: who filled it with this key is seen
    if made is not None:
        return made
    session = slot.session
    check_hours(session, at=at)
    check_validity(session.resource, session)
    check_exclusivity(wanted.exclusivity_key)
    _check_free(slot, wanted.quantity, at=at)
    until = held_until(status, session.offering.policy, slot.starts_at, at=at)
    booking = booking_of(wanted, slot, status, until)
    try:
        _hold(booking, slot, wanted.others, at=at)
    except (MadeMeanwhile, SlotFull):
        made = made_before(wanted.owner_kind, wanted.key)
        if made is None:
            raise
        return made
    tell_of_hold(booking, wanted)
    return booking


def tell_of_hold(booking: Booking, wanted: Wanted) -> None:
    """The trace and the event of a place that is held or asked for."""
    at = wanted.at
    record_change(booking, old="", new=booking.status, at=at, actor=wanted.by.pk if wanted.by else None, key=wanted.key)
    if booking.status == Booking.Status.PROPOSED:
        tell("scheduling.booking_requested", booking, at=at)
    else:
        tell("scheduling.booking_held", booking, at=at)


@refuses(WrongState, HoldExpired)
@transaction.atomic
def confirm_booking(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """Book what is held and give it the next number of its session; again it changes nothing.

    A hold whose time has passed is confirmed as long as nothing has released it.
    """
    booking = locked(booking)
    if booking.status == Booking.Status.BOOKED:
        return booking
    if booking.status == Booking.Status.CANCELLED and booking.reason_code == EXPIRED:
        raise HoldExpired
    BOOKING.check("confirm_booking", booking.status)
    return confirm(booking, by=by, at=at)


def confirm(booking: Booking, *, by: User | None, at: dt.datetime) -> Booking:
    """Book what is locked and held."""
    booking.sequence_no = next_number(booking.session)
    booking.hold_expires_at = None
    slot = present(booking.slot)
    booking.next_reminder_at = next_reminder(slot.starts_at, booking.session.resource.zone, at=at)
    confirm_places(slot.pk, booking.quantity)
    move(booking, Booking.Status.BOOKED, at=at, by=by)
    tell("scheduling.booking_confirmed", booking, at=at, sequence_no=booking.sequence_no)
    return booking


@refuses(WrongState, HoldTooLong)
@transaction.atomic
def extend_hold(*, booking: Booking, until: dt.datetime, at: dt.datetime) -> Booking:
    """Hold a place longer while its payment is settled, up to the maximum of its policy."""
    booking = locked(booking)
    BOOKING.check("extend_hold", booking.status)
    most = booking.policy.hold_max_minutes
    if until > booking.created_at + dt.timedelta(minutes=most):
        raise HoldTooLong(minutes=most)
    booking.hold_expires_at = max(until, present(booking.hold_expires_at))
    booking.save(update_fields=["hold_expires_at", "updated_at"])
    return booking


@transaction.atomic
def expire_holds(*, at: dt.datetime, slot: Slot | None = None) -> int:
    """Release the places whose time to confirm has passed, of one slot or of all; how many bookings it were."""
    late = Booking.objects.filter(hold_expires_at__lte=at)
    if slot is not None:
        late = late.filter(slot=slot)
    return expire_all(late, at=at)


def expire_all(late: QuerySet[Booking], *, at: dt.datetime) -> int:
    """Release these holds, unless something became of them meanwhile; how many bookings it were."""
    rows = list(late.select_related("session").order_by("session_id", "pk")[:SWEEP])
    return sum(_expire(each, at=at) for each in rows)


@compiled_query
def _run_out(slot: int, at: dt.datetime) -> QuerySet[Booking]:
    return Booking.objects.filter(slot=slot, hold_expires_at__lte=at)


def _check_free(slot: Slot, quantity: int, *, at: dt.datetime) -> None:
    """Whoever comes when all places are taken writes nothing and waits for nobody, unless a hold has run out."""
    if slot.state != Slot.State.OPEN:
        raise SlotUnavailable
    if slot.booked + slot.held + quantity > slot.capacity and not _run_out.all(slot.pk, at):
        raise SlotFull


def _hold(booking: Booking, slot: Slot, others: Sequence[Attendee], *, at: dt.datetime) -> None:
    """Take the place; where it looks full, holds that nobody has released yet are released first."""
    try:
        _take(booking, slot, others)
    except SlotFull:
        if not expire_holds(at=at, slot=slot):
            raise
        _take(booking, slot, others)


def _take(booking: Booking, slot: Slot, others: Sequence[Attendee]) -> None:
    with refused_as({"booking_is_made_once_for_a_key": MadeMeanwhile}):
        take_place(slot, booking.quantity)
        book(booking, slot, others)


def _expire(booking: Booking, *, at: dt.datetime) -> bool:
    booking = locked(booking)
    if booking.hold_expires_at is None or booking.hold_expires_at > at:
        return False
    give_up(booking, cancelled_by=Booking.CancelledBy.SYSTEM, reason_code=EXPIRED, by=None, at=at)
    return True
