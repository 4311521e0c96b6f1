"""Asking a payment back: what the company answers, its silence, who may ask and until when, at the counter."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import ProviderDown, WrongState
from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from core.gateways.services.sending import begin_call
from core.history import changes_of
from core.models import Instruction
from core.money import Money
from finance import chart
from finance.models import ReconItem, Reversal
from finance.payments.services import (
    Charge,
    NothingToAskBack,
    ReversalPeriodOver,
    WitnessProof,
    review_reversals,
    take_payment,
)
from finance.payments.services.refunds import SlipWrong
from finance.recharge.models import Operator
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import biller, book, found_bill, pay, plan_of, provider_says
from tests.factories.recharge import (
    company_says_of_asking,
    margin_plan,
    operator,
    operator_says,
    plan,
    recharge,
    recharge_desk,
)
from tests.factories.reversals import ask, code_of, nothing_was_asked, recharged, slip_of, told
from tests.factories.stations import api_client, partner_of
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def ready():
    margin_plan()
    return recharge_desk(float_minor=1_500_00)


@pytest.fixture
def paid(ready):
    """A recharge that was done, with the payer's phone."""
    return recharged(ready)


def yuan(units):
    return Money(units * 100, "CNY")


def assert_the_books_are_sound():
    run = audit_book(book=book(), at=now())
    assert list(AuditFinding.objects.filter(last_run=run).values_list("check_code", flat=True)) == []


# ---------------------------------------------------------------- asked, and answered


def test_asked_back_and_taken_back_everything_is_as_before_and_the_payer_is_owed(ready, paid):
    ask(paid)
    assert paid.status == "reversal_asked"
    assert (ready.holds(ready.funds_key), ready.holds(ready.float_key)) == (0, 1_400_00)
    instruction = Instruction.objects.get(kind="reversal")
    assert (instruction.path, instruction.request) == (
        "/v1/reversals",
        {
            "our_ref": str(instruction.pk),
            "original_ref": str(paid.pk),
            "amount": "100.00",
            "currency": "CNY",
            "reason": "wrong_number",
        },
    )
    company_says_of_asking(paid, "succeeded")
    paid.refresh_from_db()
    assert paid.status == "reversed"
    assert [ready.holds(key) for key in (ready.funds_key, chart.operator(paid.recharge.operator))] == [100_00, 0]
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == ready.holds(chart.platform("revenue")) == 0
    assert paid.refunds.get().reason == "reversed"
    reversal = paid.reversals.get()
    assert (reversal.status, reversal.asked_by, reversal.slip_no) == (
        "taken_back",
        ready.partner,
        slip_of(paid).slip_no,
    )
    run_jobs(now())
    assert told("refund_ready").get().params["amount"]
    assert_the_books_are_sound()


def test_refused_the_payment_stands_and_payer_and_counter_are_told(ready, paid):
    ask(paid)
    company_says_of_asking(paid, "failed")
    paid.refresh_from_db()
    assert (paid.status, paid.refunds.count()) == ("succeeded", 0)
    assert ready.holds(chart.operator(paid.recharge.operator)) == 98_50
    assert (paid.reversals.get().status, paid.reversals.get().refusal_code) == ("refused", "reversal_refused")
    notices = told("reversal_refused")
    assert {notice.user for notice in notices} == {None, ready.partner.pk}
    assert [change.new for change in changes_of(paid)][-2:] == ["reversal_asked", "succeeded"]
    assert_the_books_are_sound()


def test_after_a_refusal_it_can_be_asked_again(paid):
    ask(paid)
    company_says_of_asking(paid, "failed")
    paid.refresh_from_db()
    assert ask(paid).status == "reversal_asked"
    assert paid.reversals.count() == 2


def test_a_bill_of_the_wrong_household_is_asked_back_too(ready):
    plan_of({"service": "bill_payment", "total_kind": "flat", "total_value": 150}, version=2, code="other")
    power = biller()
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    payment.refresh_from_db()
    ask(payment, reason="wrong_household")
    assert payment.bill.is_live
    company_says_of_asking(payment, "succeeded")
    payment.bill.refresh_from_db()
    assert not payment.bill.is_live
    assert (ready.holds(chart.biller(power)), ready.holds(ready.funds_key)) == (0, 186_40)


def test_pending_and_no_answer_leave_it_asked(paid):
    ask(paid)
    company_says_of_asking(paid, "pending")
    paid.refresh_from_db()
    assert (paid.status, paid.refunds.count()) == ("reversal_asked", 0)


def test_another_amount_decides_nothing(paid):
    ask(paid)
    company_says_of_asking(paid, "succeeded", amount="99.00")
    paid.refresh_from_db()
    assert (paid.status, paid.refunds.count()) == ("reversal_asked", 0)


