"""How many places a period has, changed while people have some of them."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from core.database.db import lock
from core.errors import refuses
from core.history import record_change
from scheduling.bookings.models import Booking
from scheduling.bookings.queries import beyond_capacity
from scheduling.bookings.services.cancelling import SessionStarted
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.places import SlotUnavailable
from scheduling.calendars.models import Slot
from stations.accounts.models import User


@dataclass(frozen=True)
class CapacityReport:
    """A slot with its new number of places, and the bookings that are beyond it: the last numbers."""

    slot: Slot
    excess: list[Booking]


@refuses(SlotUnavailable, SessionStarted)
@transaction.atomic
def change_capacity(*, slot: Slot, capacity: int, by: User | None, at: dt.datetime) -> CapacityReport:
    """Sell so many places of a slot from now on: who waits is offered what is free, and nobody loses a place.

    With fewer places than people nothing is sold until enough of them have given theirs up.
    """
    session = lock(slot.session)
    slot = lock(slot)
    if slot.state != Slot.State.OPEN:
        raise SlotUnavailable
    if slot.starts_at <= at:
        raise SessionStarted
    before = slot.capacity
    if capacity != before:
        Slot.objects.filter(pk=slot.pk).update(
            capacity=capacity,
            ceiling=Greatest(capacity, F("booked") + F("held")),
            version=F("version") + 1,
            updated_at=at,
        )
        record_change(slot, old=str(before), new=str(capacity), at=at, actor=by.pk if by else None)
        offer_to_line(session, at=at)
    slot.refresh_from_db()
    return CapacityReport(slot, beyond_capacity([slot]))
