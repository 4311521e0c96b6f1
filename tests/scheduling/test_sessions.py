"""Weekly hours become sessions and slots, in the zone of their resource."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from scheduling.bookings.services import cancel_booking
from scheduling.calendars.queries import free_slots, nearest_free, slot_status
from scheduling.calendars.services import (
    NotLongEnough,
    ResourceTaken,
    RulesOverlap,
    UnknownZone,
    make_sessions,
    set_resource_validity,
    set_weekly_availability,
)
from scheduling.models import AvailabilityException, Claim, Holiday, HolidayCalendar, Session, Slot
from tests.factories.scheduling import (
    CHINA,
    MONDAY,
    WEDNESDAY,
    booked,
    booking_policy,
    doctor,
    offering,
    session_of,
    slot_of,
    weekly,
)
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db
WEEK = dt.timedelta(days=7)


def set_hours(resource, *hours, from_date=dt.date(2026, 9, 7), at=MONDAY):
    return set_weekly_availability(resource=resource, hours=hours, from_date=from_date, by=UserFactory(), at=at)


def at_hour(date, hour, minute=0):
    return dt.datetime(date.year, date.month, date.day, hour, minute, tzinfo=CHINA)


def away(resource, starts_at, ends_at, kind="leave"):
    return AvailabilityException.objects.create(
        resource=resource, starts_at=starts_at, ends_at=ends_at, kind=kind, reason_code="ill", recorded_by=UserFactory()
    )


def test_a_morning_of_four_hours_has_sixteen_slots_of_a_quarter_of_an_hour():
    zhou = doctor()
    set_hours(zhou, weekly(offering(), slot_minutes=15))
    first = Session.objects.filter(resource=zhou).earliest("starts_at")
    assert (first.local_date, first.slots.count()) == (WEDNESDAY, 16)
    assert first.opens_at == at_hour(WEDNESDAY - 2 * WEEK, 8)
    assert slot_of(first, 15).ends_at == at_hour(WEDNESDAY, 12)


def test_without_minutes_there_is_one_slot_of_twenty_places():
    zhou = doctor()
    set_hours(zhou, weekly(offering(), capacity=20))
    [slot] = Session.objects.filter(resource=zhou).earliest("starts_at").slots.all()
    assert (slot.capacity, slot.ends_at - slot.starts_at) == (20, dt.timedelta(hours=4))


def test_a_last_slot_that_would_pass_the_end_is_not_made_and_one_longer_than_all_is_refused():
    zhou = doctor()
    set_hours(zhou, weekly(offering(), closes="09:00", slot_minutes=25))
    assert Session.objects.filter(resource=zhou).earliest("starts_at").slots.count() == 2
    with pytest.raises(NotLongEnough):
        set_hours(zhou, weekly(offering(), closes="09:00", slot_minutes=61))


def test_sessions_that_are_made_twice_are_made_once():
    zhou = doctor()
    set_hours(zhou, weekly(offering(), slot_minutes=15))
    before = Session.objects.count(), Slot.objects.count(), Claim.objects.count()
    assert make_sessions(resource=zhou, to_date=WEDNESDAY + 2 * WEEK, at=MONDAY).made == 0
    assert (Session.objects.count(), Slot.objects.count(), Claim.objects.count()) == before
    assert make_sessions(resource=zhou, to_date=WEDNESDAY + 4 * WEEK, at=MONDAY).made == 5 - before[0]


@pytest.mark.parametrize(
    ("sunday", "opens", "utc"),
    [
        (dt.date(2026, 10, 25), "09:00", "2026-10-25T13:00"),
        (dt.date(2026, 11, 1), "09:00", "2026-11-01T14:00"),
        # Clocks show 01:30 twice: the first counts.
        (dt.date(2026, 11, 1), "01:30", "2026-11-01T05:30"),
        # 02:30 is skipped: it moves forward by the gap.
        (dt.date(2027, 3, 14), "02:30", "2027-03-14T07:30"),
        (dt.date(2027, 3, 14), "03:00", "2027-03-14T07:00"),
    ],
)
def test_local_times_become_instants_by_date_and_a_session_keeps_its_length(sunday, opens, utc):
    tutor = doctor("America/New_York")
    hours = weekly(offering(), weekday=7, opens=opens, closes="12:00")
    start = sunday - dt.timedelta(days=3)
    set_hours(tutor, hours, from_date=start, at=dt.datetime(start.year, start.month, start.day, tzinfo=dt.UTC))
    session = Session.objects.get(resource=tutor, local_date=sunday)
    assert session.starts_at == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert session.ends_at - session.starts_at == dt.timedelta(hours=12) - dt.timedelta(
        hours=hours.opens_at.hour, minutes=hours.opens_at.minute
    )


def test_half_an_hour_of_summer_time_and_midnight_of_another_day_are_right():
    island = doctor("Australia/Lord_Howe")
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduling_local_instant('Australia/Lord_Howe', '2027-04-04 01:45')")
        assert cursor.fetchone()[0] == dt.datetime(2027, 4, 3, 14, 45, tzinfo=dt.UTC)
    set_hours(island, weekly(offering(), weekday=3, opens="00:30", closes="01:30"))
    session = Session.objects.filter(resource=island).earliest("starts_at")
    assert session.local_date.isoweekday() == 3
    assert session.starts_at.astimezone(dt.UTC).date() == session.local_date - dt.timedelta(days=1)


@pytest.mark.parametrize("zone", ["Beijing", "", "+08", "CST6CDT", "Asia/Schanghai"])
def test_a_calendar_is_in_a_zone_that_exists(zone):
    with pytest.raises(UnknownZone):
        doctor(zone)


def test_every_second_week_counts_from_its_anchor_across_the_year():
    zhou = doctor()
    hours = weekly(offering(booking_policy(opens_days_before=60)), every_n_weeks=2, anchor_date=dt.date(2026, 12, 23))
    set_hours(zhou, hours, from_date=dt.date(2026, 12, 21), at=dt.datetime(2026, 12, 21, tzinfo=CHINA))
    dates = Session.objects.filter(resource=zhou).order_by("local_date").values_list("local_date", flat=True)
    assert list(dates)[:3] == [dt.date(2026, 12, 23), dt.date(2027, 1, 6), dt.date(2027, 1, 20)]


def test_holidays_have_no_sessions_and_makeup_days_those_of_their_weekday():
    china = HolidayCalendar.objects.create(code="CN", name="中国")
    Holiday.objects.create(calendar=china, date=WEDNESDAY, name="节日", kind="holiday")
    saturday = WEDNESDAY + dt.timedelta(days=3)
    Holiday.objects.create(calendar=china, date=saturday, name="补班", kind="makeup_workday", follows_weekday=3)
    resting, working, called = (
        doctor(holiday_calendar=china),
        doctor(holiday_calendar=china, works_on_makeup_days=True),
        doctor(holiday_calendar=china),
    )
    away(called, at_hour(WEDNESDAY, 0), at_hour(WEDNESDAY, 23), kind="extra")
    for each in (resting, working, called):
        set_hours(each, weekly(offering()))

    def first(resource):
        return Session.objects.filter(resource=resource).earliest("starts_at").local_date

    assert (first(resting), first(working), first(called)) == (WEDNESDAY + WEEK, saturday, WEDNESDAY)


def test_a_resource_that_is_away_has_unavailable_slots_for_half_a_session_and_no_claim_for_a_whole_one():
    zhou = doctor()
    away(zhou, at_hour(WEDNESDAY, 10), at_hour(WEDNESDAY, 18))
    away(zhou, at_hour(WEDNESDAY + WEEK, 0), at_hour(WEDNESDAY + WEEK, 23))
    set_hours(zhou, weekly(offering(), slot_minutes=60))
    half, whole = Session.objects.filter(resource=zhou).order_by("starts_at")[:2]
    assert list(half.slots.order_by("starts_at").values_list("state", flat=True)) == ["open"] * 2 + ["unavailable"] * 2
    assert (half.unavailable_because, half.claims.get().is_active) == ("", True)
    assert (whole.unavailable_because, whole.claims.get().is_active) == ("leave", False)
    assert {slot.status for slot in whole.slots.annotate(status=slot_status())} == {"busy-unavailable"}


def test_a_resource_serves_one_session_at_a_time_whoever_owns_it():
    zhou, classroom = doctor(), doctor(kind="classroom")
    session_of(zhou, classroom)
    with pytest.raises(ResourceTaken):
        session_of(doctor(), classroom, starts_at=at_hour(WEDNESDAY, 10))
    touching = session_of(doctor(), classroom, starts_at=at_hour(WEDNESDAY, 11))
    assert touching.claims.count() == 2
    shared = doctor(is_exclusive=False)
    assert session_of(shared).pk != session_of(shared).pk


def test_weekly_hours_leave_out_the_dates_on_which_another_session_has_the_resource():
    zhou = doctor()
    session_of(zhou, starts_at=at_hour(WEDNESDAY, 9))
    changed = set_hours(zhou, weekly(offering()))
    assert changed.clashing == [WEDNESDAY]
    assert not Session.objects.filter(resource=zhou, local_date=WEDNESDAY, rule__isnull=False).exists()


def test_a_classroom_that_a_rule_needs_is_claimed_with_the_teacher():
    teacher, classroom = doctor(kind="tutor"), doctor(kind="classroom")
    set_hours(teacher, weekly(offering(), needs=(classroom,)))
    other = doctor(kind="tutor")
    changed = set_hours(other, weekly(offering(), opens="11:00", closes="13:00", needs=(classroom,)))
    assert (changed.made, len(changed.clashing)) == (0, 3)


def test_hours_of_one_weekday_never_overlap_and_touching_is_not_overlapping():
    zhou, what = doctor(), offering()
    with pytest.raises(RulesOverlap):
        set_hours(zhou, weekly(what), weekly(what, opens="11:59", closes="14:00"))
    assert set_hours(zhou, weekly(what), weekly(what, opens="12:00", closes="14:00")).made == 6


def test_buffers_keep_sessions_apart():
    from scheduling.calendars.services.registering import Buffers  # noqa: PLC0415 - of this test alone

    zhou = doctor(buffers=Buffers(after_minutes=15))
    session_of(zhou)
    with pytest.raises(ResourceTaken):
        session_of(zhou, starts_at=at_hour(WEDNESDAY, 11, 14))
    session_of(zhou, starts_at=at_hour(WEDNESDAY, 11, 15))


def test_new_hours_replace_what_nobody_booked_and_leave_the_rest_where_it_is():
    zhou, what = doctor(), offering()
    set_hours(zhou, weekly(what))
    first, second, third = Session.objects.filter(resource=zhou).order_by("starts_at")
    booked(slot_of(first))
    given_up = booked(slot_of(second))
    cancel_booking(booking=given_up, cancelled_by="resident", reason_code="changed-mind", by=None, at=MONDAY)
    changed = set_hours(zhou, weekly(what, opens="13:00", closes="15:00"))
    assert (changed.removed, changed.out_of_template, changed.made) == (2, 1, 3)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_out_of_template, first.unavailable_because) == (True, "")
    assert second.unavailable_because == "template"
    assert not Session.objects.filter(pk=third.pk).exists()
    again = set_hours(zhou, weekly(what, opens="13:00", closes="15:00"))
    assert (again.removed, again.out_of_template, again.made) == (3, 1, 3)


def test_free_slots_are_found_in_one_statement_and_only_those_that_can_be_booked():
    zhou, what = doctor(), offering()
    set_hours(zhou, weekly(what, slot_minutes=60, capacity=2))
    first = Session.objects.filter(resource=zhou).earliest("starts_at")
    booked(slot_of(first))
    booked(slot_of(first, 1))
    booked(slot_of(first, 1))
    Slot.objects.filter(pk=slot_of(first, 3).pk).update(state="unavailable")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = list(free_slots(offerings=[what], since=MONDAY, until=MONDAY + 2 * WEEK, at=MONDAY))
    assert len(asked) == 1
    assert [(slot.starts_at.astimezone(CHINA).hour, slot.free) for slot in found][:2] == [(8, 1), (10, 2)]
    assert len(found) == 6
    start = (found[0].starts_at, found[0].pk)
    rest = free_slots(offerings=[what], since=MONDAY, until=MONDAY + 2 * WEEK, at=MONDAY, after=start)
    assert list(rest) == found[1:]
    both = free_slots(offerings=[what], since=MONDAY, until=MONDAY + 2 * WEEK, at=MONDAY, quantity=2)
    assert list(both) == found[1:]
    assert nearest_free(slot=slot_of(first, 1), at=MONDAY) == found[1:4]


def test_the_day_of_the_end_of_a_licence_can_be_booked_and_the_day_after_it_cannot():
    zhou, what = doctor(), offering()
    set_hours(zhou, weekly(what), weekly(what, weekday=4))
    set_resource_validity(resource=zhou, valid_until_date=WEDNESDAY, by=UserFactory(), at=MONDAY)
    found = free_slots(offerings=[what], since=MONDAY, until=MONDAY + WEEK, at=MONDAY)
    assert [slot.session.local_date for slot in found] == [WEDNESDAY]


def test_the_status_of_a_slot_is_derived():
    session = session_of(capacity=2)

    def status():
        return session.slots.annotate(status=slot_status()).get().status

    assert status() == "free"
    session.slots.update(held=2)
    assert status() == "busy-tentative"
    session.slots.update(held=0, booked=2)
    assert status() == "busy"


@pytest.mark.parametrize(
    "wrong",
    [{"booked": 3}, {"booked": 1, "held": 2}, {"capacity": 3}, {"booked": -1}],
)
def test_the_database_refuses_counters_beyond_the_places(wrong):
    session = session_of(capacity=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        session.slots.update(**wrong)


def test_a_policy_never_changes():
    policy = booking_policy()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(policy).objects.filter(pk=policy.pk).update(hold_minutes=20)
    assert booking_policy(code=policy.code).revision == 2
