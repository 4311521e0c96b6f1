"""A provider holds a session at another time: places, numbers and people move along, and everybody is asked."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all, present
from core.days import clock_in, day_in
from core.errors import Refused, WrongState, refuses
from core.events.services import publish
from core.history import record_change, record_changes
from core.notices.services import notify
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking, Offer, Participant
from scheduling.bookings.services.cancelling import SessionStarted, give_up
from scheduling.bookings.services.lines import offer_to_line
from scheduling.bookings.services.places import (
    VIOLATIONS,
    AlreadyBooked,
    PersonBusy,
    ResourceNotValidThen,
    SlotUnavailable,
    check_validity,
    deadlines,
    one_at_a_time,
)
from scheduling.bookings.services.reminding import next_reminder
from scheduling.bookings.services.steps import locked, release_held
from scheduling.bookings.services.telling import tell_of_cancellation
from scheduling.calendars.models import Resource, Session, Slot
from scheduling.calendars.services import ResourceTaken, shift_session
from scheduling.violations import refused_as
from stations.accounts.models import User

_S = Booking.Status
SWEEP = 500
#: So long people have to answer, and never longer than half of what is left until the session.
ANSWERED_WITHIN = dt.timedelta(hours=48)
MOVED, AGREED, NOT_ANSWERED, ELSEWHERE = "moved-by-provider", "agreed", "not-answered", "elsewhere-then"


class NothingToAnswer(Refused):
    """The provider has not moved it, or the answer is known."""

    code = "nothing_to_answer"
    message = _("No question about a new time is open for this.")


class SomebodyCame(Refused):
    """People are there already."""

    code = "somebody_came"
    message = _("The first people have come: this cannot be moved any more.")


@dataclass(frozen=True)
class MoveReport:
    """A session at its new time, who keeps the place, and who is elsewhere then and was cancelled."""

    session: Session
    moved: list[Booking]
    cancelled: list[Booking]


@refuses(
    *(SlotUnavailable, SessionStarted, SomebodyCame, ResourceTaken, ResourceNotValidThen),
    *(AlreadyBooked, PersonBusy),
)
@transaction.atomic
def move_booked_session(
    *,
    session: Session,
    starts_at: dt.datetime,
    key_of: Callable[[Booking, dt.date], str],
    by: User,
    at: dt.datetime,
) -> MoveReport:
    """Hold a session that begins at this instant instead: places and numbers stay, and nobody is late by it.

    Who was booked at a station has until `answer_by_at` to say there that the new time is good; without a word the
    place is given up by the provider. Who is elsewhere then, or would have two (`key_of`, the exclusivity key of the
    new local date), is cancelled by the provider, as is what is only held. Others are told. To its own time it changes
    nothing. Who books the same at this moment refuses it: then it is pressed again.
    """
    lock_all(Resource.objects.filter(claims__session=session))
    session = lock(session)
    if session.unavailable_because:
        raise SlotUnavailable
    if min(session.starts_at, starts_at) <= at:
        raise SessionStarted
    # Slots before bookings: who takes a place meanwhile is seen here, or finds that the slot has moved.
    old_starts = {slot.pk: slot.starts_at for slot in lock_all(session.slots.all())}
    bookings = lock_all(Booking.objects.filter(session=session, slot__isnull=False, status__in=Booking.ACTIVE))
    if any(each.status in {_S.ARRIVED, _S.CHECKED_IN} for each in bookings):
        raise SomebodyCame
    if starts_at == session.starts_at:
        return MoveReport(session, [], [])
    _end_offers(session, at=at)
    session = shift_session(session=session, starts_at=starts_at, by=by, at=at)
    check_validity(session.resource, session)
    booked = [each for each in bookings if each.status == _S.BOOKED]
    one_at_a_time([each.subject for each in booked if each.subject])
    elsewhere = _elsewhere(session, booked, key_of)
    moved = [each for each in booked if each.pk not in elsewhere]
    _move_along(session, moved, key_of, by=by, at=at)
    ended = [each for each in bookings if each.status != _S.BOOKED or each.pk in elsewhere]
    cancelled = [_end(each, old_starts[present(each.slot_id)], by=by, at=at) for each in ended]
    offer_to_line(session, at=at)
    publish(
        "scheduling.session_moved",
        at=at,
        session=session.pk,
        owner_kind=session.offering.owner_kind,
        bookings=len(moved),
        cancelled=len(cancelled),
    )
    return MoveReport(session, moved, cancelled)


@refuses(WrongState, NothingToAnswer)
@transaction.atomic
def agree_to_move(*, booking: Booking, by: User | None, at: dt.datetime) -> Booking:
    """The new time is good: nothing more is asked. Who does not want it gives the place up, and is not late by it."""
    booking = locked(booking)
    BOOKING.check("agree_to_move", booking.status)
    if booking.answer_by_at is None:
        raise NothingToAnswer
    booking.answer_by_at = None
    booking.save(update_fields=["answer_by_at", "updated_at"])
    record_change(booking, old=booking.status, new=booking.status, at=at, actor=by.pk if by else None, reason=AGREED)
    return booking


@transaction.atomic
def expire_answers(*, at: dt.datetime) -> int:
    """Who was asked about a new time and has not answered gives the place up, by the provider; how many these were."""
    late = Booking.objects.filter(answer_by_at__lte=at).order_by("session_id", "pk").values_list("pk", flat=True)
    return sum(_expire(pk, at=at) for pk in list(late[:SWEEP]))


def _expire(pk: UUID, *, at: dt.datetime) -> bool:
    booking = locked(Booking.objects.select_related("session").get(pk=pk))
    if booking.answer_by_at is None or booking.answer_by_at > at:
        return False
    give_up(booking, cancelled_by=Booking.CancelledBy.PROVIDER, reason_code=NOT_ANSWERED, by=None, at=at)
    tell_of_cancellation(booking, present(booking.slot).starts_at, at=at)
    return True


def _end(booking: Booking, starts_at: dt.datetime, *, by: User, at: dt.datetime) -> Booking:
    """The message names the time that was booked."""
    booking = locked(booking)
    reason = ELSEWHERE if booking.status == _S.BOOKED else MOVED
    give_up(booking, cancelled_by=Booking.CancelledBy.PROVIDER, reason_code=reason, by=by, at=at)
    tell_of_cancellation(booking, starts_at, at=at)
    return booking


def _end_offers(session: Session, *, at: dt.datetime) -> None:
    """What was offered was another time: the line is asked anew, and nobody has missed anything."""
    for offer in lock_all(Offer.objects.filter(booking__session=session, status=Offer.Status.OPEN)):
        release_held(offer.slot_id, offer.quantity)
        Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.EXPIRED, updated_at=at)


def _elsewhere(
    session: Session, booked: Sequence[Booking], key_of: Callable[[Booking, dt.date], str]
) -> frozenset[UUID]:
    """Those of whom somebody is at another place at the new time, or who have the same for that day already."""
    of_session = Booking.objects.filter(session=session)
    clashing = Participant.objects.filter(
        person=OuterRef("person"),
        is_active=True,
        may_overlap=False,
        starts_at__lt=OuterRef("booking__slot__ends_at"),
        ends_at__gt=OuterRef("booking__slot__starts_at"),
    ).exclude(booking__in=of_session)
    people = Participant.objects.filter(booking__in=[each.pk for each in booked], is_active=True, may_overlap=False)
    busy = people.filter(Exists(clashing)).values_list("booking", flat=True)
    keys = {each.pk: key_of(each, session.local_date) for each in booked}
    others = Booking.objects.filter(exclusivity_key__in=keys.values(), status__in=Booking.ACTIVE)
    taken = set(others.exclude(session=session).exclude(exclusivity_key="").values_list("exclusivity_key", flat=True))
    return frozenset({*busy, *(pk for pk, key in keys.items() if key in taken)})


def _move_along(
    session: Session,
    moved: Sequence[Booking],
    key_of: Callable[[Booking, dt.date], str],
    *,
    by: User,
    at: dt.datetime,
) -> None:
    """The same bookings at the new time of their slots; those of a series leave its rhythm."""
    zone = session.resource.zone
    slots = {each.pk: each for each in Slot.objects.filter(session=session)}
    ask_until = at + min(ANSWERED_WITHIN, (session.starts_at - at) / 2)
    for booking in moved:
        slot = slots[present(booking.slot_id)]
        for name, value in deadlines(booking.policy, slot, session, zone).items():
            setattr(booking, name, value)
        booking.exclusivity_key = key_of(booking, session.local_date)
        booking.answer_by_at = ask_until if booking.station_id else None
        booking.next_reminder_at = next_reminder(slot.starts_at, zone, at=at)
        booking.ical_sequence += 1
        booking.is_detached = booking.series_id is not None
        booking.updated_at = at
    names = ("free_cancel_until_at", "arrive_by_at", "noshow_after_at", "exclusivity_key", "answer_by_at")
    with refused_as(VIOLATIONS):
        Booking.objects.bulk_update(
            moved, [*names, "next_reminder_at", "ical_sequence", "is_detached", "updated_at"], batch_size=500
        )
        _move_people([each.pk for each in moved])
    record_changes(moved, old=_S.BOOKED, new=_S.BOOKED, at=at, actor=by.pk, reason=MOVED)
    for booking in moved:
        _tell(booking, slots[present(booking.slot_id)], zone, at=at)


def _move_people(bookings: Sequence[UUID]) -> None:
    """They leave the old time before they take the new one: a person may have two places of one session."""
    there = list(Participant.objects.filter(booking__in=bookings, is_active=True).values_list("pk", flat=True))
    people = Participant.objects.filter(pk__in=there)
    people.update(is_active=False)
    for starts_at, ends_at in set(people.values_list("booking__slot__starts_at", "booking__slot__ends_at")):
        of_slot = people.filter(booking__slot__starts_at=starts_at)
        Participant.objects.filter(pk__in=list(of_slot.values_list("pk", flat=True))).update(
            starts_at=starts_at, ends_at=ends_at
        )
    people.update(is_active=True)


def _tell(booking: Booking, slot: Slot, zone: str, *, at: dt.datetime) -> None:
    """Whoever can be reached hears the new time, and until when it is asked about."""
    person, until_at = booking.subject, booking.answer_by_at
    if person is None or not person.phone:
        return
    when = {
        "what": booking.public_label,
        "date": day_in(zone, slot.starts_at).isoformat(),
        "time": f"{clock_in(zone, slot.starts_at):%H:%M}",
    }
    asked = (
        {}
        if until_at is None
        else {
            "until_date": day_in(zone, until_at).isoformat(),
            "until_time": f"{clock_in(zone, until_at):%H:%M}",
        }
    )
    notify(
        template="booking_moved_and_asked" if asked else "booking_moved",
        params=when | asked,
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=until_at or slot.starts_at,
        dedupe_key=f"booking-moved:{booking.pk}:{booking.ical_sequence}",
        at=at,
    )
