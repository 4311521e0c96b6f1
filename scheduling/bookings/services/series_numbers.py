"""The bookings of a series as they are written: on places that are held, each with the next number of its session."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import F

from core.database.db import lock_all, present
from core.errors import Refused
from core.events.services import publish, publish_all
from core.fields import uuid7
from core.history import record_changes
from scheduling.bookings.models import Booking, Participant, Series
from scheduling.bookings.services.holding import expire_holds
from scheduling.bookings.services.places import VIOLATIONS, Attendee, deadlines, one_at_a_time, taking_part
from scheduling.bookings.services.reminding import next_reminder
from scheduling.bookings.services.reporting import SeriesOwner, SeriesReport
from scheduling.calendars.models import Offering, Resource, Session, Slot
from scheduling.violations import refused_as
from stations.accounts.models import User
from stations.people.models import Person

_S = Booking.Status


class _TakenMeanwhile(Refused):
    """Somebody was quicker, between the look and the write."""


def slots_under_lock(
    wished: Mapping[int, dt.datetime],
    offering: Offering,
    resource: Resource,
    *,
    at: dt.datetime,
    leaving: Sequence[Booking] = (),
) -> dict[dt.datetime, Slot]:
    """The open slots at these instants. Sessions, then slots are locked, each in the order of their ids.

    Those that are left are locked with them; holds that have run out are released before.
    """
    wanted = Slot.objects.filter(
        session__offering=offering, session__resource=resource, starts_at__in=wished.values()
    ).exclude(session__unavailable_because=Session.Unavailable.TEMPLATE)
    found = dict(wanted.values_list("pk", "session_id"))
    sessions = {*found.values(), *(each.session_id for each in leaving)}
    lock_all(Session.objects.filter(pk__in=sessions))
    for slot in wanted.filter(bookings__hold_expires_at__lte=at).distinct():
        expire_holds(at=at, slot=slot)
    ids = {*found, *(each.slot_id for each in leaving)}
    rows = lock_all(Slot.objects.filter(pk__in=ids).select_related("session__offering__policy", "session__resource"))
    return {each.starts_at: each for each in rows if each.pk in found and each.state == Slot.State.OPEN}


def refuse_conflicts(report: SeriesReport, refusal: type[Refused]) -> None:
    """Refuse dates that are not free, by their numbers."""
    if report.conflicts:
        raise refusal(occurrences=", ".join(str(each.no) for each in report.conflicts))


def new_booking(
    series: Series, no: int, slot: Slot, owner: SeriesOwner, *, by: User | None, at: dt.datetime, key: str
) -> Booking:
    """A date of a series as a booking, not written yet and without its number."""
    session, zone = slot.session, slot.session.resource.zone
    return Booking(
        id=uuid7(),
        status=_S.BOOKED,
        owner_kind=owner.kind,
        offering=session.offering,
        session=session,
        slot=slot,
        subject=series.subject,
        station=owner.station,
        booked_by=by,
        made_at=at,
        exclusivity_key=owner.key_of(session.local_date),
        public_label=session.offering.label_in(owner.language),
        public_place=owner.place,
        series=series,
        occurrence_no=no,
        key=key,
        next_reminder_at=next_reminder(slot.starts_at, zone, at=at),
        **deadlines(session.offering.policy, slot, session, zone),
    )


def people_of(subject: Person, owner: SeriesOwner) -> list[Attendee]:
    """Everybody who comes to a date of a series."""
    return [taking_part(subject), *owner.others]


def write(
    rows: Sequence[Booking], people: Sequence[Attendee], refusal: type[Refused], *, by: User | None, at: dt.datetime
) -> None:
    """Write bookings whose slots are locked and free, each with the next number of its session and its people."""
    one_at_a_time([each.person for each in people])
    numbers = _next_numbers([each.session_id for each in rows])
    for booking in rows:
        booking.sequence_no = numbers[booking.session_id].pop(0)
    try:
        with refused_as(dict.fromkeys(VIOLATIONS, _TakenMeanwhile)):
            Booking.objects.bulk_create(rows)
            Participant.objects.bulk_create(
                Participant(
                    booking=each,
                    person=one.person,
                    role=one.role,
                    may_overlap=one.may_overlap,
                    starts_at=present(each.slot).starts_at,
                    ends_at=present(each.slot).ends_at,
                )
                for each in rows
                for one in people
            )
    except _TakenMeanwhile as error:
        raise refusal(occurrences=", ".join(str(each.occurrence_no) for each in rows)) from error
    slots = [each.slot_id for each in rows]
    Slot.objects.filter(pk__in=slots).update(booked=F("booked") + 1, version=F("version") + 1)
    record_changes(rows, old="", new=_S.BOOKED, at=at, actor=by.pk if by else None)
    facts = [{**fact_of(each), "sequence_no": each.sequence_no} for each in rows]
    publish_all("scheduling.booking_confirmed", facts, at=at)


def _next_numbers(sessions: Sequence[int]) -> dict[int, list[int]]:
    """The next numbers of locked sessions, as many as are asked for; none is ever given again."""
    rows = list(Session.objects.filter(pk__in=sessions))
    numbers = {}
    for each in rows:
        many = sessions.count(each.pk)
        numbers[each.pk] = list(range(each.next_sequence, each.next_sequence + many))
        each.next_sequence += many
    Session.objects.bulk_update(rows, ["next_sequence"])
    return numbers


def tell_of(series: Series, what: str, rows: Sequence[Booking], *, at: dt.datetime) -> None:
    """Report what became of dates of a series."""
    publish(
        "scheduling.series_changed",
        at=at,
        series=str(series.pk),
        owner_kind=series.owner_kind,
        what=what,
        bookings=[str(each.pk) for each in rows],
    )


def fact_of(booking: Booking) -> dict[str, object]:
    """What an event says of a booking: ids only."""
    return {
        "booking": str(booking.pk),
        "owner_kind": booking.owner_kind,
        "session": booking.session_id,
        "station": booking.station_id,
    }
