"""Periods of rooms: any free one of a group, changed, given back, and asked for."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.errors import WrongState
from scheduling.bookings.queries import slots_with_wrong_counters
from scheduling.bookings.services import (
    BookingClosed,
    BookingNotOpenYet,
    HoldExpired,
    PersonBusy,
    RequestTooLate,
    ResourceNotValidThen,
    SessionStarted,
    accept_request,
    cancel_booking,
    change_interval,
    confirm_booking,
    expire_holds,
    hold_interval,
    mark_entered_in_error,
    record_arrival,
    record_leave,
    reject_request,
    request_interval,
    request_place,
    send_reminders,
    withdraw_leave,
)
from scheduling.calendars.queries import FreePeriod, free_intervals
from scheduling.calendars.services import (
    Buffers,
    PeriodNotPossible,
    ResourceTaken,
    set_resource_validity,
)
from scheduling.models import Booking, Claim, Session
from tests.factories.people import resident
from tests.factories.scheduling import (
    CHINA,
    MONDAY,
    NIGHTS,
    booked,
    doctor,
    group_of,
    held,
    session_of,
    slot_of,
    wanted,
)
from tests.factories.stations import UserFactory
from tests.races import together

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
_B = Booking.Status


def wall(day, hour, minute=0, zone=CHINA):
    return dt.datetime(2026, 9, day, hour, minute, tzinfo=zone)


def hold(group, starts_at, ends_at, person=None, **values):
    return hold_interval(group=group, starts_at=starts_at, ends_at=ends_at, wanted=wanted(person, **values))


def book(group, starts_at, ends_at, person=None, **values):
    return confirm_booking(booking=hold(group, starts_at, ends_at, person, **values), by=None, at=MONDAY)


@pytest.mark.usefixtures("own_database")
def test_of_three_who_want_the_same_night_of_two_rooms_two_get_it_and_stays_touch_between_noon_and_two():
    group = group_of(2, NIGHTS)
    answers = together(*[lambda: book(group, wall(9, 14), wall(10, 12))] * 3)
    assert answers.count("resource_taken") == 1
    rooms = {each.session.resource_id for each in answers if isinstance(each, Booking)}
    assert len(rooms) == 2
    assert book(group, wall(10, 14), wall(12, 12)).status == _B.BOOKED
    key = "0123456789abcdef"
    same = together(*[lambda: hold(group, wall(20, 14), wall(21, 12), key=key)] * 4)
    assert len({each.pk for each in same}) == 1
    taken = Session.objects.filter(is_period=True, unavailable_because="", starts_at=wall(20, 14))
    assert taken.count() == 1
    assert not slots_with_wrong_counters().exists()


@pytest.mark.usefixtures("own_database")
def test_a_cancellation_a_change_a_class_an_answer_and_the_clock_at_once_leave_a_room_to_one_of_them():
    group = group_of(1)
    [room] = group.members.all()
    first = book(group, wall(9, 9), wall(9, 11))

    def longer():
        return change_interval(booking=first, starts_at=wall(9, 9), ends_at=wall(9, 12), by=None, at=MONDAY)

    def hold_class():
        return session_of(room, starts_at=wall(9, 11), ends_at=wall(9, 12))

    answers = together(longer, hold_class)
    assert answers.count("resource_taken") == 1
    give_up = {"booking": first, "cancelled_by": "resident", "reason_code": "ill", "by": None, "at": MONDAY}
    together(lambda: cancel_booking(**give_up), lambda: cancel_booking(**give_up), longer)
    first.refresh_from_db()
    assert first.status == _B.CANCELLED
    assert not Claim.objects.filter(session=first.session, is_active=True).exists()
    asked = request_interval(group=group, starts_at=wall(9, 15), ends_at=wall(9, 16), wanted=wanted())
    over = MONDAY + 24 * HOUR
    together(
        lambda: accept_request(booking=asked, by=UserFactory(), at=over),
        lambda: expire_holds(at=over),
    )
    asked.refresh_from_db()
    is_booked = asked.status == _B.BOOKED
    assert is_booked or asked.reason_code == "hold-expired"
    assert Claim.objects.filter(session=asked.session, is_active=True).exists() == is_booked
    assert not slots_with_wrong_counters().exists()


@pytest.mark.django_db
def test_a_period_is_of_its_hours_its_length_its_window_and_its_licence_and_a_refusal_leaves_nothing():
    group = group_of(1)
    [room] = group.members.all()
    set_resource_validity(resource=room, valid_until_date=dt.date(2026, 9, 20), by=UserFactory(), at=MONDAY)
    for starts_at, ends_at, refusal in (
        (wall(9, 7, 59), wall(9, 9), PeriodNotPossible),
        (wall(9, 19), wall(9, 20, 1), PeriodNotPossible),
        (wall(9, 10), wall(10, 9), PeriodNotPossible),
        (wall(9, 10), wall(9, 10), PeriodNotPossible),
        (wall(9, 11), wall(9, 10), PeriodNotPossible),
        (wall(6, 9), wall(6, 10), BookingClosed),
        (MONDAY + 100 * 24 * HOUR, MONDAY + 100 * 24 * HOUR + HOUR, BookingNotOpenYet),
        (wall(21, 9), wall(21, 10), ResourceNotValidThen),
    ):
        with pytest.raises(refusal):
            hold(group, starts_at, ends_at)
    assert not Session.objects.filter(is_period=True).exists()
    assert book(group, wall(20, 8), wall(20, 20)).sequence_no == 1
    nights = group_of(1, NIGHTS)
    for starts_at, ends_at in (
        (wall(9, 13, 59), wall(10, 12)),
        (wall(9, 14), wall(10, 12, 1)),
        (wall(9, 8), wall(9, 10)),
    ):
        with pytest.raises(PeriodNotPossible):
            hold(nights, starts_at, ends_at)
    with pytest.raises(ResourceTaken):
        hold(group_of(0), wall(9, 9), wall(9, 10))
    nights.offering.day_ends_at = None
    with pytest.raises(IntegrityError, match="offering_of_periods_says"), transaction.atomic():
        nights.offering.save()


@pytest.mark.django_db
def test_nights_of_a_second_zone_keep_the_hours_of_its_wall_when_clocks_change():
    new_york = ZoneInfo("America/New_York")
    group = group_of(1, NIGHTS, zone="America/New_York")
    starts_at = dt.datetime(2026, 10, 31, 14, tzinfo=new_york)
    stay = book(group, starts_at, dt.datetime(2026, 11, 1, 12, tzinfo=new_york))
    assert (stay.slot.ends_at - stay.slot.starts_at, stay.session.local_date) == (23 * HOUR, dt.date(2026, 10, 31))
    with pytest.raises(PeriodNotPossible):
        # An hour later on the wall: clocks were turned back at two.
        hold(group, starts_at + 24 * HOUR, starts_at + 47 * HOUR + MINUTE)
    assert book(group, dt.datetime(2026, 11, 1, 14, tzinfo=new_york), dt.datetime(2026, 11, 2, 12, tzinfo=new_york))
    late = group_of(1, zone="Asia/Kolkata")
    india = ZoneInfo("Asia/Kolkata")
    assert book(late, wall(9, 8, zone=india), wall(9, 9, zone=india)).session.local_date == dt.date(2026, 9, 9)


@pytest.mark.django_db
def test_what_is_given_back_in_any_way_is_free_and_free_periods_say_so():
    group = group_of(1, buffers=Buffers(after_minutes=30))
    [room] = group.members.all()
    day = {"group": group, "since": wall(9, 8), "until": wall(9, 20)}

    def free(duration=HOUR):
        return free_intervals(**day, duration=duration)

    whole = [FreePeriod(room.pk, wall(9, 8), wall(9, 20))]
    ends = {
        "cancelled": lambda made: cancel_booking(
            booking=made, cancelled_by="station", reason_code="mistake", by=None, at=MONDAY
        ),
        "expired": lambda _made: expire_holds(at=MONDAY + 10 * MINUTE),
        "error": lambda made: mark_entered_in_error(booking=made, reason="wrong room", by=UserFactory(), at=MONDAY),
    }
    for end in ends.values():
        assert free() == whole
        made = hold(group, wall(9, 10), wall(9, 12))
        with pytest.raises(ResourceTaken):
            hold(group, wall(9, 12), wall(9, 13))  # it is cleaned
        assert [each[1:] for each in free()] == [(wall(9, 8), wall(9, 9, 30)), (wall(9, 12, 30), wall(9, 20))]
        assert len(free(7 * HOUR)) == 1
        end(made)
    hold(group, wall(9, 10), wall(9, 12))
    # Nobody has released it yet: whoever comes does, and has the room before the session, as who makes a period has it.
    with CaptureQueriesContext(connection) as sent:
        assert hold(group, wall(9, 11), wall(9, 12), at=MONDAY + 10 * MINUTE).status == _B.PENDING
    rows = [("FOR NO KEY UPDATE" in each["sql"], "scheduling_resource" in each["sql"]) for each in sent]
    released = next(number for number, each in enumerate(sent) if each["sql"].startswith('UPDATE "scheduling_claim"'))
    assert (True, True) in rows[:released]
    assert not slots_with_wrong_counters().exists()
    assert not set(Session.objects.filter(is_period=True).values_list("unavailable_because", flat=True)) - {"", "ended"}


@pytest.mark.django_db
def test_leave_ends_periods_for_good_and_nothing_is_booked_in_it():
    group, person = group_of(1, NIGHTS), resident()
    [room] = group.members.all()
    stay = book(group, wall(9, 14), wall(12, 12), person)
    report = record_leave(
        resource=room, starts_at=wall(10, 0), ends_at=wall(11, 0), reason_code="repair", by=None, at=MONDAY
    )
    assert [each.pk for each in report.cancelled] == [stay.pk]
    with pytest.raises(ResourceTaken):
        hold(group, wall(10, 14), wall(11, 12))
    assert hold(group, wall(11, 14), wall(12, 12)).status == _B.PENDING
    withdraw_leave(exception=report.exception, by=UserFactory(), at=MONDAY)
    stay.session.refresh_from_db()
    assert stay.session.unavailable_because == "ended"
    assert hold(group, wall(10, 14), wall(11, 12)).status == _B.PENDING
    assert not slots_with_wrong_counters().exists()


@pytest.mark.django_db
def test_a_stay_becomes_longer_shorter_or_another_room_and_keeps_its_calendar_entry():
    group, person = group_of(2, NIGHTS), resident()
    first, second = group.members.order_by("pk")
    stay = book(group, wall(9, 14), wall(10, 12), person)
    other = book(group, wall(9, 14), wall(10, 12))
    uid, sequence = stay.ical_uid, stay.ical_sequence
    with pytest.raises(ResourceTaken):
        change_interval(booking=stay, starts_at=wall(9, 14), ends_at=wall(11, 12), resource=second, by=None, at=MONDAY)
    stay.refresh_from_db()
    assert (stay.session.resource_id, stay.slot.ends_at) == (first.pk, wall(10, 12))
    longer = change_interval(booking=stay, starts_at=wall(9, 14), ends_at=wall(11, 12), by=None, at=MONDAY)
    assert (longer.ical_uid, longer.ical_sequence) == (uid, sequence + 1)
    again = change_interval(booking=longer, starts_at=wall(9, 14), ends_at=wall(11, 12), by=None, at=MONDAY)
    assert again.ical_sequence == sequence + 1
    far = {"starts_at": wall(9, 14) + dt.timedelta(days=120), "ends_at": wall(10, 12) + dt.timedelta(days=120)}
    with pytest.raises(BookingNotOpenYet):
        change_interval(booking=longer, **far, by=None, at=MONDAY)
    clinic = slot_of(session_of(doctor(), starts_at=wall(11, 9)))
    with pytest.raises(PersonBusy):
        held(clinic, person)
    here = record_arrival(booking=longer, by=None, at=wall(9, 15))
    with pytest.raises(SessionStarted):
        change_interval(booking=here, starts_at=wall(10, 14), ends_at=wall(11, 12), by=None, at=wall(9, 15))
    change_interval(booking=here, starts_at=wall(9, 14), ends_at=wall(10, 12), by=None, at=wall(9, 15))
    assert booked(clinic, person)
    cancel_booking(booking=other, cancelled_by="station", reason_code="mistake", by=None, at=MONDAY)
    with pytest.raises(WrongState):
        change_interval(booking=other, starts_at=wall(9, 14), ends_at=wall(11, 12), by=None, at=MONDAY)
    read_before = Booking.objects.select_related("session__resource").get(pk=stay.pk)
    night = {"starts_at": wall(9, 14), "by": None, "at": wall(9, 15)}
    change_interval(booking=here, ends_at=wall(10, 12), resource=second, **night)
    # Other hours only: it stays in the room to which somebody has moved it meanwhile.
    assert change_interval(booking=read_before, ends_at=wall(10, 11), **night).session.resource == second
    assert not slots_with_wrong_counters().exists()


@pytest.mark.django_db
def test_a_request_holds_its_period_until_it_is_answered_and_no_longer():
    group, keeper = group_of(1), UserFactory()

    def ask(starts_at, **values):
        return request_interval(group=group, starts_at=starts_at, ends_at=starts_at + HOUR, wanted=wanted(**values))

    first = ask(wall(9, 9))
    assert (first.status, first.hold_expires_at) == (_B.PROPOSED, MONDAY + 24 * HOUR)
    with pytest.raises(ResourceTaken):
        ask(wall(9, 9))
    yes = accept_request(booking=first, by=keeper, at=MONDAY)
    assert (yes.status, yes.sequence_no, yes.hold_expires_at) == (_B.BOOKED, 1, None)
    assert accept_request(booking=yes, by=keeper, at=MONDAY).ical_sequence == yes.ical_sequence
    no = reject_request(booking=ask(wall(9, 10)), by=keeper, at=MONDAY, comment="painted")
    assert (no.status, no.cancelled_by, no.reason_code) == (_B.CANCELLED, "provider", "declined")
    assert reject_request(booking=no, by=keeper, at=MONDAY).pk == no.pk
    with pytest.raises(WrongState):
        accept_request(booking=no, by=keeper, at=MONDAY)
    # Two hours before at the latest.
    soon = ask(wall(7, 10, 1))
    assert soon.hold_expires_at == wall(7, 8, 1)
    with pytest.raises(RequestTooLate):
        ask(wall(7, 10))
    assert expire_holds(at=wall(7, 8)) == 0
    assert expire_holds(at=wall(7, 8, 1)) == 1
    with pytest.raises(HoldExpired):
        accept_request(booking=soon, by=keeper, at=wall(7, 8, 1))
    assert not slots_with_wrong_counters().exists()
    slot = slot_of(session_of(capacity=1))
    place = request_place(slot=slot, wanted=wanted(resident()))
    assert accept_request(booking=place, by=keeper, at=MONDAY).sequence_no == 1


@pytest.mark.django_db
def test_who_has_a_room_is_reminded_of_it_without_a_number():
    group, person = group_of(1), resident(phone="+8613800000001")
    booking = book(group, wall(9, 9), wall(9, 10), person, public_place="泗阳县")
    assert send_reminders(at=booking.next_reminder_at) == 1
