"""Payments that no machine could decide: two people, and the company's written answer."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.gateways.models import Instruction
from core.gateways.services.answers import apply_unknown
from core.models import StoredFile
from finance.models import Payment, PaymentDecision
from finance.payments.services import (
    EvidenceMissing,
    NothingProposed,
    decide_payment,
    propose_decision,
    send_to_review,
)
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_review():
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    instruction = Instruction.objects.get(pk=payment.pk)
    apply_unknown(instruction=instruction, code="no_answer", source="answer", at=now())
    return ready, send_to_review(payment=payment, at=now())


def letter():
    return StoredFile.objects.create(media_type="application/pdf", size=1, sha256="0" * 64, stored_at=now())


def propose(payment, by, *, outcome="failed", evidence=None, at=None):
    return propose_decision(
        payment=payment, outcome=outcome, reason="their letter", evidence=evidence, by=by, at=at or now()
    )


def test_two_people_decide_that_it_failed_and_the_money_is_owed_back(in_review):
    ready, payment = in_review
    propose(payment, finance_officer(), evidence=letter())
    decided = decide_payment(payment=payment, by=finance_officer(), at=now())
    assert (decided.status, decided.failure_code) == ("failed", "decided_by_people")
    assert ready.holds(ready.funds_key) == 186_40


def test_two_people_decide_that_it_succeeded_and_everybody_earns(in_review):
    ready, payment = in_review
    propose(payment, finance_officer(), outcome="succeeded", evidence=letter())
    assert decide_payment(payment=payment, by=finance_officer(), at=now()).status == "succeeded"
    assert ready.holds(ready.float_key) == 313_60


def test_whoever_proposed_does_not_decide_and_the_database_holds_it_too(in_review):
    _ready, payment = in_review
    officer = finance_officer()
    proposal = propose(payment, officer, evidence=letter())
    with pytest.raises(SamePerson):
        decide_payment(payment=payment, by=officer, at=now())
    assert Payment.objects.get().status == "manual_review"
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentDecision.objects.filter(pk=proposal.pk).update(decided_by=officer, decided_at=now(), status="decided")


def test_without_a_proposal_nothing_is_decided(in_review):
    _ready, payment = in_review
    with pytest.raises(NothingProposed):
        decide_payment(payment=payment, by=finance_officer(), at=now())
    assert Payment.objects.get().status == "manual_review"


@pytest.mark.parametrize(("days", "is_refused"), [(13, True), (14, False)])
def test_for_two_weeks_only_the_written_answer_decides(in_review, days, is_refused):
    _ready, payment = in_review
    at = payment.submitted_at + dt.timedelta(days=days)
    if is_refused:
        with pytest.raises(EvidenceMissing):
            propose(payment, finance_officer(), at=at)
        assert PaymentDecision.objects.count() == 0
    else:
        assert propose(payment, finance_officer(), at=at).status == "proposed"


def test_a_payment_that_still_runs_is_not_decided_by_people():
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    with pytest.raises(WrongState):
        propose(payment, finance_officer(), evidence=letter())
    assert PaymentDecision.objects.count() == 0
