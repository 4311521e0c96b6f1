"""A loan of which a day cannot be closed stops no other: it is skipped and closed later to the cent."""

import datetime as dt
import threading

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.urls import reverse

from core.days import instant_of
from core.jobs.services import enqueue
from finance import chart
from finance.loans.queries import asked_reversal, latest_receipt, unallocated_of
from finance.loans.services import (
    AmountOverDebt,
    CloseStillFails,
    LoanSkipped,
    close_until,
    debt_of,
    pay_off_loan,
    propose_reversal,
    retry_close,
    reverse_receipt,
)
from finance.loans.services import closing as of_closing
from finance.models import CloseException, CloseRun, ExposureCounter, Loan, LoanBook, LoanReceipt
from finance.payments.services import Tender
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import NOON, cap, lender, lender_holds, offered, product_of, running
from tests.factories.stations import api_client, credit_officer, finance_officer, send
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, picture, taken_back
from tests.jobs import try_jobs
from tests.ledger.conftest import as_role
from tests.pages import told

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


def job_fails(zone, date):
    """Whether a close fails in the night that begins a date."""
    at, failed = instant_of(zone, date, dt.time(0, 30)), []
    enqueue("loans.close_day", dedupe_key=f"night:{date}", run_at=at, payload={"zone": zone})
    try_jobs(at, on_failure=lambda job, error: failed.append((job.kind, type(error))))
    assert set(failed) <= {("loans.close_book", DataError)}
    return bool(failed)


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
        assert job_fails(book.zone, FIRST_DUE + night * DAY)
        other.refresh_from_db()
        assert other.last_closed_date == FIRST_DUE + (night - 1) * DAY
        assert CloseException.objects.count() == 0
    for loan, minor in zip(loans, exact, strict=True):
        put_penalty(loan, minor)
    assert not job_fails(book.zone, FIRST_DUE + 9 * DAY)
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


def test_many_that_fail_are_counted_also_where_another_worker_has_begun_the_close_a_moment_later(db, monkeypatch):
    monkeypatch.setattr(of_closing, "MOST_SKIPPED", 1)
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    loans = [running(ready, version=version) for _number in range(2)]
    closed(loans[0], FIRST_DUE + 5 * DAY)
    for loan in loans:
        put_penalty(loan, TOO_MUCH)
    book = LoanBook.objects.select_related("county", "book", "lender").get()
    began = NOON + dt.timedelta(days=40)
    CloseRun.objects.create(book=book, business_date=FIRST_DUE + 6 * DAY, started_at=began)
    with pytest.raises(DataError):
        close_until(book=book, date=FIRST_DUE + 6 * DAY, at=began - dt.timedelta(milliseconds=1))
    assert not CloseException.objects.exists()


def test_what_a_day_has_skipped_is_not_counted_for_the_next_one_that_is_closed_with_it(db, monkeypatch):
    monkeypatch.setattr(of_closing, "MOST_SKIPPED", 1)
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    first, second = (running(ready, version=version) for _number in range(2))
    for number, loan in enumerate((first, second)):
        closed(second, FIRST_DUE + (5 + number) * DAY)
        put_penalty(loan, TOO_MUCH)
    closed(second, FIRST_DUE + 7 * DAY)
    skipped = CloseException.objects.open().order_by("business_date").values_list("loan", "business_date")
    assert list(skipped) == [(first.pk, FIRST_DUE + 6 * DAY), (second.pk, FIRST_DUE + 7 * DAY)]


def test_a_retry_beside_a_close_that_has_not_ended_closes_the_day_or_says_that_it_still_fails(db):
    ready, officer = desk(), credit_officer()
    version = offered("farm_equal", penalty_ppm=180_000)
    broken, twin = (running(ready, version=version) for _number in range(2))
    closed(broken, FIRST_DUE + 5 * DAY)
    exact, date = put_penalty(broken, TOO_MUCH), FIRST_DUE + 6 * DAY
    book = LoanBook.objects.select_related("county", "book", "lender").get()
    run = CloseRun.objects.create(book=book, business_date=date, started_at=NOON)
    of_closing.close_what_closes(run=run, ids=[broken.pk, twin.pk], date=date, at=NOON)  # and then the worker died
    assert CloseException.objects.get().loan == broken
    with pytest.raises(CloseStillFails, match="overflow"):
        retry_close(loan=broken, by=officer, at=NOON)
    put_penalty(broken, exact)
    assert retry_close(loan=broken, by=officer, at=NOON).last_closed_date == date
    closed(twin, date + DAY)
    assert picture(broken)[:2] == picture(twin)[:2]
    assert findings() == []


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


