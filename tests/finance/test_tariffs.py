"""What a service may cost a villager: set for later days, ended, withdrawn, printed for the wall, shown to all."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import WrongState
from core.models import StatusChange
from core.money import Money
from finance.fees.queries import agent_fee, prices_at
from finance.fees.services import (
    TariffEndsOddly,
    TariffStands,
    TariffStartsTooEarly,
    end_tariff,
    set_tariff,
    withdraw_tariff,
)
from finance.models import Tariff
from tests.factories.days import today
from tests.factories.finance import book, desk, switch_on
from tests.factories.stations import auditor, finance_officer

DAY = dt.timedelta(days=1)
SERVICE = "travel_booking"


@pytest.fixture
def house(db):
    return book()


def price(value, days, *, at=None, by=None, division=None, service=SERVICE, **values):
    """A price that holds from so many days after today."""
    return set_tariff(
        **{
            "service": service,
            "division": division,
            "kind": "flat",
            "value": value,
            "cap_minor": None,
            "currency": "CNY",
            "country": "CN",
            "from_date": today() + days * DAY,
            "by": by or finance_officer(),
            "at": at or now() + (days - 1) * DAY * (days <= 0),
            **values,
        }
    )


def spans():
    """Every price with the days after today on which it begins and ends."""
    rows = Tariff.objects.order_by("from_date").values_list("value", "from_date", "to_date")
    return [(value, (first - today()).days, last and (last - today()).days) for value, first, last in rows]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, True), (1, False)])
def test_a_price_changes_from_a_later_day_on(days, is_refused):
    if is_refused:
        with pytest.raises(TariffStartsTooEarly):
            price(5_00, days, at=now())
    else:
        price(5_00, days, at=now())
    assert Tariff.objects.exists() is not is_refused


@pytest.mark.usefixtures("house")
def test_the_price_before_ends_and_one_set_in_between_ends_where_the_later_one_begins():
    price(5_00, -9)
    price(3_00, 9)
    assert spans() == [(5_00, -9, 9), (3_00, 9, None)]
    price(4_00, 5)
    assert spans() == [(5_00, -9, 5), (4_00, 5, 9), (3_00, 9, None)]
    with pytest.raises(TariffStands):
        price(1_00, 5)
    assert len(spans()) == 3


@pytest.mark.usefixtures("house")
def test_a_withdrawn_price_leaves_everything_as_it_was_before():
    price(5_00, -9)
    price(3_00, 9)
    between = price(4_00, 5)
    withdraw_tariff(tariff=between, country="CN", by=finance_officer(), at=now())
    assert spans() == [(5_00, -9, 9), (3_00, 9, None)]
    withdraw_tariff(tariff=Tariff.objects.get(value=3_00), country="CN", by=finance_officer(), at=now())
    assert spans() == [(5_00, -9, None)]
    assert StatusChange.objects.filter(new="withdrawn").count() == 2
    with pytest.raises(WrongState):
        withdraw_tariff(tariff=Tariff.objects.get(), country="CN", by=finance_officer(), at=now())


@pytest.mark.usefixtures("house")
def test_a_price_withdrawn_after_a_later_one_was_set_lets_the_first_hold_until_that_one():
    price(5_00, -9)
    between = price(4_00, 5)
    price(3_00, 9)
    withdraw_tariff(tariff=between, country="CN", by=finance_officer(), at=now())
    assert spans() == [(5_00, -9, 9), (3_00, 9, None)]
    withdraw_tariff(tariff=Tariff.objects.get(value=3_00), country="CN", by=finance_officer(), at=now())
    assert spans() == [(5_00, -9, None)]


@pytest.mark.usefixtures("house")
def test_a_price_that_somebody_has_ended_stays_ended_when_the_next_one_is_withdrawn():
    first = price(5_00, -9)
    end_tariff(tariff=first, last_date=today() + 4 * DAY, country="CN", by=finance_officer(), at=now())
    following = price(3_00, 5)
    withdraw_tariff(tariff=following, country="CN", by=finance_officer(), at=now())
    assert spans() == [(5_00, -9, 5)]


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, False), (8, False), (9, True)])
def test_a_price_ends_between_today_and_its_own_end(days, is_refused):
    first = price(5_00, -9)
    price(3_00, 9)
    first.refresh_from_db()
    if is_refused:
        with pytest.raises(TariffEndsOddly):
            end_tariff(tariff=first, last_date=today() + days * DAY, country="CN", by=finance_officer(), at=now())
        assert spans()[0] == (5_00, -9, 9)
    else:
        end_tariff(tariff=first, last_date=today() + days * DAY, country="CN", by=finance_officer(), at=now())
        assert spans()[0] == (5_00, -9, days + 1)


@pytest.mark.usefixtures("house")
def test_what_is_over_is_not_ended_again():
    first = price(5_00, -9)
    Tariff.objects.filter(pk=first.pk).update(to_date=today())
    with pytest.raises(WrongState):
        end_tariff(tariff=first, last_date=today(), country="CN", by=finance_officer(), at=now())


def test_two_prices_at_once_never_hold_together(own_database):
    book()
    officers = [finance_officer(), finance_officer()]

    def ask(number):
        try:
            price(number + 1, 5 + number, by=officers[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, range(2)))
    assert spans() == [(1, 5, 6), (2, 6, None)]


@pytest.mark.usefixtures("house")
def test_the_wall_says_what_a_sale_would_be_charged_now_and_from_when_it_changes(django_assert_num_queries):
    ready = desk()
    for service in (SERVICE, "library"):
        switch_on(ready.station, service)
    price(6_00, -9)
    price(5_00, -5, division=ready.station.county)
    price(1_00, 4, kind="percent", cap_minor=9_00)  # the country's: the county's price stands before it
    price(2_00, 7, division=ready.station.county)
    with django_assert_num_queries(2):
        prices = {each.service.code: each for each in prices_at(ready.station, on=today())}
    assert set(prices) == {"bill_payment", SERVICE, "library"}
    assert (prices["library"].now, prices["library"].next_date) == (None, None)
    travel = prices[SERVICE]
    assert (travel.now.value, travel.next.value, travel.next_date) == (5_00, 2_00, today() + 7 * DAY)
    for days, minor in ((0, 5_00), (6, 5_00), (7, 2_00)):
        fee = agent_fee(service=SERVICE, base=Money(500_00, "CNY"), station=ready.station, on=today() + days * DAY)
        assert fee.minor == minor


@pytest.mark.usefixtures("house")
def test_where_the_nearest_price_ends_the_one_of_the_country_counts_again():
    ready = desk()
    switch_on(ready.station, SERVICE)
    price(6_00, -9)
    here = price(5_00, -5, division=ready.station.county)
    end_tariff(tariff=here, last_date=today() + DAY, country="CN", by=finance_officer(), at=now())
    travel = next(each for each in prices_at(ready.station, on=today()) if each.service.code == SERVICE)
    assert (travel.now.value, travel.next.value, travel.next_date) == (5_00, 6_00, today() + 2 * DAY)


def typed(**values):
    return {
        "key": "k" * 32,
        "service": SERVICE,
        "division": "",
        "kind": "flat",
        "value": "5.00",
        "from_date": today() + 2 * DAY,
        "reason": "降价",
        **values,
    }


def test_prices_are_set_ended_and_withdrawn_on_their_pages(db, client):
    ready = desk()
    officer = finance_officer()
    client.force_login(officer)
    asked = client.post("/finance/fees/tariffs/new/", typed(kind="percent", value="1"))
    assert asked.status_code == 422
    assert 'name="value_meant"' in asked.content.decode()
    assert client.post("/finance/fees/tariffs/new/", typed(division="999999")).status_code == 422
    assert not Tariff.objects.exists()
    code = ready.station.county.code
    made = client.post("/finance/fees/tariffs/new/", typed(kind="percent", value="1", value_meant="100", division=code))
    found = Tariff.objects.get()
    assert made.headers["Location"] == f"/finance/fees/tariffs/{found.pk}/"
    assert (found.kind, found.value, found.division) == ("percent", 100, ready.station.county)
    assert client.get(made.headers["Location"]).status_code == 200
    assert client.post(f"/finance/fees/tariffs/{found.pk}/withdraw/", {"key": "b" * 32}).status_code == 303
    held = price(5_00, -5)
    ended = {"key": "c" * 32, "last_date": today() - DAY, "reason": "不收了"}
    assert client.post(f"/finance/fees/tariffs/{held.pk}/end/", ended).status_code == 422
    assert (
        client.post(
            f"/finance/fees/tariffs/{held.pk}/end/", ended | {"key": "d" * 32, "last_date": today()}
        ).status_code
        == 303
    )
    assert spans() == [(5_00, -5, 1)]


def test_who_may_not_set_prices_does_not(db, client):
    ready = desk()
    held = price(5_00, -5)
    for reader, opened in ((ready.partner, 200), (auditor(), 200), (finance_officer(ready.station.county), 200)):
        client.force_login(reader)
        assert client.get("/finance/fees/tariffs/").status_code == opened
        assert client.get(f"/finance/fees/tariffs/{held.pk}/").status_code == opened
        assert client.post("/finance/fees/tariffs/new/", typed()).status_code == 403
        ended = {"key": "c" * 32, "last_date": today(), "reason": "不收了"}
        assert client.post(f"/finance/fees/tariffs/{held.pk}/end/", ended).status_code == 403
    assert spans() == [(5_00, -5, None)]


def test_the_sheet_for_the_wall_and_the_page_behind_its_code_speak_both_languages(house, client):
    ready = desk(status="active")
    switch_on(ready.station, SERVICE)
    price(1_50, -5, kind="percent", cap_minor=5_00)
    client.force_login(ready.partner)
    sheet = client.get("/finance/fees/tariffs/wall/").content.decode()
    client.logout()
    public = client.get(f"/s/{ready.station.code}/tariff/").content.decode()
    for page in (sheet, public):
        for words in ("1.50 % of the amount, at most ¥5.00", "金额的 1.50 %，最多 ¥5.00", "不收费", "No fee"):
            assert words in page
    assert f"/s/{ready.station.code}/tariff/picture/" in sheet
    assert client.get(f"/s/{ready.station.code}/tariff/picture/").headers["Content-Type"] == "image/svg+xml"
    assert f"/s/{ready.station.code}/tariff/" in client.get(f"/s/{ready.station.code}").content.decode()
    assert client.get("/s/000000-0000/tariff/").status_code == 404
    assert client.get("/finance/fees/tariffs/wall/").status_code == 302
