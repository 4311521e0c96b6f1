"""Whom a provider cancelled is kept another place: it is held for a day, and waits for nobody's payment."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction

from core.database.db import lock, present
from core.errors import refused_by, refuses
from scheduling.bookings.models import Booking
from scheduling.bookings.queries import held_instead
from scheduling.bookings.services.holding import hold_place
from scheduling.bookings.services.places import (
    AlreadyBooked,
    BookingClosed,
    BookingNotOpenYet,
    PersonBusy,
    ResourceNotValidThen,
    SlotFull,
    SlotUnavailable,
)
from scheduling.bookings.services.wanted import RequestTooLate
from scheduling.calendars.models import Slot
from stations.accounts.models import User

#: So long a place is kept, and never beyond the end of its sale.
KEPT_FOR = dt.timedelta(hours=24)
#: What is sold no longer than this is kept for nobody: there is no time to ask.
SOLD_FOR_AT_LEAST = dt.timedelta(hours=2)


@transaction.atomic
def keep_instead(
    *, booking: Booking, slots: Sequence[Slot], key_of: Callable[[dt.date], str], at: dt.datetime
) -> Booking | None:
    """Keep the first of these places that is free for the one whom a provider cancelled; None where none is.

    It is held for 24 hours, or until its sale ends. Who has one kept already keeps that one.
    """
    booking = lock(booking)
    kept = held_instead(booking)
    if kept is not None:
        return kept
    tried = set(booking.instead.values_list("slot_id", flat=True))
    for slot in slots:
        if slot.pk in tried or slot.session.closes_at < at + SOLD_FOR_AT_LEAST:
            continue
        try:
            made = hold_instead(
                booking=booking,
                slot=slot,
                exclusivity_key=key_of(slot.session.local_date),
                at=at,
                key=f"instead:{booking.pk}:{slot.pk}",
            )
        except (
            AlreadyBooked,
            BookingClosed,
            BookingNotOpenYet,
            PersonBusy,
            RequestTooLate,
            ResourceNotValidThen,
            SlotFull,
            SlotUnavailable,
        ):
            continue
        made.hold_expires_at = min(at + KEPT_FOR, slot.session.closes_at)
        made.booked_by = booking.booked_by
        made.save(update_fields=["hold_expires_at", "booked_by", "updated_at"])
        return made
    return None


@refuses(*refused_by(hold_place))
@transaction.atomic
def hold_instead(
    *,
    booking: Booking,
    slot: Slot,
    exclusivity_key: str,
    at: dt.datetime,
    key: str,
    by: User | None = None,
) -> Booking:
    """Hold a place for the one whom a provider cancelled: same person, same station, in place of that booking.

    A date of a series stays one of it, and is detached.
    """
    person = present(booking.subject)
    made = hold_place(
        slot=slot,
        subject=person,
        owner_kind=booking.owner_kind,
        quantity=booking.quantity,
        station=booking.station,
        exclusivity_key=exclusivity_key,
        public_place=booking.public_place,
        language=person.language,
        by=by,
        at=at,
        key=key,
    )
    made.instead_of = booking
    made.series, made.occurrence_no = booking.series, booking.occurrence_no
    made.is_detached = booking.series is not None
    made.save(update_fields=["instead_of", "series", "occurrence_no", "is_detached", "updated_at"])
    return made
