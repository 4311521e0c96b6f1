"""Money owed back pays the next bill: the rest is company cash, and nothing is spent twice."""

import pytest
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Event
from finance.models import Payment, Receipt
from finance.payments.services import send_refund_code
from finance.payments.services.charges import RefundExceedsTotal
from finance.payments.services.refunds import AlreadyPaidOut, ProofMissing
from tests.factories.finance import biller, desk, flat_plan, found_bill, owed, pay, payer_at, provider_says
from tests.factories.refunds import assert_still_owed, code_sent_for, coded, hand_back, seen
from tests.factories.stations import api_client


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=1_500_00)


def spend(refund, ready, power, proof, *, amount=186_40):
    return pay(ready, found_bill(ready, power, amount=amount), refund=refund, proof=proof)


def test_spent_on_the_next_bill_the_rest_is_company_cash_in_the_drawer(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    payment = spend(refund, ready, power, coded(refund))
    assert (payment.funding, payment.status) == ("owed", "held")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (86_40, 186_40)
    assert (ready.can_use(ready.funds_key), ready.holds(ready.float_key)) == (0, 1_400_00)
    refund.refresh_from_db()
    assert (refund.status, refund.spent_on) == ("spent", payment)
    event = Event.objects.get(name="finance.refund_paid_out")
    assert event.payload["refund"] == str(refund.pk)
    provider_says(payment, "succeeded")
    assert ready.holds(ready.funds_key) == 0


def test_change_is_of_the_cash_that_was_due_beside_the_money_owed_back(db):
    flat_plan()
    power, ready = biller(), desk(float_minor=1_500_00)
    refund = owed(ready, power, payer=payer_at(ready))
    fetch = found_bill(ready, power)
    send_refund_code(refund=refund, at=now())
    body = {"fetch_id": str(fetch.pk), "station": ready.station.code, "refund": str(refund.pk)}
    body["code"] = code_sent_for(refund)
    there = api_client(ready.partner)
    short = there.post(
        "/api/v1/bill-payments/", body | {"cash_given": "86.39"}, "json", headers={"Idempotency-Key": "a" * 16}
    )
    assert (short.status_code, short.json()["code"], Payment.objects.count()) == (422, "cash_too_little", 1)
    paid = there.post(
        "/api/v1/bill-payments/", body | {"cash_given": "100.00"}, "json", headers={"Idempotency-Key": "b" * 16}
    )
    assert (paid.status_code, paid.json()["change_given"]) == (202, "13.60")
    assert ready.holds(ready.till_key) == 86_40
    slip = {line["name"]: line["value"] for line in Receipt.objects.latest("pk").lines}
    assert (slip["total"], slip["owed_used"], slip["cash_given"], slip["change"]) == (
        "186.40",
        "100.00",
        "100.00",
        "13.60",
    )
    found = there.get("/api/v1/payments/").data["results"][0]
    assert found["change_given"] == "13.60"


def test_spent_to_the_cent_no_cash_moves(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    spend(refund, ready, power, coded(refund), amount=100_00)
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (0, 100_00)


def test_spent_at_another_station_what_is_owed_moves_there_first(ready, power):
    there = desk(float_minor=1_000_00)
    refund = owed(ready, power, payer=payer_at(ready))
    payment = spend(refund, there, power, coded(refund))
    assert ready.holds(ready.funds_key) == 0
    assert (there.holds(there.funds_key), there.holds(there.till_key)) == (186_40, 86_40)
    assert there.holds(there.float_key) == 1_000_00
    provider_says(payment, "failed")
    assert payment.refunds.get().station == there.station
    assert there.can_use(there.funds_key) == 186_40


def test_more_than_the_bill_costs_is_not_spent_on_it(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    with pytest.raises(RefundExceedsTotal):
        spend(refund, ready, power, proof, amount=99_99)
    assert_still_owed(refund, ready)
    assert Payment.objects.count() == 1


def test_nothing_is_spent_without_a_proof_or_before_it_is_ready(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    with pytest.raises(ProofMissing):
        spend(refund, ready, power, None)
    payment = pay(ready, found_bill(ready, power, amount=50_00))
    provider_says(payment, "failed")
    granted = payment.refunds.get()
    with pytest.raises(WrongState):
        spend(granted, ready, power, seen(granted, ready))
    assert Payment.objects.count() == 2


def test_spent_money_is_not_handed_back_as_well(ready, power):
    refund = owed(ready, power, payer=payer_at(ready))
    proof = coded(refund)
    spend(refund, ready, power, proof)
    for again in (lambda: hand_back(refund, ready, proof), lambda: spend(refund, ready, power, proof)):
        with pytest.raises(AlreadyPaidOut):
            again()
    assert ready.holds(ready.till_key) == 86_40
