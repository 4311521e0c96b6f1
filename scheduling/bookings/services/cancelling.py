"""Places are given up, or exchanged for another time; who waits is offered them in the same transaction."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock_all, present
from core.errors import Refused, WrongState, refuses
from core.fields import uuid7
from core.history import record_change
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking, Offer, Participant
from scheduling.bookings.services.lines import offer_to_line
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
    deadlines,
    slot_on_sale,
    take_place,
)
from scheduling.bookings.services.reminding import next_reminder
from scheduling.bookings.services.steps import (
    confirm_places,
    end_participation,
    locked,
    move,
    next_number,
    release_held,
    return_places,
    tell,
)
from scheduling.calendars.models import Session, Slot
from stations.accounts.models import User

RESCHEDULED = "rescheduled"


class SessionStarted(Refused):
    """What has begun is cancelled by its provider only."""

    code = "session_started"
    message = _("This has already begun.")


@refuses(WrongState, SessionStarted)
@transaction.atomic
def cancel_booking(
    *, booking: Booking, cancelled_by: str, reason_code: str, by: User | None, at: dt.datetime, comment: str = ""
) -> Booking:
    """Give a place up; the first in line is offered it. Only a resident after the deadline is late; again no change."""
    booking = locked(booking)
    if booking.status == Booking.Status.CANCELLED:
        return booking
    BOOKING.check("cancel_booking", booking.status)
    has_begun = booking.slot is not None and at >= booking.slot.starts_at
    if has_begun and cancelled_by != Booking.CancelledBy.PROVIDER:
        raise SessionStarted
    booking.comment = comment
    return give_up(booking, cancelled_by=cancelled_by, reason_code=reason_code, by=by, at=at)


@refuses(
    WrongState,
    *(AlreadyBooked, BookingClosed, BookingNotOpenYet),
    *(PersonBusy, ResourceNotValidThen, SlotFull, SlotUnavailable),
)
@transaction.atomic
def reschedule_booking(
    *,
    booking: Booking,
    to_slot: Slot,
    by: User | None,
    at: dt.datetime,
    key: str,
    exclusivity_key: str | None = None,
) -> Booking:
    """Exchange a booking for one at another time, with a number of its own; if that is full, the old one stands.

    The calendar entry stays the same one. The same key gives the booking that it made. `exclusivity_key` is that of the
    new time, where it is another one.
    """
    known = Booking.objects.filter(owner_kind=booking.owner_kind, key=key).first()
    if known is not None:
        return known
    lock_all(Session.objects.filter(pk__in=[booking.session_id, to_slot.session_id]))
    booking = locked(booking)
    BOOKING.check("reschedule_booking", booking.status)
    slot = slot_on_sale(to_slot)
    check_hours(slot.session, at=at)
    check_validity(slot.session.resource, slot.session)
    if exclusivity_key not in {None, booking.exclusivity_key}:
        check_exclusivity(present(exclusivity_key))
    take_place(slot, booking.quantity)
    others = _others_of(booking)
    is_late = _is_late(booking, Booking.CancelledBy.RESIDENT, at)
    end_participation(booking)
    return_places(booking, booking.status)
    before, booking.status = booking.status, Booking.Status.CANCELLED
    booking.cancelled_by, booking.reason_code, booking.is_late = "resident", RESCHEDULED, is_late
    booking.next_reminder_at = booking.answer_by_at = None
    booking.save()
    new = _moved(booking, slot, key=key, at=at)
    new.exclusivity_key = booking.exclusivity_key if exclusivity_key is None else exclusivity_key
    book(new, slot, others)
    confirm_places(slot.pk, new.quantity)
    booking.replaced_by = new
    booking.save(update_fields=["replaced_by", "updated_at"])
    actor = by.pk if by else None
    record_change(booking, old=before, new=booking.status, at=at, actor=actor, reason=RESCHEDULED)
    record_change(new, old="", new=new.status, at=at, actor=actor, key=key)
    tell("scheduling.booking_rescheduled", new, at=at, replaced=str(booking.pk), late=is_late)
    offer_to_line(booking.session, at=at)
    return new


def give_up(booking: Booking, *, cancelled_by: str, reason_code: str, by: User | None, at: dt.datetime) -> Booking:
    """Cancel a booking that is locked: its places go back, an open offer ends, and the line is asked."""
    before = booking.status
    booking.is_late = _is_late(booking, cancelled_by, at)
    booking.cancelled_by, booking.reason_code = cancelled_by, reason_code
    booking.hold_expires_at = None
    return_places(booking, before)
    end_participation(booking)
    _close_offer(booking)
    move(booking, Booking.Status.CANCELLED, at=at, by=by, reason=reason_code)
    tell(
        "scheduling.booking_cancelled",
        booking,
        at=at,
        cancelled_by=cancelled_by,
        late=booking.is_late,
        reason_code=reason_code,
    )
    offer_to_line(booking.session, at=at)
    return booking


def _is_late(booking: Booking, cancelled_by: str, at: dt.datetime) -> bool:
    """Whether it counts: the resident gives up a place that is booked, when the deadline has passed.

    Not while the resident is asked about a time that the provider has chosen.
    """
    is_booked = booking.status in {Booking.Status.BOOKED, Booking.Status.ARRIVED} and booking.answer_by_at is None
    is_by_resident = cancelled_by == Booking.CancelledBy.RESIDENT
    return is_booked and is_by_resident and at >= present(booking.free_cancel_until_at)


def _close_offer(booking: Booking) -> None:
    for offer in Offer.objects.filter(booking=booking, status=Offer.Status.OPEN):
        release_held(offer.slot_id, offer.quantity)
        offer.status = Offer.Status.DECLINED
        offer.save(update_fields=["status", "updated_at"])


def _others_of(booking: Booking) -> list[Attendee]:
    people = booking.participants.filter(is_active=True).exclude(role=Participant.Role.SUBJECT)
    return [Attendee(each.person, each.role, each.may_overlap) for each in people.select_related("person")]


def _moved(booking: Booking, slot: Slot, *, key: str, at: dt.datetime) -> Booking:
    """The booking that takes the place of another: same people, same calendar entry, next number."""
    session = slot.session
    # Both sessions are locked; the number is read under the lock.
    number = next_number(booking.session if session.pk == booking.session_id else Session.objects.get(pk=session.pk))
    return Booking(
        id=uuid7(),
        status=Booking.Status.BOOKED,
        owner_kind=booking.owner_kind,
        offering=session.offering,
        session=session,
        slot=slot,
        subject=booking.subject,
        quantity=booking.quantity,
        sequence_no=number,
        station=booking.station,
        booked_by=booking.booked_by,
        made_at=at,
        exclusivity_key=booking.exclusivity_key,
        public_label=booking.public_label,
        public_place=booking.public_place,
        ical_uid=booking.ical_uid,
        ical_sequence=booking.ical_sequence + 1,
        key=key,
        next_reminder_at=next_reminder(slot.starts_at, session.resource.zone, at=at),
        **deadlines(session.offering.policy, slot, session, session.resource.zone),
    )
