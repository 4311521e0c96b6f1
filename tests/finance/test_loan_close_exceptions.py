"""A loan of which a day cannot be closed stops no other: it is skipped and closed later to the cent."""

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.urls import reverse

from core.days import instant_of
from finance.loans.services import CloseStillFails, LoanSkipped, close_books, close_until, retry_close
from finance.loans.services import closing as of_closing
from finance.models import CloseException, CloseRun, Loan, LoanBook
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import NOON, lender, offered, product_of, running
from tests.factories.stations import api_client, credit_officer, send
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, picture
from tests.ledger.conftest import as_role

#: More than a penalty can be: the next night that costs one fails.
TOO_MUCH = "9999999999999999"


def put_penalty(loan, exact):
    with connection.cursor() as cursor:
        cursor.execute("SELECT penalty_exact FROM finance_loaninstallment WHERE loan_id = %s AND n = 1", [loan.pk])
        before = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE finance_loaninstallment SET penalty_exact = %s WHERE loan_id = %s AND n = 1", [exact, loan.pk]
        )
    return before


def test_a_loan_that_fails_is_skipped_and_the_others_are_closed_until_it_is_closed_to_the_cent(db):
    ready, officer = desk(), credit_officer()
    version = offered("farm_equal", penalty_ppm=180_000)
    good, broken, twin = (running(ready, version=version) for _number in range(3))
    closed(good, FIRST_DUE + 5 * DAY)
    exact = put_penalty(broken, TOO_MUCH)
    closed(good, FIRST_DUE + 9 * DAY)
    broken.refresh_from_db()
    assert (good.last_closed_date, broken.last_closed_date) == (FIRST_DUE + 9 * DAY, FIRST_DUE + 5 * DAY)
    found = CloseException.objects.get()
    assert (found.loan, found.business_date, "overflow" in found.error) == (broken, FIRST_DUE + 6 * DAY, True)
    run = CloseRun.objects.get(business_date=FIRST_DUE + 9 * DAY)
    assert (run.status, run.loans, run.skipped) == ("closed_with_exceptions", 3, 1)
    with pytest.raises(LoanSkipped):
        pays(ready, broken, 100_00)
    with pytest.raises(CloseStillFails, match="overflow"):
        retry_close(loan=broken, by=officer, at=NOON)
    put_penalty(broken, exact)
    retry_close(loan=broken, by=officer, at=NOON)
    assert picture(broken)[:2] == picture(twin)[:2]
    assert CloseException.objects.open().count() == 0
    assert findings() == []
    closed(good, FIRST_DUE + 10 * DAY)
    assert CloseRun.objects.get(business_date=FIRST_DUE + 10 * DAY).status == "closed"
    pays(ready, broken, 100_00)
    with pytest.raises(IntegrityError, match="loan_skipped_is_closed_by_somebody"), transaction.atomic():
        CloseException.objects.update(resolved_by=None)


def test_where_many_fail_the_close_stops_because_the_fault_is_not_theirs(db, monkeypatch):
    monkeypatch.setattr(of_closing, "MOST_SKIPPED", 1)
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    loans = [running(ready, version=version) for _number in range(2)]
    closed(loans[0], FIRST_DUE + 5 * DAY)
    for loan in loans:
        put_penalty(loan, TOO_MUCH)
    book = LoanBook.objects.select_related("county", "book", "lender").get()
    with pytest.raises(DataError):
        close_until(book=book, date=FIRST_DUE + 6 * DAY, at=NOON + dt.timedelta(days=40))
    assert LoanBook.objects.get().last_closed_date == FIRST_DUE + 5 * DAY
    assert CloseException.objects.count() == 0


