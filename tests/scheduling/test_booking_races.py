"""Many at once: nobody gets a place too many, no place stays empty, and nobody waits for ever."""

import datetime as dt

import pytest
from django.db import connection, transaction

from core.database.db import lock
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import (
    SlotFull,
    cancel_booking,
    confirm_booking,
    expire_holds,
    join_waitlist,
    record_arrival,
    record_noshow,
    reschedule_booking,
)
from scheduling.bookings.services.places import Attendee
from scheduling.calendars.services import make_sessions, set_weekly_availability
from scheduling.models import Booking, Offer, Session, Slot
from tests.factories.people import resident
from tests.factories.scheduling import (
    CHINA,
    MONDAY,
    booked,
    doctor,
    held,
    offering,
    session_of,
    slot_of,
    weekly,
)
from tests.factories.stations import StationFactory, UserFactory, helper_of
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")
MINUTE = dt.timedelta(minutes=1)


def people(count):
    station = StationFactory()
    helper = helper_of(station)
    return [resident(f"村民{number}", station, by=helper) for number in range(count)]


def counters(slot):
    return Slot.objects.values_list("booked", "held").get(pk=slot.pk)


def right():
    return list(slots_with_wrong_counters()) == []


def test_forty_people_race_for_five_places():
    slot = slot_of(session_of(capacity=5))
    answers = together(*[lambda person=person: booked(slot, person) for person in people(40)])
    winners = [each for each in answers if isinstance(each, Booking)]
    assert sorted(each.sequence_no for each in winners) == [1, 2, 3, 4, 5]
    assert [each for each in answers if not isinstance(each, Booking)] == ["slot_full"] * 35
    assert counters(slot) == (5, 0)
    assert right()


def test_one_key_sent_by_eight_at_once_is_one_booking():
    slot, [person] = slot_of(session_of(capacity=8)), people(1)
    answers = together(*[lambda: held(slot, person, key="0123456789abcdef")] * 8)
    assert len({each.pk for each in answers}) == 1
    assert counters(slot) == (0, 1)


def test_one_key_sent_by_eight_at_once_for_the_last_place_is_one_booking_too():
    slot, [person] = slot_of(session_of(capacity=1)), people(1)
    answers = together(*[lambda: held(slot, person, key="0123456789abcdef")] * 8)
    assert len({each.pk for each in answers}) == 1
    assert counters(slot) == (0, 1)


def test_whoever_comes_when_all_is_taken_reads_three_rows_and_waits_for_nobody():
    slot, [first, late] = slot_of(session_of(capacity=1)), people(2)
    booked(slot, first)

    def come_late():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        return held(slot, late)

    with transaction.atomic():
        lock(slot)
        assert together(come_late) == ["slot_full"]
    sent = []
    watched = connection.execute_wrapper(lambda execute, *what: sent.append(what) or execute(*what))
    with watched, pytest.raises(SlotFull):
        held(slot, late)
    assert len(sent) == 3


def test_one_person_booked_at_two_counters_at_once_is_in_one_place():
    first, second = people(2)
    for number in range(4):
        starts_at = dt.datetime(2026, 9, 9, 6 + 2 * number, tzinfo=CHINA)
        slots = [slot_of(session_of(starts_at=starts_at)) for _ in range(2)]
        answers = together(
            lambda: held(slots[0], first, others=[Attendee(second)]),  # noqa: B023 - run before the next turn
            lambda: held(slots[1], second, others=[Attendee(first)]),  # noqa: B023
        )
        assert [isinstance(each, Booking) for each in answers].count(True) == 1
        assert "person_busy" in answers
        assert sorted(map(counters, slots)) == [(0, 0), (0, 1)]


def test_eight_cancellations_at_once_leave_no_place_booked_and_each_counts_once():
    slot = slot_of(session_of(capacity=8))
    bookings = [booked(slot, person) for person in people(8)]

    def give_up(booking):
        return cancel_booking(booking=booking, cancelled_by="resident", reason_code="ill", by=None, at=MONDAY)

    together(*[lambda booking=booking: give_up(booking) for booking in bookings * 2])
    assert counters(slot) == (0, 0)


