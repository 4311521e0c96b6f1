"""An approved claim is paid once, whatever the bank says; a person is forgotten with their papers."""

import datetime as dt
import threading
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.errors import SamePerson, WrongState
from core.gateways.results import Status
from core.models import Notice, StoredFile
from core.money import Money
from finance.data_subject import claims as claims_told
from finance.data_subject import obligations
from finance.insurance import accounts
from finance.insurance.console import CONSOLE
from finance.insurance.services import (
    AccountFailed,
    AccountOfOthers,
    AccountStands,
    ClaimsFloatTooSmall,
    PayeeGone,
    PayeeTooClose,
    PayeeUnfit,
    PaymentDisputed,
    PayTo,
    ask_about_payments,
    body_of_payment,
    close_claims,
    correct_claim_account,
    forget_claims,
    send_claim_payment,
)
from finance.models import (
    Claim,
    ClaimAccountKey,
    ClaimDecision,
    ClaimPayment,
    CoverageCounter,
    ReconItem,
)
from ledger.audit import audit_book
from ledger.queries import balance
from ledger.services import SYSTEM, hold
from stations.models import Person
from tests.factories.claims import (
    EVENT,
    approved,
    bank_says,
    draft,
    paying_bank,
    policy_of,
    sent,
)
from tests.factories.finance import desk
from tests.factories.insurance import DAY, NOON, insurer, villager
from tests.factories.people import household_of, second_login_of
from tests.factories.premiums import member
from tests.factories.stations import UserFactory, finance_officer, helper_of


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


def waits(name, user):
    need = next(each for each in CONSOLE.needs if each.name == f"insurance.{name}")
    return need.rows(user=user, at=NOON).exists()


def to(person, account_no="6222021102004802"):
    return PayTo(person, "ICBC", account_no, person.full_name)


def test_what_the_bank_did_not_pay_goes_to_another_account_of_the_family_that_another_person_sends_to(ready, client):
    head = villager(ready)
    insured = member(ready, household_of(head), phone="+8613812345678")
    claim = sent(ready, policy_of(ready, person=insured))
    bank_says(claim, Status.SUCCEEDED)
    correct = partial(correct_claim_account, claim=claim, by=ready.partner, at=NOON)
    with pytest.raises(WrongState):
        correct(pay_to=to(head))
    bank_says(claim, Status.REVERSED, code="account_closed")
    assert Notice.objects.filter(template="claim_not_paid", user=ready.partner.pk).exists()
    assert Notice.objects.get(template="claim_not_paid_family").phone_tail == "5678"
    with pytest.raises(AccountFailed):
        correct(pay_to=PayTo(claim.person, "ABC", "6228480402564890018", claim.person.full_name))
    with pytest.raises(PayeeUnfit):
        correct(pay_to=to(villager(ready)))
    assert waits("correct", ready.partner)
    client.force_login(ready.partner)
    story = f"/finance/insurance/claims/{claim.pk}/"
    page = client.get(story)
    assert page.context["account"]["account_no"].label == "银行账号"
    typed = {"key": page.context["account"]["key"].value(), "payee": str(head.pk), "bank_code": "ICBC"}
    typed |= {"account_no": "6222021102004802", "holder_name": head.full_name}
    assert client.post(f"{story}account/", typed).status_code == 303
    claim = Claim.objects.get()
    assert (claim.status, claim.payee, claim.approved_minor) == ("valuated", head, 2_544_00)
    assert not waits("correct", ready.partner)
    twin = second_login_of(ready.partner)
    with pytest.raises(SamePerson):
        send_claim_payment(claim=claim, by=twin, at=NOON)
    send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    newest = claim.payments.latest("pk")
    assert len(obligations(head)) == 1
    assert (body_of_payment(newest.pk)["account_no"], newest.account_tail) == ("6222021102004802", "4802")
    with (
        pytest.raises(IntegrityError, match="nobody_pays_to_an_account_that_they_corrected"),
        transaction.atomic(),
    ):
        ClaimPayment.objects.filter(pk=newest.pk).update(account_by=newest.sent_by)
    client.force_login(finance_officer())
    shown = client.get(story).content.decode()
    assert "…4802" in shown
    assert "…0018" in shown
    bank_says(claim, Status.SUCCEEDED)
    assert (claim.status, CoverageCounter.objects.get(kind="ceiling", peril="illness").used_minor) == ("paid", 2_544_00)


