"""The name on a bill beside the name of the resident: alike or not, and what the page says then."""

import datetime as dt
import re

import pytest
from django.utils.timezone import now

from finance.bills.names import is_like
from finance.models import Biller
from stations.people.models import Person
from tests.factories.finance import biller, desk, flat_plan, found_bill
from tests.factories.people import resident


@pytest.mark.parametrize(
    ("shown", "full_name", "alike"),
    [
        ("王小英", "王小英", True),
        ("王*英", "王小英", True),
        ("*小英", "王小英", True),
        ("王**", "王小英", True),
        ("王＊英", "王小英", True),
        ("李*", "王小英", False),
        ("王*明", "王小英", False),
        ("Maria L.", "Maria Lopez", True),
        ("M*** Lopez", "Maria Lopez", True),
        ("John Smith", "Maria Lopez", False),
    ],
)
def test_a_masked_name_is_compared_by_the_letters_that_it_shows(shown, full_name, alike):
    assert is_like(shown, full_name) is alike


@pytest.fixture
def ready(db):
    flat_plan()
    return desk(float_minor=1_500_00)


def check(client, ready, *, customer, payer):
    ready.partner.language = "en"
    ready.partner.save()
    client.force_login(ready.partner)
    bill = found_bill(ready, Biller.objects.first() or biller(), customer_name=customer, payer=payer)
    return client.get(f"/finance/bills/{bill.pk}/").content.decode()


def test_the_name_to_read_aloud_is_large_and_a_name_unlike_the_residents_is_warned_of(client, ready):
    payer = resident(station=ready.station, by=ready.partner, full_name="王小英")
    page = check(client, ready, customer="李大明", payer=payer)
    assert re.search('<p class="aloud">.*李[*]明', page)
    assert "The bill is in another name" in page


def test_the_residents_own_name_is_no_warning(client, ready):
    payer = resident(station=ready.station, by=ready.partner, full_name="王小英")
    assert "The bill is in another name" not in check(client, ready, customer="王*英", payer=payer)


def test_a_bill_begun_from_a_childs_page_says_whose_it_is(client, ready):
    payer = resident(station=ready.station, by=ready.partner, full_name="王小英")
    Person.objects.filter(pk=payer.pk).update(
        birth_date=now().date() - dt.timedelta(days=365 * 8), birth_precision="day"
    )
    payer.refresh_from_db()
    page = check(client, ready, customer="李大明", payer=payer)
    assert "This page was opened from a child" in page
    adult = resident(station=ready.station, by=ready.partner, full_name="李大明")
    assert "This page was opened from a child" not in check(client, ready, customer="李大明", payer=adult)


def test_the_change_is_announced_where_cash_is_typed(client, ready):
    page = check(client, ready, customer="王*英", payer=None)
    assert 'data-change="186.40"' in page
