"""Acceptance scenarios 2, 5, 6, 7 and 12: what is sent to us and what we send, once and whole."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.gateways.models import Callback, Instruction
from core.gateways.sandbox.signing import headers_for
from core.gateways.signing import signature
from finance.models import BillerParameter, BillFetch, Payment
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider, provider_says
from tests.factories.stations import api_client
from tests.jobs import run_jobs

DIRECT = {"fetch": "not_supported", "amount_rule": "any"}


def post(client, path, body, key="a" * 16):
    return client.post(f"/api/v1/{path}", body, "json", headers={"Idempotency-Key": key})


def bill_of(ready, *, amount="100.00", customer_no="3213240012399"):
    return {
        "biller": "JS-POWER",
        "parameters": {"customer_no": customer_no},
        "amount": amount,
        "station": ready.station.code,
    }


def test_scenario_2_a_lost_answer_is_unknown_until_an_enquiry_and_executed_once(sandbox, own_database):
    flat_plan()
    biller(**DIRECT)
    ready = desk(float_minor=1_500_00)
    sandbox.wish("lose_answer", kind="bill")
    answer = post(api_client(ready.partner), "bill-payments/", bill_of(ready))
    assert (answer.status_code, answer.json()["status"]) == (202, "held")
    at = now()
    run_jobs(at)
    payment = Payment.objects.get()
    assert payment.status == "unknown"
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_500_00, 1_400_00)
    run_jobs(Instruction.objects.get(pk=payment.pk).next_enquiry_at)
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert ready.holds(ready.float_key) == 1_400_00
    assert [line["executions"] for line in sandbox.ledger(our_ref=payment.pk)] == [1]


@pytest.mark.usefixtures("own_database")
def test_scenario_5_sent_two_hundred_times_with_one_key_at_once_it_is_one_payment():
    flat_plan()
    biller(**DIRECT)
    ready = desk(float_minor=1_500_00)
    clients = [api_client(ready.partner) for _ in range(16)]

    def send(number):
        try:
            return post(clients[number % len(clients)], "bill-payments/", bill_of(ready))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(send, range(200)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_key_running"}
    done = [answer for answer in answers if answer.status_code == 202]
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in done}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in done) == 1
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (1, 1_400_00)
    other = post(clients[0], "bill-payments/", bill_of(ready, amount="100.01"))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (1, 1_400_00)


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(
    ("customer_no", "is_right"),
    [
        ("321324001", False),
        ("3213240012", True),
        ("3213240012345", True),
        ("32132400123456", False),
        ("32132400123A", False),
    ],
)
def test_scenario_6_a_biller_asks_for_ten_to_thirteen_digits(customer_no, is_right):
    biller()
    ready = desk()
    body = {"biller": "JS-POWER", "parameters": {"customer_no": customer_no}, "station": ready.station.code}
    answer = post(api_client(ready.partner), "bill-fetches/", body)
    if is_right:
        assert answer.status_code == 202
    else:
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["customer_no"]
    assert BillFetch.objects.count() == is_right


def test_scenario_6_a_new_parameter_row_changes_form_and_api_at_once(own_database, client):
    power, ready = biller(), desk()
    mobile = api_client(ready.partner)
    client.force_login(ready.partner)
    body = {
        "biller": "JS-POWER",
        "parameters": {"customer_no": "3213240012345"},
        "station": ready.station.code,
    }
    form = "/finance/bills/new/JS-POWER/"
    assert 'name="meter_no"' not in client.get(form).content.decode()
    assert post(mobile, "bill-fetches/", body).status_code == 202
    BillerParameter.objects.create(
        biller=power, name="meter_no", label="Meter", label_zh="表号", min_length=4, max_length=6, position=2
    )
    assert 'name="meter_no"' in client.get(form).content.decode()
    asked = mobile.get("/api/v1/billers/JS-POWER/").json()["parameters"]
    assert [row["name"] for row in asked] == ["customer_no", "meter_no"]
    refused = post(mobile, "bill-fetches/", body, key="b" * 16)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["meter_no"])
    body["parameters"]["meter_no"] = "1234"
    assert post(mobile, "bill-fetches/", body, key="c" * 16).status_code == 202


@pytest.mark.usefixtures("own_database")
def test_scenario_7_the_same_bill_at_two_stations():
    flat_plan()
    power = biller()
    here, there = desk(float_minor=1_500_00), desk(float_minor=1_500_00)
    fetches = {ready.station.code: found_bill(ready, power, bill_ref="B1") for ready in (here, there)}

    def attempt(ready, key):
        body = {"fetch_id": str(fetches[ready.station.code].pk), "station": ready.station.code}
        answer = post(api_client(ready.partner), "bill-payments/", body, key=key * 16)
        return answer.status_code, answer.json().get("code")

    assert attempt(here, "a") == (202, None)
    assert attempt(there, "b") == (409, "bill_in_progress")
    provider_says(Payment.objects.get(), "succeeded")
    assert attempt(there, "c") == (409, "bill_already_paid")
    assert (Payment.objects.count(), there.can_use(there.float_key)) == (1, 1_500_00)


def test_scenario_12_the_vector_of_the_signature():
    body = (
        b'{"our_ref":"0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001","biller_code":"JS-POWER",'
        b'"parameters":{"customer_no":"3213240012345"}}'
    )
    made = signature(
        secret="sandbox-secret-1",
        timestamp="1795593600",
        nonce="b3f1c2d4e5f60718",
        method="POST",
        target="/v1/bills/fetch",
        body=body,
    )
    assert made.removeprefix("v1=") == "8b61309a8c6ad5001d59fc3f45c76f06fa89775f2b5fa6511d1328f1c1253300"


@pytest.mark.django_db
@pytest.mark.usefixtures("sandbox")
def test_scenario_12_one_changed_byte_is_401_and_leaves_the_inbox_empty(client):
    flat_plan()
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, biller()))
    result = {
        "our_ref": str(payment.pk),
        "kind": "bill",
        "status": "succeeded",
        "provider_ref": "P-1",
        "amount": "186.40",
        "currency": "CNY",
    }
    event = {
        "event_id": "evt-1",
        "event_type": "transaction.succeeded",
        "occurred_at": "2026-11-25T03:00:00Z",
        "data": result,
    }
    body = json.dumps(event).encode()
    path = "/api/v1/gateways/JS-POWER/callbacks"
    headers = headers_for(provider().key_id, "sandbox-secret-1", "POST", path, body)
    changed = body.replace(b"186.40", b"186.41")
    answer = client.post(path, changed, content_type="application/json", headers=headers)
    assert (answer.status_code, Callback.objects.count()) == (401, 0)
    payment.refresh_from_db()
    assert payment.status == "held"
    assert client.post(path, body, content_type="application/json", headers=headers).status_code == 202
    assert Callback.objects.count() == 1