def skipped_loans(ready, *, paid_on):
    """Two loans alike; the close skips the first from the sixth day late on, until `mend` is called."""
    version = offered("farm_equal", penalty_ppm=180_000)
    broken, twin = (running(ready, version=version) for _number in range(2))
    closed(broken, FIRST_DUE + 5 * DAY)
    exact = put_penalty(broken, TOO_MUCH)
    closed(broken, paid_on - DAY)
    twin.refresh_from_db()
    return broken, twin, exact


def test_who_pays_on_a_skipped_loan_is_served_and_the_money_counts_from_its_own_day(db):
    told(
        "2,770.00 are paid on a loan on the tenth day of its first instalment, at 18 % penalty and 3 days of grace, "
        "which the close has skipped since the sixth. They lie in loan_unallocated until it is mended; closed up to "
        "the twentieth day it has cost 7 nights of 2,500.00 and 10 of 8.63, penalty 8.67, as if it had never been "
        "skipped.",
        page="loans.md",
    )
    cap("village", 5_000_000_00)
    ready, officer = desk(), credit_officer()
    broken, twin, exact = skipped_loans(ready, paid_on=FIRST_DUE + 10 * DAY)
    used = ExposureCounter.objects.get().used_minor
    paid = pays(ready, broken, 2_770_00)
    pays(ready, twin, 2_770_00, key="twin")
    receipt = broken.receipts.get()
    assert (receipt.status, receipt.value_date, receipt.advance_minor) == ("unallocated", FIRST_DUE + 10 * DAY, 0)
    assert (lender_holds(broken, "loan_unallocated"), lender_holds(broken, "collections_due")) == (2_770_00, 5_540_00)
    assert ready.holds(chart.lender(broken.book)) == 5_540_00
    assert "principal_before" in {line["name"] for line in paid.receipts.get().lines}
    assert findings() == []
    with pytest.raises(AmountOverDebt, match="27,"):
        pays(ready, broken, 30_000_00, key="too much")
    with pytest.raises(LoanSkipped):
        pay_off_loan(
            loan=broken,
            expected=debt_of(broken),
            station=ready.station,
            tender=Tender(),
            by=ready.partner,
            at=NOON,
            key="off",
        )
    closed(broken, FIRST_DUE + 19 * DAY)
    put_penalty(broken, exact)
    retry_close(loan=broken, by=officer, at=NOON)
    assert picture(broken)[:2] == picture(twin)[:2]
    assert broken.penalty_due_minor == 8_67
    receipt.refresh_from_db()
    assert (receipt.status, lender_holds(broken, "loan_unallocated")) == ("posted", 0)
    assert used - ExposureCounter.objects.get().used_minor == broken.principal_paid_minor + twin.principal_paid_minor
    assert findings() == []
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LoanReceipt.objects.filter(pk=receipt.pk).update(advance_minor=1)


