"""A resource is away, in one operation: places leave the sale, everybody is cancelled and told, nobody pays for it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.errors import Refused
from core.models import Event, Notice
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import (
    AlreadyAway,
    PeriodOver,
    SlotUnavailable,
    cancel_booking,
    fulfil_booking,
    join_waitlist,
    record_leave,
    withdraw_leave,
)
from scheduling.models import Booking, Claim, Offer, Slot
from tests.factories.people import resident
from tests.factories.scheduling import CHINA, MONDAY, booked, doctor, held, session_of, slot_of
from tests.factories.stations import StationFactory, UserFactory, helper_of

NINE = dt.datetime(2026, 9, 9, 9, tzinfo=CHINA)
HOUR = dt.timedelta(hours=1)


def leave(resource, starts_at=NINE, ends_at=NINE + 2 * HOUR, *, at=MONDAY, **values):
    return record_leave(
        resource=resource, starts_at=starts_at, ends_at=ends_at, reason_code="ill", by=UserFactory(), at=at, **values
    )


def counters(slot):
    return Slot.objects.values_list("state", "booked", "held").get(pk=slot.pk)


@pytest.mark.django_db
def test_everybody_with_a_place_is_cancelled_by_the_provider_and_told_without_a_word_of_what_it_is_about():
    zhou = doctor(name="周医生 皮肤科")
    slot = slot_of(session_of(zhou, capacity=20))
    phones = [f"+861380000000{number}" for number in range(3)]
    bookings = [booked(slot, resident(phone=phone)) for phone in phones] + [held(slot)]
    report = leave(zhou)
    assert (report.sessions, len(report.cancelled)) == (1, 4)
    assert {(each.status, each.cancelled_by, each.is_late) for each in report.cancelled} == {
        ("cancelled", "provider", False)
    }
    assert counters(slot) == ("unavailable", 0, 0)
    notices = Notice.objects.filter(template="booking_cancelled_by_provider")
    assert {each.phone_tail for each in notices} == {phone[-4:] for phone in phones}
    assert not [each for each in notices if "皮肤" in str(each.params) or "周" in str(each.params)]
    assert Event.objects.filter(name="scheduling.booking_cancelled").count() == len(bookings)
    assert set(report.exception.cancelled_bookings.all()) == set(bookings)
    with pytest.raises(SlotUnavailable):
        held(slot)


@pytest.mark.django_db
def test_half_a_session_away_takes_only_its_slots():
    zhou = doctor()
    session = session_of(zhou, slot_minutes=60)
    first, second = booked(slot_of(session)), booked(slot_of(session, 1))
    report = leave(zhou, NINE + HOUR)
    assert report.cancelled == [second]
    session.refresh_from_db()
    first.refresh_from_db()
    assert (session.unavailable_because, first.status) == ("", "booked")
    assert Claim.objects.get(session=session).is_active


@pytest.mark.django_db
def test_a_classroom_that_is_closed_closes_the_class_and_frees_its_teacher():
    teacher, classroom = doctor(kind="tutor"), doctor(kind="classroom")
    slot = slot_of(session_of(teacher, classroom, capacity=30))
    booked(slot)
    leave(classroom, kind="closed")
    assert counters(slot) == ("unavailable", 0, 0)
    assert session_of(teacher).pk


@pytest.mark.django_db
def test_offers_end_and_whoever_waits_for_a_session_that_is_gone_waits_no_longer():
    zhou = doctor()
    session = session_of(zhou)
    first = booked(slot_of(session))
    waits = join_waitlist(
        session=session, subject=resident(), owner_kind="health.visit", by=None, at=MONDAY, key="0123456789abcdef"
    )
    cancel_booking(booking=first, cancelled_by="resident", reason_code="ill", by=None, at=MONDAY)
    report = leave(zhou)
    assert report.cancelled == [waits]
    assert Offer.objects.get().status == "expired"
    assert counters(slot_of(session)) == ("unavailable", 0, 0)


@pytest.mark.django_db
def test_who_was_served_before_the_doctor_left_stays_served():
    zhou = doctor()
    slot = slot_of(session_of(zhou, capacity=2))
    served, waits = booked(slot), booked(slot)
    fulfil_booking(booking=served, by=None, at=NINE)
    report = leave(zhou, NINE, at=NINE + HOUR)
    assert report.cancelled == [waits]
    assert counters(slot) == ("unavailable", 1, 0)
    assert list(slots_with_wrong_counters()) == []


@pytest.mark.django_db
def test_an_absence_is_recorded_once_and_never_for_what_is_over():
    zhou = doctor()
    leave(zhou)
    with pytest.raises(AlreadyAway):
        leave(zhou, NINE + HOUR, NINE + 3 * HOUR)
    leave(zhou, NINE + 2 * HOUR, NINE + 3 * HOUR)
    with pytest.raises(PeriodOver):
        leave(doctor(), at=NINE + 2 * HOUR)


@pytest.mark.django_db
def test_a_withdrawn_absence_opens_the_slots_again_and_revives_no_booking():
    zhou = doctor()
    session = session_of(zhou)
    booking = booked(slot_of(session))
    report = leave(zhou)
    withdraw_leave(exception=report.exception, by=UserFactory(), at=MONDAY)
    withdraw_leave(exception=report.exception, by=UserFactory(), at=MONDAY)
    booking.refresh_from_db()
    session.refresh_from_db()
    assert (booking.status, session.unavailable_because) == ("cancelled", "")
    assert booked(slot_of(session)).sequence_no == 2


@pytest.mark.django_db
def test_a_withdrawn_absence_opens_nothing_that_another_absence_or_another_session_has():
    zhou = doctor()
    session = session_of(zhou, slot_minutes=60)
    first = leave(zhou)
    leave(zhou, NINE + HOUR, NINE + 2 * HOUR, kind="closed")
    withdraw_leave(exception=first.exception, by=UserFactory(), at=MONDAY)
    assert [slot.state for slot in session.slots.order_by("starts_at")] == ["open", "unavailable"]
    other = doctor()
    gone = session_of(other)
    away = leave(other)
    session_of(other)
    withdraw_leave(exception=away.exception, by=UserFactory(), at=MONDAY)
    gone.refresh_from_db()
    assert gone.unavailable_because == "leave"


def test_a_booking_at_the_same_instant_is_in_the_report_or_refused(own_database):
    zhou, station = doctor(), StationFactory()
    helper = helper_of(station)
    slot = slot_of(session_of(zhou, capacity=20))
    people = [resident(f"村民{number}", station, by=helper) for number in range(10)]

    def run(act):
        try:
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    acts = [lambda person=person: booked(slot, person) for person in people]
    acts.insert(5, lambda: leave(zhou))
    with ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(run, acts))
    report = answers.pop(5)
    assert {each for each in answers if isinstance(each, str)} <= {"slot_unavailable", "hold_expired", "wrong_state"}
    assert set(Booking.objects.all()) == set(report.cancelled)
    assert counters(slot) == ("unavailable", 0, 0)
