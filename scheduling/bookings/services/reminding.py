"""People, of minors their guardians, are reminded of what they have booked: when and where, never what it is about."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from core.days import clock_in, day_in
from core.notices.services import decent_hour, notify
from scheduling.bookings.models import Booking
from scheduling.hooks import NUMBERS
from stations.people.models import Person
from stations.people.queries import confirmed_guardians
from stations.people.queries.guardians import age_on
from stations.people.services.guardians import ADULT_AGE

#: So long before the start, the earlier one first.
OFFSETS = (dt.timedelta(hours=24), dt.timedelta(hours=1))
SWEEP = 500


def next_reminder(starts_at: dt.datetime, zone: str, *, at: dt.datetime) -> dt.datetime | None:
    """When the next reminder is due after this instant, at a decent hour of the zone and before the start."""
    due = (decent_hour(zone, starts_at - offset) for offset in OFFSETS)
    return next((each for each in due if at < each < starts_at), None)


@transaction.atomic
def send_reminders(*, at: dt.datetime) -> int:
    """Remind of what is booked and due; a booking without a phone to write to is passed over. How many were due."""
    due = list(
        Booking.objects.filter(next_reminder_at__lte=at)
        .select_related("slot", "session__resource", "subject")
        .order_by("next_reminder_at", "pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    numbers = _numbers_of(due)
    for booking in due:
        _remind(booking, numbers.get(booking.pk, booking.sequence_no), at=at)
    return len(due)


def _numbers_of(bookings: Sequence[Booking]) -> dict[UUID, int | str]:
    """Numbers that others give, such as a hospital with a system of its own."""
    by_owner: dict[str, list[UUID]] = defaultdict(list)
    for booking in bookings:
        by_owner[booking.owner_kind].append(booking.pk)
    found: dict[UUID, int | str] = {}
    for owner_kind, keys in by_owner.items():
        if owner_kind in NUMBERS:
            found.update(NUMBERS[owner_kind](keys))
    return found


def _remind(booking: Booking, number: int | str | None, *, at: dt.datetime) -> None:
    slot, person, zone = booking.slot, booking.subject, booking.session.resource.zone
    if slot is None:
        return
    due_at, booking.next_reminder_at = booking.next_reminder_at, next_reminder(slot.starts_at, zone, at=at)
    booking.save(update_fields=["next_reminder_at", "updated_at"])
    reader = _reader_for(person, day_in(zone, at)) if person else None
    if reader is None or not reader.phone or at >= slot.starts_at:
        return
    notify(
        template=_template_for(booking),
        params={
            "what": booking.public_label,
            "place": booking.public_place,
            "date": day_in(zone, slot.starts_at).isoformat(),
            "time": f"{clock_in(zone, slot.starts_at):%H:%M}",
            "number": number,
        },
        language=reader.language,
        phone=str(reader.phone),
        zone=zone,
        use_by=slot.starts_at,
        dedupe_key=f"remind:{booking.pk}:{booking.ical_sequence}:{due_at:%Y%m%dT%H%M}",
        at=at,
    )


def _template_for(booking: Booking) -> str:
    """A period has no number: nobody else is there."""
    if booking.session.is_period:
        return "period_reminder_at_place" if booking.public_place else "period_reminder"
    return "booking_reminder_at_place" if booking.public_place else "booking_reminder"


def _reader_for(person: Person, today: dt.date) -> Person:
    """Of a minor a confirmed guardian with a phone; where there is none, the phone on file is the family's."""
    age = age_on(person.birth_date, today)
    if age is not None and age >= ADULT_AGE:
        return person
    return confirmed_guardians(person, today).exclude(phone="").first() or person
