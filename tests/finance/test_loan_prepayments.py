"""More is paid than is due: what is left is planned anew, shown before it is agreed to, and both books follow."""

import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from core.money import Money
from finance import chart
from finance.loans.queries import latest_receipt, planned
from finance.loans.services import (
    AmountOverDebt,
    InstalmentsDiffer,
    PaysOnlyDues,
    PlanChanged,
    Stays,
    approve_application,
    debt_of,
    pay_off_loan,
    prepay_principal,
    quote_prepayment,
    reverse_receipt,
)
from finance.loans.services.reversing import PlanRestsOnIt
from finance.models import ExposureCounter, LoanContract, LoanReceipt
from finance.payments.services import Tender
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import NOON, appraised, approver, cap, lender, offered, product_of, running
from tests.factories.stations import api_client, county
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, picture
from tests.pages import told


def prepays(ready, loan, minor, *, stays=Stays.TERM, key="early", quote=None):
    loan.refresh_from_db()
    amount = Money(minor, loan.currency)
    quote = quote or quote_prepayment(loan=loan, amount=amount, stays=stays)
    payment = prepay_principal(
        **{"loan": loan, "amount": amount, "stays": stays, "left": quote.left, "on": quote.on},
        **{"station": ready.station, "tender": Tender(), "by": ready.partner, "at": NOON, "key": key},
    )
    loan.refresh_from_db()
    return payment


def standing(loan):
    rows = loan.installments.exclude(status="rescheduled").order_by("due_date", "n")
    return [(row.n, row.due_date.isoformat(), row.principal_minor, row.interest_minor, row.status) for row in rows]


def test_the_page_says_what_paying_early_does(db):
    told(
        "30,000.00 as `farm_equal` in 12 months, nothing late, ten days into the second row: 5,500.00 pay 79.84 of "
        "interest to date and 5,420.16 of principal. With the last day kept, eleven instalments of 2,007.26 of "
        "principal follow, the last of 2,007.24; with the instalment kept, eight of 2,500.00 and one of 2,079.84.",
        page="loans.md",
    )
    cap("borrower", 50_000_00)
    ready = desk()
    loan = running(ready)
    pays(ready, loan, 2_770_00)
    closed(loan, FIRST_DUE + 9 * DAY)
    fewer = quote_prepayment(loan=loan, amount=Money(5_500_00, "CNY"), stays=Stays.INSTALMENT)
    assert [row.principal for row in fewer.schedule.rows] == [2_500_00] * 8 + [2_079_84]
    before = [row.end for row in planned(loan).rows]
    prepays(ready, loan, 5_500_00)
    assert standing(loan)[1] == (2, "2027-01-04", 5_420_16, 79_84, "paid")
    assert [row[2] for row in standing(loan)[2:]] == [2_007_26] * 10 + [2_007_24]
    assert (
        list(loan.installments.exclude(status="rescheduled").filter(n__gt=2).values_list("end_date", flat=True))
        == (before[1:])
    )
    assert standing(loan)[2][3] == planned(loan).rows[0].interest == 134_62
    assert [row.interest for row in planned(loan).rows] == [row[3] for row in standing(loan)[2:]]
    assert ExposureCounter.objects.get().used_minor == loan.outstanding_minor == 22_079_84
    assert findings() == []
    closed(loan, dt.date(2027, 1, 24))
    assert loan.installments.get(contract=loan.contract, n=3).interest_accrued_minor == 134_62
    pay_off_loan(
        **{"loan": loan, "expected": debt_of(loan), "station": ready.station, "tender": Tender()},
        **{"by": ready.partner, "at": NOON, "key": "off"},
    )
    loan.refresh_from_db()
    assert (loan.status, LoanContract.objects.filter(loan=loan).count()) == ("closed_obligations_met", 2)
    assert findings() == []


