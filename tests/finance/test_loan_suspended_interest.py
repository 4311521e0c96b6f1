"""Interest of a very late loan is suspended, and earned when the loan is paid up: at the counter or by a close."""

import pytest

from core.database.db import present
from finance.loans.queries import agreed_adjustment, due_of, latest_receipt
from finance.loans.services import debt_of, quote_restructure
from finance.models import Loan, LoanAccrual
from tests.factories.finance import desk
from tests.factories.loans import lender_holds
from tests.finance.test_loan_restructures import agreed, late_loan, plan, signed
from tests.finance.test_loan_reversals import DAY, FIRST_DUE, closed, findings, pays, taken_back
from tests.finance.test_loan_write_offs import given_up, late, written_off
from tests.pages import told


def held(loan):
    """What the loan says is suspended, and what its lender's book says of that and of what is earned."""
    loan.refresh_from_db()
    return loan.interest_suspended_minor, *(lender_holds(loan, f"interest_{kind}") for kind in ("suspended", "income"))


def nights_of(loan):
    return sum(loan.accruals.values_list("interest_minor", flat=True))


def test_a_loan_that_is_paid_up_at_the_counter_has_earned_what_was_suspended_and_loses_it_when_that_is_taken_back(db):
    told(
        "The last of 37 nights, 7.99, was suspended. Once 500.00 are paid the loan is still late, and 7.98 more of the "
        "next night are suspended; when the rest of what is due is paid, the 15.97 are earned.",
        page="loans.md",
    )
    ready = desk()
    loan = given_up(ready)
    late(loan, 7)
    income = held(loan)[2]
    pays(ready, loan, 500_00)
    assert held(loan) == (7_99, 7_99, income)  # still late
    closed(loan, FIRST_DUE + 7 * DAY)
    assert held(loan) == (15_97, 15_97, income)  # once suspended, until nothing is late
    pays(ready, loan, due_of(loan).minor, key="rest")
    assert held(loan) == (0, 0, income + 15_97)
    assert latest_receipt(loan).released_minor == 15_97
    closed(loan, FIRST_DUE + 9 * DAY)
    assert held(loan) == (0, 0, nights_of(loan))
    taken_back(loan)
    assert held(loan) == (nights_of(loan) - income, nights_of(loan) - income, income)
    assert list(LoanAccrual.objects.filter(is_suspended=False, business_date__gt=FIRST_DUE + 5 * DAY)) == []
    pays(ready, loan, debt_of(loan).minor, key="all")
    assert (held(loan), loan.status) == ((0, 0, nights_of(loan)), "closed_obligations_met")
    assert findings() == []


@pytest.mark.parametrize(("days", "is_suspended"), [(90, False), (91, True)])
def test_a_night_is_suspended_from_the_ninety_first_day_late(db, days, is_suspended):
    loan = late_loan(desk(), days=5)
    late(loan, days)
    closed(loan, present(loan.last_closed_date) + DAY)
    assert loan.accruals.latest("pk").is_suspended is is_suspended
    assert findings() == []


def test_what_was_paid_of_suspended_interest_is_earned_when_the_rest_is_written_off(db):
    ready = desk()
    loan = given_up(ready)
    late(loan, 7)
    pays(ready, loan, 4_93 + 270_00)  # penalty and the interest that is due
    late(loan, 181)
    Loan.objects.update(interest_suspended_minor=loan.interest_suspended_minor)
    unpaid, (suspended, _held, income) = loan.interest_accrued_minor - loan.interest_paid_minor, held(loan)
    written_off(loan)
    assert held(loan) == (0, 0, income - (unpaid - suspended))
    assert findings() == []


def test_a_restructured_loan_earns_what_was_suspended_with_the_close_that_ends_its_probation(db):
    ready = desk()
    loan = late_loan(ready, days=5)
    late(loan, 95)
    agreed(loan, installments=12)
    Loan.objects.filter(pk=loan.pk).update(days_past_due=95)
    quote = quote_restructure(loan=loan, adjustment=agreed_adjustment(loan))
    signed(ready, loan, left=quote.left, on=quote.on)
    assert (loan.days_past_due, loan.watched_days) == (0, 95)
    month = [row[1] for row in plan(loan) if row[0]]
    closed(loan, month[0] - DAY)
    suspended, income = loan.interest_suspended_minor, held(loan)[2]
    assert suspended > 0
    Loan.objects.update(watch_left=1)  # five were paid on time
    pays(ready, loan, due_of(loan).minor)
    assert held(loan)[0] == suspended  # it is watched until its day is over
    closed(loan, month[0])
    night = loan.accruals.get(business_date=month[0])
    assert (night.is_suspended, night.released_minor) == (True, suspended + night.interest_minor)
    assert held(loan) == (0, 0, income + night.released_minor)
    assert findings() == []


def test_a_payment_that_is_taken_back_is_no_instalment_that_was_paid_on_time(db):
    ready = desk()
    loan = late_loan(ready, days=31)
    agreed(loan, installments=12)
    signed(ready, loan)
    month = [row[1] for row in plan(loan) if row[0]]
    for number, key in enumerate(("first", "second")):
        closed(loan, month[number] - DAY)
        pays(ready, loan, due_of(loan).minor, key=key)
    closed(loan, month[1])
    assert loan.watch_left == 4
    taken_back(loan)
    assert (loan.watch_left, loan.class_days) == (6, 31)  # the second was not paid on its day: counted anew
    taken_back(loan)
    assert loan.watch_left == 6
    assert findings() == []
