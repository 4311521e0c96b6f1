"""An approved claim is paid once, whatever the bank says; a person is forgotten with their papers."""

import datetime as dt
import threading

import pytest
from django.db import connection

from core.errors import WrongState
from core.gateways.results import Status
from core.models import StoredFile
from core.money import Money
from finance.data_subject import claims as claims_told
from finance.data_subject import obligations
from finance.insurance import accounts
from finance.insurance.services import (
    ClaimsFloatTooSmall,
    ask_about_payments,
    close_claims,
    forget_claims,
    send_claim_payment,
)
from finance.models import (
    Claim,
    ClaimAccountKey,
    ClaimPayment,
    CoverageCounter,
    ReconItem,
)
from ledger.audit import audit_book
from ledger.queries import balance
from ledger.services import SYSTEM, hold
from tests.factories.claims import (
    approved,
    bank_says,
    paying_bank,
    sent,
)
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, insurer
from tests.factories.stations import finance_officer


@pytest.fixture
def ready(db):
    return desk()


def test_the_bank_pays_once_and_the_books_say_so(ready):
    claim = sent(ready)
    payer = accounts.claims_float(claim.policy.version.product.insurer, at=NOON)
    assert (balance(payer).posted.minor, balance(payer).available.minor) == (500_000_00, 497_456_00)
    with pytest.raises(WrongState):
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    bank_says(claim, Status.PENDING)
    assert claim.status == "payment_pending"
    for _time in range(2):
        bank_says(claim, Status.SUCCEEDED)
    assert (claim.status, claim.paid_minor, balance(payer).posted.minor) == ("paid", 2_544_00, 497_456_00)
    bank_says(claim, Status.FAILED, code="account_invalid")
    assert (claim.status, ReconItem.objects.get().kind) == ("paid", "status")
    assert audit_book(book=accounts.insurance_book("CN"), at=NOON).findings == 0
    assert close_claims(at=NOON + 30 * DAY - dt.timedelta(seconds=1)) == 0
    assert close_claims(at=NOON + 30 * DAY) == 1


def test_what_the_bank_did_not_pay_is_sent_again(ready):
    claim = sent(ready)
    bank_says(claim, Status.FAILED, code="account_invalid")
    payer = accounts.claims_float(claim.policy.version.product.insurer, at=NOON)
    assert (claim.status, claim.sender, balance(payer).available.minor) == ("valuated", None, 500_000_00)
    send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    bank_says(claim, Status.SUCCEEDED)
    bank_says(claim, Status.REVERSED, code="account_closed")
    assert (claim.status, claim.paid_minor, balance(payer).posted.minor) == ("valuated", 0, 500_000_00)
    assert list(claim.payments.order_by("pk").values_list("status", flat=True)) == ["failed", "returned"]
    used = CoverageCounter.objects.get(kind="ceiling", peril="illness").used_minor
    assert used == 2_544_00


def test_another_amount_of_the_bank_is_for_people_to_look_at(ready):
    claim = sent(ready)
    bank_says(claim, Status.UNKNOWN, code="amount_differs", minor=1)
    assert (claim.status, ReconItem.objects.get().kind) == ("payment_pending", "amount")


def test_a_float_that_holds_too_little_pays_nothing(ready):
    paying_bank()
    claim = approved(ready)
    payer = accounts.claims_float(insurer(), at=NOON)
    hold(
        debit=payer,
        credit=accounts.payout_clearing("CN", "CNY", at=NOON),
        amount=Money(497_456_01, "CNY"),
        event_type="test_money",
        event_id="1",
        reason="test money",
        business_date=NOON.date(),
        made_by=SYSTEM,
        at=NOON,
    )
    with pytest.raises(ClaimsFloatTooSmall):
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    assert (Claim.objects.get().status, ClaimPayment.objects.count()) == ("valuated", 0)


def test_a_person_is_told_of_claims_and_forgotten_with_their_papers(ready):
    claim = approved(ready)
    person = claim.person
    assert [row["number"] for row in claims_told(person)] == [claim.number]
    assert len(obligations(person)) == 1
    files = list(claim.evidence.values_list("file", flat=True))
    assert forget_claims(person=person.pk, at=NOON) == 1
    assert not StoredFile.objects.filter(pk__in=files).exists()
    assert not ClaimAccountKey.objects.exists()
    assert set(claim.evidence.values_list("file", "bill_number")) == {(None, "")}
    claim.refresh_from_db()
    assert claim.approved_minor == 2_544_00


def test_two_officers_send_one_payment(own_database):
    ready = desk()
    claim = approved(ready)
    paying_bank()
    officers = [finance_officer() for _number in range(2)]
    outcomes, barrier = [], threading.Barrier(2)

    def send(officer):
        barrier.wait()
        try:
            send_claim_payment(claim=claim, by=officer, at=NOON)
            outcomes.append("sent")
        except WrongState as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["sent", "wrong_state"]
    assert ClaimPayment.objects.count() == 1


def test_what_the_bank_says_against_its_no_is_laid_before_people(ready):
    claim = sent(ready)
    bank_says(claim, Status.FAILED, code="account_invalid")
    bank_says(claim, Status.FAILED, code="account_invalid")
    assert not ReconItem.objects.exists()
    bank_says(claim, Status.SUCCEEDED)
    payer = accounts.claims_float(claim.policy.version.product.insurer, at=NOON)
    assert (claim.status, claim.paid_minor, balance(payer).available.minor) == ("valuated", 0, 500_000_00)
    assert ReconItem.objects.get().kind == "status"


@pytest.mark.parametrize(("early", "asked"), [(dt.timedelta(seconds=1), 0), (dt.timedelta(), 1)])
def test_a_bank_that_says_nothing_for_a_day_is_asked(ready, early, asked):
    sent(ready)
    assert ask_about_payments(at=NOON + DAY - early) == asked