def test_two_places_freed_at_once_are_offered_to_two_people():
    session = session_of(capacity=2)
    slot, everybody = slot_of(session), people(5)
    bookings = [booked(slot, person) for person in everybody[:2]]
    for number, person in enumerate(everybody[2:]):
        join_waitlist(
            session=session,
            subject=person,
            owner_kind="health.visit",
            by=None,
            at=MONDAY + number * MINUTE,
            key=f"waiting-{number:016}",
        )

    def give_up(booking):
        return cancel_booking(booking=booking, cancelled_by="resident", reason_code="ill", by=None, at=MONDAY)

    together(*[lambda booking=booking: give_up(booking) for booking in bookings])
    offered = Offer.objects.filter(status="open").values_list("booking__subject", flat=True)
    assert set(offered) == {everybody[2].pk, everybody[3].pk}
    assert counters(slot) == (0, 2)
    assert right()


def test_a_hold_is_either_confirmed_or_released():
    session = session_of(capacity=6)
    slot = slot_of(session)
    holds = [held(slot, person) for person in people(6)]
    late = MONDAY + 10 * MINUTE
    answers = together(
        *[lambda booking=booking: confirm_booking(booking=booking, by=None, at=late) for booking in holds],
        lambda: expire_holds(at=late),
    )
    confirmed = [each for each in answers[:-1] if isinstance(each, Booking)]
    assert len(confirmed) + answers[-1] == 6
    assert counters(slot) == (len(confirmed), 0)
    assert right()


def test_an_arrival_and_an_absence_at_once_are_one_of_them():
    slot, [person] = slot_of(session_of()), people(1)
    booking = booked(slot, person)
    late = slot.ends_at + 30 * MINUTE
    answers = together(
        lambda: record_arrival(booking=booking, by=None, at=late),
        lambda: record_noshow(booking=booking, by=None, at=late),
    )
    assert answers.count("wrong_state") == 1
    booking.refresh_from_db()
    assert booking.status in {"arrived", "noshow"}


def test_two_who_exchange_their_times_do_not_wait_for_each_other():
    sessions = [session_of(capacity=2), session_of(capacity=2, starts_at=dt.datetime(2026, 9, 9, 14, tzinfo=CHINA))]
    slots, everybody = [slot_of(each) for each in sessions], people(2)
    bookings = [booked(slot, person) for slot, person in zip(slots, everybody, strict=True)]

    def exchange(number):
        return reschedule_booking(
            booking=bookings[number], to_slot=slots[1 - number], by=None, at=MONDAY, key=f"exchange-{number:08}"
        )

    answers = together(lambda: exchange(0), lambda: exchange(1))
    assert [each.status for each in answers] == ["booked"] * 2
    assert list(map(counters, slots)) == [(1, 0), (1, 0)]
    assert right()


def test_sessions_that_two_workers_make_at_once_are_made_once():
    zhou = doctor()
    set_weekly_availability(
        resource=zhou, hours=[weekly(offering(), slot_minutes=15)], from_date=MONDAY.date(), by=UserFactory(), at=MONDAY
    )
    later = MONDAY.date() + dt.timedelta(days=60)
    before = Session.objects.count()
    answers = together(*[lambda: make_sessions(resource=zhou, to_date=later, at=MONDAY)] * 4)
    assert sum(each.made for each in answers) == Session.objects.count() - before > 0
    dates = list(Session.objects.values_list("local_date", flat=True))
    assert len(dates) == len(set(dates))


def test_new_hours_and_a_booking_at_once_leave_no_booking_without_its_session():
    zhou, what, everybody = doctor(), offering(), people(2)
    hours = [weekly(what)]
    set_weekly_availability(resource=zhou, hours=hours, from_date=MONDAY.date(), by=UserFactory(), at=MONDAY)
    slots = [slot_of(each) for each in Session.objects.order_by("starts_at")[:2]]
    answers = together(
        *[lambda slot=slot, person=person: booked(slot, person) for slot, person in zip(slots, everybody, strict=True)],
        lambda: set_weekly_availability(
            resource=zhou,
            hours=[weekly(what, opens="13:00", closes="15:00")],
            from_date=MONDAY.date(),
            by=UserFactory(),
            at=MONDAY,
        ),
    )
    won = [each for each in answers[:-1] if isinstance(each, Booking)]
    assert {each for each in answers[:-1] if isinstance(each, str)} <= {"slot_unavailable"}
    assert (answers[-1].removed, answers[-1].out_of_template) == (3 - len(won), len(won))
    assert right()
