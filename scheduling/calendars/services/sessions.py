"""Weekly hours become sessions with slots, in sets; single sessions are opened besides."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Least, Now
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import clock_in, day_in, instant_of
from core.errors import Refused, refuses
from core.history import record_change, record_changes
from core.web.ranges import ends_after
from scheduling.calendars.models import (
    AvailabilityRule,
    BookingPolicy,
    Claim,
    Offering,
    PartOfDay,
    Resource,
    Session,
    Slot,
)
from scheduling.calendars.models.sessions import LARGEST_CAPACITY
from scheduling.violations import refused_as
from stations.accounts.models import User

#: Sessions exist so many days further than they can be booked.
AHEAD_DAYS = 7
#: From these local hours on it is afternoon, and evening.
NOON, EVENING = 12, 18


class ResourceTaken(Refused):
    """Another session has the resource at that time."""

    code = "resource_taken"
    message = _("This is taken at that time.")


class RulesOverlap(Refused):
    """Two of the weekly hours overlap."""

    code = "weekly_hours_overlap"
    status = 422
    message = _("Two of the weekly hours overlap.")


class NotLongEnough(Refused):
    """A slot is longer than the session."""

    code = "session_shorter_than_slot"
    status = 422
    message = _("A place takes longer than the whole session.")


@dataclass(frozen=True)
class WeeklyHours:
    """One line of a week: an ISO weekday, local times, and how its places are cut and counted."""

    offering: Offering
    weekday: int
    opens_at: dt.time
    closes_at: dt.time
    part_of_day: PartOfDay
    slot_minutes: int | None = None
    capacity: int = 1
    every_n_weeks: int = 1
    anchor_date: dt.date | None = None
    needs: tuple[Resource, ...] = ()

    @property
    def is_too_short(self) -> bool:
        """Whether not a single slot fits."""
        length = (self.closes_at.hour - self.opens_at.hour) * 60 + self.closes_at.minute - self.opens_at.minute
        return self.slot_minutes is not None and self.slot_minutes > length


@dataclass(frozen=True)
class MadeSessions:
    """How many sessions were made, and the local dates on which another session has the resource."""

    made: int
    clashing: list[dt.date]


@dataclass(frozen=True)
class ChangedHours:
    """What new weekly hours did: sessions made and removed, and those that stay because somebody has a place."""

    made: int
    removed: int
    out_of_template: int
    clashing: list[dt.date]


@refuses(ResourceTaken)
@transaction.atomic
def make_sessions(*, resource: Resource, to_date: dt.date, at: dt.datetime) -> MadeSessions:
    """Make what the weekly hours say from now until this local date, included; what exists stays as it is."""
    needed = Resource.objects.filter(needed_by_rules__resource=resource).values("pk")
    lock_all(Resource.objects.filter(Q(pk=resource.pk) | Q(pk__in=needed)))
    statement = "SELECT made, clashing FROM scheduling_make_sessions(%s, %s, %s, %s)"
    with refused_as({"resource_serves_one_claim_at_a_time": ResourceTaken}), connection.cursor() as cursor:
        cursor.execute(statement, [resource.pk, day_in(resource.zone, at), to_date, at])
        made, clashing = cursor.fetchone()
    return MadeSessions(made, clashing)


@refuses(ResourceTaken, RulesOverlap, NotLongEnough)
@transaction.atomic
def set_weekly_availability(
    *, resource: Resource, hours: Sequence[WeeklyHours], from_date: dt.date, by: User, at: dt.datetime
) -> ChangedHours:
    """Replace the weekly hours from a local date on.

    Future sessions in which nobody has a place are made anew; the others stay and are marked as outside of the hours.
    """
    if any(each.is_too_short for each in hours):
        raise NotLongEnough(field="slot_minutes")
    lock_all(Resource.objects.filter(pk=resource.pk))
    AvailabilityRule.objects.filter(ends_after(from_date), resource=resource, from_date__lt=from_date).update(
        to_date=from_date
    )
    AvailabilityRule.objects.filter(resource=resource, from_date__gte=from_date).update(to_date=F("from_date"))
    removed, left = _clear_sessions(resource, from_date=from_date, at=at)
    with refused_as({"weekly_rules_of_a_resource_never_overlap": RulesOverlap}):
        for each in hours:
            _add_rule(resource, each, from_date)
    record_change(resource, old="", new=f"hours from {from_date}", at=at, actor=by.pk)
    made = make_sessions(resource=resource, to_date=horizon(resource, at=at), at=at)
    return ChangedHours(made.made, removed, left, made.clashing)


@refuses(ResourceTaken, NotLongEnough)
@transaction.atomic
def open_extra_session(
    *,
    offering: Offering,
    resources: Sequence[Resource],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    capacity: int,
    by: User | None,
    at: dt.datetime,
    slot_minutes: int | None = None,
    part_of_day: PartOfDay = PartOfDay.OTHER,
) -> Session:
    """A session besides the weekly hours, such as a class or a check-up day; the first resource gives it its zone."""
    length = dt.timedelta(minutes=slot_minutes) if slot_minutes else ends_at - starts_at
    count = (ends_at - starts_at) // length
    if count < 1:
        raise NotLongEnough(field="slot_minutes")
    first = resources[0]
    lock_all(Resource.objects.filter(pk__in=[each.pk for each in resources]))
    local_date = day_in(first.zone, starts_at)
    session = Session.objects.create(
        resource=first,
        offering=offering,
        starts_at=starts_at,
        ends_at=ends_at,
        local_date=local_date,
        part_of_day=part_of_day,
        opens_at=opens_at_of(offering.policy, first.zone, local_date),
        closes_at=closes_at_of(offering.policy, first.zone, local_date, starts_at),
    )
    Slot.objects.bulk_create(
        Slot(
            session=session,
            starts_at=starts_at + number * length,
            ends_at=starts_at + (number + 1) * length,
            capacity=capacity,
            ceiling=capacity,
        )
        for number in range(count)
    )
    with refused_as({"resource_serves_one_claim_at_a_time": ResourceTaken}):
        Claim.objects.bulk_create(claim_of(each, session) for each in resources)
    record_change(session, old="", new="opened", at=at, actor=by.pk if by else None)
    return session


@transaction.atomic
def set_free_places(*, slot: Slot, free: int, at: dt.datetime) -> Slot:
    """So many places are left, says who keeps them elsewhere: what is booked and held here stays, and counts beside."""
    lock(slot.session)
    places = Least(F("booked") + F("held") + free, LARGEST_CAPACITY)
    Slot.objects.filter(pk=slot.pk).update(
        capacity=places,
        ceiling=places,
        version=F("version") + 1,
        updated_at=at,
    )
    slot.refresh_from_db()
    return slot


@refuses(ResourceTaken)
@transaction.atomic
def move_session(*, session: Session, to_date: dt.date, by: User, at: dt.datetime) -> Session:
    """Hold a session on another local date, at the same hours of the wall; its slots and what it claims move along.

    For owners who hold its places themselves: a session with bookings is moved booking by booking. Refused:
    `resource_taken`.
    """
    if session.bookings.exists():
        raise ValueError("a session with bookings is moved booking by booking")
    lock_all(Resource.objects.filter(claims__session=session))
    session = lock(session)
    zone = session.resource.zone
    starts_at = instant_of(zone, to_date, clock_in(zone, session.starts_at))
    return shift_session(session=session, starts_at=starts_at, by=by, at=at)


@refuses(ResourceTaken)
@transaction.atomic
def shift_session(*, session: Session, starts_at: dt.datetime, by: User, at: dt.datetime) -> Session:
    """Let a session begin at another instant; it keeps its length, and its slots and claims move along.

    The caller has locked its resources and itself, and sees to its bookings. Weekly hours that made it do not make it
    again on the date that it leaves.
    """
    zone, offering, before = session.resource.zone, session.offering, session.local_date
    by_time = starts_at - session.starts_at
    left = _left_behind(session) if day_in(zone, starts_at) != before else None
    for slot in session.slots.order_by("-starts_at" if by_time > dt.timedelta() else "starts_at"):
        slot.starts_at, slot.ends_at, slot.version = slot.starts_at + by_time, slot.ends_at + by_time, slot.version + 1
        slot.save(update_fields=["starts_at", "ends_at", "version", "updated_at"])
    session.starts_at, session.ends_at = starts_at, session.ends_at + by_time
    session.local_date = day_in(zone, starts_at)
    session.part_of_day = _part_of(session, zone)
    session.opens_at = opens_at_of(offering.policy, zone, session.local_date)
    session.closes_at = closes_at_of(offering.policy, zone, session.local_date, starts_at)
    if left is not None:
        session.rule = None
    session.save()
    if left is not None:
        left.save(force_insert=True)
    with refused_as({"resource_serves_one_claim_at_a_time": ResourceTaken}):
        Claim.objects.filter(session=session).update(
            starts_at=F("starts_at") + by_time, ends_at=F("ends_at") + by_time, updated_at=at
        )
    record_change(session, old=str(before), new=str(session.local_date), at=at, actor=by.pk)
    return session


def _left_behind(session: Session) -> Session | None:
    """What stands on the date that a weekly session leaves: nothing that can be booked."""
    if session.rule is None:
        return None
    return Session(
        resource=session.resource,
        offering=session.offering,
        rule=session.rule,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        local_date=session.local_date,
        part_of_day=session.part_of_day,
        opens_at=session.opens_at,
        closes_at=session.closes_at,
        unavailable_because=Session.Unavailable.TEMPLATE,
        is_out_of_template=True,
    )


def _part_of(session: Session, zone: str) -> str:
    """The part of the day at which a session begins, where it has one."""
    if session.part_of_day == PartOfDay.OTHER:
        return PartOfDay.OTHER
    hour = clock_in(zone, session.starts_at).hour
    return PartOfDay.MORNING if hour < NOON else PartOfDay.AFTERNOON if hour < EVENING else PartOfDay.EVENING


@transaction.atomic
def withdraw_sessions(*, sessions: Sequence[Session], by: User | None, at: dt.datetime) -> None:
    """Take sessions from the calendar whose owner gives them up: their resources are free at that time."""
    held = lock_all(Session.objects.filter(pk__in=[each.pk for each in sessions], unavailable_because=""))
    _withdraw({each.pk for each in held})
    record_changes(held, old="opened", new="withdrawn", at=at, actor=by.pk if by else None)


def horizon(resource: Resource, *, at: dt.datetime) -> dt.date:
    """The local date until which sessions of the resource exist."""
    ahead = AvailabilityRule.objects.filter(resource=resource).order_by("-offering__policy__opens_days_before")
    days = ahead.values_list("offering__policy__opens_days_before", flat=True).first() or 0
    return day_in(resource.zone, at) + dt.timedelta(days=days + AHEAD_DAYS)


def _add_rule(resource: Resource, hours: WeeklyHours, from_date: dt.date) -> None:
    rule = AvailabilityRule.objects.create(
        resource=resource,
        offering=hours.offering,
        weekday=hours.weekday,
        opens_at=hours.opens_at,
        closes_at=hours.closes_at,
        from_date=from_date,
        every_n_weeks=hours.every_n_weeks,
        anchor_date=hours.anchor_date or from_date,
        part_of_day=hours.part_of_day,
        slot_minutes=hours.slot_minutes,
        capacity=hours.capacity,
    )
    rule.needs.set(hours.needs)


def _clear_sessions(resource: Resource, *, from_date: dt.date, at: dt.datetime) -> tuple[int, int]:
    """Take away what nobody ever booked; what was only cancelled goes from sale; how many went, how many stay."""
    ahead = Session.objects.filter(
        resource=resource, rule__isnull=False, local_date__gte=from_date, starts_at__gt=at
    ).exclude(unavailable_because=Session.Unavailable.TEMPLATE)
    # Sessions before slots, as everybody locks them: nobody takes a place between the look and the removal.
    sessions = lock_all(ahead)
    slots = lock_all(Slot.objects.filter(session__in=sessions))
    taken = {slot.session_id for slot in slots if slot.booked or slot.held}
    ids = {session.pk for session in sessions}
    waiting = set(ahead.filter(bookings__status="waitlist").values_list("pk", flat=True))
    left = taken | waiting
    Session.objects.filter(pk__in=left).update(is_out_of_template=True)
    free = ids - left
    known = set(Session.objects.filter(pk__in=free, bookings__isnull=False).values_list("pk", flat=True))
    _withdraw(known)
    Session.objects.filter(pk__in=free - known).delete()
    return len(free), len(left)


def _withdraw(sessions: set[int]) -> None:
    """Sessions whose bookings were all cancelled stay for these, without places."""
    Slot.objects.filter(session__in=sessions).update(
        state=Slot.State.UNAVAILABLE, version=F("version") + 1, updated_at=Now()
    )
    Claim.objects.filter(session__in=sessions).update(is_active=False)
    Session.objects.filter(pk__in=sessions).update(
        unavailable_because=Session.Unavailable.TEMPLATE, exception=None, is_out_of_template=True
    )


def claim_of(resource: Resource, session: Session) -> Claim:
    """What a session takes of a resource, the buffers around it included; not stored yet."""
    return Claim(
        resource=resource,
        session=session,
        starts_at=session.starts_at - dt.timedelta(minutes=resource.buffer_before_minutes),
        ends_at=session.ends_at + dt.timedelta(minutes=resource.buffer_after_minutes),
        is_exclusive=resource.is_exclusive,
    )


def opens_at_of(policy: BookingPolicy, zone: str, local_date: dt.date) -> dt.datetime:
    """From when on a policy sells what is on this local date."""
    return instant_of(zone, local_date - dt.timedelta(days=policy.opens_days_before), policy.release_local_time)


def closes_at_of(policy: BookingPolicy, zone: str, local_date: dt.date, starts_at: dt.datetime) -> dt.datetime:
    """Until when a policy sells what begins then."""
    if policy.closes_day_before_at is not None:
        return instant_of(zone, local_date - dt.timedelta(days=1), policy.closes_day_before_at)
    return starts_at - dt.timedelta(minutes=policy.closes_minutes_before or 0)
