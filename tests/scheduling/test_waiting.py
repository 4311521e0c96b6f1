"""The waiting list: who is first is offered what becomes free, before anybody who passes by."""

import datetime as dt

import pytest

from core.errors import WrongState
from scheduling.bookings.queries import place_in_line, slots_with_wrong_counters, waiting_line
from scheduling.bookings.services import (
    AlreadyBooked,
    NoWaitlist,
    OfferExpired,
    PlacesLeft,
    SlotFull,
    accept_offer,
    cancel_booking,
    confirm_booking,
    decline_offer,
    expire_offers,
    join_waitlist,
    leave_waitlist,
)
from scheduling.bookings.services.lines import answer_by
from scheduling.models import Offer, Slot
from tests.factories.people import resident
from tests.factories.scheduling import CHINA, MONDAY, booked, held, offering, session_of, slot_of

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
NINE = dt.datetime(2026, 9, 9, 9, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def counters_are_right():
    yield
    assert list(slots_with_wrong_counters()) == []


def waiting(session, person=None, *, at=MONDAY, **values):
    values.setdefault("key", f"wait-{resident().pk.hex[-16:]}")
    return join_waitlist(
        session=session, subject=person or resident(), owner_kind="health.visit", by=None, at=at, **values
    )


def give_up(booking, at=MONDAY):
    return cancel_booking(booking=booking, cancelled_by="resident", reason_code="ill", by=None, at=at)


def offers():
    return list(Offer.objects.filter(status="open").order_by("made_at", "pk"))


def test_a_freed_place_is_offered_to_the_first_in_line_and_nobody_passing_by_gets_it():
    session = session_of()
    first = booked(slot_of(session))
    line = [waiting(session, at=MONDAY + number * MINUTE) for number in range(3)]
    give_up(first)
    [offer] = offers()
    assert (offer.booking, offer.expires_at) == (line[0], MONDAY + 30 * MINUTE)
    with pytest.raises(SlotFull):
        held(slot_of(session))
    assert expire_offers(at=MONDAY + 29 * MINUTE) == 0
    assert expire_offers(at=MONDAY + 30 * MINUTE) == 1
    [offer] = offers()
    assert offer.booking == line[1]
    assert [place_in_line(each) for each in waiting_line(session)] == [1, 2, 3]
    assert list(waiting_line(session)) == [line[1], line[2], line[0]]


def test_an_accepted_offer_holds_the_place_until_it_is_confirmed():
    session = session_of()
    first = booked(slot_of(session))
    waits = waiting(session)
    give_up(first)
    [offer] = offers()
    booking = accept_offer(offer=offer, by=None, at=MONDAY + MINUTE)
    assert (booking, booking.status, booking.hold_expires_at) == (waits, "pending", MONDAY + 11 * MINUTE)
    assert accept_offer(offer=offer, by=None, at=MONDAY + MINUTE) == booking
    assert confirm_booking(booking=booking, by=None, at=MONDAY + MINUTE).sequence_no == 2


def test_an_offer_that_has_expired_is_not_accepted():
    session = session_of()
    first = booked(slot_of(session))
    waiting(session)
    give_up(first)
    [offer] = offers()
    with pytest.raises(OfferExpired):
        accept_offer(offer=offer, by=None, at=offer.expires_at)


def test_who_declines_leaves_the_line_and_the_next_is_asked():
    session = session_of()
    first = booked(slot_of(session))
    line = [waiting(session, at=MONDAY + number * MINUTE) for number in range(2)]
    give_up(first)
    declined = decline_offer(offer=offers()[0], by=None, at=MONDAY)
    assert (declined, declined.status, declined.cancelled_by) == (line[0], "cancelled", "resident")
    assert [offer.booking for offer in offers()] == [line[1]]
    with pytest.raises(WrongState):
        decline_offer(offer=Offer.objects.get(booking=line[0]), by=None, at=MONDAY)
    leave_waitlist(booking=line[1], by=None, at=MONDAY)
    assert offers() == []
    assert held(slot_of(session)).status == "pending"


def test_a_second_missed_offer_ends_the_waiting():
    session = session_of()
    first = booked(slot_of(session))
    waits = waiting(session)
    give_up(first)
    at = MONDAY + 30 * MINUTE
    expire_offers(at=at)
    expire_offers(at=at + 30 * MINUTE)
    waits.refresh_from_db()
    assert (waits.status, waits.cancelled_by, waits.reason_code) == ("cancelled", "system", "offer-expired")
    assert Slot.objects.get(pk=slot_of(session).pk).held == 0


def test_priority_comes_first_and_who_does_not_fit_is_passed_over():
    session = session_of(capacity=2)
    first = booked(slot_of(session))
    booked(slot_of(session))
    family = waiting(session, quantity=2, priority=5)
    urgent = waiting(session, at=MONDAY + MINUTE, priority=1)
    waiting(session)
    give_up(first)
    assert [offer.booking for offer in offers()] == [urgent]
    assert place_in_line(family) == 1


def test_two_freed_places_go_to_two_people():
    session = session_of(capacity=2)
    both = booked(slot_of(session), quantity=2)
    line = [waiting(session, at=MONDAY + number * MINUTE) for number in range(3)]
    give_up(both)
    assert {offer.booking for offer in offers()} == set(line[:2])


def test_nobody_waits_where_places_are_left_or_there_is_no_line_or_twice():
    session = session_of(capacity=2)
    booked(slot_of(session))
    with pytest.raises(PlacesLeft):
        waiting(session)
    person = resident()
    waits = waiting(session, person, quantity=2, key="0123456789abcdef")
    assert waiting(session, person, quantity=2, key="0123456789abcdef") == waits
    with pytest.raises(AlreadyBooked):
        waiting(session, person, quantity=2)
    with pytest.raises(NoWaitlist):
        waiting(session_of(what=offering(has_waitlist=False)))


@pytest.mark.parametrize(
    ("at", "starts_at", "expected"),
    [
        ("2026-09-07T10:00", "2026-09-09T09:00", "2026-09-07T10:30"),
        ("2026-09-07T22:10", "2026-09-09T09:00", "2026-09-08T07:30"),
        ("2026-09-07T20:50", "2026-09-09T09:00", "2026-09-08T07:20"),
        ("2026-09-09T05:00", "2026-09-09T12:00", "2026-09-09T07:30"),
        ("2026-09-09T08:00", "2026-09-09T09:00", "2026-09-09T08:15"),
        ("2026-09-09T08:29", "2026-09-09T09:00", "2026-09-09T08:36:45"),
        ("2026-09-09T08:30", "2026-09-09T09:00", None),
        # At night before an early start nobody could answer: the place is on open sale.
        ("2026-09-08T22:00", "2026-09-09T07:30", None),
    ],
)
def test_an_offer_stands_half_an_hour_of_the_day_or_a_quarter_of_the_time_left(at, starts_at, expected):
    def instant(text):
        return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)

    found = answer_by(instant(at), instant(starts_at), "Asia/Shanghai")
    assert found == (instant(expected) if expected else None)


def test_within_half_an_hour_of_the_start_a_freed_place_is_on_open_sale():
    session = session_of()
    first = booked(slot_of(session))
    waiting(session)
    give_up(first, at=NINE - 20 * MINUTE)
    assert offers() == []
    assert held(slot_of(session), at=NINE - 20 * MINUTE).status == "pending"