@pytest.mark.parametrize("order", [("asked", "taken"), ("taken", "asked")])
def test_both_ways_of_saying_so_in_any_order_owe_once(ready, paid, order):
    ask(paid)
    words = {
        "asked": lambda: company_says_of_asking(paid, "succeeded"),
        "taken": lambda: operator_says(paid, "succeeded", event_type="transaction.reversed"),
    }
    for word in (*order, *order):
        words[word]()
    paid.refresh_from_db()
    assert (paid.status, paid.refunds.count(), ready.holds(ready.funds_key)) == ("reversed", 1, 100_00)
    assert paid.reversals.get().status == "taken_back"
    assert not ReconItem.objects.exists()


def test_a_no_after_they_took_it_back_changes_nothing_and_is_laid_before_people(ready, paid):
    ask(paid)
    operator_says(paid, "succeeded", event_type="transaction.reversed")
    company_says_of_asking(paid, "failed")
    paid.refresh_from_db()
    assert (paid.status, ready.holds(ready.funds_key)) == ("reversed", 100_00)
    assert ReconItem.objects.get().detail["asked"] == "reversal"


def test_a_yes_after_their_no_changes_nothing_and_is_laid_before_people(ready, paid):
    ask(paid)
    company_says_of_asking(paid, "failed")
    company_says_of_asking(paid, "succeeded")
    paid.refresh_from_db()
    assert (paid.status, ready.holds(ready.funds_key)) == ("succeeded", 0)
    assert ReconItem.objects.get().kind == "status"


def test_a_failure_of_the_payment_itself_contradicts_and_changes_nothing(paid):
    ask(paid)
    operator_says(paid, "failed")
    paid.refresh_from_db()
    assert paid.status == "reversal_asked"
    assert ReconItem.objects.get().kind == "status"


# ---------------------------------------------------------------- silence


def test_an_asking_that_never_arrived_stands_after_two_questions_past_the_cutoff(paid):
    start = now()
    ask(paid)
    our_ref = paid.reversals.get().pk
    begin_call(our_ref=our_ref, attempt=1, may_have_run="", at=start)
    cutoff = Instruction.objects.get(pk=our_ref).cutoff_at
    assert cutoff == start + DAY
    nothing = Result(str(our_ref), "reversal", Status.NOT_FOUND)
    for moment in (cutoff - dt.timedelta(seconds=1), cutoff, cutoff + dt.timedelta(minutes=29, seconds=59)):
        apply(our_ref=our_ref, result=nothing, source="enquiry", at=moment)
        paid.refresh_from_db()
        assert paid.status == "reversal_asked"
    apply(our_ref=our_ref, result=nothing, source="enquiry", at=cutoff + dt.timedelta(minutes=30))
    paid.refresh_from_db()
    assert (paid.status, paid.reversals.get().refusal_code) == ("succeeded", "never_received")
    assert Instruction.objects.get(pk=our_ref).state == "settled"


def test_three_days_without_a_word_people_look_once(paid):
    ask(paid)
    asked_at = paid.reversals.get().asked_at
    assert review_reversals(at=asked_at + 3 * DAY - dt.timedelta(seconds=1)) == 0
    assert not ReconItem.objects.exists()
    assert review_reversals(at=asked_at + 3 * DAY) == 1
    assert review_reversals(at=asked_at + 4 * DAY) == 0
    assert ReconItem.objects.get().payment == paid


# ---------------------------------------------------------------- who may ask, until when


@pytest.mark.parametrize(("days", "after", "is_open"), [(0, 0, True), (0, 1, False), (5, 5, True), (5, 6, False)])
def test_it_can_be_asked_until_the_last_day_of_the_company(paid, days, after, is_open):
    Operator.objects.update(reversal_days=days)
    moment = now() + after * DAY
    if is_open:
        assert ask(paid, at=moment).status == "reversal_asked"
    else:
        with pytest.raises(ReversalPeriodOver):
            ask(paid, at=moment)
        assert nothing_was_asked(paid)


def test_what_no_company_executed_cannot_be_asked_back(ready):
    charge = Charge(
        purpose="goods",
        subject_ref="1",
        station=ready.station,
        amount=yuan(50),
        agent_fee=yuan(0),
    )
    payment = take_payment(charge=charge, by=ready.partner, at=now(), key="g" * 16)
    with pytest.raises(NothingToAskBack):
        ask(payment)
    assert not Reversal.objects.exists()