def test_dues_penalties_and_what_lies_in_advance_are_used_before_the_principal(db):
    ready = desk()
    loan = running(ready, version=offered("farm_equal", penalty_ppm=180_000))
    closed(loan, FIRST_DUE + 19 * DAY)
    quote = quote_prepayment(loan=loan, amount=Money(10_000_00, "CNY"), stays=Stays.TERM)
    row = loan.installments.get(n=1)
    running_row = loan.installments.get(n=2)
    owed = row.left_minor + running_row.interest_accrued_minor
    assert (row.penalty_minor, quote.dues.minor, quote.principal.minor) == (20_96, owed, 10_000_00 - owed)
    prepays(ready, loan, 10_000_00)
    assert (loan.days_past_due, loan.penalty_left_minor, loan.advance_minor) == (0, 0, 0)
    assert findings() == []
    pays(ready, loan, 700_00, key="in advance")
    loan.refresh_from_db()
    quote = quote_prepayment(loan=loan, amount=Money(500_00, "CNY"), stays=Stays.TERM)
    assert (quote.dues.minor, quote.principal.minor) == (0, 1_200_00)
    prepays(ready, loan, 500_00, key="again")
    assert (latest_receipt(loan).amount_minor, loan.advance_minor) == (500_00, 0)
    assert ready.holds(chart.lender(loan.book)) == 11_200_00
    assert findings() == []


def test_what_pays_only_dues_or_ends_the_loan_is_no_prepayment_and_a_stale_plan_is_refused(db):
    ready = desk()
    loan = closed(running(ready), FIRST_DUE + DAY)
    about = {"loan": loan, "stays": Stays.TERM}
    with pytest.raises(PaysOnlyDues):
        quote_prepayment(amount=Money(2_770_00, "CNY"), **about)
    with pytest.raises(AmountOverDebt):
        quote_prepayment(amount=debt_of(loan), **about)
    quote = quote_prepayment(amount=Money(9_000_00, "CNY"), **about)
    pays(ready, loan, 100_00)
    with pytest.raises(PlanChanged):
        prepays(ready, loan, 9_000_00, quote=quote)
    assert LoanContract.objects.count() == 1
    with pytest.raises(IntegrityError, match="loan_receipt_has_a_new_plan_exactly"), transaction.atomic():
        LoanReceipt.objects.create(
            **{"loan": loan, "payment": pays(ready, loan, 1_00, key="other"), "kind": "prepayment", "amount_minor": 1},
            **{"currency": "CNY", "value_date": NOON.date(), "taken_by": ready.partner, "taken_at": NOON},
        )


def test_a_loan_that_pays_its_principal_at_the_end_keeps_its_days_and_pays_less_interest(db):
    ready = desk()
    loan = running(ready, version=offered("farm_bullet"))
    with pytest.raises(InstalmentsDiffer):
        quote_prepayment(loan=loan, amount=Money(10_000_00, "CNY"), stays=Stays.INSTALMENT)
    closed(loan, NOON.date() + 9 * DAY)
    before = loan.installments.get(n=2).interest_minor
    prepays(ready, loan, 10_000_00)
    rows = standing(loan)
    assert (len(rows), rows[-1][2]) == (13, loan.outstanding_minor)
    assert rows[2][3] * 30_000_00 // before == pytest.approx(loan.outstanding_minor, rel=0.001)
    assert findings() == []


def test_a_prepayment_is_taken_back_on_its_day_and_the_plan_before_it_stands_again(db):
    cap("borrower", 50_000_00)
    ready = desk()
    loan = closed(running(ready), FIRST_DUE + 9 * DAY)
    pays(ready, loan, 3_000_00)
    before = picture(loan)
    prepays(ready, loan, 6_000_00, stays=Stays.INSTALMENT)
    assert LoanContract.objects.count() == 2
    reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="changed their mind", by=ready.partner, at=NOON)
    after = picture(loan)
    assert (after[0], after[2], after[3]) == (before[0], before[2], before[3])
    assert [row for row in after[1] if row[1] != "rescheduled"] == before[1]
    assert loan.contract.version == 1
    assert findings() == []
    prepays(ready, loan, 6_000_00, key="once more")
    assert loan.contract.version == 3
    closed(loan, FIRST_DUE + 12 * DAY)
    with pytest.raises(PlanRestsOnIt):
        reverse_receipt(loan=loan, receipt=latest_receipt(loan), reason="too late", by=ready.partner, at=NOON)


