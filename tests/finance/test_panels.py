"""What finance adds to pages of the stations: a person's bills and refunds, whether a station can pay."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.money import Money
from finance import chart, person_page
from finance.models import BillAccount, StationMoney
from finance.payments.services import notify_refund
from tests.factories.finance import biller, desk, fill, flat_plan, found_bill, pay, provider_says
from tests.factories.people import household_of, resident
from tests.factories.stations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def power():
    flat_plan()
    return biller()


@pytest.fixture
def ready():
    return desk(float_minor=1_500_00)


@pytest.fixture
def payer(ready):
    person = resident(station=ready.station, by=ready.partner)
    household_of(person, by=ready.partner)
    person.refresh_from_db()
    return person


def bill_of(ready, power, payer, **values):
    return found_bill(ready, power, payer=payer, household=payer.household, **values)


def waiting(ready, payer, at=None):
    return person_page.waiting(person=payer, user=ready.partner, at=at or now())


def test_a_fetched_bill_waits_until_somebody_begins_to_pay_it(ready, power, payer):
    fetch = bill_of(ready, power, payer)
    [row] = waiting(ready, payer)
    assert (row.href, row.amount) == (f"/finance/bills/{fetch.pk}/", Money(186_40, "CNY"))
    pay(ready, fetch, payer=payer)
    assert waiting(ready, payer) == []


def test_a_fetched_bill_waits_no_longer_than_it_is_good(ready, power, payer):
    fetch = bill_of(ready, power, payer)
    assert len(waiting(ready, payer, at=fetch.expires_at - dt.timedelta(microseconds=1))) == 1
    assert waiting(ready, payer, at=fetch.expires_at) == []


def test_money_to_give_back_stands_before_bills(ready, power, payer):
    payment = pay(ready, bill_of(ready, power, payer), payer=payer)
    provider_says(payment, "failed")
    refund = notify_refund(refund=payment.refunds.get(), at=now())
    bill_of(ready, power, payer)
    rows = waiting(ready, payer)
    assert [row.href.split("/")[2] for row in rows] == ["refunds", "bills", "bills"]
    assert str(refund.pk) in rows[0].href


def test_nobody_without_the_verbs_sees_anything_of_it(ready, power, payer):
    pay(ready, bill_of(ready, power, payer), payer=payer)
    bill_of(ready, power, payer)
    stranger, at = UserFactory(), now()
    assert person_page.waiting(person=payer, user=stranger, at=at) == []
    assert person_page.again(person=payer, user=stranger, at=at) == []
    assert person_page.badges(people=[payer.pk], user=stranger, at=at) == {}
    assert person_page.latest(person=payer, user=stranger, limit=10) == []


def test_a_list_says_how_many_bills_wait_in_one_statement(ready, power, payer, django_assert_num_queries):
    bill_of(ready, power, payer)
    bill_of(ready, power, payer)
    list(ready.partner.live_posts)
    with django_assert_num_queries(1):
        found = person_page.badges(people=[payer.pk], user=ready.partner, at=now())
    assert str(found[payer.pk].words) == "2 张账单"


def test_what_the_household_paid_before_is_two_taps_away(ready, power, payer, client):
    account = BillAccount.objects.create(
        household=payer.household, biller=power, parameters={"customer_no": "3213240012345"}
    )
    [row] = person_page.again(person=payer, user=ready.partner, at=now())
    client.force_login(ready.partner)
    page = client.get(row.href).content.decode()
    assert 'value="3213240012345"' in page
    assert str(account.pk) in row.href


def test_the_last_payments_stand_on_the_person(ready, power, payer):
    payment = pay(ready, bill_of(ready, power, payer), payer=payer)
    [entry] = person_page.latest(person=payer, user=ready.partner, limit=10)
    assert entry.href == f"/finance/payments/{payment.pk}/"
    assert "186.40" in entry.text


@pytest.mark.parametrize(("cash", "enough"), [(199_99, False), (200_00, True), (200_01, True)])
def test_cash_is_available_from_the_least_that_the_rules_name(ready, cash, enough):
    fill(ready, ready.till_key, cash)
    assert person_page.money_available(ready.station, now()).cash is enough


@pytest.mark.parametrize(("float_minor", "enough"), [(499_99, False), (500_00, True)])
def test_the_float_is_available_from_the_least_that_the_rules_name(float_minor, enough):
    assert person_page.money_available(desk(float_minor=float_minor).station, now()).float is enough


def test_a_station_that_pays_afterwards_needs_no_float():
    ready = desk(mode=StationMoney.Mode.POSTPAID)
    assert person_page.money_available(ready.station, now()).float
    assert chart.till(ready.station)
