"""A series is shown date by date, booked all or none, moved and ended; clocks that change do not move it."""

import datetime as dt
from itertools import pairwise

import pytest

from core.days import clock_in, day_in, instant_of
from core.errors import Refused
from core.events.models import Event
from scheduling.bookings.patterns import Pattern, TooManyOccurrences, dates_of
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import (
    Change,
    NothingChosen,
    NothingToMove,
    PreviewStale,
    Scope,
    SeriesHasConflicts,
    SeriesNotAllowed,
    SeriesOwner,
    ahead_of,
    book_series,
    cancel_booking,
    cancel_series,
    end_finished_series,
    move_series,
    preview_move,
    preview_series,
    record_leave,
)
from scheduling.calendars.models import Holiday, HolidayCalendar
from scheduling.calendars.services import offer_series, set_resource_validity, set_weekly_availability
from scheduling.models import Booking, Participant, Series, Session, Slot
from tests.factories.people import resident
from tests.factories.scheduling import MONDAY, booked, doctor, held, offering, weekly
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db
WEEK, NINE = dt.timedelta(weeks=1), dt.time(9)
WEDNESDAY = dt.date(2026, 9, 9)


def clinic(zone="Asia/Shanghai", capacity=2, **values):
    """A doctor with clinics on Wednesday and Thursday at nine, who is booked in series."""
    who, what = doctor(zone, **values), offering()
    offer_series(offering=what, is_offered=True, by=UserFactory(), at=MONDAY)
    what.refresh_from_db()
    hours = [weekly(what, weekday, "09:00", "10:00", capacity=capacity) for weekday in (3, 4)]
    set_weekly_availability(resource=who, hours=hours, from_date=MONDAY.date(), by=UserFactory(), at=MONDAY)
    return who, what


def pattern(count=8, **values):
    return Pattern(**{"first_date": WEDNESDAY, "clock": NINE, "count": count, **values})


def previewed(who, what, person, owner=None, at=MONDAY, **values):
    owner = owner or SeriesOwner("health.visit")
    about = {"pattern": pattern(**values), "subject": person, "owner": owner}
    return preview_series(offering=what, resource=who, at=at, **about)


def book(who, what, person, *, chosen=None, key="series-key-000001", owner=None, at=MONDAY, **values):
    report = previewed(who, what, person, owner, at=at, **values)
    chosen = {each.no: each.starts_at for each in report.free} if chosen is None else chosen
    return book_series(
        offering=what,
        resource=who,
        pattern=pattern(**values),
        chosen=chosen,
        subject=person,
        owner=owner or SeriesOwner("health.visit"),
        by=None,
        at=at,
        key=key,
    )


def slot_on(who, date):
    return Slot.objects.get(session__resource=who, session__local_date=date)


def states(report):
    return {each.no: str(each.state) for each in report.conflicts}


def test_each_date_is_reported_with_its_reason_before_anything_is_booked():
    calendar = HolidayCalendar.objects.create(code="CN", name="China")
    Holiday.objects.create(calendar=calendar, date=WEDNESDAY + 2 * WEEK, name="假日", kind="holiday")
    who, what = clinic(capacity=1, holiday_calendar=calendar)
    person, other = resident(), resident()
    set_resource_validity(resource=who, valid_until_date=WEDNESDAY + 7 * WEEK, by=UserFactory(), at=MONDAY)
    who.refresh_from_db()
    record_leave(
        resource=who,
        starts_at=instant_of(who.zone, WEDNESDAY + WEEK, dt.time()),
        ends_at=instant_of(who.zone, WEDNESDAY + WEEK + dt.timedelta(days=1), dt.time()),
        reason_code="ill",
        by=UserFactory(),
        at=MONDAY,
    )
    booked(slot_on(who, WEDNESDAY), other)
    elsewhere, _offered = clinic()
    booked(slot_on(elsewhere, WEDNESDAY + WEEK + dt.timedelta(days=1)), person)
    before = (Session.objects.count(), Booking.objects.count(), Event.objects.count())
    owner = SeriesOwner("health.visit", key_of=lambda date: f"visit:{date}", check=_young_on(WEDNESDAY + 5 * WEEK))
    report = previewed(who, what, person, owner, count=9)
    assert states(report) == {
        1: "slot_full",
        2: "resource_away",
        3: "holiday",
        6: "refused",
        9: "not_valid_then",
    }
    first, second = report.occurrences[0], report.occurrences[1]
    thursday = instant_of(who.zone, WEDNESDAY + dt.timedelta(days=1), NINE)
    assert first.alternatives == (thursday,)
    # On the Thursday of the second week this person is with another doctor.
    assert thursday + WEEK not in second.alternatives
    assert report.occurrences[5].words == "too young"
    assert (Session.objects.count(), Booking.objects.count(), Event.objects.count()) == before
    also_thursdays = clinic()
    meets = previewed(*also_thursdays, person, first_date=WEDNESDAY + dt.timedelta(days=1), count=3)
    assert states(meets) == {2: "person_busy"}