def test_the_page_shows_the_new_plan_before_the_money_is_taken_and_prints_it(db):
    ready = desk()
    loan = closed(running(ready), FIRST_DUE + 9 * DAY)
    browser, page = browser_of(ready.partner), reverse("loans:prepay", args=[loan.pk])
    assert page in browser.get(reverse("loans:loan", args=[loan.pk])).content.decode()
    assert "新的还款计划" not in browser.get(page).content.decode()
    shown = browser.get(page, {"amount": "8,000", "stays": "instalment"})
    fields = {name: shown.context["form"].initial[name] for name in ("amount", "stays", "left", "on")}
    assert "新的还款计划" in shown.content.decode()
    late = browser.post(page, {**fields, "left": "1.00", "key": uuid4().hex})
    assert (late.status_code, "已经过时" in late.content.decode()) == (409, True)
    taken = browser.post(page, {**fields, "key": uuid4().hex})
    assert (taken.status_code, taken["Location"]) == (303, reverse("loans:contract", args=[loan.pk]))
    paper = browser.get(taken["Location"]).content.decode()
    assert all(words in paper for words in ("新的还款计划", "提前还款", loan.number))
    assert "借款合同" in browser.get(f"{taken['Location']}?version=1").content.decode()
    assert "?version=2" in browser.get(reverse("loans:loan", args=[loan.pk])).content.decode()


def test_the_api_quotes_the_plan_and_takes_the_money_once(db):
    ready = desk()
    loan = closed(running(ready), FIRST_DUE + 9 * DAY)
    client, address = api_client(ready.partner), f"/api/v1/loans/{loan.pk}/"
    quote = client.get(f"{address}prepayment-quote/", {"amount": "8000.00", "stays": "term"}).json()
    assert (quote["stays"], len(quote["rows"])) == ("term", 11)
    body = {"amount": "8000.00", "stays": "term", "left": quote["left"], "on": quote["on"]}
    answers = [
        client.post(f"{address}prepayments/", body, "json", headers={"Idempotency-Key": "x" * 16}) for _try in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert LoanReceipt.objects.filter(kind="prepayment").count() == 1
    rows = client.get(address).json()["rows"]
    assert [row["principal"] for row in rows[2:]] == [row["principal"] for row in quote["rows"]]


def test_in_dinars_a_plan_in_steps_of_five_fils_leaves_what_is_smaller_in_advance(db):
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    version = offered("shop_annuity", product=product_of(bank, "shop_annuity"), money_step_minor=5)
    application = appraised(ready, version=version, amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = running(ready, application=application)
    closed(loan, loan.installments.get(n=1).due_date + 2 * DAY)
    payment = loan.installments.get(n=2).principal_minor + loan.installments.get(n=2).interest_minor
    prepays(ready, loan, 400_003, stays=Stays.INSTALMENT)
    assert 0 < loan.advance_minor < 5
    rows = [row[2] + row[3] for row in standing(loan)[2:]]
    assert (set(rows[:-1]), rows[-1] < payment, len(rows) < 10) == ({payment}, True, True)
    assert findings() == []


def test_of_two_prepayments_a_repayment_and_a_close_at_once_each_counts_once(own_database):
    ready = desk()
    loan = closed(running(ready), FIRST_DUE + DAY)
    quote = quote_prepayment(loan=loan, amount=Money(9_000_00, "CNY"), stays=Stays.TERM)
    together, outcomes = threading.Barrier(4), []

    def run(work):
        together.wait()
        try:
            work()
            outcomes.append("done")
        except PlanChanged as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    works = [
        lambda: prepays(ready, type(loan).objects.get(pk=loan.pk), 9_000_00, quote=quote, key="a"),
        lambda: prepays(ready, type(loan).objects.get(pk=loan.pk), 9_000_00, quote=quote, key="b"),
        lambda: pays(ready, type(loan).objects.get(pk=loan.pk), 100_00, key="c"),
        lambda: closed(type(loan).objects.get(pk=loan.pk), FIRST_DUE + 2 * DAY),
    ]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    contracts, prepaid = LoanContract.objects.count(), LoanReceipt.objects.filter(kind="prepayment").count()
    assert contracts - 1 == prepaid == outcomes.count("done") - 2
    assert prepaid <= 1
    loan.refresh_from_db()
    assert loan.accruals.filter(business_date=FIRST_DUE + 2 * DAY).count() == 1
    assert findings() == []
