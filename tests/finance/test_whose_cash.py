"""Whose the cash is: one sentence on each page of the counter, and a drawer only where company cash lies in it."""

import pytest

from finance.models import CashDay, Payment
from finance.tills.queries import till_balance
from finance.tills.services import close_cash_day, count_cash, open_cash_day
from stations.network.models import Service
from tests.factories.finance import biller, desk, fill, flat_plan, found_bill
from tests.factories.finance import pay as sell
from tests.finance.test_bill_pages import hidden_in

YOURS, COMPANYS = "The cash you take is yours", "The cash you take belongs to the companies"


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


def at_the_counter(client, ready):
    ready.partner.language = "en"
    ready.partner.save()
    client.force_login(ready.partner)
    return client


def texts(client, *pages):
    return [client.get(page).content.decode() for page in pages]


def test_a_prepaid_counter_says_that_the_cash_is_the_partners_and_asks_for_no_drawer(client, power):
    ready = desk(float_minor=1_500_00, till_open=False)
    bill = found_bill(ready, power)
    home, till, check, float_page = texts(
        at_the_counter(client, ready), "/", "/finance/tills/", f"/finance/bills/{bill.pk}/", "/finance/floats/"
    )
    for page in (home, till, check, float_page):
        assert YOURS in page
        assert COMPANYS not in page
    assert "in the till?" not in home
    assert "/finance/tills/open-as-left/" not in home + till
    assert "Not open yet" not in home + till


def test_a_postpaid_counter_says_that_the_cash_is_the_companies(client, power):
    ready = desk(mode="postpaid")
    bill = found_bill(ready, power)
    sell(ready, found_bill(ready, power))
    home, till, check, float_page = texts(
        at_the_counter(client, ready), "/", "/finance/tills/", f"/finance/bills/{bill.pk}/", "/finance/floats/"
    )
    for page in (home, till, check, float_page):
        assert COMPANYS in page
        assert YOURS not in page
    assert "bring it to the county centre by" in home
    assert "bring it to the county centre by" in till


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [("prepaid", "The cash is yours"), ("postpaid", "The cash belongs to the company: put it into the till.")],
)
def test_the_page_of_what_was_paid_says_whose_the_cash_is(client, power, mode, sentence):
    ready = desk(mode=mode, float_minor=1_500_00 if mode == "prepaid" else 0)
    payment = sell(ready, found_bill(ready, power))
    (page,) = texts(at_the_counter(client, ready), f"/finance/payments/{payment.pk}/")
    assert sentence in page


def test_company_cash_at_a_prepaid_station_brings_the_drawer_back(client, power):
    ready = desk(float_minor=1_500_00, till_open=False)
    fill(ready, ready.till_key, 40_00)
    home, till = texts(at_the_counter(client, ready), "/", "/finance/tills/")
    assert "in the till?" in home
    assert "Company cash stays in the till" in home
    assert "Open the day" in till


def test_an_essential_service_takes_company_cash_at_a_prepaid_station(client, power):
    Service.objects.filter(code="bill_payment").update(is_essential=True)
    ready = desk(float_minor=1_500_00)
    (page,) = texts(at_the_counter(client, ready), f"/finance/bills/{found_bill(ready, power).pk}/")
    assert COMPANYS in page
    assert sell(ready, found_bill(ready, power)).funding == Payment.Funding.TILL


def test_after_the_till_is_closed_no_company_cash_is_taken_and_the_page_says_so_before_the_press(client, power):
    ready = desk(mode="postpaid")
    bill = found_bill(ready, power)
    page = f"/finance/bills/{bill.pk}/"
    seen = at_the_counter(client, ready).get(page)
    assert "The till is not open" not in seen.content.decode()
    close(ready)
    assert "The till is not open" in client.get(page).content.decode()
    refused = client.post(page, hidden_in(seen))
    assert (refused.status_code, Payment.objects.count()) == (409, 0)
    assert till_balance(ready.station).minor == 0


def close(ready):
    day = CashDay.objects.get(station=ready.station)
    count_cash(cash_day=day, lines={}, by=ready.partner, at=day.opened_at)
    close_cash_day(cash_day=day, by=ready.partner, at=day.opened_at)


def test_a_prepaid_partner_who_closed_the_till_goes_on_with_cash_that_is_the_partners_own(client, power):
    ready = desk(float_minor=1_500_00, till_open=False)
    open_cash_day(station=ready.station, lines={}, by=ready.partner, at=ready.station.created_at)
    close(ready)
    bill = found_bill(ready, power)
    page = f"/finance/bills/{bill.pk}/"
    seen = at_the_counter(client, ready).get(page)
    assert YOURS in seen.content.decode()
    assert client.post(page, hidden_in(seen)).status_code == 303
    assert (Payment.objects.get().funding, till_balance(ready.station).minor) == (Payment.Funding.FLOAT, 0)
