"""People wait for a place of a full session; who is first in line is offered what becomes free."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from scheduling.bookings.machine import BOOKING, OFFER
from scheduling.bookings.models import Booking, Offer
from scheduling.bookings.services.cancelling import SessionStarted, cancel_booking, give_up
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.places import (
    VIOLATIONS,
    AlreadyBooked,
    BookingClosed,
    BookingNotOpenYet,
    PersonBusy,
    ResourceNotValidThen,
    SlotUnavailable,
    book,
    check_exclusivity,
    check_hours,
    check_validity,
    deadlines,
    on_the_wall,
)
from scheduling.bookings.services.steps import locked, release_held, tell
from scheduling.calendars.models import Session, Slot
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

SWEEP = 500
#: So many unanswered offers end the waiting.
MISSED_AT_MOST = 2


class NoWaitlist(Refused):
    """Nobody waits for this offering."""

    code = "no_waitlist"
    status = 422
    message = _("There is no waiting list for this.")


class PlacesLeft(Refused):
    """Whoever can book does not wait."""

    code = "places_left"
    message = _("Places are left: book one of them.")


class OfferExpired(Refused):
    """The time to answer has passed."""

    code = "offer_expired"
    message = _("This place was offered until %(date)s, %(time)s.")


@refuses(
    *(NoWaitlist, PlacesLeft, BookingNotOpenYet, BookingClosed),
    *(SlotUnavailable, ResourceNotValidThen, AlreadyBooked),
)
@transaction.atomic
def join_waitlist(
    *,
    session: Session,
    subject: Person,
    owner_kind: str,
    by: User | None,
    at: dt.datetime,
    key: str,
    quantity: int = 1,
    priority: int = 0,
    station: Station | None = None,
    exclusivity_key: str = "",
    public_place: str = "",
    language: str = "zh-hans",
) -> Booking:
    """Wait for places of a full session. The same key gives the booking that it made."""
    session = lock(session)
    known = Booking.objects.filter(owner_kind=owner_kind, key=key).first()
    if known is not None:
        return known
    offering = session.offering
    if not offering.has_waitlist:
        raise NoWaitlist
    check_hours(session, at=at)
    check_validity(session.resource, session)
    check_exclusivity(exclusivity_key)
    if Slot.objects.with_free().filter(session=session, state=Slot.State.OPEN, free__gte=quantity).exists():
        raise PlacesLeft
    with refused_as(VIOLATIONS):
        booking = Booking.objects.create(
            status=Booking.Status.WAITLIST,
            owner_kind=owner_kind,
            offering=offering,
            policy=offering.policy,
            session=session,
            subject=subject,
            quantity=quantity,
            priority=priority,
            joined_at=at,
            station=station,
            booked_by=by,
            made_at=at,
            exclusivity_key=exclusivity_key,
            public_label=offering.label_in(language),
            public_place=public_place,
            key=key,
        )
    record_change(booking, old="", new=booking.status, at=at, actor=by.pk if by else None, key=key)
    return booking


@refuses(WrongState, OfferExpired, PersonBusy, AlreadyBooked)
@transaction.atomic
def accept_offer(*, offer: Offer, by: User | None, at: dt.datetime) -> Booking:
    """Take an offered place: it is held as any other from now on; again it changes nothing."""
    booking = locked(offer.booking)
    offer = lock(offer)
    if offer.status == Offer.Status.ACCEPTED:
        return booking
    OFFER.check("accept_offer", offer.status)
    BOOKING.check("make_offer", booking.status)
    if at >= offer.expires_at:
        raise OfferExpired(**on_the_wall(offer.expires_at, booking.session))
    session, policy = booking.session, booking.offering.policy
    booking.slot, booking.status = offer.slot, Booking.Status.PENDING
    booking.hold_expires_at = at + dt.timedelta(minutes=policy.hold_minutes)
    for name, value in deadlines(policy, offer.slot, session, session.resource.zone).items():
        setattr(booking, name, value)
    book(booking, offer.slot, ())
    actor = by.pk if by else None
    _end(offer, Offer.Status.ACCEPTED, at=at, by=by)
    record_change(booking, old=Booking.Status.WAITLIST, new=booking.status, at=at, actor=actor)
    tell("scheduling.booking_held", booking, at=at)
    return booking


@refuses(WrongState)
@transaction.atomic
def decline_offer(*, offer: Offer, by: User | None, at: dt.datetime) -> Booking:
    """Refuse an offered place and leave the line: the next one is asked."""
    booking = locked(offer.booking)
    offer = lock(offer)
    OFFER.check("decline_offer", offer.status)
    return give_up(booking, cancelled_by=Booking.CancelledBy.RESIDENT, reason_code="offer-declined", by=by, at=at)


@refuses(WrongState, SessionStarted)
@transaction.atomic
def leave_waitlist(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """Wait no longer; a place that is offered goes to the next in line."""
    return cancel_booking(
        booking=booking, cancelled_by=Booking.CancelledBy.RESIDENT, reason_code="left-waitlist", by=by, at=at
    )


@transaction.atomic
def expire_offers(*, at: dt.datetime) -> int:
    """Offers without an answer go to the next in line; the second one that somebody misses ends the waiting."""
    late = Offer.objects.filter(status=Offer.Status.OPEN, expires_at__lte=at).select_related("booking__session")
    return sum(_expire(each, at=at) for each in list(late.order_by("booking__session_id", "pk")[:SWEEP]))


def _expire(offer: Offer, *, at: dt.datetime) -> bool:
    booking = locked(offer.booking)
    offer = lock(offer)
    if offer.status != Offer.Status.OPEN:
        return False
    release_held(offer.slot_id, offer.quantity)
    _end(offer, Offer.Status.EXPIRED, at=at, by=None)
    booking.offers_missed += 1
    if booking.offers_missed >= MISSED_AT_MOST:
        give_up(booking, cancelled_by=Booking.CancelledBy.SYSTEM, reason_code="offer-expired", by=None, at=at)
        return True
    booking.joined_at = max(at, present(booking.joined_at))
    booking.save(update_fields=["offers_missed", "joined_at", "updated_at"])
    offer_to_line(booking.session, at=at)
    return True


def _end(offer: Offer, status: str, *, at: dt.datetime, by: User | None) -> None:
    before, offer.status = offer.status, status
    offer.save(update_fields=["status", "updated_at"])
    record_change(offer, old=before, new=status, at=at, actor=by.pk if by else None)