@pytest.mark.parametrize("said", ["", "failed", "reversed"])
def test_only_what_succeeded_can_be_asked_back(ready, said):
    mobile = operator()
    payment = recharge(ready, mobile, bought=plan(mobile))
    if said == "reversed":
        operator_says(payment, "succeeded", event_type="transaction.reversed")
    elif said:
        operator_says(payment, said)
    with pytest.raises(WrongState):
        ask(payment, WitnessProof("X"))
    assert not Reversal.objects.exists()


def test_twice_asked_is_asked_once(paid):
    ask(paid)
    with pytest.raises(WrongState):
        ask(paid)
    assert Instruction.objects.filter(kind="reversal").count() == 1


def test_the_database_knows_one_open_asking_of_a_payment(paid):
    ask(paid)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reversal.objects.create(payment=paid, reason="wrong_number", asked_by=paid.taken_by, asked_at=now())


def test_another_payments_slip_proves_nothing(ready, paid):
    mobile = paid.recharge.operator
    other = recharge(ready, mobile, amount=yuan(50))
    with pytest.raises(SlipWrong):
        ask(paid, WitnessProof(other.receipts.get().number))
    assert nothing_was_asked(paid)


def test_behind_an_open_breaker_nothing_is_asked(paid):
    company = paid.recharge.operator.provider
    company.breaker, company.breaker_opened_at = "open", now()
    company.save()
    with pytest.raises(ProviderDown):
        ask(paid)
    assert nothing_was_asked(paid)


def test_a_prefund_that_is_low_hinders_no_asking(paid):
    company = paid.recharge.operator.provider
    company.refused_minor = 1_00
    company.save()
    assert ask(paid).status == "reversal_asked"


def post(client, payment, body, key="a" * 16, verb="ask-reversal"):
    return client.post(f"/api/v1/payments/{payment.pk}/{verb}/", body, "json", headers={"Idempotency-Key": key})


# ---------------------------------------------------------------- over the API and at the counter


def test_over_the_api_with_the_slip_and_the_same_key_again(ready, paid):
    client, body = api_client(ready.partner), {"reason": "wrong_number", "slip_no": slip_of(paid).slip_no.lower()}
    first, again = post(client, paid, body), post(client, paid, body)
    assert (first.status_code, first.json()["status"]) == (202, "reversal_asked")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    assert Reversal.objects.count() == 1


def test_over_the_api_with_the_code(ready, paid):
    client = api_client(ready.partner)
    sent = post(client, paid, {}, verb="send-reversal-code")
    assert (sent.status_code, set(sent.json())) == (200, {"our_ref", "code_expires_at"})
    wrong = post(client, paid, {"reason": "wrong_number", "code": "000000"}, key="b" * 16)
    assert (wrong.status_code, wrong.json()["code"]) in {(422, "code_wrong"), (202, None)}
    right = post(client, paid, {"reason": "wrong_number", "code": code_of(paid)}, key="c" * 16)
    assert right.status_code == 202


@pytest.mark.parametrize(
    "body", [{}, {"reason": "wrong_number"}, {"reason": "x", "code": "123456"}, {"reason": "wrong_number", "code": "1"}]
)
def test_a_body_that_proves_nothing_is_refused(ready, paid, body):
    assert post(api_client(ready.partner), paid, body).status_code == 400
    assert nothing_was_asked(paid)


def test_a_stranger_finds_nothing_to_ask_back(paid):
    stranger = partner_of(recharge_desk().station)
    body = {"reason": "wrong_number", "slip_no": slip_of(paid).slip_no}
    assert post(api_client(stranger), paid, body).status_code == 404
    assert nothing_was_asked(paid)


def test_at_the_counter_the_page_asks_and_leads_back_to_the_payment(client, ready, paid):
    client.force_login(ready.partner)
    story = f"/finance/payments/{paid.pk}/"
    assert f"{story}ask-back/" in client.get(story).content.decode()
    page = client.get(f"{story}ask-back/").content.decode()
    assert "138 0516 0001" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    done = client.post(f"{story}ask-back/", {"key": key, "reason": "wrong_number", "slip_no": slip_of(paid).slip_no})
    assert (done.status_code, done.headers["Location"]) == (303, story)
    assert f"{story}ask-back/" not in client.get(story).content.decode()


def test_at_the_counter_a_wrong_slip_is_refused_on_the_page_with_what_was_typed(client, ready, paid):
    client.force_login(ready.partner)
    page = f"/finance/payments/{paid.pk}/ask-back/"
    refused = client.post(page, {"key": "k" * 16, "reason": "wrong_number", "slip_no": "NOT-THIS"})
    assert (refused.status_code, "NOT-THIS" in refused.content.decode()) == (422, True)
    assert nothing_was_asked(paid)
