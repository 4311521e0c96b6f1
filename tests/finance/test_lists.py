"""Lists of the console, tried on payments: filters in the address, the sum of what is shown, older rows, the file."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from finance.fees.lists import Plans
from finance.models import Payment
from finance.payments.lists import Payments
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, payer_at, provider_says, sent
from tests.factories.stations import county_manager_of, finance_officer

pytestmark = pytest.mark.django_db

LIST = "/finance/payments/"


@pytest.fixture
def ready():
    flat_plan()
    return desk(float_minor=9_000_00)


@pytest.fixture
def power(ready):
    return biller()


@pytest.fixture
def browser(client, ready):
    client.force_login(ready.partner)
    return client


def paid(ready, power, minor, **values):
    return pay(ready, found_bill(ready, power, amount=minor), **values)


def listed(browser, **asked):
    return browser.get(LIST, asked).context["list"]


def today_at(ready):
    return day_in(ready.station.zone, now())


def text_of(answer):
    return answer.content.decode()


def file_of(browser, **asked):
    return b"".join(browser.get(LIST, {**asked, "csv": "1"}).streaming_content).decode("utf-8-sig").splitlines()


def test_a_list_says_how_many_it_shows_and_their_sum(browser, ready, power):
    for minor in (10_00, 20_50):
        paid(ready, power, minor)
    shown = listed(browser)
    assert (shown.count, shown.sums) == (2, "¥30.50")


def test_the_tab_of_a_state_says_how_many_and_shows_those_alone(browser, ready, power):
    done = sent(paid(ready, power, 10_00), at=now())
    provider_says(done, "succeeded")
    paid(ready, power, 20_00)
    shown = listed(browser, state="paid")
    counts = {tab.key: tab.count for tab in shown.tabs if tab.count}
    assert counts == {"all": 2, "undecided": 1, "paid": 1, "progress": 1}
    assert [row.href for row in shown.rows] == [f"{LIST}{done.pk}/"]
    assert shown.sums == "¥10.00"


def test_what_has_no_answer_is_listed_however_old_and_the_rest_by_its_day(browser, ready, power):
    then = now() - dt.timedelta(days=9)
    old = sent(paid(ready, power, 10_00, at=then), at=then)
    Payment.objects.filter(pk=old.pk).update(status="unknown")
    assert listed(browser).count == 0
    assert listed(browser, state="unknown").count == 1
    day = today_at(ready) - dt.timedelta(days=9)
    assert listed(browser, **{"from": day.isoformat()}).count == 1


def test_a_period_is_chosen_in_either_order_and_is_never_endless(browser, ready, power):
    paid(ready, power, 10_00)
    today = today_at(ready)
    earlier = today - dt.timedelta(days=9)
    assert listed(browser, **{"from": today.isoformat(), "to": earlier.isoformat()}).count == 1
    endless = browser.get(LIST, {"from": "2001-01-01", "to": today.isoformat()})
    assert endless.context["list"].count == 0
    assert "92" in text_of(endless)


@pytest.mark.parametrize("date", ["yesterday", "2026-02-30", "9999999-01-01"])
def test_a_date_that_is_none_is_refused_on_the_page(browser, date):
    assert browser.get(LIST, {"from": date}).context["list"].form.errors


def test_the_code_that_a_slip_prints_large_finds_the_payment(browser, ready, power):
    payment, _other = paid(ready, power, 10_00), paid(ready, power, 10_00)
    number = payment.receipts.get().number
    for words in (number[-6:], number[-6:].lower(), number, f" {number[-6:]} "):
        assert [row.href for row in listed(browser, q=words).rows] == [f"{LIST}{payment.pk}/"]


def test_an_amount_or_the_end_of_a_phone_finds_the_payment(browser, ready, power):
    payment = paid(ready, power, 31_40, payer_phone="+8613812344821")
    paid(ready, power, 10_00)
    for words in ("31.4", "4821", "13812344821"):
        assert [row.href for row in listed(browser, q=words).rows] == [f"{LIST}{payment.pk}/"]


def test_a_row_names_resident_and_company_and_no_identifier(browser, ready, power):
    payment = paid(ready, power, 10_00, payer=payer_at(ready))
    [row] = listed(browser).rows
    assert "*" in row.name
    assert power.name_zh in row.what
    page = re.sub(r'(href|value|action)="[^"]*"', "", text_of(browser.get(LIST)))
    assert str(payment.pk) not in page
    assert power.code not in page


def test_people_of_one_station_are_not_told_its_name_in_each_row(browser, client, ready, power):
    paid(ready, power, 10_00)
    shown = listed(browser)
    assert ("where" in shown.headings, "station" in shown.form.fields) == (False, False)
    client.force_login(county_manager_of(ready.station.county))
    shown = listed(client)
    assert ("where" in shown.headings, "station" in shown.form.fields) == (True, True)


def test_a_station_is_found_by_name_or_code_and_nothing_beyond_the_reach(client, ready, power):
    flat_plan_of_other = desk(float_minor=1_000_00)
    paid(ready, power, 10_00)
    client.force_login(county_manager_of(ready.station.county))
    assert listed(client, station=ready.station.name).count == 1
    assert listed(client, station=ready.station.code).count == 1
    assert listed(client, station=flat_plan_of_other.station.code).count == 0


def test_the_choice_of_a_company_leaves_its_payments(browser, ready, power):
    water = biller("WATER")
    paid(ready, power, 10_00)
    paid(ready, water, 20_00)
    shown = listed(browser, company=f"bill-{water.pk}")
    assert (shown.count, shown.sums) == (1, "¥20.00")


def test_older_rows_go_on_within_the_filters(browser, ready, power, monkeypatch):
    monkeypatch.setattr(Payments, "size", 1)
    made = [paid(ready, power, minor) for minor in (10_00, 20_00, 10_00)]
    seen, address = [], "?q=10"
    while address:
        shown = browser.get(f"{LIST}{address}").context["list"]
        seen += [row.href for row in shown.rows]
        assert (shown.count, shown.sums) == (2, "¥20.00")
        address = shown.older
    assert seen == [f"{LIST}{made[2].pk}/", f"{LIST}{made[0].pk}/"]


def test_the_file_holds_exactly_what_the_filters_leave(browser, ready, power, monkeypatch):
    monkeypatch.setattr("core.web.list_files.CHUNK", 1)
    for minor in (10_00, 20_00, 10_00):
        paid(ready, power, minor)
    lines = file_of(browser, q="10")
    assert len(lines) == 3
    assert all("10.00,CNY" in line for line in lines[1:])


def test_the_file_is_written_in_the_language_and_zone_of_the_reader(browser, ready, power):
    late = dt.datetime.combine(today_at(ready) - dt.timedelta(days=40), dt.time(16, 30), tzinfo=dt.UTC)
    paid(ready, power, 10_00, at=late)
    browser.post("/language/", {"language": "zh-hans", "next": "/"})
    next_day = (late + dt.timedelta(days=1)).date().isoformat()
    lines = file_of(browser, **{"from": next_day})
    assert "金额" in lines[0]
    assert f"{next_day} 00:30" in lines[1]


def test_a_cell_that_a_table_program_would_run_is_written_as_text(browser, ready, power):
    type(power).objects.filter(pk=power.pk).update(name="=1+1", name_zh="=1+1")
    type(power.category).objects.filter(pk=power.category_id).update(name="=2", name_zh="=2")
    paid(ready, power, 10_00)
    assert "'=2" in file_of(browser)[1]


def test_a_list_without_any_row_says_what_will_stand_there_and_a_filtered_one_how_to_go_on(browser, ready, power):
    assert "search" not in text_of(browser.get(LIST)).partition('class="state')[2].partition("</div>")[0]
    paid(ready, power, 10_00)
    page = text_of(browser.get(LIST, {"q": "99.99"})).partition('class="state')[2]
    assert f'href="{LIST}"' in page


def test_a_list_of_many_rows_asks_no_more_of_the_database_than_one_of_few(
    browser, ready, power, django_assert_num_queries
):
    def queries():

        with CaptureQueriesContext(connection) as caught:
            browser.get(LIST)
        return len(caught)

    paid(ready, power, 10_00)
    browser.get(LIST)
    few = queries()
    for minor in (20_00, 30_00, 40_00):
        paid(ready, power, minor, payer=payer_at(ready))
    assert queries() == few


def test_rows_that_no_tab_covers_are_counted_among_all(client, monkeypatch):
    flat_plan()
    monkeypatch.setattr(Plans, "states", tuple(state for state in Plans.states if state.key == "retired"))
    client.force_login(finance_officer())
    shown = client.get(reverse(Plans.name)).context["list"]
    assert (shown.count, len(list(shown.rows))) == (1, 1)
