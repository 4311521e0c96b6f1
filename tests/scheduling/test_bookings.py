"""Places that are held, confirmed, attended, cancelled and exchanged; and what is refused meanwhile."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import WrongState
from core.language.reasons import ReasonMissing
from core.models import Event
from scheduling.bookings.queries import overlapping_after_merge, slots_with_wrong_counters
from scheduling.bookings.services import (
    AlreadyBooked,
    BookingClosed,
    BookingNotOpenYet,
    HoldExpired,
    HoldTooLong,
    PersonBusy,
    ResourceNotValidThen,
    SessionStarted,
    SlotFull,
    SlotUnavailable,
    TooEarly,
    TooLateToCorrect,
    WrongDay,
    cancel_booking,
    check_in,
    confirm_booking,
    correct_noshow,
    expire_holds,
    extend_hold,
    follow_record,
    fulfil_booking,
    mark_entered_in_error,
    record_arrival,
    record_noshow,
    reschedule_booking,
)
from scheduling.bookings.services.places import Attendee
from scheduling.calendars.services import set_resource_validity
from scheduling.models import Booking, Participant, Slot
from stations.duplicates.services import unmerge_persons
from tests.factories.people import merged, resident
from tests.factories.scheduling import (
    CHINA,
    MONDAY,
    WEDNESDAY,
    booked,
    booking_policy,
    doctor,
    held,
    offering,
    session_of,
    slot_of,
)
from tests.factories.stations import UserFactory, county_manager_of

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
NINE = dt.datetime(2026, 9, 9, 9, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def counters_are_right():
    """After whatever a test did, counters say what the bookings say."""
    yield
    assert list(slots_with_wrong_counters()) == []


def counters(slot):
    return Slot.objects.values_list("booked", "held").get(pk=slot.pk)


def cancelled(booking, *, by="resident", at=MONDAY):
    return cancel_booking(booking=booking, cancelled_by=by, reason_code="changed-mind", by=None, at=at)


def test_a_place_is_held_ten_minutes_and_has_a_number_once_it_is_confirmed():
    slot = slot_of(session_of(capacity=20))
    booking = held(slot)
    assert (booking.status, booking.hold_expires_at, counters(slot)) == ("pending", MONDAY + 10 * MINUTE, (0, 1))
    confirmed = confirm_booking(booking=booking, by=None, at=MONDAY)
    assert (confirmed.status, confirmed.sequence_no, counters(slot)) == ("booked", 1, (1, 0))
    again = confirm_booking(booking=booking, by=None, at=MONDAY)
    assert (again.sequence_no, counters(slot)) == (1, (1, 0))


def test_the_same_key_gives_the_same_booking():
    slot, person = slot_of(session_of(capacity=2)), resident()
    first = held(slot, person, key="0123456789abcdef")
    assert held(slot, person, key="0123456789abcdef") == first
    assert counters(slot) == (0, 1)


def test_a_full_slot_and_one_that_is_unavailable_are_refused():
    slot = slot_of(session_of(capacity=2))
    held(slot, quantity=2)
    with pytest.raises(SlotFull):
        held(slot)
    Slot.objects.filter(pk=slot.pk).update(state="unavailable")
    with pytest.raises(SlotUnavailable):
        held(slot)


def test_a_freed_place_is_sold_again_under_a_number_at_the_end():
    slot = slot_of(session_of(capacity=3))
    bookings = [booked(slot) for _ in range(3)]
    cancelled(bookings[1])
    assert counters(slot) == (2, 0)
    assert booked(slot).sequence_no == 4
    cancelled(bookings[1])
    assert counters(slot) == (3, 0)


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        (dt.datetime(2026, 8, 26, 7, 59, tzinfo=CHINA), BookingNotOpenYet),
        (dt.datetime(2026, 8, 26, 8, tzinfo=CHINA), None),
        (NINE - MINUTE, None),
        (NINE, BookingClosed),
    ],
)
def test_places_are_on_sale_from_the_hour_of_release_until_booking_closes(at, refusal):
    slot = slot_of(session_of())
    if refusal is None:
        held(slot, at=at)
        return
    with pytest.raises(refusal):
        held(slot, at=at)


def test_booking_may_close_at_a_time_of_the_day_before():
    slot = slot_of(session_of(what=offering(booking_policy(closes_day_before_at=dt.time(18)))))
    eve = dt.datetime(2026, 9, 8, 18, tzinfo=CHINA)
    with pytest.raises(BookingClosed):
        held(slot, at=eve)
    held(slot, at=eve - MINUTE)


@pytest.mark.parametrize("days", [0, 1])
def test_a_licence_is_compared_with_the_date_of_the_session(days):
    zhou = doctor()
    slot = slot_of(session_of(zhou))
    last = WEDNESDAY - dt.timedelta(days=days)
    set_resource_validity(resource=zhou, valid_until_date=last, by=UserFactory(), at=MONDAY)
    if not days:
        held(slot)
        return
    with pytest.raises(ResourceNotValidThen):
        held(slot)


def test_a_person_is_in_one_place_at_a_time_and_touching_is_not_overlapping():
    mother, child = resident("王秀英"), resident("王小宝")
    morning = session_of(slot_minutes=30)
    held(slot_of(morning, 1), child, others=[Attendee(mother)])
    other = session_of(starts_at=NINE + 15 * MINUTE, slot_minutes=30)
    with pytest.raises(PersonBusy):
        held(slot_of(other, 0), mother)
    with pytest.raises(PersonBusy):
        held(slot_of(other, 1), mother)
    touching = session_of(starts_at=NINE, slot_minutes=30)
    held(slot_of(touching, 2), mother)
    held(slot_of(touching, 1), resident("李明"), others=[Attendee(mother, may_overlap=True)])
    assert counters(slot_of(other, 0)) == (0, 0)


def test_who_is_booked_under_two_records_is_one_person_once_they_are_merged_and_two_again_when_they_are_taken_apart():
    kept = resident("陈玉梅")
    gone = resident("陈玉梅", kept.home_station)
    later = NINE + dt.timedelta(hours=3)
    alone = booked(slot_of(session_of(starts_at=later)), gone)
    twice = [booked(slot_of(session_of(starts_at=NINE)), each) for each in (kept, gone)]
    row = merged(kept, gone)
    for _again in range(2):
        assert follow_record(record=gone.pk, at=MONDAY) == 1
    assert Participant.objects.get(booking=alone).person == kept
    with pytest.raises(PersonBusy):
        booked(slot_of(session_of(starts_at=later)), kept)
    # Both stand until a person has cancelled one of them; then the other follows.
    assert [each.booking for each in overlapping_after_merge(MONDAY)] == [twice[1]]
    cancelled(twice[0])
    assert (list(overlapping_after_merge(MONDAY)), follow_record(record=gone.pk, at=MONDAY)) == ([], 0)
    unmerge_persons(merge=row, actor=county_manager_of(kept.home_station.county), at=now(), reason="两个人")
    follow_record(record=gone.pk, at=MONDAY)
    assert set(Participant.objects.filter(is_active=True).values_list("person", flat=True)) == {gone.pk}
    booked(slot_of(session_of(starts_at=later)), kept)


def test_what_moves_after_two_records_became_one_moves_for_the_one_that_stands_through_however_many_merges():
    gone = resident("陈玉梅")
    between, kept = (resident("陈玉梅", gone.home_station) for _ in range(2))
    slots = [slot_of(session_of(starts_at=NINE + dt.timedelta(hours=each))) for each in (0, 2, 2, 4)]
    row, _other = booked(slots[0], gone), booked(slots[1], kept)
    twice = booked(slot_of(session_of(starts_at=NINE)), kept)
    for target, part in ((between, gone), (kept, between)):
        merged(target, part)
        follow_record(record=part.pk, at=MONDAY)
    assert [each.booking for each in overlapping_after_merge(MONDAY)] == [row]
    cancelled(twice)
    with pytest.raises(PersonBusy):
        reschedule_booking(booking=row, to_slot=slots[2], by=None, at=MONDAY, key="move-0123456789")
    new = reschedule_booking(booking=row, to_slot=slots[3], by=None, at=MONDAY, key="move-9876543210")
    assert (new.subject, new.participants.get().person) == (gone, kept)


def test_a_place_that_was_cancelled_no_longer_keeps_its_person():
    person = resident()
    first = booked(slot_of(session_of()), person)
    cancelled(first)
    assert booked(slot_of(session_of()), person).status == "booked"


def test_a_person_has_one_booking_of_a_slot_and_one_under_a_key():
    slot, person = slot_of(session_of(capacity=5)), resident()
    held(slot, person, exclusivity_key="health:doctor:1:2026-09-09")
    with pytest.raises(AlreadyBooked):
        held(slot, person)
    elsewhere = slot_of(session_of(starts_at=NINE + dt.timedelta(hours=5)))
    with pytest.raises(AlreadyBooked):
        held(elsewhere, person, exclusivity_key="health:doctor:1:2026-09-09")
    assert counters(elsewhere) == (0, 0)


def test_a_hold_that_has_run_out_is_released_by_the_next_who_needs_it():
    slot = slot_of(session_of())
    late = held(slot)
    with pytest.raises(SlotFull):
        held(slot, at=MONDAY + 9 * MINUTE)
    taken = held(slot, at=MONDAY + 10 * MINUTE)
    late.refresh_from_db()
    assert (taken.status, late.status, late.cancelled_by) == ("pending", "cancelled", "system")
    with pytest.raises(HoldExpired):
        confirm_booking(booking=late, by=None, at=MONDAY + 11 * MINUTE)


def test_a_hold_that_nobody_has_released_can_still_be_confirmed():
    slot = slot_of(session_of())
    booking = held(slot)
    assert confirm_booking(booking=booking, by=None, at=MONDAY + 12 * MINUTE).status == "booked"
    assert expire_holds(at=MONDAY + 20 * MINUTE) == 0


def test_holds_are_released_by_the_sweep_and_it_never_counts_against_the_person():
    slot = slot_of(session_of(capacity=3))
    bookings = [held(slot) for _ in range(2)]
    assert expire_holds(at=MONDAY + 9 * MINUTE) == 0
    assert (expire_holds(at=MONDAY + 10 * MINUTE), counters(slot)) == (2, (0, 0))
    bookings[0].refresh_from_db()
    assert (bookings[0].is_late, bookings[0].reason_code) == (False, "hold-expired")


def test_a_hold_is_extended_while_a_payment_is_settled_up_to_its_maximum():
    booking = held(slot_of(session_of()))
    Booking.objects.filter(pk=booking.pk).update(created_at=MONDAY)
    extended = extend_hold(booking=booking, until=MONDAY + 30 * MINUTE, at=MONDAY)
    assert extended.hold_expires_at == MONDAY + 30 * MINUTE
    with pytest.raises(HoldTooLong):
        extend_hold(booking=booking, until=MONDAY + 31 * MINUTE, at=MONDAY)


@pytest.mark.parametrize(
    ("at", "by", "is_late"),
    [
        (dt.datetime(2026, 9, 8, 15, 59, tzinfo=CHINA), "resident", False),
        (dt.datetime(2026, 9, 8, 16, 0, tzinfo=CHINA), "resident", True),
        (dt.datetime(2026, 9, 9, 9, 5, tzinfo=CHINA), "provider", False),
        (dt.datetime(2026, 9, 8, 20, 0, tzinfo=CHINA), "station", False),
    ],
)
def test_only_a_resident_who_cancels_after_the_deadline_is_late(at, by, is_late):
    booking = booked(slot_of(session_of()))
    assert cancelled(booking, by=by, at=at).is_late is is_late
    event = Event.objects.filter(name="scheduling.booking_cancelled").latest("pk")
    assert (event.payload["late"], event.payload["cancelled_by"]) == (is_late, by)


def test_the_deadline_is_that_of_the_policy_under_which_it_was_booked():
    policy = booking_policy(cancel_minutes_before=60)
    booking = booked(slot_of(session_of(what=offering(policy))))
    booking_policy(code=policy.code, cancel_minutes_before=600)
    assert not cancelled(booking, at=NINE - dt.timedelta(minutes=61)).is_late


def test_what_has_begun_is_cancelled_by_the_provider_only():
    booking = booked(slot_of(session_of()))
    with pytest.raises(SessionStarted):
        cancelled(booking, at=NINE)
    assert cancelled(booking, by="provider", at=NINE).status == "cancelled"


def test_a_day_at_the_desk():
    booking = booked(slot_of(session_of()))
    with pytest.raises(WrongDay):
        record_arrival(booking=booking, by=None, at=NINE - dt.timedelta(hours=10))
    assert record_arrival(booking=booking, by=None, at=NINE - 40 * MINUTE).status == "arrived"
    assert record_arrival(booking=booking, by=None, at=NINE - 40 * MINUTE).status == "arrived"
    assert check_in(booking=booking, by=None, at=NINE - 35 * MINUTE).status == "checked-in"
    with pytest.raises(TooEarly):
        fulfil_booking(booking=booking, by=None, at=NINE - 31 * MINUTE)
    assert fulfil_booking(booking=booking, by=None, at=NINE - 30 * MINUTE).status == "fulfilled"
    assert fulfil_booking(booking=booking, by=None, at=NINE).status == "fulfilled"
    assert Event.objects.filter(name="scheduling.booking_fulfilled").count() == 1
    with pytest.raises(WrongState):
        cancelled(booking, by="provider", at=NINE)


def test_an_absence_is_recorded_after_the_grace_and_corrected_within_a_day():
    session = session_of()
    slot = slot_of(session)
    booking = booked(slot)
    absent_from = slot.ends_at + 30 * MINUTE
    with pytest.raises(TooEarly):
        record_noshow(booking=booking, by=None, at=absent_from - MINUTE)
    assert record_noshow(booking=booking, by=None, at=absent_from).status == "noshow"
    assert counters(slot) == (1, 0)
    with pytest.raises(ReasonMissing):
        correct_noshow(booking=booking, reason=" ", by=UserFactory(), at=absent_from)
    day_later = absent_from + dt.timedelta(hours=24)
    with pytest.raises(TooLateToCorrect):
        correct_noshow(booking=booking, reason="came", by=UserFactory(), at=day_later + MINUTE)
    assert correct_noshow(booking=booking, reason="came", by=UserFactory(), at=day_later).status == "fulfilled"


def test_a_person_who_has_arrived_is_not_absent():
    booking = booked(slot_of(session_of()))
    record_arrival(booking=booking, by=None, at=NINE)
    with pytest.raises(WrongState):
        record_noshow(booking=booking, by=None, at=NINE + dt.timedelta(hours=5))


def test_what_was_entered_in_error_gives_its_place_back_and_counts_nowhere():
    slot = slot_of(session_of())
    booking = booked(slot)
    mark_entered_in_error(booking=booking, reason="wrong person", by=UserFactory(), at=MONDAY)
    assert counters(slot) == (0, 0)
    with pytest.raises(WrongState):
        mark_entered_in_error(booking=booking, reason="wrong person", by=UserFactory(), at=MONDAY)


def test_a_booking_that_is_moved_stays_the_same_calendar_entry():
    person = resident()
    morning = session_of(slot_minutes=30)
    old = booked(slot_of(morning, 0), person)
    new = reschedule_booking(booking=old, to_slot=slot_of(morning, 1), by=None, at=MONDAY, key="move-0123456789")
    old.refresh_from_db()
    assert (old.status, old.reason_code, old.replaced_by) == ("cancelled", "rescheduled", new)
    assert (new.status, new.sequence_no, new.ical_uid) == ("booked", 2, old.ical_uid)
    assert (counters(slot_of(morning, 0)), counters(slot_of(morning, 1))) == ((0, 0), (1, 0))
    again = reschedule_booking(booking=old, to_slot=slot_of(morning, 1), by=None, at=MONDAY, key="move-0123456789")
    assert again == new
    ended = cancelled(new)
    assert ended.ical_sequence > new.ical_sequence > 0


def test_a_booking_whose_new_time_is_full_stands():
    morning = session_of(slot_minutes=30)
    old = booked(slot_of(morning, 0))
    booked(slot_of(morning, 1))
    with pytest.raises(SlotFull):
        reschedule_booking(booking=old, to_slot=slot_of(morning, 1), by=None, at=MONDAY, key="move-0123456789")
    old.refresh_from_db()
    assert (old.status, counters(slot_of(morning, 0))) == ("booked", (1, 0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "booked"},
        {"status": "cancelled", "hold_expires_at": None},
        {"hold_expires_at": None},
        {"sequence_no": 1},
        {"slot": None},
        {"quantity": 0},
        {"is_late": True},
    ],
)
def test_the_database_refuses_a_booking_that_contradicts_itself(wrong):
    booking = held(slot_of(session_of()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(**wrong)


def test_no_event_says_what_a_booking_is_about():
    booked(slot_of(session_of()))
    fields = set().union(*(event.payload for event in Event.objects.filter(name__startswith="scheduling.")))
    assert fields == {"at", "booking", "owner_kind", "session", "station", "sequence_no"}
