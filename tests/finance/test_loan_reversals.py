"""A payment on a loan is taken back: the loan, the caps, the lender and the payer stand as if it had not been made."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.database.db import lock
from core.errors import SamePerson
from core.money import Money
from finance import chart
from finance.loans.queries import asked_reversal, latest_receipt
from finance.loans.services import (
    DayIsOver,
    NotLatestReceipt,
    ReversalAsked,
    approve_reversal,
    close_until,
    debt_of,
    pay_off_loan,
    propose_reversal,
    receive_repayment,
    reject_reversal,
    reverse_receipt,
)
from finance.models import ExposureCounter, LoanBook, LoanReversal, Refund
from finance.payments.services import Tender
from ledger.audit import audit_book
from ledger.models import Account, AuditFinding, Book
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import NOON, cap, lender_holds, offered, running
from tests.factories.stations import api_client, finance_officer, send
from tests.pages import told
from tests.races import wait_until_somebody_waits

FIRST_DUE = dt.date(2026, 12, 25)
DAY = dt.timedelta(days=1)


def closed(loan, date):
    book = LoanBook.objects.select_related("county", "book", "lender").get(pk=loan.book_id)
    close_until(book=book, date=date, at=NOON)
    loan.refresh_from_db()
    return loan


def pays(ready, loan, minor, *, key="k"):
    return receive_repayment(
        loan=loan,
        amount=Money(minor, loan.currency),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=NOON,
        key=key,
    )


def late_loan(ready, **values):
    return running(ready, version=offered("farm_equal", penalty_ppm=180_000), **values)


def taken_back(loan, *, by=None):
    """Asked by one officer, approved by another."""
    propose_reversal(loan=loan, receipt=latest_receipt(loan), reason="wrong loan", by=finance_officer(), at=NOON)
    reversal = approve_reversal(loan=loan, proposal=asked_reversal(loan).pk, by=by or finance_officer(), at=NOON)
    loan.refresh_from_db()
    return reversal


def picture(loan):
    """Everything that a loan says of itself, with what its lender's book says."""
    loan.refresh_from_db()
    about = ("status", "principal_paid_minor", "interest_accrued_minor", "interest_paid_minor", "penalty_due_minor")
    more = ("penalty_paid_minor", "advance_minor", "days_past_due", "last_closed_date")
    rows = loan.installments.order_by("n").values_list(
        *("n", "status", "interest_minor", "interest_accrued_minor", "penalty_minor"),
        *("principal_paid_minor", "interest_paid_minor", "penalty_paid_minor"),
    )
    kinds = ("loan_principal", "loan_interest", "loan_penalty", "loan_advance", "penalty_income", "interest_income")
    return (
        [getattr(loan, name) for name in (*about, *more)],
        list(rows),
        [lender_holds(loan, kind) for kind in (*kinds, "collections_due")],
        [counter.used_minor for counter in ExposureCounter.objects.all()],
    )


def findings():
    for book in Book.objects.all():
        audit_book(book=book, at=now())
    return list(AuditFinding.objects.values_list("check_code", "sample"))