def test_an_account_stands_until_it_fails_and_nobody_is_paid_who_has_died(ready):
    head = villager(ready)
    home = household_of(head)
    paying_bank()
    claim = approved(ready, policy_of(ready, person=member(ready, home)))
    correct = partial(correct_claim_account, claim=claim, by=ready.partner, at=NOON)
    with pytest.raises(AccountStands):
        correct(pay_to=to(head))
    second, third = villager(ready), villager(ready)
    Person.objects.filter(pk=claim.person_id).update(merged_into=second)
    Person.objects.filter(pk=second.pk).update(merged_into=third)
    Person.objects.filter(pk=third.pk).update(died_date=EVENT, residence="deceased")
    claim = Claim.objects.get()
    with pytest.raises(PayeeGone):
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    assert [waits("correct", ready.partner), waits("pay", finance_officer())] == [True, False]
    for _household in range(2):
        neighbour = policy_of(ready)
        draft(ready, neighbour, pay_to=to(neighbour.person))
    with pytest.raises(AccountOfOthers):
        correct(pay_to=to(head))
    correct(pay_to=to(head, "6222021102009999"))
    assert [waits("correct", ready.partner), waits("pay", finance_officer())] == [False, True]
    assert send_claim_payment(claim=Claim.objects.get(pk=claim.pk), by=finance_officer(), at=NOON).payee == head


def test_a_claim_of_somebody_who_lived_alone_and_has_died_says_who_could_be_paid(ready, client):
    claim = approved(ready)
    client.force_login(ready.partner)
    story = f"/finance/insurance/claims/{claim.pk}/"
    assert not client.get(story).context["is_stuck"]
    Person.objects.filter(pk=claim.person_id).update(died_date=EVENT, residence="deceased", household=None)
    page = client.get(story)
    assert (page.context["is_stuck"], page.context["account"]) == (True, None)
    assert "户主" in page.content.decode()
    ClaimAccountKey.objects.all().delete()
    assert client.get(reverse("insurance:claims") + "?state=account").content.decode().count(claim.number) == 1


def test_who_was_looked_at_is_paid_under_the_record_that_stands(ready):
    claim = sent(ready)
    bank_says(claim, Status.FAILED, code="account_invalid")
    kept = villager(ready)
    helper_of(ready.station, UserFactory(person=kept))
    Person.objects.filter(pk=claim.person_id).update(merged_into=kept)
    assert correct_claim_account(claim=claim, pay_to=to(kept), by=ready.partner, at=NOON).payee == kept


def test_the_home_of_who_visited_does_not_become_the_payee(ready):
    head = villager(ready)
    claim = approved(ready, policy_of(ready, person=member(ready, household_of(head))))
    visitor = UserFactory(person=member(ready, Person.objects.get(pk=head.pk).household))
    ClaimDecision.objects.create(claim=claim, step="visited", currency="CNY", by=visitor, at=NOON)
    Person.objects.filter(pk=claim.person_id).update(died_date=EVENT, residence="deceased")
    with pytest.raises(PayeeTooClose):
        correct_claim_account(claim=claim, pay_to=to(head), by=ready.partner, at=NOON)


def test_a_helper_of_the_family_does_not_become_its_payee_once_the_claim_is_approved(ready):
    head = villager(ready)
    claim = approved(ready, policy_of(ready, person=member(ready, household_of(head))))
    helper_of(ready.station, UserFactory(person=head))
    Person.objects.filter(pk=claim.person_id).update(died_date=EVENT, residence="deceased")
    with pytest.raises(PayeeTooClose):
        correct_claim_account(claim=claim, pay_to=to(head), by=ready.partner, at=NOON)


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
    with pytest.raises(PaymentDisputed):
        send_claim_payment(claim=claim, by=finance_officer(), at=NOON)
    ReconItem.objects.update(status="resolved", reason_code="their_error", closed_at=NOON)
    assert send_claim_payment(claim=claim, by=finance_officer(), at=NOON).status == "payment_pending"


@pytest.mark.parametrize(("early", "asked"), [(dt.timedelta(seconds=1), 0), (dt.timedelta(), 1)])
def test_a_bank_that_says_nothing_for_a_day_is_asked(ready, early, asked):
    sent(ready)
    assert ask_about_payments(at=NOON + DAY - early) == asked