def _young_on(day):
    class Young(Refused):
        code = "too_young"
        message = "too young"

    return lambda date: Young() if date == day else None


def test_all_chosen_dates_are_booked_or_none_and_the_same_key_books_once():
    who, what = clinic(capacity=1)
    person = resident()
    first = slot_on(who, WEDNESDAY)
    booked(slot_on(who, WEDNESDAY + WEEK))
    report = previewed(who, what, person, count=6)
    chosen = {each.no: each.starts_at for each in report.free}
    chosen[2] = report.conflicts[0].alternatives[0]
    taken = booked(first)
    with pytest.raises(PreviewStale) as stale:
        book(who, what, person, chosen=chosen, count=6)
    assert stale.value.params == {"occurrences": "1"}
    assert not Series.objects.exists()
    cancel_booking(booking=taken, cancelled_by="resident", reason_code="cannot-come", by=None, at=MONDAY)
    made = [book(who, what, person, chosen=chosen, count=6) for _press in range(2)]
    assert made[0].pk == made[1].pk
    rows = list(Booking.objects.filter(series=made[0]).order_by("occurrence_no"))
    assert [each.session.local_date for each in rows] == [
        WEDNESDAY + (number - 1) * WEEK + dt.timedelta(days=1 if number == 2 else 0) for number in range(1, 7)
    ]
    assert {each.status for each in rows} == {"booked"}
    # A place that was given up is sold under a new number; the waiting person's reminders are planned.
    assert rows[0].sequence_no == 2
    assert all(each.next_reminder_at for each in rows)
    assert Event.objects.filter(name="scheduling.booking_confirmed").count() >= 6
    assert not slots_with_wrong_counters().exists()


