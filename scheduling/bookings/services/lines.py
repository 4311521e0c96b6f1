"""The line of a session: who is first, until when an offer stands, and offering freed places."""

import datetime as dt

from core.days import clock_in, day_in, instant_of
from core.events.services import publish
from core.history import record_change
from core.notices.services import notify
from scheduling.bookings.models import Booking, Offer
from scheduling.bookings.services.steps import hold_places
from scheduling.calendars.models import Session, Slot

WINDOW = dt.timedelta(minutes=30)
#: So near the start no place is offered: it is on open sale.
NO_OFFER_WITHIN = dt.timedelta(minutes=30)
#: Outside of these local hours the clock of an offer stands still.
DAY_BEGINS, DAY_ENDS = dt.time(7), dt.time(21)


def answer_by(at: dt.datetime, starts_at: dt.datetime, zone: str) -> dt.datetime | None:
    """Until when an offer made now stands: 30 minutes, or a quarter of the time left; none when the start is near."""
    left = starts_at - at
    if left <= NO_OFFER_WITHIN:
        return None
    expires_at = _after(at, min(WINDOW, left / 4), zone)
    return expires_at if expires_at <= starts_at - NO_OFFER_WITHIN / 2 else None


def offer_to_line(session: Session, *, at: dt.datetime) -> int:
    """Hold free places of a locked session for the first in line whose number of people fits; how many offers."""
    if not Booking.objects.filter(session=session, status=Booking.Status.WAITLIST).exists():
        return 0
    slots = Slot.objects.with_free().filter(session=session, state=Slot.State.OPEN, free__gt=0, starts_at__gt=at)
    return sum(_offer_places(session, slot, at=at) for slot in slots.order_by("pk"))


def first_in_line(session: Session, quantity: int) -> Booking | None:
    """The first who waits, has no open offer, and fits; by priority, then by when they joined."""
    return (
        Booking.objects.filter(session=session, status=Booking.Status.WAITLIST, quantity__lte=quantity)
        .exclude(offers__status=Offer.Status.OPEN)
        .order_by("-priority", "joined_at", "pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .first()
    )


def _offer_places(session: Session, slot: Slot, *, at: dt.datetime) -> int:
    expires_at = answer_by(at, slot.starts_at, session.resource.zone)
    made = 0
    while expires_at is not None:
        # Read again: somebody may have taken the place since, and each offer takes some.
        left = Slot.objects.with_free().filter(pk=slot.pk).values_list("free", flat=True).first() or 0
        head = first_in_line(session, left) if left > 0 else None
        if head is None or not hold_places(slot.pk, head.quantity):
            break
        _make_offer(head, slot, expires_at=expires_at, at=at)
        made += 1
    return made


def _make_offer(booking: Booking, slot: Slot, *, expires_at: dt.datetime, at: dt.datetime) -> None:
    offer = Offer.objects.create(
        booking=booking, slot=slot, quantity=booking.quantity, made_at=at, expires_at=expires_at
    )
    record_change(offer, old="", new=offer.status, at=at)
    publish(
        "scheduling.offer_made",
        at=at,
        offer=str(offer.pk),
        booking=str(booking.pk),
        owner_kind=booking.owner_kind,
        station=booking.station_id,
    )
    _notify(offer)


def _notify(offer: Offer) -> None:
    """Who is first in line gets a message, if there is a phone to write to."""
    booking, slot = offer.booking, offer.slot
    person, zone = booking.subject, booking.session.resource.zone
    if person is None or not person.phone:
        return
    notify(
        template="booking_offered",
        params={
            "what": booking.public_label,
            "date": day_in(zone, slot.starts_at).isoformat(),
            "time": f"{clock_in(zone, slot.starts_at):%H:%M}",
        },
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=offer.expires_at,
        dedupe_key=f"booking-offered:{offer.pk}",
        at=offer.made_at,
    )


def _after(at: dt.datetime, window: dt.timedelta, zone: str) -> dt.datetime:
    """`at` plus the window, counted between 07:00 and 21:00 of the zone only."""
    date, clock = day_in(zone, at), clock_in(zone, at)
    if clock >= DAY_ENDS:
        date += dt.timedelta(days=1)
    if not DAY_BEGINS <= clock < DAY_ENDS:
        at = instant_of(zone, date, DAY_BEGINS)
    left_today = instant_of(zone, date, DAY_ENDS) - at
    if window <= left_today:
        return at + window
    return instant_of(zone, date + dt.timedelta(days=1), DAY_BEGINS) + (window - left_today)