def test_a_book_that_stops_holds_up_no_other_and_is_closed_whole_once_its_fault_is_mended(db, monkeypatch):
    monkeypatch.setattr(of_closing, "MOST_SKIPPED", 1)
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    loans = [running(ready, version=version) for _number in range(3)]
    other = running(ready, version=offered("farm_equal", product=product_of(lender(company_code="92"))))
    book = LoanBook.objects.select_related("county", "book", "lender").get(pk=loans[0].book_id)
    close_until(book=book, date=FIRST_DUE + 5 * DAY, at=NOON)
    exact = [put_penalty(loan, TOO_MUCH) for loan in loans]
    for night in (7, 8):
        with pytest.raises(DataError):
            close_books(zone=book.zone, at=instant_of(book.zone, FIRST_DUE + night * DAY, dt.time(0, 30)))
        other.refresh_from_db()
        assert other.last_closed_date == FIRST_DUE + (night - 1) * DAY
        assert CloseException.objects.count() == 0
    for loan, minor in zip(loans, exact, strict=True):
        put_penalty(loan, minor)
    close_books(zone=book.zone, at=instant_of(book.zone, FIRST_DUE + 9 * DAY, dt.time(0, 30)))
    assert set(Loan.objects.values_list("last_closed_date", flat=True)) == {FIRST_DUE + 8 * DAY}


def test_many_that_fail_are_counted_over_every_try_of_one_close(db, monkeypatch):
    monkeypatch.setattr(of_closing, "MOST_SKIPPED", 1)
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    found_before, broken = (running(ready, version=version) for _number in range(2))
    closed(broken, FIRST_DUE + 5 * DAY)
    put_penalty(broken, TOO_MUCH)
    book = LoanBook.objects.select_related("county", "book", "lender").get()
    started = NOON + dt.timedelta(days=40)
    CloseRun.objects.create(book=book, business_date=FIRST_DUE + 6 * DAY, started_at=started)
    CloseException.objects.create(
        loan=found_before, business_date=FIRST_DUE + 6 * DAY, error="a worker that died", found_at=started
    )
    with pytest.raises(DataError):
        close_until(book=book, date=FIRST_DUE + 6 * DAY, at=started + dt.timedelta(minutes=10))


def test_a_loan_that_does_not_add_up_at_the_end_of_its_transaction_is_skipped_and_says_so_again(own_database):
    ready, officer = desk(), credit_officer()
    good, broken = (running(ready) for _number in range(2))
    closed(good, FIRST_DUE - DAY)
    with as_role("postgres"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE finance_loan SET principal_paid_minor = 1 WHERE id = %s", [broken.pk])
    closed(good, FIRST_DUE)
    assert good.last_closed_date == FIRST_DUE
    assert "add up" in CloseException.objects.get(loan=broken).error
    with pytest.raises(CloseStillFails, match="add up"):
        retry_close(loan=broken, by=officer, at=NOON)
    assert CloseException.objects.open().count() == 1


def test_a_credit_officer_finds_what_was_skipped_and_tries_again(db):
    ready, officer = desk(), credit_officer()
    loan = closed(running(ready, version=offered("farm_equal", penalty_ppm=180_000)), FIRST_DUE + 5 * DAY)
    exact = put_penalty(loan, TOO_MUCH)
    closed(loan, FIRST_DUE + 6 * DAY)
    browser, client, page = browser_of(officer), api_client(officer), reverse("loans:loan", args=[loan.pk])
    assert "未能日结的贷款" in browser.get("/").content.decode()
    assert "overflow" in browser.get(reverse("loans:loans"), {"state": "skipped"}).content.decode()
    shown = browser.get(page).content.decode()
    assert all(words in shown for words in ("overflow", f"{page}retry-close/"))
    assert f"{page}retry-close/" not in browser_of(ready.partner).get(page).content.decode()
    [listed] = client.get("/api/v1/loans/", {"skipped": "true"}).json()["results"]
    assert "overflow" in listed["skipped"]
    address = f"/api/v1/loans/{loan.pk}/retry-close/"
    assert send(client, address).json()["code"] == "close_still_fails"
    put_penalty(loan, exact)
    assert send(client, address).json()["skipped"] is None
    assert Loan.objects.get().last_closed_date == FIRST_DUE + 6 * DAY
    assert send(client, address).json()["code"] == "wrong_state"
