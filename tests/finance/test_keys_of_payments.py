"""One key, one effect: of one person and one operation, and for ever; another use of it is refused in words."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.keys.services import KeyReused
from core.models import RequestKey
from core.money import Money
from finance.models import Payment, Refund
from finance.payments.services import Charge, collect_online, refund_payment, take_payment, take_stored_payment
from finance.payments.services.steps import PaymentStands
from tests.factories.finance import biller, flat_plan, found_bill, gateway, pay, provider_says
from tests.factories.recharge import operator, plan, recharge_desk
from tests.factories.stations import DeviceFactory, api_client

pytestmark = pytest.mark.django_db

KEY = "k" * 16


@pytest.fixture
def ready():
    flat_plan()
    return recharge_desk(float_minor=1_500_00)


def pay_bill(ready, fetch):
    body = {"fetch_id": str(fetch.pk), "station": ready.station.code}
    return api_client(ready.partner).post("/api/v1/bill-payments/", body, "json", headers={"Idempotency-Key": KEY})


def recharge(ready):
    bought = plan(operator())
    body = {"phone": "13805160001", "operator": "CN-MOBILE", "plan": bought.code, "station": ready.station.code}
    return api_client(ready.partner).post("/api/v1/recharges/", body, "json", headers={"Idempotency-Key": KEY})


def test_one_key_pays_a_bill_and_recharges_a_phone(ready):
    answers = [recharge(ready), pay_bill(ready, found_bill(ready, biller()))]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert {payment.purpose for payment in Payment.objects.all()} == {"recharge", "bill"}


def test_a_key_whose_answer_is_forgotten_pays_nothing_twice_and_says_so(ready):
    fetch = found_bill(ready, biller(amount_rule="any"), amount=100_00)
    pay(ready, fetch, key=KEY)
    assert not RequestKey.objects.filter(key=KEY).exists()
    again = pay_bill(ready, fetch)
    assert (again.status_code, again.json()["code"]) == (409, "payment_stands")
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (1, 1_400_00)


def charge(ready, amount=20_00, **values):
    return Charge(
        purpose=Payment.Purpose.GOODS,
        subject_ref=uuid4().hex,
        station=ready.station,
        amount=Money(amount, "CNY"),
        agent_fee=Money(0, "CNY"),
        **values,
    )


def test_no_way_of_taking_money_takes_it_twice_with_one_key(ready):
    gateway()
    at, about = now(), {"by": ready.partner, "key": KEY}
    take_payment(charge=charge(ready), at=at, **about)
    ways = [
        lambda: take_payment(charge=charge(ready), at=at, **about),
        lambda: collect_online(charge=charge(ready), expires_at=at + dt.timedelta(days=365), at=at, **about),
        lambda: take_stored_payment(
            charge=charge(ready), device=DeviceFactory(station=ready.station), made_at=at, at=at, **about
        ),
    ]
    for take in ways:
        with pytest.raises(PaymentStands):
            take()
    assert (Payment.objects.count(), ready.holds(ready.till_key)) == (1, 20_00)


def test_a_refund_with_the_key_of_another_refund_is_refused_and_nothing_is_owed(ready):
    first, second = (paid(ready, bill_ref) for bill_ref in ("B1", "B2"))
    about = {"amount": Money(30_00, "CNY"), "reason": Refund.Reason.CANCELLED, "at": now(), "key": KEY}
    refund = refund_payment(payment=first, **about)
    assert refund_payment(payment=first, **about) == refund
    for other in ({"payment": second}, {"payment": first, "amount": Money(20_00, "CNY")}):
        with pytest.raises(KeyReused):
            refund_payment(**{**about, **other})
    second.refresh_from_db()
    assert (second.status, second.refunded_minor, Refund.objects.count()) == ("succeeded", 0, 1)


def paid(ready, bill_ref):
    company = biller(bill_ref)
    payment = pay(ready, found_bill(ready, company, bill_ref=bill_ref))
    provider_says(payment, "succeeded")
    return payment