@pytest.mark.parametrize(
    ("frequency", "every_n", "first", "expected"),
    [
        ("monthly", 1, dt.date(2027, 1, 31), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("monthly", 3, dt.date(2026, 11, 30), ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
        ("monthly", 1, dt.date(2027, 12, 31), ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]),
        ("weekly", 4, dt.date(2026, 12, 23), ["2026-12-23", "2027-01-20", "2027-02-17", "2027-03-17"]),
    ],
)
def test_dates_are_counted_from_the_first_also_over_short_months_and_the_end_of_a_year(
    frequency, every_n, first, expected
):
    rhythm = Pattern(first_date=first, clock=NINE, frequency=frequency, every_n=every_n, count=4)
    assert [str(each) for each in dates_of(rhythm, today=first).values()] == expected
    until = Pattern(
        first_date=first,
        clock=NINE,
        frequency=frequency,
        every_n=every_n,
        until_date=dt.date.fromisoformat(expected[-1]),
    )
    assert dates_of(until, today=first) == dates_of(rhythm, today=first)


def test_a_series_has_2_to_104_dates_within_400_days():
    daily = {"first_date": WEDNESDAY, "clock": NINE}
    for count, is_refused in ((1, True), (2, False), (57, False), (58, False), (59, True), (105, True)):
        rhythm = Pattern(**daily, count=count)
        if is_refused:
            with pytest.raises(TooManyOccurrences):
                dates_of(rhythm, today=WEDNESDAY)
        else:
            assert len(dates_of(rhythm, today=WEDNESDAY)) == count
    for days, count in ((7, 2), (399, 58), (400, 58)):
        assert len(dates_of(Pattern(**daily, until_date=WEDNESDAY + dt.timedelta(days=days)), today=WEDNESDAY)) == count
    for days in (6, 406):
        with pytest.raises(TooManyOccurrences):
            dates_of(Pattern(**daily, until_date=WEDNESDAY + dt.timedelta(days=days)), today=WEDNESDAY)


def test_what_is_not_offered_in_series_is_not_booked_so_and_nothing_chosen_is_nothing():
    who, what = clinic()
    person = resident()
    with pytest.raises(NothingChosen):
        book(who, what, person, chosen={})
    offer_series(offering=what, is_offered=False, by=UserFactory(), at=MONDAY)
    what.refresh_from_db()
    with pytest.raises(SeriesNotAllowed):
        previewed(who, what, person)


@pytest.mark.parametrize(
    ("zone", "first"), [("America/New_York", dt.date(2026, 10, 28)), ("Europe/Paris", dt.date(2026, 10, 21))]
)
def test_the_clock_on_the_wall_stays_when_summer_time_ends(zone, first):
    who, what = clinic(zone)
    at = instant_of(zone, first - 2 * WEEK, NINE)
    series = book(who, what, resident(), first_date=first, count=4, at=at)
    starts = [each.slot.starts_at for each in Booking.objects.filter(series=series).order_by("occurrence_no")]
    assert {clock_in(zone, each) for each in starts} == {NINE}
    assert [day_in(zone, each) for each in starts] == [first + number * WEEK for number in range(4)]
    assert {(later - earlier) for earlier, later in pairwise(starts)} == {
        WEEK,
        WEEK + dt.timedelta(hours=1),
    }


def test_cancelling_ends_one_the_later_or_all_that_are_ahead_and_each_place_is_free_again():
    who, what = clinic(capacity=1)
    person = resident()
    series = book(who, what, person, count=6)
    second = ahead_of(series, at=MONDAY).get(occurrence_no=2)
    cancel_booking(booking=second, cancelled_by="resident", reason_code="cannot-come", by=None, at=MONDAY)
    after_first = MONDAY + WEEK
    about = {"cancelled_by": "resident", "reason_code": "cannot-come", "by": None, "at": after_first}
    assert [each.occurrence_no for each in cancel_series(series=series, from_no=5, **about)] == [5, 6]
    series.refresh_from_db()
    assert series.status == "active"
    assert [each.occurrence_no for each in cancel_series(series=series, from_no=1, **about)] == [3, 4]
    assert cancel_series(series=series, from_no=1, **about) == []
    series.refresh_from_db()
    assert series.status == "ended"
    # What has begun is left to the desk.
    assert Booking.objects.get(series=series, occurrence_no=1).status == "booked"
    assert not Participant.objects.filter(booking__series=series, booking__occurrence_no__gt=1, is_active=True).exists()
    assert not slots_with_wrong_counters().exists()
    assert states(previewed(who, what, resident(), at=after_first, first_date=WEDNESDAY + WEEK, count=5)) == {}


def move(booking, scope, *, days=1, clock=NINE, at=MONDAY, key="move-key-0000001", preview=False):
    about = {"booking": booking, "scope": scope, "change": Change(days=days, clock=clock), "at": at}
    owner = SeriesOwner("health.visit")
    return preview_move(owner=owner, **about) if preview else move_series(owner=owner, by=None, key=key, **about)


def test_one_date_is_moved_by_itself_and_stays_there_when_the_series_moves():
    who, what = clinic(capacity=1)
    series = book(who, what, resident(), count=5)
    second = ahead_of(series, at=MONDAY).get(occurrence_no=2)
    assert states(move(second, Scope.THIS, preview=True)) == {}
    assert Booking.objects.count() == 5
    (moved,) = move(second, Scope.THIS)
    assert [each.new.pk for each in move(second, Scope.THIS)] == [moved.new.pk]
    new = Booking.objects.get(pk=moved.new.pk)
    assert (new.is_detached, new.session.local_date) == (True, WEDNESDAY + WEEK + dt.timedelta(days=1))
    assert (new.ical_uid, new.ical_sequence) == (second.ical_uid, second.ical_sequence + 1)
    old = Booking.objects.get(pk=second.pk)
    assert (old.status, old.reason_code, old.replaced_by_id) == ("cancelled", "rescheduled", new.pk)
    # All by a week: each goes where the next one was; the first week is free, the detached one stays.
    third = ahead_of(series, at=MONDAY).get(occurrence_no=3)
    move(third, Scope.ALL, days=7, key="move-key-0000002")
    dates = dict(ahead_of(series, at=MONDAY).values_list("occurrence_no", "session__local_date"))
    assert dates == {
        1: WEDNESDAY + WEEK,
        2: WEDNESDAY + WEEK + dt.timedelta(days=1),
        3: WEDNESDAY + 3 * WEEK,
        4: WEDNESDAY + 4 * WEEK,
        5: WEDNESDAY + 5 * WEEK,
    }
    series.refresh_from_db()
    assert (series.first_date, series.status) == (WEDNESDAY + WEEK, "active")
    assert not slots_with_wrong_counters().exists()


def test_later_dates_that_move_are_a_series_of_their_own_and_one_conflict_moves_none():
    who, what = clinic(capacity=1)
    series = book(who, what, resident(), count=5)
    third = ahead_of(series, at=MONDAY).get(occurrence_no=3)
    thursday = WEDNESDAY + 3 * WEEK + dt.timedelta(days=1)
    other = book(who, what, resident(), first_date=thursday, count=2, key="series-key-000002")
    assert states(move(third, Scope.LATER, preview=True)) == {4: "slot_full", 5: "slot_full"}
    with pytest.raises(SeriesHasConflicts) as refused:
        move(third, Scope.LATER)
    assert refused.value.params == {"occurrences": "4, 5"}
    assert ahead_of(series, at=MONDAY).count() == 5
    cancel_series(series=other, from_no=1, cancelled_by="resident", reason_code="cannot-come", by=None, at=MONDAY)
    moved = move(third, Scope.LATER)
    goes_on = Series.objects.get(continues=series)
    assert [each.new.occurrence_no for each in moved] == [3, 4, 5]
    assert ahead_of(goes_on, at=MONDAY).count() == 3
    series.refresh_from_db()
    assert (series.count, series.until_date) == (None, WEDNESDAY + 2 * WEEK - dt.timedelta(days=1))
    with pytest.raises(NothingToMove):
        move(third, Scope.THIS, key="move-key-0000003")
    move(ahead_of(series, at=MONDAY).get(occurrence_no=1), Scope.ALL, days=7, key="move-key-0000004")
    series.refresh_from_db()
    assert (series.first_date, series.until_date) == (WEDNESDAY + WEEK, WEDNESDAY + 3 * WEEK - dt.timedelta(days=1))
    assert not slots_with_wrong_counters().exists()


def test_a_hold_that_ran_out_does_not_stand_in_the_way():
    who, what = clinic(capacity=1)
    slot = slot_on(who, WEDNESDAY)
    held(slot)
    later = MONDAY + dt.timedelta(minutes=11)
    series = book(
        who,
        what,
        resident(),
        count=2,
        chosen={1: slot.starts_at, 2: slot_on(who, WEDNESDAY + WEEK).starts_at},
        at=later,
    )
    assert ahead_of(series, at=later).count() == 2


def test_a_series_ends_when_its_last_dates_have_ended_singly():
    who, what = clinic()
    series, running = (book(who, what, resident(), count=2, key=f"series-key-00000{no}") for no in (1, 2))
    for booking in list(ahead_of(series, at=MONDAY)):
        cancel_booking(booking=booking, cancelled_by="resident", reason_code="cannot-come", by=None, at=MONDAY)
    assert end_finished_series(at=MONDAY) == 1
    assert end_finished_series(at=MONDAY) == 0
    series.refresh_from_db()
    running.refresh_from_db()
    assert (series.status, running.status) == ("ended", "active")
    assert end_finished_series(at=MONDAY + 3 * WEEK) == 1