def test_a_payment_is_taken_back_at_the_counter_on_its_own_day_and_its_payer_is_owed_the_money(db):
    cap("borrower", 50_000_00)
    ready = desk()
    loan = closed(late_loan(ready), FIRST_DUE + 3 * DAY)
    before = picture(loan)
    payment = pays(ready, loan, 2_000_00)
    assert picture(loan) != before
    client = api_client(ready.partner)
    body = {"receipt": str(latest_receipt(loan).pk), "reason": "另一个人的贷款"}
    address = f"/api/v1/loans/{loan.pk}/reverse-receipt/"
    answers = [client.post(address, body, "json", headers={"Idempotency-Key": "x" * 16}) for _try in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (answers[0].json()["status"], LoanReversal.objects.count()) == ("done", 1)
    assert picture(loan) == before
    refund = Refund.objects.get(payment=payment)
    assert (refund.amount_minor, ready.holds(chart.customer_funds(ready.station))) == (2_000_00, 2_000_00)
    assert ready.holds(chart.lender(loan.book)) == 0
    assert findings() == []


def test_a_payment_that_is_taken_back_later_leaves_the_cents_of_a_loan_that_was_never_paid(db):
    cap("village", 5_000_000_00)
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    never, paid = (running(ready, version=version) for _number in range(2))
    closed(paid, FIRST_DUE - DAY)
    used = ExposureCounter.objects.get().used_minor
    pays(ready, paid, 6_000_00)  # the first instalment, the second out of what is in advance, and a rest
    closed(paid, FIRST_DUE + 34 * DAY)
    never.refresh_from_db()
    taken_back(paid)
    rows = [list(loan.installments.order_by("n").values_list("n", "status", "penalty_minor")) for loan in (paid, never)]
    assert rows[0] == rows[1]
    for name in ("penalty_due_minor", "interest_accrued_minor", "days_past_due", "most_days_late", "advance_minor"):
        assert getattr(paid, name) == getattr(never, name), name
    assert (paid.principal_paid_minor, paid.interest_paid_minor) == (0, 0)
    assert ExposureCounter.objects.get().used_minor == used
    assert lender_holds(paid, "loan_principal") == 2 * 30_000_00
    assert findings() == []
    pays(ready, paid, 100_00, key="again")
    officer = finance_officer()
    propose_reversal(loan=paid, receipt=latest_receipt(paid), reason="wrong loan", by=officer, at=NOON)
    with pytest.raises(SamePerson):
        approve_reversal(loan=paid, proposal=asked_reversal(paid).pk, by=officer, at=NOON)


def test_the_page_says_what_the_nights_since_cost(db):
    told(
        "Of the first instalment, 2,000.00 was paid on its due date: interest 270.00, principal 1,730.00. Taken back "
        "when 20 days were closed, at 18 % penalty and 3 days of grace: 17 nights of 2,500.00 in place of 770.00, "
        "penalty 20.96 in place of 6.46.",
        page="loans.md",
    )
    ready = desk()
    loan = closed(late_loan(ready), FIRST_DUE - DAY)
    pays(ready, loan, 2_000_00)
    assert closed(loan, FIRST_DUE + 19 * DAY).penalty_due_minor == 6_46
    assert (taken_back(loan).penalty_minor, loan.penalty_due_minor) == (14_50, 20_96)


def test_a_loan_that_the_payment_had_ended_runs_again_with_every_night(db):
    ready = desk()
    version = offered("farm_equal", penalty_ppm=180_000)
    never, ended = (running(ready, version=version) for _number in range(2))
    closed(ended, FIRST_DUE - 10 * DAY)
    pays(ready, ended, 500_00)
    ended.refresh_from_db()
    about = {"station": ready.station, "tender": Tender(), "by": ready.partner, "at": NOON, "key": "off"}
    pay_off_loan(loan=ended, expected=debt_of(ended), **about)
    closed(ended, FIRST_DUE + 6 * DAY)
    assert ended.status == "closed_obligations_met"
    taken_back(ended)
    taken_back(ended)  # what was paid before it is the latest then
    never.refresh_from_db()
    assert picture(ended)[:2] == picture(never)[:2]
    assert findings() == []


def test_two_officers_take_a_payment_back_on_the_page_of_the_loan(db):
    ready = desk()
    loan = running(ready)
    pays(ready, loan, 100_00)
    receipt = latest_receipt(loan)
    closed(loan, NOON.date())
    first, second = (browser_of(finance_officer()) for _number in range(2))
    page = reverse("loans:loan", args=[loan.pk])
    assert f"{page}propose-reversal/" in first.get(page).content.decode()
    typed = {"receipt": receipt.pk, "reason": "记错了人", "key": uuid4().hex}
    assert first.post(f"{page}propose-reversal/", typed).status_code == 303
    assert f"{page}approve-reversal/" not in first.get(page).content.decode()
    shown = second.get(page).content.decode()
    assert all(words in shown for words in ("记错了人", f"{page}approve-reversal/", f"{page}reject-reversal/"))
    assert "待审核的还款撤回" in second.get("/").content.decode()
    decided = {"proposal": LoanReversal.objects.get().pk}
    assert f'value="{decided["proposal"]}"' in shown
    assert second.post(f"{page}approve-reversal/", {**decided, "key": uuid4().hex}).status_code == 303
    assert LoanReversal.objects.get().status == "done"
    assert second.post(f"{page}approve-reversal/", {**decided, "key": uuid4().hex}).status_code == 409
    answer = send(api_client(finance_officer()), f"/api/v1/loans/{loan.pk}/reject-reversal/", **decided)
    assert (answer.status_code, answer.json()["code"]) == (409, "reversal_decided")


def test_only_the_latest_payment_is_taken_back_and_by_the_counter_only_on_its_day(db):
    ready = desk()
    loan = running(ready)
    pays(ready, loan, 100_00, key="a")
    first = latest_receipt(loan)
    pays(ready, loan, 200_00, key="b")
    about = {"loan": loan, "reason": "wrong", "at": NOON}
    with pytest.raises(NotLatestReceipt):
        reverse_receipt(receipt=first, by=ready.partner, **about)
    closed(loan, NOON.date())
    with pytest.raises(DayIsOver):
        reverse_receipt(receipt=latest_receipt(loan), by=ready.partner, **about)
    propose_reversal(receipt=latest_receipt(loan), by=finance_officer(), **about)
    with pytest.raises(ReversalAsked):
        propose_reversal(receipt=latest_receipt(loan), by=finance_officer(), **about)
    reject_reversal(loan=loan, proposal=asked_reversal(loan).pk, by=finance_officer(), at=NOON)
    assert (loan.receipts.standing().count(), LoanReversal.objects.get().status) == (2, "refused")
    with pytest.raises(IntegrityError, match="loan_reversal_is_decided_by_two"), transaction.atomic():
        LoanReversal.objects.create(receipt=first, reason="x", status="done", asked_by=ready.partner, asked_at=NOON)


def test_of_two_who_take_back_at_once_and_a_close_one_takes_back_once(own_database):
    ready = desk()
    loan = running(ready)
    payment = pays(ready, loan, 2_770_00)
    receipt, together, outcomes = latest_receipt(loan), threading.Barrier(3), []

    def run(work):
        together.wait()
        try:
            work()
            outcomes.append("done")
        except (NotLatestReceipt, ReversalAsked, DayIsOver) as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    def takes_back():
        reverse_receipt(loan=loan, receipt=receipt, reason="twice", by=ready.partner, at=NOON)

    threads = [
        threading.Thread(target=run, args=(work,))
        for work in (takes_back, takes_back, lambda: closed(loan, NOON.date()))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("done") in {1, 2}
    assert LoanReversal.objects.filter(status="done").count() == outcomes.count("done") - 1
    loan.refresh_from_db()
    assert loan.advance_minor == lender_holds(loan, "loan_advance") == 2_770_00 * (2 - outcomes.count("done"))
    assert Refund.objects.filter(payment=payment).count() == outcomes.count("done") - 1
    assert findings() == []


def test_a_payment_that_ended_a_loan_is_taken_back_at_the_counter_on_its_day_only(db):
    ready = desk()
    loan = running(ready)
    about = {"station": ready.station, "tender": Tender(), "by": ready.partner, "at": NOON, "key": "off"}
    pay_off_loan(loan=loan, expected=debt_of(loan), **about)
    closed(loan, NOON.date() + 20 * DAY)
    page = reverse("loans:loan", args=[loan.pk])
    with pytest.raises(DayIsOver):
        reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    assert f"{page}reverse/" not in browser_of(ready.partner).get(page).content.decode()
    assert f"{page}propose-reversal/" in browser_of(finance_officer()).get(page).content.decode()


def test_of_a_loan_one_reversal_waits_at_a_time_so_that_nobody_decides_on_another_than_was_shown(db):
    ready = desk()
    loan = running(ready)
    pays(ready, loan, 100_00, key="a")
    propose_reversal(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=finance_officer(), at=NOON)
    pays(ready, loan, 200_00, key="b")
    with pytest.raises(ReversalAsked):
        propose_reversal(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=finance_officer(), at=NOON)
    with pytest.raises(NotLatestReceipt):
        approve_reversal(loan=loan, proposal=asked_reversal(loan).pk, by=finance_officer(), at=NOON)
    reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=ready.partner, at=NOON)
    assert (
        approve_reversal(
            loan=loan, proposal=asked_reversal(loan).pk, by=finance_officer(), at=NOON
        ).receipt.amount_minor
        == 100_00
    )


def test_a_reversal_waits_for_a_payment_of_the_same_station_before_it_holds_what_that_payment_needs(own_database):
    cap("borrower", 50_000_00)
    ready = desk()
    loan = closed(running(ready), FIRST_DUE + DAY)
    pays(ready, loan, 2_000_00)
    receipt = latest_receipt(loan)
    funds, owed = (ready.account(key) for key in (chart.customer_funds(ready.station), chart.lender(loan.book)))

    def takes_back():
        try:
            reverse_receipt(loan=loan, receipt=receipt, reason="wrong", by=ready.partner, at=NOON)
        finally:
            connection.close()

    thread = threading.Thread(target=takes_back)
    with transaction.atomic():  # as a payment does: first the money of the villagers, then the cap, then the lender
        lock(funds)
        thread.start()
        wait_until_somebody_waits()
        list(ExposureCounter.objects.select_for_update(no_key=True, nowait=True))
        Account.objects.select_for_update(no_key=True, nowait=True).get(pk=owed.pk)
    thread.join()
    assert LoanReversal.objects.get().status == "done"
