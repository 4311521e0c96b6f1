"""Many at once: a series is whole or not there, whoever else books, cancels or moves at the same moment."""

import datetime as dt

import pytest

from core.days import instant_of
from scheduling.bookings.patterns import Pattern
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import (
    Change,
    Scope,
    SeriesOwner,
    ahead_of,
    book_series,
    cancel_booking,
    move_series,
    record_leave,
)
from scheduling.models import Booking, Series, Slot
from tests.factories.people import resident
from tests.factories.scheduling import MONDAY, held
from tests.factories.stations import StationFactory, UserFactory, helper_of
from tests.races import together
from tests.scheduling.test_series import NINE, WEDNESDAY, WEEK, clinic, slot_on

pytestmark = pytest.mark.usefixtures("own_database")
COUNT = 5


def people(count):
    station = StationFactory()
    helper = helper_of(station)
    return [resident(f"村民{number}", station, by=helper) for number in range(count)]


def booking_of(who, what, person, key):
    chosen = {no: instant_of(who.zone, WEDNESDAY + (no - 1) * WEEK, NINE) for no in range(1, COUNT + 1)}
    return lambda: book_series(
        offering=what,
        resource=who,
        pattern=Pattern(first_date=WEDNESDAY, clock=NINE, count=COUNT),
        chosen=chosen,
        subject=person,
        owner=SeriesOwner("health.visit"),
        by=None,
        at=MONDAY,
        key=key,
    )


def test_of_many_who_want_the_same_dates_one_gets_all_and_the_others_none():
    who, what = clinic(capacity=1)
    answers = together(*(booking_of(who, what, each, f"race-{no:08}") for no, each in enumerate(people(5))))
    assert sorted(each for each in answers if isinstance(each, str)) == ["preview_stale"] * 4
    assert (Series.objects.count(), Booking.objects.filter(status="booked").count()) == (1, COUNT)
    assert not slots_with_wrong_counters().exists()


def test_a_double_press_is_one_series_and_single_bookings_in_between_leave_it_whole_or_absent():
    who, what = clinic(capacity=1)
    person, *others = people(4)
    press = booking_of(who, what, person, "double-press-0001")
    single = [
        lambda person=each, number=number: held(slot_on(who, WEDNESDAY + number * WEEK), person)
        for number, each in enumerate(others[:2])
    ]
    together(press, press, *single, press)
    assert Booking.objects.filter(series__isnull=False).count() in {0, COUNT}
    assert Series.objects.count() == bool(Booking.objects.filter(series__isnull=False).count())
    assert all(slot.booked + slot.held <= 1 for slot in Slot.objects.all())
    assert not slots_with_wrong_counters().exists()


def test_moves_cancellations_and_a_leave_at_once_leave_no_date_twice_and_no_counter_wrong():
    who, what = clinic(capacity=1)
    person, by = people(1)[0], UserFactory()
    series = booking_of(who, what, person, "series-key-000001")()
    rows = list(ahead_of(series, at=MONDAY))

    def move(row, scope, key):
        change = Change(days=1, clock=NINE)
        about = {"owner": SeriesOwner("health.visit"), "by": None, "at": MONDAY, "key": key}
        return lambda: move_series(booking=row, scope=scope, change=change, **about)

    def away():
        day = instant_of(who.zone, WEDNESDAY + 2 * WEEK, dt.time())
        about = {"reason_code": "ill", "by": by, "at": MONDAY}
        return record_leave(resource=who, starts_at=day, ends_at=day + dt.timedelta(days=1), **about)

    def cancel():
        return cancel_booking(booking=rows[4], cancelled_by="resident", reason_code="cannot-come", by=None, at=MONDAY)

    together(
        move(rows[0], Scope.ALL, "move-key-0000001"),
        move(rows[1], Scope.LATER, "move-key-0000002"),
        move(rows[1], Scope.THIS, "move-key-0000003"),
        cancel,
        away,
    )
    ahead = Booking.objects.filter(subject=person, status="booked")
    assert ahead.count() == ahead.values("occurrence_no").distinct().count() <= COUNT - 1
    assert not slots_with_wrong_counters().exists()
    assert not ahead.exclude(slot__state="open").exists()
