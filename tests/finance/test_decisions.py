"""Payments that no machine could decide: two people, and the company's written answer."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.database.db import lock
from core.errors import SamePerson, WrongState
from core.gateways.models import Instruction
from core.gateways.services.answers import apply_unknown
from core.history import changes_of
from core.models import StoredFile
from core.money import Money
from finance import chart
from finance.models import Payment, PaymentDecision, ReconItem, Refund
from finance.payments.services import (
    Charge,
    EvidenceMissing,
    NothingProposed,
    ProposalChanged,
    decide_payment,
    propose_decision,
    refund_payment,
    send_to_review,
    take_payment,
)
from ledger.queries import transfers_of
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says
from tests.factories.stations import finance_officer
from tests.races import wait_until_somebody_waits


@pytest.fixture
def in_review(db):
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
    decided = decide_payment(payment=payment, outcome="failed", by=finance_officer(), at=now())
    assert (decided.status, decided.failure_code) == ("failed", "decided_by_people")
    assert ready.holds(ready.funds_key) == 186_40


def test_two_people_decide_that_it_succeeded_and_everybody_earns(in_review):
    ready, payment = in_review
    propose(payment, finance_officer(), outcome="succeeded", evidence=letter())
    officer = finance_officer()
    assert decide_payment(payment=payment, outcome="succeeded", by=officer, at=now()).status == "succeeded"
    assert ready.holds(ready.float_key) == 313_60


@pytest.mark.parametrize("outcome", ["failed", "succeeded"])
def test_what_people_have_decided_is_no_longer_laid_before_them(in_review, outcome):
    _ready, payment = in_review
    item = ReconItem.objects.get(dedupe_key=f"review:{payment.pk}")
    propose(payment, finance_officer(), outcome=outcome, evidence=letter())
    item.refresh_from_db()
    assert item.status == "unmatched"
    decide_payment(payment=payment, outcome=outcome, by=finance_officer(), at=now())
    item.refresh_from_db()
    assert item.status == "matched"


@pytest.mark.parametrize(
    ("word", "status"), [("failed", "matched"), ("succeeded", "matched"), ("pending", "unmatched")]
)
def test_what_the_company_has_answered_after_all_is_no_longer_laid_before_people(in_review, word, status):
    _ready, payment = in_review
    provider_says(payment, word)
    assert ReconItem.objects.get(dedupe_key=f"review:{payment.pk}").status == status


def test_whoever_proposed_does_not_decide_and_the_database_holds_it_too(in_review):
    _ready, payment = in_review
    officer = finance_officer()
    proposal = propose(payment, officer, evidence=letter())
    with pytest.raises(SamePerson):
        decide_payment(payment=payment, outcome="failed", by=officer, at=now())
    assert Payment.objects.get().status == "manual_review"
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentDecision.objects.filter(pk=proposal.pk).update(decided_by=officer, decided_at=now(), status="decided")


def test_without_a_proposal_nothing_is_decided(in_review):
    _ready, payment = in_review
    with pytest.raises(NothingProposed):
        decide_payment(payment=payment, outcome="failed", by=finance_officer(), at=now())
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


def test_a_payment_that_still_runs_is_not_decided_by_people(db):
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    with pytest.raises(WrongState):
        propose(payment, finance_officer(), evidence=letter())
    assert PaymentDecision.objects.count() == 0


def test_what_two_people_decided_is_theirs_in_the_books_and_in_the_history(in_review):
    _ready, payment = in_review
    propose(payment, finance_officer(), evidence=letter())
    second = finance_officer()
    decide_payment(payment=payment, outcome="failed", by=second, at=now())
    assert {(leg.made_by_kind, leg.made_by) for leg in transfers_of("payment_failed", str(payment.pk))} == {
        ("staff", second.pk)
    }
    assert list(changes_of(payment))[-1].actor == second.pk


def test_a_proposal_that_was_turned_round_meanwhile_is_not_confirmed(in_review):
    ready, payment = in_review
    propose(payment, finance_officer(), outcome="failed", evidence=letter())
    propose(payment, finance_officer(), outcome="succeeded", evidence=letter())
    with pytest.raises(ProposalChanged):
        decide_payment(payment=payment, outcome="failed", by=finance_officer(), at=now())
    assert (Payment.objects.get().status, ready.holds(ready.funds_key)) == ("manual_review", 0)
    assert PaymentDecision.objects.get().status == "proposed"


@pytest.mark.usefixtures("own_database")
def test_one_proposes_while_another_decides_and_neither_waits_for_ever():
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    instruction = Instruction.objects.get(pk=payment.pk)
    apply_unknown(instruction=instruction, code="no_answer", source="answer", at=now())
    payment = send_to_review(payment=payment, at=now())
    propose(payment, finance_officer(), evidence=letter())
    first, second, paper = finance_officer(), finance_officer(), letter()

    def decide() -> str:
        try:
            return decide_payment(payment=payment, outcome="failed", by=second, at=now()).status
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            lock(payment)
            decided = pool.submit(decide)
            wait_until_somebody_waits()
            propose(payment, first, evidence=paper)
        assert decided.result() == "failed"
    assert PaymentDecision.objects.get().proposed_by == first


# --- taken back by the company, as two people know from its letter


@pytest.fixture
def paid(db):
    flat_plan()
    power, ready = biller(), desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    payment.refresh_from_db()
    return ready, power, payment


def take_back(payment, *, first=None, second=None):
    propose(payment, first or finance_officer(), outcome="reversed", evidence=letter())
    return decide_payment(payment=payment, outcome="reversed", by=second or finance_officer(), at=now())


def everybody_holds(ready, power):
    """Biller, fee due, partner, county, revenue, and what is owed to the villager."""
    keys = (
        chart.biller(power),
        chart.fee_receivable(power),
        chart.commission_of_user(ready.partner.pk),
        chart.commission_of_county(ready.station.county),
        chart.platform("revenue"),
        ready.funds_key,
    )
    return tuple(ready.holds(key) for key in keys)


def test_two_people_know_that_the_company_took_it_back_and_every_leg_is_reversed(paid):
    ready, power, payment = paid
    assert everybody_holds(ready, power) == (186_40, 1_50, 1_00, 15, 35, 0)
    second = finance_officer()
    assert take_back(payment, second=second).status == "reversed"
    assert everybody_holds(ready, power) == (0, 0, 0, 0, 0, 186_40)
    assert Refund.objects.get().reason == "reversed"
    made = {(leg.made_by_kind, leg.made_by) for leg in transfers_of("payment_reversed", str(payment.pk))}
    assert made == {("staff", second.pk)}
    assert list(changes_of(payment))[-1].actor == second.pk


def test_one_person_takes_nothing_back(paid):
    ready, power, payment = paid
    officer = finance_officer()
    with pytest.raises(NothingProposed):
        decide_payment(payment=payment, outcome="reversed", by=officer, at=now())
    with pytest.raises(SamePerson):
        take_back(payment, first=officer, second=officer)
    payment.refresh_from_db()
    assert (payment.status, everybody_holds(ready, power)) == ("succeeded", (186_40, 1_50, 1_00, 15, 35, 0))


def test_without_the_companys_letter_nothing_is_proposed_for_two_weeks(paid):
    _ready, _power, payment = paid
    with pytest.raises(EvidenceMissing):
        propose(payment, finance_officer(), outcome="reversed")
    assert PaymentDecision.objects.count() == 0


def test_of_what_was_given_back_in_part_the_rest_is_owed(paid):
    ready, power, payment = paid
    refund_payment(payment=payment, amount=Money(86_40, "CNY"), reason="cancelled", at=now(), key="part")
    payment.refresh_from_db()
    assert take_back(payment).status == "refunded"
    assert everybody_holds(ready, power) == (0, 0, 0, 0, 0, 186_40)


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_of_what_was_paid_only_that_it_was_taken_back_is_said(paid, outcome):
    _ready, _power, payment = paid
    with pytest.raises(WrongState):
        propose(payment, finance_officer(), outcome=outcome, evidence=letter())
    assert PaymentDecision.objects.count() == 0


def test_what_no_company_did_is_taken_back_by_none(db):
    ready = desk(mode="postpaid")
    goods = Charge("goods", "O-1", ready.station, amount=Money(5_00, "CNY"), agent_fee=Money(0, "CNY"))
    payment = take_payment(charge=goods, by=ready.partner, at=now(), key="goods" * 4)
    with pytest.raises(WrongState):
        propose(payment, finance_officer(), outcome="reversed", evidence=letter())
    with pytest.raises(WrongState):
        decide_payment(payment=payment, outcome="reversed", by=finance_officer(), at=now())
    assert (PaymentDecision.objects.count(), ready.holds(ready.funds_key)) == (0, 5_00)


def test_decided_as_paid_and_later_taken_back_both_decisions_are_kept(in_review):
    ready, payment = in_review
    propose(payment, finance_officer(), outcome="succeeded", evidence=letter())
    payment = decide_payment(payment=payment, outcome="succeeded", by=finance_officer(), at=now())
    assert take_back(payment).status == "reversed"
    outcomes = PaymentDecision.objects.order_by("decided_at").values_list("outcome", "status")
    assert list(outcomes) == [("succeeded", "decided"), ("reversed", "decided")]
    assert ready.holds(ready.funds_key) == 186_40


@pytest.mark.usefixtures("own_database")
def test_two_who_confirm_and_the_company_that_says_so_at_once_take_it_back_once():
    flat_plan()
    power, ready = biller(), desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    propose(payment, finance_officer(), outcome="reversed", evidence=letter())
    officers = [finance_officer() for _ in range(3)]

    def confirm(officer) -> str:
        try:
            return decide_payment(payment=payment, outcome="reversed", by=officer, at=now()).status
        except WrongState:
            return "refused"
        finally:
            connection.close()

    def say(_nobody) -> str:
        try:
            return str(provider_says(payment, "succeeded", event_type="transaction.reversed"))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        said = [pool.submit(verb, officer) for officer in officers for verb in (confirm, say)]
        answers = [each.result() for each in said]
    assert answers.count("reversed") + answers.count("applied") == 1
    assert Payment.objects.get().status == "reversed"
    assert everybody_holds(ready, power) == (0, 0, 0, 0, 0, 186_40)
    assert Refund.objects.count() == 1