def test_what_ends_a_skipped_loan_ends_it_on_its_day_and_no_more_is_taken(db):
    ready, officer = desk(), credit_officer()
    free = {"rate_min_ppm": 0, "rate_default_ppm": 0, "penalty_ppm": 0}  # no night adds to what is owed
    loan = closed(running(ready, version=offered("farm_equal", **free)), FIRST_DUE + DAY)
    broken = CloseException.objects.create(loan=loan, business_date=FIRST_DUE + 2 * DAY, error="x", found_at=NOON)
    LoanBook.objects.update(last_closed_date=FIRST_DUE + 2 * DAY, business_date=FIRST_DUE + 3 * DAY)
    pays(ready, loan, debt_of(loan).minor - 100_00)
    client, browser = api_client(ready.partner), browser_of(ready.partner)
    quote = client.get(f"/api/v1/loans/{loan.pk}/payoff-quote/").json()
    assert (quote["payoff"], quote["due"]) == ("100.00", "0.00")
    shown = browser.get(reverse("loans:loan", args=[loan.pk])).content.decode()
    assert "尚未记入贷款" in shown
    assert "payoff/" not in shown
    address = f"/api/v1/loans/{loan.pk}/repayments/"
    assert send(client, address, amount="100.01").json()["code"] == "amount_over_debt"
    assert send(client, address, amount="100.00").status_code == 201
    assert send(client, address, amount="1.00").json()["code"] == "loan_skipped"
    retry_close(loan=loan, by=officer, at=NOON)
    broken.refresh_from_db()
    loan.refresh_from_db()
    kinds = list(loan.receipts.order_by("pk").values_list("kind", "status", "value_date"))
    assert kinds == [(kind, "posted", FIRST_DUE + 3 * DAY) for kind in ("repayment", "payoff")]
    assert (loan.status, debt_of(loan).minor, broken.resolved_by) == ("closed_obligations_met", 0, officer)
    assert findings() == []


def test_what_was_taken_on_a_skipped_loan_by_mistake_is_taken_back_on_its_day_and_later_by_two(db):
    ready = desk()
    broken, _twin, exact = skipped_loans(ready, paid_on=FIRST_DUE + 10 * DAY)
    pays(ready, broken, 500_00, key="before")
    closed(broken, FIRST_DUE + 10 * DAY)
    pays(ready, broken, 2_770_00)
    about = {"loan": broken, "reason": "记错了人", "at": NOON}
    reverse_receipt(receipt=latest_receipt(broken), by=ready.partner, **about)
    assert (unallocated_of(broken).minor, lender_holds(broken, "loan_unallocated")) == (500_00, 500_00)
    assert findings() == []
    taken_back(broken)
    assert unallocated_of(broken).minor == 0
    put_penalty(broken, exact)
    retry_close(loan=broken, by=credit_officer(), at=NOON)
    assert (broken.principal_paid_minor, broken.receipts.standing().count()) == (0, 0)
    assert findings() == []


def test_a_payment_that_ended_a_loan_stays_where_the_days_since_do_not_close(db):
    ready = desk()
    loan = closed(running(ready, version=offered("farm_equal", penalty_ppm=180_000)), FIRST_DUE + 5 * DAY)
    put_penalty(loan, TOO_MUCH)
    tender, debt = Tender(payer=loan.borrower), debt_of(loan)
    pay_off_loan(loan=loan, expected=debt, station=ready.station, tender=tender, by=ready.partner, at=NOON, key="off")
    closed(loan, FIRST_DUE + 8 * DAY)
    officers = finance_officer(), finance_officer()
    propose_reversal(loan=loan, receipt=latest_receipt(loan), reason="wrong loan", by=officers[0], at=NOON)
    address = f"/api/v1/loans/{loan.pk}/approve-reversal/"
    answer = send(api_client(officers[1]), address, proposal=str(asked_reversal(loan).pk))
    assert (answer.status_code, answer.json()["code"]) == (409, "days_do_not_close")
    loan.refresh_from_db()
    assert (loan.status, asked_reversal(loan).status) == ("closed_obligations_met", "asked")
    assert findings() == []


def test_of_a_payment_and_a_retry_at_once_both_stand(own_database):
    ready, officer = desk(), credit_officer()
    broken, _twin, exact = skipped_loans(ready, paid_on=FIRST_DUE + 10 * DAY)
    put_penalty(broken, exact)
    done, together = [], threading.Barrier(2)

    def run(work):
        together.wait()
        try:
            done.append(work())
        finally:
            connection.close()

    works = (lambda: pays(ready, broken, 2_770_00), lambda: retry_close(loan=broken, by=officer, at=NOON))
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    broken.refresh_from_db()
    assert (len(done), broken.receipts.get().status, broken.penalty_due_minor) == (2, "posted", 8_63)
    assert findings() == []
