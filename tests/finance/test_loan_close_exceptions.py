"""A loan of which a day cannot be closed stops no other: it is skipped and closed later to the cent."""

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.urls import reverse

from finance.loans.services import CloseStillFails, LoanSkipped, close_until, retry_close
from finance.loans.services import closing as of_closing
from finance.models import CloseException, CloseRun, Loan, LoanBook
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import NOON, offered, running
from tests.factories.stations import api_client, credit_officer, send
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, picture

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
