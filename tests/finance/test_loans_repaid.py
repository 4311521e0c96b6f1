"""A running loan is closed day by day and repaid at the counter: the same cents however the days were closed."""

import datetime as dt
import threading

import pytest
from django.db import connection

from core.models import Event
from core.money import Money
from finance import chart
from finance.loans.queries import next_due
from finance.loans.services import (
    AmountOverDebt,
    PayoffChanged,
    close_book_day,
    close_until,
    debt_of,
    pay_off_loan,
    receive_repayment,
)
from finance.loans.services.closing import close_loans
from finance.models import ExposureCounter, LoanAccrual, LoanBook, LoanReceipt, ReceiptAllocation
from finance.payments.services import Tender
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import desk
from tests.factories.loans import NOON, cap, lender_holds, offered, running
from tests.pages import told

DAY = dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return desk()


def closed(loan, date):
    """The loan's book closed up to and with a date."""
    book = LoanBook.objects.select_related("county", "book").get(pk=loan.book_id)
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


def balanced(loan):
    """What the lender's book says is what the loan says."""
    loan.refresh_from_db()
    return (
        lender_holds(loan, "loan_principal"),
        lender_holds(loan, "loan_interest"),
        lender_holds(loan, "loan_penalty"),
        lender_holds(loan, "loan_advance"),
    ) == (
        loan.outstanding_minor,
        loan.interest_accrued_minor - loan.interest_paid_minor,
        loan.penalty_left_minor,
        loan.advance_minor,
    )


def test_each_night_adds_its_interest_and_a_row_adds_up_to_it(ready):
    loan = closed(running(ready), dt.date(2026, 12, 24))
    row = loan.installments.get(n=1)
    assert (row.interest_accrued_minor, row.status, loan.days_past_due) == (270_00, "due", 0)
    assert loan.accruals.count() == 30
    assert sum(each.interest_minor for each in loan.accruals.all()) == 270_00
    assert balanced(loan)


@pytest.mark.parametrize(("days", "penalty"), [(3, 0), (4, 1_23), (20, 20_96)])
def test_a_penalty_counts_the_nights_after_the_days_of_grace(ready, days, penalty):
    version = offered("farm_equal", penalty_ppm=180_000)
    loan = closed(running(ready, version=version), dt.date(2026, 12, 24) + days * DAY)
    assert (loan.days_past_due, loan.penalty_due_minor) == (days, penalty)
    assert balanced(loan)


def test_a_payment_in_cash_is_set_on_penalty_interest_and_principal(ready):
    told(
        "30,000.00 as `farm_equal`, 20 days after the first instalment of 2,500.00 + 270.00 fell due, at 18 % penalty "
        "and 3 days of grace: 17 nights of 2,500.00, penalty 20.96. 2,000.00 in cash: 20.96, 270.00, principal "
        "1,709.04.",
        page="loans.md",
    )
    cap("borrower", 50_000_00)
    version = offered("farm_equal", penalty_ppm=180_000)
    loan = closed(running(ready, version=version), dt.date(2026, 12, 24) + 20 * DAY)
    before = ready.holds(chart.till(ready.station))
    payment = pays(ready, loan, 2_000_00)
    shares = {row.part: row.amount_minor for row in ReceiptAllocation.objects.all()}
    assert shares == {"penalty": 20_96, "interest": 270_00, "principal": 1_709_04}
    assert ready.holds(chart.till(ready.station)) == before + 2_000_00
    assert ready.holds(chart.customer_funds(ready.station)) == 0
    assert ready.holds(chart.lender(loan.book)) == 2_000_00
    assert lender_holds(loan, "collections_due") == 2_000_00
    assert balanced(loan)
    assert (loan.days_past_due, loan.installments.get(n=1).status) == (20, "partially_paid")
    assert ExposureCounter.objects.get().used_minor == 30_000_00 - 1_709_04
    lines = {line["name"]: line["value"] for line in payment.receipts.get().lines}
    assert lines["principal_left"] == Money(30_000_00 - 1_709_04, "CNY").display()
    assert (lines["yearly_cost"], lines["yearly_cost_plain"]) == ("11.35%", "10.80%")
    audit_book(book=loan.book.book, at=NOON)
    assert list(AuditFinding.objects.values_list("check_code", "sample")) == []


