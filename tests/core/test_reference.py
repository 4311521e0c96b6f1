"""Reference data in memory: an edit applies to the next request, and what was taken back is never seen."""

import datetime as dt
from contextlib import contextmanager, suppress

import pytest
from django.db import connection, transaction
from django.test import Client

from core.database.reference import VERSION, forget_version, stored, version_of
from finance.bills.models import Biller
from ledger.models import Book
from ledger.services import book_of
from ledger.services.days import close_days_before
from tests.factories.finance import biller, desk, flat_plan
from tests.factories.stations import token_for

DAY = dt.date(2026, 11, 25)
#: What is stored, and so changes the version (`reference_triggers.sql` of finance and ledger).
TABLES = {
    *("finance_biller", "finance_billcategory", "finance_billerparameter", "finance_biller_divisions"),
    *("finance_tariff", "finance_commissionplan", "finance_commissionrule", "finance_commissionshare"),
    *("ledger_book", "ledger_account", "finance_stationmoney", "stations_contract"),
}


def version() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {VERSION}")
        return cursor.fetchone()[0]


@contextmanager
def request():
    """As a request or a job, which has read the version."""
    with version_of(version()):
        yield


@pytest.fixture
def book(own_database) -> Book:
    return Book.objects.create(code="CN", country="CN", zone="Asia/Shanghai", first_open_date=DAY)


def test_what_was_read_once_is_not_read_again(book, django_assert_num_queries):
    with request():
        assert book_of("CN").first_open_date == DAY
    with request(), django_assert_num_queries(0):
        assert book_of("CN") == book
    with django_assert_num_queries(1):  # outside of requests
        book_of("CN")


def test_an_edit_applies_to_the_next_request(book):
    with request():
        book_of("CN")
    close_days_before(book=book, date=DAY + dt.timedelta(days=1))
    with request():
        assert book_of("CN").first_open_date == DAY + dt.timedelta(days=1)


def test_a_request_that_edits_reference_data_sees_its_own_edit(book):
    with request(), transaction.atomic():
        book_of("CN")
        close_days_before(book=book, date=DAY + dt.timedelta(days=1))
        assert book_of("CN").first_open_date == DAY + dt.timedelta(days=1)


def test_rows_of_an_edit_that_was_taken_back_are_not_stored(book):
    with request():
        with suppress(ZeroDivisionError), transaction.atomic():
            Book.objects.update(first_open_date=DAY + dt.timedelta(days=9))
            assert book_of("CN").first_open_date == DAY + dt.timedelta(days=9)
            raise ZeroDivisionError
        assert book_of("CN").first_open_date == DAY
    before = version()
    with suppress(ZeroDivisionError), transaction.atomic():
        Book.objects.update(first_open_date=DAY + dt.timedelta(days=9))
        in_between = version()
        raise ZeroDivisionError
    Book.objects.update(first_open_date=DAY + dt.timedelta(days=2))
    assert len({before, in_between, version()}) == 3


def test_what_a_reader_does_with_a_row_stays_with_the_reader(book):
    with request():
        book_of("CN").zone = "UTC"
        assert book_of("CN").zone == "Asia/Shanghai"


def test_a_version_that_is_forgotten_stores_nothing(book, django_assert_num_queries):
    with request():
        forget_version()
        with django_assert_num_queries(2):
            book_of("CN")
            book_of("CN")


def test_a_biller_that_is_switched_off_takes_no_bill_from_the_next_request_on(own_database):
    ready = desk(float_minor=9_000_00)
    flat_plan()
    company = biller()
    client = Client(headers={"Authorization": f"Token {token_for(ready.partner)}"})
    quote = {"biller": company.code, "amount": "10.00", "station": ready.station.code}
    fetch = {"biller": company.code, "parameters": {"customer_no": "3213240000111"}, "station": ready.station.code}
    assert client.post("/api/v1/bill-quotes/", quote, "application/json", headers=key(1)).status_code == 200
    assert client.post("/api/v1/bill-fetches/", fetch, "application/json", headers=key(2)).status_code == 202
    Biller.objects.update(is_active=False)
    answer = client.post("/api/v1/bill-fetches/", fetch, "application/json", headers=key(3))
    assert (answer.status_code, answer.json()["code"]) == (422, "biller_not_served")
    Biller.objects.update(is_active=True)
    assert client.post("/api/v1/bill-fetches/", fetch, "application/json", headers=key(4)).status_code == 202


def key(number: int) -> dict[str, str]:
    return {"Idempotency-Key": f"{number:016}"}


def test_every_stored_table_changes_the_version(own_database):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'core_note_reference_change'::regproc"
        )
        assert {row[0] for row in cursor.fetchall()} == TABLES


def test_a_process_stores_no_more_than_it_may(own_database, monkeypatch):
    monkeypatch.setattr("core.database.reference.MOST", 3)
    reads = []
    read = stored(lambda number: reads.append(number) or number)
    with request():
        for number in (1, 2, 3, 4, 4, 1):
            assert read(number) == number
    assert reads == [1, 2, 3, 4, 1]
