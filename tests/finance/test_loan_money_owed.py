"""A loan that is paid with money owed back: a wrong code uses up a try, and the loan stays as it was."""

import pytest

from core.errors import CodeWrong
from core.money import Money
from finance.loans.services import Stays, debt_of, pay_off_loan, prepay_principal, quote_prepayment
from finance.models import LoanContract, Payment
from finance.payments.services import CodeProof, Tender
from tests.factories.finance import biller, desk, owed, payer_at
from tests.factories.loans import NOON, cap, running
from tests.factories.refunds import coded

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """A running loan, 100.00 owed back to a resident, and a code that is not the one on the phone."""
    cap("borrower", 50_000_00)
    ready = desk(float_minor=1_500_00)
    refund = owed(ready, biller(), payer=payer_at(ready, at=NOON), at=NOON)
    right = coded(refund, at=NOON).code
    tender = Tender(payer=refund.recipient, refund=refund, proof=CodeProof(f"{(int(right) + 1) % 1_000_000:06}"))
    return ready, running(ready), tender


def picture(loan):
    rows = loan.installments.order_by("n").values_list("n", "status", "principal_paid_minor", "interest_paid_minor")
    return [*rows], LoanContract.objects.filter(loan=loan).count(), Payment.objects.filter(purpose="loan").count()


def assert_only_a_try_is_used(case, verb, **about):
    ready, loan, tender = case
    before = picture(loan)
    with pytest.raises(CodeWrong):
        verb(loan=loan, tender=tender, station=ready.station, by=ready.partner, at=NOON, key="owed", **about)
    loan.refresh_from_db()
    tender.refund.refresh_from_db()
    assert (picture(loan), tender.refund.tries) == (before, 1)


def test_a_payment_that_would_end_it(case):
    assert_only_a_try_is_used(case, pay_off_loan, expected=debt_of(case[1]))


def test_a_payment_that_would_change_the_plan(case):
    _ready, loan, _tender = case
    amount = Money(5_500_00, "CNY")
    quote = quote_prepayment(loan=loan, amount=amount, stays=Stays.TERM)
    about = {"amount": amount, "stays": Stays.TERM, "left": quote.left, "on": quote.on}
    assert_only_a_try_is_used(case, prepay_principal, **about)