def test_what_is_paid_early_waits_and_is_used_when_it_falls_due(ready):
    loan = running(ready)
    pays(ready, loan, 2_770_00)
    loan.refresh_from_db()
    assert (loan.advance_minor, LoanReceipt.objects.get().advance_minor) == (2_770_00, 2_770_00)
    closed(loan, dt.date(2026, 12, 24))
    assert (loan.advance_minor, loan.installments.get(n=1).status) == (0, "paid")
    assert balanced(loan)
    assert closed(loan, dt.date(2027, 1, 10)).days_past_due == 0


def test_a_loan_is_paid_off_for_principal_and_interest_to_date(ready):
    told("Ten days after the pay-out the debt is 30,000.00 + 90.00.", page="loans.md")
    loan = closed(running(ready), dt.date(2026, 12, 4))
    debt = debt_of(loan)
    assert debt.minor == 30_000_00 + 90_00
    with pytest.raises(AmountOverDebt):
        pays(ready, loan, debt.minor + 1)
    about = {"station": ready.station, "tender": Tender(), "by": ready.partner, "at": NOON, "key": "off"}
    with pytest.raises(PayoffChanged):
        pay_off_loan(loan=loan, expected=Money(30_000_00, "CNY"), **about)
    pay_off_loan(loan=loan, expected=debt, **about)
    assert balanced(loan)
    assert (loan.status, loan.outstanding_minor) == ("closed_obligations_met", 0)
    assert Event.objects.get(name="finance.loan_closed").payload["days_late"] == 0
    closed(loan, dt.date(2026, 12, 30))
    assert LoanAccrual.objects.count() == 10


def test_days_closed_late_or_inline_are_the_same_cents_as_night_by_night(ready):
    nightly, late = running(ready), running(ready)
    book = LoanBook.objects.select_related("county", "book").get()
    for day in range(30):
        close_loans(book=book, ids=[nightly.pk], date=dt.date(2026, 11, 25) + day * DAY, at=NOON)
        nightly.refresh_from_db()
        assert nightly.last_closed_date == dt.date(2026, 11, 25) + day * DAY
    LoanBook.objects.filter(pk=book.pk).update(
        business_date=dt.date(2026, 12, 25), last_closed_date=dt.date(2026, 12, 24)
    )
    pays(ready, late, 1_00)
    late.refresh_from_db()
    assert (late.last_closed_date, late.interest_accrued_minor) == (nightly.last_closed_date, 270_00)
    close_until(book=LoanBook.objects.select_related("county", "book").get(), date=dt.date(2026, 12, 25), at=NOON)
    assert set(LoanAccrual.objects.values_list("loan").distinct()) == {(nightly.pk,), (late.pk,)}


def test_two_closes_and_a_repayment_at_once_close_each_loan_once(own_database):
    ready = desk()
    loans = [running(ready), running(ready)]
    together, failed = threading.Barrier(3), []

    def run(work):
        together.wait()
        try:
            work()
        except Exception as error:  # the test looks at what was raised
            failed.append(error)
        finally:
            connection.close()

    def close():
        close_book_day(
            book=LoanBook.objects.select_related("county", "book").get(), date=dt.date(2026, 11, 25), at=NOON
        )

    works = [close, close, lambda: pays(ready, loans[0], 1_000_00)]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert LoanAccrual.objects.count() == 2
    assert LoanBook.objects.get().business_date == dt.date(2026, 11, 26)
    assert all(loan.outstanding_minor == 30_000_00 for loan in loans)
    for loan in loans:
        loan.refresh_from_db()
    assert lender_holds(loans[0], "loan_interest") == sum(loan.interest_accrued_minor for loan in loans)


def test_a_cap_is_free_again_of_what_an_advance_repaid(ready):
    cap("borrower", 50_000_00)
    loan = running(ready)
    pays(ready, loan, 2_770_00)
    assert ExposureCounter.objects.get().used_minor == 30_000_00
    closed(loan, dt.date(2026, 12, 24))
    assert ExposureCounter.objects.get().used_minor == loan.outstanding_minor == 27_500_00
    pay_off_loan(
        loan=loan, expected=debt_of(loan), station=ready.station, tender=Tender(), by=ready.partner, at=NOON, key="off"
    )
    assert ExposureCounter.objects.get().used_minor == 0


def test_a_loan_that_is_paid_off_has_no_instalment_to_come(ready):
    loan = closed(running(ready, version=offered("farm_bullet")), dt.date(2026, 12, 4))
    pay_off_loan(
        loan=loan, expected=debt_of(loan), station=ready.station, tender=Tender(), by=ready.partner, at=NOON, key="off"
    )
    assert set(loan.installments.values_list("status", flat=True)) == {"paid"}
    assert next_due(loan) is None
    assert balanced(loan)
