"""What happens by the clock: reminders, ends, and the sessions of the days that come into reach."""

import datetime as dt

import pytest

from core.jobs.models import Job
from core.models import Notice
from core.notices.templates import template_of
from scheduling.bookings.services import (
    cancel_booking,
    end_attendance,
    record_arrival,
    reschedule_booking,
    send_reminders,
)
from scheduling.bookings.services.reminding import next_reminder
from scheduling.calendars.queries import resources_in, zones
from scheduling.calendars.services import horizon, set_weekly_availability
from scheduling.calendars.tasks import make_sessions
from scheduling.models import Session
from tests.factories.people import resident
from tests.factories.scheduling import (
    CHINA,
    MONDAY,
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
NINE = dt.datetime(2026, 9, 9, 9, tzinfo=CHINA)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PHONE = "+8613800000001"


def reminders():
    return Notice.objects.filter(template__startswith="booking_reminder").order_by("pk")


def test_people_are_reminded_a_day_and_an_hour_before_once_each():
    booking = booked(slot_of(session_of()), resident(phone=PHONE), public_place="泗阳县人民医院")
    assert booking.next_reminder_at == NINE - DAY
    assert send_reminders(at=NINE - DAY - HOUR) == 0
    assert [send_reminders(at=NINE - DAY), send_reminders(at=NINE - DAY)] == [1, 0]
    assert [send_reminders(at=NINE - HOUR), send_reminders(at=NINE)] == [1, 0]
    first, second = reminders()
    assert (first.phone_tail, first.use_by) == (PHONE[-4:], NINE)
    text = template_of(second.template).render(second.params, language="zh-hans")
    assert all(part in text for part in ("门诊", "09:00", "泗阳县人民医院", "1"))


def test_a_booking_that_was_cancelled_or_moved_has_no_old_reminder():
    person = resident(phone=PHONE)
    booking = booked(slot_of(session_of()), person)
    cancel_booking(booking=booking, cancelled_by="resident", reason_code="ill", by=None, at=MONDAY)
    morning = session_of(starts_at=NINE + DAY)
    moved = booked(slot_of(session_of()), person)
    new = reschedule_booking(booking=moved, to_slot=slot_of(morning), by=None, at=MONDAY, key="move-0123456789")
    assert send_reminders(at=NINE - DAY) == 0
    assert new.next_reminder_at == NINE
    assert send_reminders(at=NINE) == 1


def test_nobody_is_reminded_at_night_or_after_the_start():
    early = dt.datetime(2026, 9, 9, 7, 30, tzinfo=CHINA)
    eight_on_the_eve = dt.datetime(2026, 9, 8, 8, tzinfo=CHINA)
    assert next_reminder(early, "Asia/Shanghai", at=MONDAY) == eight_on_the_eve
    assert next_reminder(early, "Asia/Shanghai", at=eight_on_the_eve) is None


@pytest.mark.parametrize(
    ("attendance", "arrives", "status"),
    [
        ("recorded", False, "noshow"),
        ("recorded", True, "arrived"),
        ("assumed", False, "fulfilled"),
        ("assumed", True, "fulfilled"),
        ("file", False, "booked"),
    ],
)
def test_what_is_over_ends_as_its_policy_says(attendance, arrives, status):
    what = offering(booking_policy(attendance=attendance))
    booking = booked(slot_of(session_of(what=what)))
    if arrives:
        record_arrival(booking=booking, by=None, at=NINE)
    assert end_attendance(at=booking.noshow_after_at - dt.timedelta(seconds=1)) == 0
    end_attendance(at=booking.noshow_after_at)
    booking.refresh_from_db()
    assert booking.status == status


def test_every_night_the_day_that_comes_into_reach_gets_its_sessions():
    zhou = doctor("America/New_York")
    hours = [weekly(offering(), weekday=day) for day in range(1, 8)]
    set_weekly_availability(resource=zhou, hours=hours, from_date=MONDAY.date(), by=UserFactory(), at=MONDAY)
    before = Session.objects.latest("local_date").local_date
    assert before == horizon(zhou, at=MONDAY)
    assert "America/New_York" in zones()
    assert list(resources_in(zone="America/New_York", date=MONDAY.date())) == [str(zhou.pk)]
    make_sessions({"place": str(zhou.pk)}, MONDAY + DAY)
    assert Session.objects.latest("local_date").local_date == before + DAY
    assert not Job.objects.filter(kind="calendars.make_sessions").exists()
