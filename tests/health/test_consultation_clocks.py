"""The clocks of a consultation count open hours, pass a case on, and give the fee back."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import WrongState
from core.models import Job
from finance import chart
from finance.payments.models import Refund
from health.consultations.clocks import after_open_minutes
from health.consultations.models import ConsultationRules
from health.consultations.refusals import (
    AlreadyClaimed,
    ConsultationNotServed,
)
from health.consultations.services import (
    answer_case,
    claim_case,
    reject_case,
    run_clock,
    send_message,
)
from health.consultations.tasks import clock
from tests.factories.consultations import at_rest, morning, online
from tests.factories.health import yuan

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
RULE = {"open_from": "08:00", "open_to": "20:00"}


def test_minutes_count_in_open_hours_of_the_clinic():
    zone = "Asia/Shanghai"

    def at(day, hour, minute=0):
        return instant_of(zone, dt.date(2026, 2, day), dt.time(hour, minute))

    assert after_open_minutes(zone, at(27, 9), 30, RULE) == at(27, 9, 30)
    assert after_open_minutes(zone, at(27, 19, 50), 10, RULE) == at(27, 20)
    assert after_open_minutes(zone, at(27, 19, 50), 11, RULE) == at(28, 8, 1)
    assert (
        after_open_minutes(zone, at(27, 20), 15, RULE) == after_open_minutes(zone, at(28, 3), 15, RULE) == at(28, 8, 15)
    )
    assert after_open_minutes(zone, at(27, 19), 13 * 60, RULE) == at(28, 20)
    assert after_open_minutes(zone, at(27, 19, 1), 13 * 60, RULE) == instant_of(
        zone, dt.date(2026, 3, 1), dt.time(8, 1)
    )


def test_nobody_in_time_gives_the_whole_fee_back_once():
    there = online()
    at = morning(there.clinic)
    row = there.accepted(at=at)
    run_clock(consultation=row, at=row.give_up_at - MINUTE)
    assert at_rest(row)[0] == "accepted"
    job = Job.objects.get(kind="consultations.clock", dedupe_key__contains=str(row.pk))
    assert job.run_at == row.give_up_at == at + 4 * HOUR
    for _again in range(2):
        clock(job.payload, job.run_at)
    assert at_rest(row) == ("failed", "no_doctor")
    assert Refund.objects.get().amount == yuan(20_00)
    with pytest.raises(AlreadyClaimed):
        claim_case(consultation=row, by=there.doctor, at=job.run_at)


def test_a_silent_doctor_gives_it_to_the_next_and_never_for_ever():
    there = online()
    at = morning(there.clinic)
    row = there.taken(at=at)
    run_clock(consultation=row, at=at + 2 * HOUR - MINUTE)
    assert at_rest(row)[0] == "in_progress"
    run_clock(consultation=row, at=at + 2 * HOUR)
    assert at_rest(row)[0] == "accepted"
    row = claim_case(consultation=row, by=there.colleague, at=at + 3 * HOUR)
    row = answer_case(consultation=row, text="请再量一次", by=there.colleague, at=at + 3 * HOUR)
    row = send_message(consultation=row, text="量了", by=there.ready.partner, at=at + 3 * HOUR)
    run_clock(consultation=row, at=at + 5 * HOUR)
    row.refresh_from_db()
    assert (row.status, row.doctor, row.give_up_at) == ("accepted", None, at + 9 * HOUR)
    run_clock(consultation=row, at=at + 9 * HOUR)
    assert at_rest(row) == ("failed", "no_doctor")
    kept = there.taken(at=at)
    run_clock(consultation=kept, at=at + 4 * HOUR)
    assert at_rest(kept) == ("failed", "no_doctor")
    assert Refund.objects.count() == 2


def test_a_resident_who_does_not_answer_ends_it_after_three_days_and_the_clinic_is_owed():
    there = online()
    at = morning(there.clinic)
    row = answer_case(consultation=there.taken(at=at), text="好些了吗？", by=there.doctor, at=at)
    assert row.due_at == at + 72 * HOUR
    run_clock(consultation=row, at=row.due_at)
    assert at_rest(row) == ("completed", "silent")
    assert there.ready.holds(chart.hospital(there.clinic.code)) == 20_00
    with pytest.raises(WrongState):
        send_message(consultation=row, text="好了", by=there.ready.partner, at=now())


def test_a_case_keeps_the_rule_under_which_it_was_asked_and_never_stays_open():
    there = online()
    at = morning(there.clinic)
    row, urgent = there.taken(at=at), there.asked(at=at)
    ConsultationRules.objects.filter(to_date=None).update(to_date=day_in(there.clinic.zone, at) + dt.timedelta(days=1))
    later = at + dt.timedelta(days=1)
    with pytest.raises(ConsultationNotServed):
        there.asked(at=later)
    assert reject_case(consultation=urgent, because="emergency", by=there.nurse, at=later).status == "rejected"
    row = answer_case(consultation=row, text="再量一次", by=there.doctor, at=later)
    row = send_message(consultation=row, text="量了", by=there.ready.partner, at=later)
    run_clock(consultation=row, at=row.due_at)
    row.refresh_from_db()
    run_clock(consultation=row, at=row.give_up_at)
    assert at_rest(row) == ("failed", "no_doctor")


def test_a_clinic_that_is_open_over_midnight_or_always_counts_its_minutes():
    zone = "Asia/Shanghai"

    def at(day, hour, minute=0):
        return instant_of(zone, dt.date(2026, 2, day), dt.time(hour, minute))

    night, always = {"open_from": "20:00", "open_to": "08:00"}, {"open_from": "00:00", "open_to": "00:00"}
    assert after_open_minutes(zone, at(27, 3), 30, night) == at(27, 3, 30)
    assert after_open_minutes(zone, at(27, 7, 50), 30, night) == at(27, 20, 20)
    assert after_open_minutes(zone, at(26, 23, 50), 30, always) == at(27, 0, 20)
