"""Calendars and places for tests: a doctor's Wednesday mornings, a class, and people who book."""

import datetime as dt
import itertools
from typing import Any
from zoneinfo import ZoneInfo

from scheduling.bookings.services import Wanted, confirm_booking, hold_place
from scheduling.calendars.models import BookingPolicy, Offering, PartOfDay, Resource, ResourceGroup, Session, Slot
from scheduling.calendars.services import (
    PeriodHours,
    WeeklyHours,
    add_to_group,
    define_offering,
    define_policy,
    form_group,
    open_extra_session,
    register_resource,
)
from scheduling.models import Booking
from tests.factories.people import resident
from tests.factories.stations import UserFactory

CHINA = ZoneInfo("Asia/Shanghai")
#: A Monday; the doctor's Wednesday is the day after the next.
MONDAY = dt.datetime(2026, 9, 7, 8, tzinfo=CHINA)
WEDNESDAY = dt.date(2026, 9, 9)
_numbers = itertools.count(1)

RULES = {
    "opens_days_before": 14,
    "release_local_time": dt.time(8),
    "closes_minutes_before": 0,
    "cancel_day_before_at": dt.time(16),
}


def booking_policy(**rules: Any) -> BookingPolicy:
    """Opens 14 days before at 8, closes at the start, free to cancel until 16:00 of the day before."""
    code = rules.pop("code", f"policy{next(_numbers)}")
    if "cancel_minutes_before" in rules:
        rules["cancel_day_before_at"] = None
    if "closes_day_before_at" in rules:
        rules["closes_minutes_before"] = None
    return define_policy(code=code, by=UserFactory(), at=MONDAY, **{**RULES, **rules})


def offering(policy: BookingPolicy | None = None, **values: Any) -> Offering:
    """Something that can be booked, with a waiting list."""
    values.setdefault("has_waitlist", True)
    return define_offering(
        owner_kind="health.clinic",
        owner_ref=str(next(_numbers)),
        label="Appointment",
        label_zh="门诊",
        policy=policy or booking_policy(),
        by=UserFactory(),
        at=MONDAY,
        **values,
    )


def doctor(zone: str = "Asia/Shanghai", **values: Any) -> Resource:
    """A doctor with a calendar in a zone."""
    values = {"kind": "practitioner", "name": "周医生", "owner_kind": "health.doctor", **values}
    values.setdefault("owner_ref", str(next(_numbers)))
    return register_resource(zone=zone, by=UserFactory(), at=MONDAY, **values)


def weekly(what: Offering, weekday: int = 3, opens: str = "08:00", closes: str = "12:00", **values: Any) -> WeeklyHours:
    """Hours of a week, by default Wednesday mornings."""
    return WeeklyHours(
        offering=what,
        weekday=weekday,
        opens_at=dt.time.fromisoformat(opens),
        closes_at=dt.time.fromisoformat(closes),
        part_of_day=values.pop("part_of_day", PartOfDay.MORNING),
        **values,
    )


def session_of(
    *resources: Resource,
    what: Offering | None = None,
    capacity: int = 1,
    starts_at: dt.datetime | None = None,
    **values,
) -> Session:
    """A session of two hours on Wednesday at 9, in one slot unless `slot_minutes` cuts it."""
    starts_at = starts_at or dt.datetime(2026, 9, 9, 9, tzinfo=CHINA)
    return open_extra_session(
        offering=what or offering(),
        resources=resources or (doctor(),),
        starts_at=starts_at,
        ends_at=values.pop("ends_at", starts_at + dt.timedelta(hours=2)),
        capacity=capacity,
        by=UserFactory(),
        at=MONDAY,
        **values,
    )


def slot_of(session: Session, number: int = 0) -> Slot:
    """A slot of a session, by its place."""
    return session.slots.order_by("starts_at")[number]


def held(slot: Slot, person: Any = None, *, at: dt.datetime = MONDAY, **values: Any) -> Booking:
    """A place that is held for a person."""
    values.setdefault("key", f"key-{next(_numbers):012}")
    return hold_place(slot=slot, subject=person or resident(), owner_kind="health.visit", by=None, at=at, **values)


def booked(slot: Slot, person: Any = None, *, at: dt.datetime = MONDAY, **values: Any) -> Booking:
    """A place that is booked for a person."""
    return confirm_booking(booking=held(slot, person, at=at, **values), by=None, at=at)


#: Guest rooms by night, and rooms of a building by the hour.
NIGHTS = PeriodHours(dt.time(14), dt.time(12), 30 * 24 * 60)
HOURS = PeriodHours(dt.time(8), dt.time(20), 12 * 60)


def group_of(count: int, hours: PeriodHours = HOURS, zone: str = "Asia/Shanghai", **values: Any) -> ResourceGroup:
    """Like rooms of one building."""
    user = UserFactory()
    policy = values.pop("policy", None) or booking_policy(opens_days_before=90)
    group = form_group(
        owner_kind="tourism.house",
        owner_ref=str(next(_numbers)),
        name="桃源民宿",
        offering=offering(policy, has_waitlist=False, periods=hours),
        by=user,
        at=MONDAY,
    )
    for number in range(count):
        room = doctor(zone, kind="room", name=f"{number + 1}号房", owner_kind="tourism.room", **values)
        add_to_group(group=group, resource=room, by=user, at=MONDAY)
    return group


def wanted(person: Any = None, *, at: dt.datetime = MONDAY, **values: Any) -> Wanted:
    """What a booking of a period is told; without a person an owner's own."""
    values.setdefault("key", f"key-{next(_numbers):012}")
    return Wanted(subject=person, owner_kind="tourism.stay", by=None, at=at, **values)
