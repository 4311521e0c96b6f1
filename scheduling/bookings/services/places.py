"""Whether a place can be booked, and taking it: all refusals of a booking, in their order."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.compiled_queries import compiled_query
from core.days import clock_in, day_in, instant_of
from core.errors import Refused, refuses
from scheduling.bookings.models import Booking, Participant
from scheduling.bookings.services.steps import hold_places
from scheduling.calendars.models import BookingPolicy, Resource, Session, Slot
from scheduling.violations import refused_as
from stations.people.models import Person
from stations.people.queries import standing_record


class BookingNotOpenYet(Refused):
    """Places are on sale later."""

    code = "booking_not_open_yet"
    status = 422
    message = _("This can be booked from %(date)s, %(time)s.")


class BookingClosed(Refused):
    """Places are no longer on sale."""

    code = "booking_closed"
    status = 422
    message = _("Booking for this has closed.")


class ResourceNotValidThen(Refused):
    """A licence or a vetting ends before the date."""

    code = "resource_not_valid_then"
    status = 422
    message = _("This cannot be booked for that day.")


class AlreadyBooked(Refused):
    """The person has this already."""

    code = "already_booked"
    message = _("This is booked already.")


class SlotFull(Refused):
    """Not so many places are left."""

    code = "slot_full"
    message = _("No place is left at this time.")


class SlotUnavailable(Refused):
    """The period was taken from sale."""

    code = "slot_unavailable"
    message = _("This time is not available.")


class PersonBusy(Refused):
    """Somebody who takes part is elsewhere at that time."""

    code = "person_busy"
    message = _("This person has another appointment at that time.")


#: What the database says to two who come at once.
VIOLATIONS: dict[str, type[Refused]] = {
    "person_is_in_one_place_at_a_time": PersonBusy,
    "one_active_booking_for_an_exclusivity_key": AlreadyBooked,
    "person_has_one_active_booking_of_a_slot": AlreadyBooked,
    "person_waits_once_for_a_session": AlreadyBooked,
}


@dataclass(frozen=True)
class Attendee:
    """Somebody besides the subject who takes part; `may_overlap` where the presence elsewhere does not matter."""

    person: Person
    role: str = Participant.Role.ATTENDEE
    may_overlap: bool = False


def taking_part(subject: Person) -> Attendee:
    """For whom something is booked: of a record that became part of another, the one that stands is there."""
    return Attendee(standing_record(subject), Participant.Role.SUBJECT)


def on_the_wall(at: dt.datetime, session: Session) -> dict[str, Any]:
    """Date and time of an instant in the zone of a session, as refusals name them."""
    zone = session.resource.zone
    return {"date": day_in(zone, at), "time": f"{clock_in(zone, at):%H:%M}"}


@refuses(SlotUnavailable)
def slot_on_sale(slot: Slot) -> Slot:
    """The slot with its session, read again; new weekly hours may have removed it."""
    found = _slot_with_session.first(slot.pk)
    if found is None:
        raise SlotUnavailable
    return found


@compiled_query
def _slot_with_session(slot: int) -> QuerySet[Slot]:
    """A slot with all that its rules are read from."""
    return Slot.objects.select_related("session__offering__policy", "session__resource").filter(pk=slot)


@refuses(SlotUnavailable, BookingNotOpenYet, BookingClosed)
def check_hours(session: Session, *, at: dt.datetime) -> None:
    """Refuse what is not on sale at this instant."""
    if session.unavailable_because:
        raise SlotUnavailable
    if at < session.opens_at:
        raise BookingNotOpenYet(**on_the_wall(session.opens_at, session))
    if at >= session.closes_at:
        raise BookingClosed


@refuses(ResourceNotValidThen)
def check_validity(resource: Resource, session: Session) -> None:
    """Refuse a date after the last one of the resource; today does not matter."""
    if resource.valid_until_date is not None and session.local_date > resource.valid_until_date:
        raise ResourceNotValidThen


@refuses(AlreadyBooked)
def check_exclusivity(key: str) -> None:
    """Refuse a second active booking under a key, before a place is taken for it."""
    if key and Booking.objects.filter(exclusivity_key=key, status__in=Booking.ACTIVE).exists():
        raise AlreadyBooked


@refuses(SlotFull, SlotUnavailable)
def take_place(slot: Slot, quantity: int) -> None:
    """Hold places in one statement; the slot is read once more only to explain why there are none.

    One that its provider moves in the meantime is not available: what was asked for was another time.
    """
    if hold_places(slot.pk, quantity, slot.starts_at):
        return
    stands = Slot.objects.filter(pk=slot.pk, state=Slot.State.OPEN, starts_at=slot.starts_at).exists()
    raise SlotFull if stands else SlotUnavailable


def book(booking: Booking, slot: Slot, others: Sequence[Attendee]) -> None:
    """Write a booking that is made or that waited, with its people; what two at once meet is their refusal."""
    people = [taking_part(booking.subject)] if booking.subject else []
    people += others
    with refused_as(VIOLATIONS):
        booking.save()
        one_at_a_time([each.person for each in people])
        Participant.objects.bulk_create(
            Participant(
                booking=booking,
                person=each.person,
                role=each.role,
                may_overlap=each.may_overlap,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
            )
            for each in people
        )


def one_at_a_time(people: Sequence[Person]) -> None:
    """Whoever books for these people waits here: two who meet at an exclusion constraint would wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED_PEOPLE, [[str(each.pk) for each in people]])


_LOCKED_PEOPLE = """
SELECT pg_advisory_xact_lock(hashtext('scheduling.person'), person.number)
  FROM (SELECT DISTINCT hashtext(id) AS number FROM unnest(%s::text[]) AS id ORDER BY 1) AS person
"""


def deadlines(policy: BookingPolicy, slot: Slot, session: Session, zone: str) -> dict[str, Any]:
    """The instants of a booking under a policy, which later revisions do not change."""
    if policy.cancel_day_before_at is not None:
        before = session.local_date - dt.timedelta(days=1)
        free_until = instant_of(zone, before, policy.cancel_day_before_at)
    else:
        free_until = slot.starts_at - dt.timedelta(minutes=policy.cancel_minutes_before or 0)
    return {
        "policy": policy,
        "free_cancel_until_at": free_until,
        "arrive_by_at": slot.starts_at + dt.timedelta(minutes=policy.late_minutes),
        "noshow_after_at": slot.ends_at + dt.timedelta(minutes=policy.noshow_grace_minutes),
    }
