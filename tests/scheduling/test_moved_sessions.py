"""What is on sale changes while people are booked: more places or fewer, and a session at another time."""

import datetime as dt

import pytest

from core.models import Notice
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import (
    NothingToAnswer,
    SessionStarted,
    SlotFull,
    SlotUnavailable,
    SomebodyCame,
    agree_to_move,
    cancel_booking,
    change_capacity,
    expire_answers,
    join_waitlist,
    move_booked_session,
    record_arrival,
    record_leave,
)
from scheduling.calendars.services import ResourceTaken, make_sessions, set_weekly_availability
from scheduling.models import Booking, Offer, Session, Slot
from tests.factories.people import resident
from tests.factories.scheduling import (
    CHINA,
    MONDAY,
    WEDNESDAY,
    booked,
    doctor,
    held,
    offering,
    session_of,
    slot_of,
    weekly,
)
from tests.factories.stations import StationFactory, UserFactory
from tests.health.test_checkup_races import meanwhile

NINE = dt.datetime(2026, 9, 9, 9, tzinfo=CHINA)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def wrong():
    return list(slots_with_wrong_counters())


def numbers(slot, capacity, at=MONDAY):
    return change_capacity(slot=slot, capacity=capacity, by=UserFactory(), at=at)


def moved(session, starts_at, at=MONDAY):
    return move_booked_session(
        session=session,
        starts_at=starts_at,
        key_of=lambda booking, date: f"day:{date}:{booking.subject_id}",
        by=UserFactory(),
        at=at,
    )


def read(booking):
    return Booking.objects.get(pk=booking.pk)


@pytest.mark.django_db
def test_with_fewer_places_than_people_all_stay_the_last_are_listed_and_nothing_is_sold_until_enough_have_left():
    slot = slot_of(session_of(capacity=6))
    rows = [booked(slot) for _ in range(5)]
    report = numbers(slot, 3)
    assert [each.sequence_no for each in report.excess] == [4, 5]
    assert (report.slot.capacity, report.slot.booked, report.slot.ceiling) == (3, 5, 5)
    for gone in (rows[0], rows[4]):
        with pytest.raises(SlotFull):
            held(slot)
        cancel_booking(booking=gone, cancelled_by="resident", reason_code="ill", by=None, at=MONDAY)
    with pytest.raises(SlotFull):
        held(slot)
    cancel_booking(booking=rows[1], cancelled_by="resident", reason_code="ill", by=None, at=MONDAY)
    assert booked(slot).sequence_no == 6
    assert numbers(slot, 3).excess == []
    with pytest.raises(SessionStarted):
        numbers(slot, 4, at=NINE)
    assert wrong() == []


@pytest.mark.django_db
def test_more_places_are_offered_to_those_who_wait_before_anybody_else():
    session = session_of()
    booked(slot_of(session))
    line = [
        join_waitlist(session=session, subject=resident(), owner_kind="health.visit", by=None, at=MONDAY, key=f"w{no}")
        for no in range(2)
    ]
    numbers(slot_of(session), 2)
    assert [each.booking for each in Offer.objects.filter(status="open")] == line[:1]
    with pytest.raises(SlotFull):
        held(slot_of(session))
    record_leave(
        resource=session.resource, starts_at=NINE, ends_at=NINE + HOUR, reason_code="ill", by=UserFactory(), at=MONDAY
    )
    with pytest.raises(SlotUnavailable):
        numbers(slot_of(session), 3)
    assert wrong() == []


