"""Paying at the counter: what is confirmed is what stood on the page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finance.models import Payment, Tariff
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, payer_at
from tests.factories.stations import LONG_AGO, UserFactory, auditor

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=1_500_00)


def hidden_in(answer):
    return {
        name: value
        for name, value in HIDDEN.findall(answer.content.decode())
        if name in {"key", "agent_fee", "own_part"}
    }


def statements(client, page):
    """How many statements a page needs, once everything that is remembered is remembered."""
    client.get(page)
    with CaptureQueriesContext(connection) as done:
        assert client.get(page).status_code == 200
    return len(done)


def counter(client, ready, fetch):
    client.force_login(ready.partner)
    return f"/finance/bills/{fetch.pk}/"


def test_a_quote_that_has_changed_is_shown_anew_and_the_next_press_pays(client, ready):
    page = counter(client, ready, found_bill(ready, biller()))
    seen = hidden_in(client.get(page))
    Tariff.objects.create(service="bill_payment", kind="flat", value=50, from_date=LONG_AGO)
    refused = client.post(page, seen)
    assert (refused.status_code, Payment.objects.count()) == (409, 0)
    assert "186.90" in refused.content.decode()
    assert client.post(page, hidden_in(refused)).status_code == 303
    assert Payment.objects.get().total_minor == 186_90


def test_another_amount_with_another_fee_is_shown_before_it_is_paid(client, ready):
    Tariff.objects.create(service="bill_payment", kind="percent", value=100, from_date=LONG_AGO)
    page = counter(client, ready, found_bill(ready, biller(amount_rule="up_to"), amount=200_00))
    typed = {"amount": "100"}
    refused = client.post(page, {**hidden_in(client.get(page)), **typed})
    assert (refused.status_code, Payment.objects.count()) == (409, 0)
    assert "101.00" in refused.content.decode()
    assert client.post(page, {**hidden_in(refused), **typed}).status_code == 303
    assert Payment.objects.get().total_minor == 101_00


@pytest.mark.parametrize(("typed", "status"), [("0", 422), ("-5", 422), ("250", 422), ("50", 303)])
def test_an_amount_that_the_company_does_not_take_is_refused_on_the_page(client, ready, typed, status):
    page = counter(client, ready, found_bill(ready, biller(amount_rule="up_to"), amount=200_00))
    answer = client.post(page, {**hidden_in(client.get(page)), "amount": typed})
    assert (answer.status_code, Payment.objects.count()) == (status, int(status == 303))


def test_the_payers_phone_is_masked_on_the_page_and_the_message_goes_to_the_whole_number(client, ready):
    fetch = found_bill(ready, biller(), payer=payer_at(ready, phone="+8613805160001"))
    page = counter(client, ready, fetch)
    seen = client.get(page)
    assert 'value="138****0001"' in seen.content.decode()
    assert "13805160001" not in seen.content.decode()
    assert client.post(page, {**hidden_in(seen), "payer_phone": "138****0001"}).status_code == 303
    assert str(Payment.objects.get().payer_phone) == "+8613805160001"


@pytest.mark.parametrize(("typed", "stored"), [("", ""), ("13912345678", "+8613912345678")])
def test_another_phone_or_none_gets_the_message(client, ready, typed, stored):
    fetch = found_bill(ready, biller(), payer=payer_at(ready, phone="+8613805160001"))
    page = counter(client, ready, fetch)
    assert client.post(page, {**hidden_in(client.get(page)), "payer_phone": typed}).status_code == 303
    assert str(Payment.objects.get().payer_phone or "") == stored


def test_pages_ask_the_database_as_often_for_many_payments_as_for_one(client, ready):
    power = biller()
    client.force_login(ready.partner)
    counts = []
    for number in (1, 4):
        for _number in range(number):
            pay(ready, found_bill(ready, power, amount=10_00))
        pages = [f"/finance/payments/{Payment.objects.latest('pk').pk}/", "/finance/payments/", "/", "/finance/floats/"]
        counts.append([statements(client, page) for page in pages])
    assert counts[0] == counts[1]


def test_the_auditor_goes_on_from_a_payment_to_its_transfers(client, ready):
    payment = pay(ready, found_bill(ready, biller()))
    page, records = f"/finance/payments/{payment.pk}/", f"/admin/finance/payment/{payment.pk}/change/"
    for reader, sees in ((auditor(user=UserFactory(is_staff=True)), True), (auditor(), False), (ready.partner, False)):
        client.force_login(reader)
        assert (records in client.get(page).content.decode()) == sees
