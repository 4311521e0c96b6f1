"""Many at once: one doctor has a case, the fee goes one way, a prescription is released once."""

import pytest
from django.utils.timezone import now

from finance import chart
from finance.payments.models import Payment, Refund
from health.consultations.models import Consultation
from health.consultations.services import (
    answer_case,
    cancel_consultation,
    claim_case,
    complete_case,
    release_prescription,
    return_prescription,
    run_clock,
)
from health.records.models import Encounter
from tests.factories.consultations import online
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_two_doctors_take_one_case_and_one_has_it():
    there = online()
    row = there.accepted()
    answers = together(
        *(lambda by=by: claim_case(consultation=row, by=by, at=now()) for by in (there.doctor, there.colleague) * 2)
    )
    assert answers.count("already_claimed") == 3
    assert Consultation.objects.get().doctor.user in {there.doctor, there.colleague}


def test_giving_up_cancelling_and_taking_at_once_pay_back_or_are_taken_never_both():
    there = online()
    row = there.accepted()
    together(
        lambda: run_clock(consultation=row, at=row.give_up_at),
        lambda: claim_case(consultation=row, by=there.doctor, at=now()),
        lambda: cancel_consultation(consultation=row, by=there.ready.partner, at=now()),
        lambda: run_clock(consultation=row, at=row.give_up_at),
    )
    row.refresh_from_db()
    assert (row.status == "in_progress", row.doctor is not None, Refund.objects.count()) in {
        (True, True, 0),
        (False, False, 1),
    }


def test_the_last_clock_and_the_summary_at_once_pay_the_clinic_once():
    there = online()
    row = answer_case(consultation=there.taken(), text="好些了吗？", by=there.doctor, at=now())
    together(
        lambda: run_clock(consultation=row, at=row.due_at),
        lambda: complete_case(consultation=row, summary="好转", by=there.doctor, at=now()),
        lambda: complete_case(consultation=row, summary="好转", by=there.doctor, at=now()),
    )
    row.refresh_from_db()
    assert (row.status, Encounter.objects.count()) in {("completed", 1), ("completed", 0)}
    assert there.ready.holds(chart.hospital(there.clinic.code)) == 20_00


def test_a_prescription_is_released_or_returned_once():
    there = online()
    made = there.prescribed()
    answers = together(
        lambda: release_prescription(prescription=made, by=there.pharmacist, at=now()),
        lambda: release_prescription(prescription=made, by=there.pharmacist, at=now()),
        lambda: return_prescription(prescription=made, reason="剂量", by=there.pharmacist, at=now()),
    )
    made.refresh_from_db()
    assert made.status in {"active", "returned"}
    assert "wrong_state" in answers


def test_a_double_press_is_one_request_and_one_payment():
    there = online()
    person = there.person()
    answers = together(*[lambda: there.asked(person, photos=[], key="double-press-0002")] * 4)
    assert len({each.pk for each in answers}) == 1
    assert Payment.objects.count() == 1