@pytest.mark.django_db
def test_a_session_moves_with_its_numbers_and_who_is_elsewhere_or_does_not_answer_is_cancelled_by_the_provider():
    zhou, station = doctor(), StationFactory()
    session = session_of(zhou, capacity=5)
    slot, phones = slot_of(session), iter(f"+861380000000{number}" for number in range(9))
    agrees, silent, leaves, busy = (booked(slot, resident(phone=next(phones)), station=station) for _ in range(4))
    booked(slot_of(session_of(starts_at=NINE + 25 * HOUR)), busy.subject)
    pending = held(slot)
    report = moved(session, NINE + DAY)
    assert ({*report.moved}, {each.pk for each in report.cancelled}) == (
        {agrees, silent, leaves},
        {busy.pk, pending.pk},
    )
    assert [(read(each).status, read(each).cancelled_by) for each in (busy, pending)] == [("cancelled", "provider")] * 2
    now_at = read(agrees)
    assert (now_at.sequence_no, now_at.ical_sequence) == (1, agrees.ical_sequence + 1)
    assert (now_at.session.starts_at, now_at.session.local_date) == (NINE + DAY, WEDNESDAY + DAY)
    assert now_at.participants.get().starts_at == slot_of(session).starts_at == NINE + DAY
    assert session.claims.get().starts_at == NINE + DAY
    assert now_at.answer_by_at == MONDAY + 2 * DAY - dt.timedelta(hours=11, minutes=30)
    templates = sorted(Notice.objects.values_list("template", flat=True))
    assert templates == ["booking_cancelled_by_provider"] + ["booking_moved_and_asked"] * 3
    agree_to_move(booking=agrees, by=UserFactory(), at=MONDAY)
    with pytest.raises(NothingToAnswer):
        agree_to_move(booking=agrees, by=UserFactory(), at=MONDAY)
    after_deadline = NINE + DAY - HOUR
    assert expire_answers(at=read(leaves).answer_by_at - HOUR) == 0
    cancel_booking(booking=leaves, cancelled_by="resident", reason_code="ill", by=None, at=after_deadline)
    assert (read(leaves).is_late, expire_answers(at=after_deadline), expire_answers(at=after_deadline)) == (False, 1, 0)
    assert (read(silent).status, read(silent).cancelled_by) == ("cancelled", "provider")
    assert (read(agrees).status, Slot.objects.get(pk=slot.pk).booked, wrong()) == ("booked", 1, [])


@pytest.mark.django_db
def test_weekly_hours_do_not_make_a_session_again_that_has_left_its_day_and_nothing_moves_on_to_another():
    zhou, what = doctor(), offering()
    set_weekly_availability(
        resource=zhou, hours=[weekly(what, slot_minutes=60)], from_date=WEDNESDAY, by=UserFactory(), at=MONDAY
    )
    session = Session.objects.get(resource=zhou, local_date=WEDNESDAY)
    starts = [each.starts_at for each in session.slots.order_by("starts_at")]
    with pytest.raises(ResourceTaken):
        moved(session, session.starts_at + 7 * DAY)
    row = booked(slot_of(session, 1))
    moved(session, session.starts_at + dt.timedelta(minutes=30))
    assert Session.objects.filter(resource=zhou, local_date=WEDNESDAY).count() == 1, "its day is still its own"
    moved(Session.objects.get(pk=session.pk), session.starts_at + DAY)
    assert [each.starts_at for each in session.slots.order_by("starts_at")] == [each + DAY for each in starts]
    assert read(row).participants.get().starts_at == starts[1] + DAY
    assert make_sessions(resource=zhou, to_date=WEDNESDAY + 3 * DAY, at=MONDAY).made == 0
    left = Session.objects.get(resource=zhou, local_date=WEDNESDAY)
    assert (left.unavailable_because, left.slots.count()) == ("template", 0)
    record_arrival(booking=row, by=UserFactory(), at=starts[1] + DAY - HOUR)
    with pytest.raises(SomebodyCame):
        moved(Session.objects.get(pk=session.pk), session.starts_at + 2 * DAY, at=session.starts_at + DAY - HOUR)
    assert wrong() == []


def test_who_books_while_the_session_moves_does_not_get_a_place_at_the_time_that_it_has_left(own_database):
    session, person = session_of(capacity=5), resident()
    slot = slot_of(session)
    with pytest.raises(SlotUnavailable):
        meanwhile(lambda: moved(session, NINE + DAY), lambda: held(slot, person))
    assert (booked(slot_of(session), person).participants.get().starts_at, wrong()) == (NINE + DAY, [])
