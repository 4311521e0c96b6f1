"""Recharges by many at once, and answers that never came."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import WrongState
from core.gateways.models import Instruction
from core.gateways.services.prefund import plan_balances
from finance.floats.services import FloatTooSmall
from finance.models import Payment
from finance.payments.services import WitnessProof, ask_reversal
from finance.recharge.services import RechargeInProgress
from tests.factories.recharge import (
    company_says_of_asking,
    margin_plan,
    operator,
    operator_says,
    plan,
    recharge,
    recharge_desk,
)
from tests.factories.stations import api_client
from tests.jobs import run_jobs


def at_once(attempts, refusals):
    def attempt(run):
        try:
            return run().status
        except refusals as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(attempt, attempts))


@pytest.mark.usefixtures("own_database")
def test_two_counters_recharge_one_phone_at_once_and_one_is_refused():
    margin_plan()
    mobile = operator()
    sold = plan(mobile)
    desks = [recharge_desk(float_minor=1_500_00) for _ in range(3)]
    answers = at_once([lambda desk=desk: recharge(desk, mobile, bought=sold) for desk in desks], RechargeInProgress)
    assert answers == ["held", "recharge_in_progress", "recharge_in_progress"]
    assert sum(ready.can_use(ready.float_key) for ready in desks) == 3 * 1_500_00 - 100_00


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("phones", [("+8613805160001", "+8613805160002"), ("+8613805160001", "+8613805160001")])
def test_scenario_3_two_recharges_on_a_float_for_one_and_a_half(phones):
    margin_plan()
    mobile = operator()
    sold, ready = plan(mobile), recharge_desk(float_minor=150_00)
    attempts = [lambda phone=phone: recharge(ready, mobile, bought=sold, phone=phone) for phone in phones]
    answers = at_once(attempts, (FloatTooSmall, RechargeInProgress))
    assert answers in (["float_too_small", "held"], ["held", "recharge_in_progress"])
    assert (phones[0] == phones[1]) or answers == ["float_too_small", "held"]
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (150_00, 50_00)


def post(client, body, key="a" * 16):
    return client.post("/api/v1/recharges/", body, "json", headers={"Idempotency-Key": key})


def body_of(ready):
    return {
        "phone": "13805160001",
        "operator": "JS-POWER",
        "plan": "JS-POWER-100",
        "station": ready.station.code,
    }


@pytest.fixture
def ready(own_database, sandbox):
    """A desk whose operator is a company that the sandbox plays."""
    margin_plan()
    plan(operator("JS-POWER"))
    return recharge_desk(float_minor=1_500_00)


def test_scenario_2_a_lost_answer_is_unknown_until_an_enquiry_and_executed_once(sandbox, ready):
    sandbox.wish("lose_answer", kind="recharge")
    answer = post(api_client(ready.partner), body_of(ready))
    assert (answer.status_code, answer.json()["status"]) == (202, "held")
    run_jobs(now())
    payment = Payment.objects.get()
    assert payment.status == "unknown"
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_500_00, 1_400_00)
    again = post(api_client(ready.partner), body_of(ready), key="b" * 16)
    assert (again.status_code, again.json()["code"]) == (409, "recharge_in_progress")
    run_jobs(Instruction.objects.get(pk=payment.pk).next_enquiry_at)
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert ready.holds(ready.float_key) == 1_400_00
    assert [line["executions"] for line in sandbox.ledger(our_ref=payment.pk)] == [1]


def test_pressed_many_times_with_one_key_a_phone_is_recharged_once(sandbox, ready):
    clients = [api_client(ready.partner) for _ in range(6)]

    def send(number):
        try:
            return post(clients[number % len(clients)], body_of(ready))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(send, range(30)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    done = [answer for answer in answers if answer.status_code == 202]
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in done}) == 1
    run_jobs(now())
    assert [line["executions"] for line in sandbox.ledger()] == [1]
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (1, 1_400_00)


@pytest.mark.usefixtures("own_database")
def test_eight_askings_at_once_are_one():
    margin_plan()
    mobile = operator()
    ready = recharge_desk(float_minor=1_500_00)
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "succeeded")
    proof = WitnessProof(payment.receipts.get(kind="final").number)
    attempts = [
        lambda: ask_reversal(payment=payment, reason="wrong_number", proof=proof, by=ready.partner, at=now())
    ] * 8
    assert at_once(attempts, WrongState) == ["reversal_asked"] + ["wrong_state"] * 7
    assert Instruction.objects.filter(kind="reversal").count() == 1


@pytest.mark.usefixtures("own_database")
def test_the_word_about_the_asking_and_about_the_payment_at_once_owe_once():
    margin_plan()
    mobile = operator()
    ready = recharge_desk(float_minor=1_500_00)
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "succeeded")
    proof = WitnessProof(payment.receipts.get(kind="final").number)
    ask_reversal(payment=payment, reason="wrong_number", proof=proof, by=ready.partner, at=now())

    def word(say):
        try:
            say()
        finally:
            connection.close()

    words = [
        lambda: company_says_of_asking(payment, "succeeded"),
        lambda: operator_says(payment, "succeeded", event_type="transaction.reversed"),
    ]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(word, words * 3))
    payment.refresh_from_db()
    assert (payment.status, payment.refunds.count(), ready.holds(ready.funds_key)) == ("reversed", 1, 100_00)


def test_an_operator_whose_prefund_is_used_up_stops_alone_before_cash_is_taken(sandbox, ready):
    client = api_client(ready.partner)
    plan(operator("JS-WATER", prefixes=("139",)))
    water = {**body_of(ready), "phone": "13905160001", "operator": "JS-WATER", "plan": "JS-WATER-100"}
    sandbox.ask("PUT", "balance", {"provider": "JS-POWER", "balance": "99.99"})
    assert post(client, body_of(ready)).status_code == 202
    run_jobs(now())
    assert Payment.objects.get().failure_code == "insufficient_provider_balance"
    refused = post(client, body_of(ready), key="b" * 16)
    assert (refused.status_code, refused.json()["code"]) == (503, "provider_down")
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (1, 1_400_00)
    assert post(client, water, key="c" * 16).status_code == 202
    sandbox.ask("PUT", "balance", {"provider": "JS-POWER", "balance": "100.00"})
    plan_balances(at=now())
    run_jobs(now())
    assert post(client, body_of(ready), key="b" * 16).status_code == 202
    run_jobs(now())
    assert {payment.status for payment in Payment.objects.order_by("pk")[1:]} == {"succeeded"}
