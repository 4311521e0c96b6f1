"""Two records of one person were merged, or taken apart again: who is booked under either is in one place at a time."""

import datetime as dt
from uuid import UUID

from django.db import IntegrityError, transaction

from core.database.db import lock_all
from core.history import record_change
from scheduling.bookings.models import Participant
from stations.people.models import Person
from stations.people.queries import merged_into

#: Why the history of a booking says that nothing changed.
BOOKED_TWICE = "booked-twice-after-merge"


@transaction.atomic
def follow_record(*, record: UUID, at: dt.datetime) -> int:
    """Let those who are booked take part under the record that they are now; how many bookings stand as they were.

    The booking keeps whom it was made for, so that it goes back when the records are taken apart, in whichever order
    both are heard. Two at the same time both stand: the later one stays under its own record, with a line in its
    history, until a person cancels one of them.
    """
    overlapping = 0
    for person in lock_all(Person.objects.of_people(record)):
        standing = merged_into(person.pk) or person.pk
        taking_part = Participant.objects.filter(
            role=Participant.Role.SUBJECT, is_active=True, booking__subject=person, ends_at__gt=at
        ).exclude(person=standing)
        for row in taking_part.select_related("booking").order_by("starts_at", "pk"):
            overlapping += not _follows(row, standing, at=at)
    return overlapping


def _follows(row: Participant, standing: UUID, *, at: dt.datetime) -> bool:
    try:
        with transaction.atomic():
            Participant.objects.filter(pk=row.pk).update(person=standing)
    except IntegrityError:
        booking = row.booking
        record_change(booking, old=booking.status, new=booking.status, at=at, reason=BOOKED_TWICE)
        return False
    return True
