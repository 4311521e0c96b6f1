"""A period of a resource is booked: any free one of a group, and the database alone says which is free."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core.database.db import lock_all
from core.errors import WrongState, refuses
from core.history import record_change
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking, Participant
from scheduling.bookings.services.cancelling import SessionStarted
from scheduling.bookings.services.holding import expire_all, tell_of_hold
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
    one_at_a_time,
)
from scheduling.bookings.services.reminding import next_reminder
from scheduling.bookings.services.steps import locked, tell
from scheduling.bookings.services.wanted import (
    MadeMeanwhile,
    RequestTooLate,
    Wanted,
    booking_of,
    held_until,
    made_before,
)
from scheduling.calendars.models import Resource, ResourceGroup, Session
from scheduling.calendars.services import (
    PeriodNotPossible,
    ResourceTaken,
    check_period,
    open_period,
    period_of,
    shift_period,
)
from scheduling.violations import refused_as
from stations.accounts.models import User

_S = Booking.Status


@refuses(
    *(PeriodNotPossible, BookingNotOpenYet, BookingClosed, SlotUnavailable, ResourceNotValidThen),
    *(AlreadyBooked, RequestTooLate, ResourceTaken, PersonBusy),
)
@transaction.atomic
def hold_interval(*, group: ResourceGroup, starts_at: dt.datetime, ends_at: dt.datetime, wanted: Wanted) -> Booking:
    """Hold `[starts_at, ends_at)` of any free member of a group for the minutes of the policy.

    Members are tried in the order of their ids. Checks, in this order: hours and length, validity, exclusivity key, a
    free member, and whether everybody who takes part is free.
    """
    return take_interval(group, starts_at, ends_at, wanted, _S.PENDING)


@refuses(
    *(PeriodNotPossible, BookingNotOpenYet, BookingClosed, SlotUnavailable, ResourceNotValidThen),
    *(AlreadyBooked, RequestTooLate, ResourceTaken, PersonBusy),
)
def take_interval(
    group: ResourceGroup, starts_at: dt.datetime, ends_at: dt.datetime, wanted: Wanted, status: Booking.Status
) -> Booking:
    """Hold a period until it is confirmed (pending), or until its keeper answers (proposed)."""
    made = made_before(wanted.owner_kind, wanted.key)
    if made is not None:
        return made
    periods = _possible(group, starts_at, ends_at, at=wanted.at)
    check_exclusivity(wanted.exclusivity_key)
    until = held_until(status, group.offering.policy, starts_at, at=wanted.at)
    try:
        booking = _any_free(periods, wanted, status, until)
    except (MadeMeanwhile, ResourceTaken):
        made = made_before(wanted.owner_kind, wanted.key)
        if made is None:
            raise
        return made
    tell_of_hold(booking, wanted)
    return booking


@refuses(
    *(WrongState, SessionStarted, PeriodNotPossible, BookingNotOpenYet),
    *(ResourceNotValidThen, ResourceTaken, PersonBusy),
)
@transaction.atomic
def change_interval(
    *,
    booking: Booking,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User | None,
    at: dt.datetime,
    resource: Resource | None = None,
) -> Booking:
    """Another period, or another resource; if that is taken, the old one stands. Its calendar entry stays the same one.

    What has begun keeps its start and may end earlier or later. To what it is already it changes nothing.
    """
    lock_all(Resource.objects.filter(pk__in=[booking.session.resource_id, resource.pk if resource else None]))
    booking = locked(booking)
    BOOKING.check("change_interval", booking.status)
    session = booking.session
    resource = resource or session.resource
    if (session.resource_id, session.starts_at, session.ends_at) == (resource.pk, starts_at, ends_at):
        return booking
    if starts_at != session.starts_at and at >= min(session.starts_at, starts_at):
        raise SessionStarted
    check_period(session.offering, resource.zone, starts_at, max(ends_at, at))
    planned = period_of(session.offering, resource, starts_at, ends_at)
    if at < planned.opens_at:
        raise BookingNotOpenYet(**on_the_wall(planned.opens_at, planned))
    check_validity(resource, planned)
    was = _written(session.starts_at, session.ends_at)
    slot = shift_period(session=session, resource=resource, starts_at=starts_at, ends_at=ends_at)
    for name, value in deadlines(booking.policy, slot, session, resource.zone).items():
        setattr(booking, name, value)
    is_ahead = booking.status == _S.BOOKED
    booking.next_reminder_at = next_reminder(starts_at, resource.zone, at=at) if is_ahead else None
    booking.ical_sequence += 1
    booking.save()
    _move_people(booking, starts_at, ends_at)
    now = _written(starts_at, ends_at)
    record_change(booking, old=was, new=now, at=at, actor=by.pk if by else None, reason=resource.name)
    tell("scheduling.interval_changed", booking, at=at)
    return booking


def _written(starts_at: dt.datetime, ends_at: dt.datetime) -> str:
    """A period in UTC, as a history keeps it."""
    return "/".join(f"{each.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}" for each in (starts_at, ends_at))


def _possible(group: ResourceGroup, starts_at: dt.datetime, ends_at: dt.datetime, *, at: dt.datetime) -> list[Session]:
    """The period at each member that may have it then, not stored."""
    offering = group.offering
    members = list(group.members.filter(is_active=True).order_by("pk"))
    if not members:
        raise ResourceTaken
    periods = [period_of(offering, each, starts_at, ends_at) for each in members]
    check_period(offering, members[0].zone, starts_at, ends_at)
    check_hours(periods[0], at=at)
    valid = [each for each in periods if _is_valid(each)]
    if not valid:
        raise ResourceNotValidThen
    return valid


def _is_valid(period: Session) -> bool:
    try:
        check_validity(period.resource, period)
    except ResourceNotValidThen:
        return False
    return True


def _any_free(periods: Sequence[Session], wanted: Wanted, status: Booking.Status, until: dt.datetime) -> Booking:
    """The first that is free; where none is, holds that nobody has released yet are released first."""
    try:
        return _first_free(periods, wanted, status, until)
    except ResourceTaken:
        one = periods[0]
        late = Booking.objects.filter(
            hold_expires_at__lte=wanted.at,
            session__is_period=True,
            session__resource__in=[each.resource_id for each in periods],
            session__starts_at__lt=one.ends_at,
            session__ends_at__gt=one.starts_at,
        )
        if not late.exists():
            raise
        # Resources before sessions: who releases first waits for one who has the resource and waits for the release.
        lock_all(Resource.objects.filter(pk__in=[each.resource_id for each in periods]))
        expire_all(late, at=wanted.at)
        return _first_free(periods, wanted, status, until)


def _first_free(periods: Sequence[Session], wanted: Wanted, status: Booking.Status, until: dt.datetime) -> Booking:
    for period in periods:
        try:
            with transaction.atomic():
                return _take(period, wanted, status, until)
        except ResourceTaken:
            period.pk = None  # the savepoint took it back
    raise ResourceTaken


def _take(period: Session, wanted: Wanted, status: Booking.Status, until: dt.datetime) -> Booking:
    slot = open_period(session=period)
    booking = booking_of(wanted, slot, status, until)
    with refused_as({"booking_is_made_once_for_a_key": MadeMeanwhile}):
        book(booking, slot, wanted.others)
    return booking


def _move_people(booking: Booking, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    there = Participant.objects.filter(booking=booking, is_active=True)
    one_at_a_time([each.person for each in there.select_related("person")])
    with refused_as(VIOLATIONS):
        there.update(starts_at=starts_at, ends_at=ends_at)
