"""Two who come at once: one lesson for one time, no lesson without consent, and no day beyond the tutor's limit."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.errors import Refused
from education.models import TutoringSession
from education.safeguarding.services import withdraw_child_consent
from education.tutoring.services import (
    book_tutoring,
    confirm_tutoring,
    finish_tutoring,
    fund_stipends,
    start_tutoring,
)
from scheduling.bookings.queries import slots_with_wrong_counters
from tests.factories.education import farmer_of
from tests.factories.stations import StationFactory, partner_of
from tests.factories.tutoring import DAY, booked, learner_at, lesson_at, money_for_learning, tutor_of, wish_of
from tests.races import wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def statuses():
    rows = TutoringSession.objects.order_by("booking__slot__starts_at")
    return list(rows.values_list("booking__status", flat=True))


def test_a_day_with_one_lesson_left_gets_one_however_many_book_at_once():
    station = StationFactory()
    tutor, partner = tutor_of(station, max_per_day=2), partner_of(station)
    children = [learner_at(station) for _ in range(5)]
    booked(tutor, children[0], clock=dt.time(16))
    clocks = [dt.time(16, 45), dt.time(17, 30), dt.time(18, 15), dt.time(16, 45)]

    def book(number):
        wish, starts_at = wish_of(tutor, children[number + 1]), lesson_at(tutor, 2, clocks[number])
        try:
            made = book_tutoring(wish=wish, starts_at=starts_at, by=partner, at=now(), key=f"race-{number}")
            return made.booking.status
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(book, range(4)))
    assert answers == ["booked", "tutor_day_full", "tutor_day_full", "tutor_day_full"]
    assert statuses() == ["booked", "booked"]
    assert not slots_with_wrong_counters().exists()


def test_a_lesson_that_is_booked_while_the_consent_is_withdrawn_does_not_stay():
    station = StationFactory()
    tutor, child, partner = tutor_of(station), learner_at(station), partner_of(station)

    def withdraw():
        try:
            withdraw_child_consent(child=child, purpose="education_record", reason="不同意", by=partner, at=now())
        finally:
            connection.close()

    def book_late():
        try:
            return booked(tutor, child, days=3, by=partner, key="late").status
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            booked(tutor, child, days=2, by=partner, key="first")
            ending = pool.submit(withdraw)
            wait_until_somebody_waits()
        ending.result()
        assert statuses() == ["cancelled"]
        assert pool.submit(book_late).result() == "child_consent_missing"


def test_a_lesson_ends_while_the_sweep_pays_its_tutor_and_another_one_from_the_same_programme():
    station = StationFactory()
    first, second, learner = tutor_of(station), tutor_of(station), farmer_of(station)
    partner = partner_of(station)

    def begun(tutor, days):
        session = booked(tutor, learner, days=days)
        return start_tutoring(session=session, by=tutor.login, at=session.booking.slot.starts_at)

    def finish(session):
        try:
            at = session.booking.slot.ends_at
            about = {"present_learners": [learner.pk], "by": session.tutor.login, "at": at}
            return confirm_tutoring(session=finish_tutoring(session=session, **about), by=partner, at=at)
        finally:
            connection.close()

    finish(begun(second, 2))
    ending, last = begun(first, 3), begun(second, 4)
    money_for_learning(station, 100_00)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            at = ending.booking.slot.ends_at
            held = finish_tutoring(session=ending, present_learners=[learner.pk], by=first.login, at=at)
            confirm_tutoring(session=held, by=partner, at=at)
            other = pool.submit(finish, last)
            wait_until_somebody_waits()
            assert fund_stipends(zone=station.zone, at=at + DAY) == 1
        assert other.result().stipend_line is not None
    assert not TutoringSession.objects.unfunded().exists()
