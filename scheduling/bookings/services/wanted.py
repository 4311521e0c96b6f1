"""For whom something is booked, by whom and under which key; and the booking that is made of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.errors import Refused, refuses
from scheduling.bookings.models import Booking
from scheduling.bookings.services.places import Attendee, deadlines
from scheduling.calendars.models import BookingPolicy, Slot
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

#: So long before its start at the latest a request is answered.
ANSWERED_BEFORE = dt.timedelta(hours=2)


class RequestTooLate(Refused):
    """Nobody would have the time to answer."""

    code = "request_too_late"
    status = 422
    message = _("It begins too soon to be requested: a request is answered at least two hours before.")


class MadeMeanwhile(Refused):
    """The same key, at the same moment: the other one made it."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What every way of booking is told. `subject` is empty where an owner books for itself.

    The same key gives the booking that it made. `made_at` is what a device that was offline says; it decides nothing.
    """

    subject: Person | None
    owner_kind: str
    by: User | None
    at: dt.datetime
    key: str
    others: Sequence[Attendee] = ()
    quantity: int = 1
    station: Station | None = None
    exclusivity_key: str = ""
    public_place: str = ""
    language: str = "zh-hans"
    made_at: dt.datetime | None = None


@refuses(RequestTooLate)
def held_until(status: str, policy: BookingPolicy, starts_at: dt.datetime, *, at: dt.datetime) -> dt.datetime:
    """Until when a place waits: for who confirms it, or for the answer of its keeper."""
    if status == Booking.Status.PENDING:
        return at + dt.timedelta(minutes=policy.hold_minutes)
    until = min(at + dt.timedelta(minutes=policy.answer_minutes), starts_at - ANSWERED_BEFORE)
    if until <= at:
        raise RequestTooLate
    return until


def booking_of(wanted: Wanted, slot: Slot, status: str, hold_expires_at: dt.datetime) -> Booking:
    """The booking of a place, not stored yet."""
    session = slot.session
    policy = session.offering.policy
    return Booking(
        status=status,
        owner_kind=wanted.owner_kind,
        offering=session.offering,
        session=session,
        slot=slot,
        subject=wanted.subject,
        quantity=wanted.quantity,
        hold_expires_at=hold_expires_at,
        station=wanted.station,
        booked_by=wanted.by,
        made_at=wanted.made_at or wanted.at,
        exclusivity_key=wanted.exclusivity_key,
        public_label=session.offering.label_in(wanted.language),
        public_place=wanted.public_place,
        key=wanted.key,
        **deadlines(policy, slot, session, session.resource.zone),
    )


def made_before(owner_kind: str, key: str) -> Booking | None:
    """What was booked under a key."""
    return _of_key.first(owner_kind, key)


@compiled_query
def _of_key(owner_kind: str, key: str) -> QuerySet[Booking]:
    return Booking.objects.filter(owner_kind=owner_kind, key=key)
