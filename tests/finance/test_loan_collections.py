"""What counters take on loans reaches the lender: statement, payout, both books, in yuan and in dinars."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.events.models import Event
from core.gateways.services import record_result
from core.money import Money
from finance import chart
from finance.loans.accounts import LoanAccounts
from finance.loans.handlers import return_collections, settle_collections
from finance.loans.queries import asked_reversal, latest_receipt
from finance.loans.services import approve_application, approve_reversal, propose_reversal, receive_repayment
from finance.models import Loan, LoanInstallment, PayoutAccount, PayoutLine, Statement
from finance.payments.services import Tender
from finance.payouts import services as payouts
from finance.payouts.services import BankDetails
from finance.settlement.queries.rows import lines_behind
from ledger.audit import audit_book
from ledger.models import AuditFinding, Book
from ledger.services import SYSTEM, Leg, post_transfers
from tests.factories.finance import desk, works_with
from tests.factories.gateways import ProviderFactory
from tests.factories.loans import NOON, appraised, approver, lender, lender_holds, offered, product_of, running
from tests.factories.payouts import takes_file
from tests.factories.settlement import settle_night
from tests.factories.stations import county, finance_officer
from tests.jobs import run_jobs
from tests.pages import told

DAY = NOON.date()
pytestmark = pytest.mark.django_db


def pays(ready, loan, minor, *, key, at=NOON):
    return receive_repayment(
        loan=loan,
        amount=Money(minor, loan.currency),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=at,
        key=key,
    )


def banked(loan, *, country="CN"):
    """Where the lender is paid, and the bank that executes our payouts."""
    payee = chart.lender(loan.book).key
    account = payouts.set_bank_account(
        payee=payee,
        user=None,
        details=BankDetails("ICBC", "6222021102009999", "Sihong Bank"),
        by=finance_officer(),
        at=NOON - dt.timedelta(days=9),
    )
    PayoutAccount.objects.filter(pk=account.pk).update(status="active", confirmed_by=finance_officer())
    bank = ProviderFactory(code="BANK", country=country, currency=loan.currency)
    works_with(country, loan.currency, payout_provider=bank)


def paid_out(loan, *, country="CN"):
    """The payout of the statement, which two officers release and the bank executes."""
    batch = payouts.prepare_payout_batch(
        country=country, currency=loan.currency, division=None, by=finance_officer(), at=now()
    )
    payouts.approve_payout_batch(batch=batch, by=finance_officer(), at=now())
    payouts.export_payout_batch(batch=batch, by=finance_officer(), at=now())
    takes_file(batch)
    line = PayoutLine.objects.get()
    says(line, "paid")
    return line


def says(line, status, **said):
    """What the bank says of a payout, as a callback does."""
    effect = record_result(
        provider=line.batch.provider,
        our_ref=str(line.pk),
        data={"our_ref": str(line.pk), "status": status, "return_code": None, **said},
        source="callback",
        at=now(),
        event_type=f"payout.{status}",
    )
    assert effect == "applied"


def findings():
    for book in Book.objects.all():
        audit_book(book=book, at=now())
    return list(AuditFinding.objects.values_list("check_code", "sample"))


def owed(loan):
    """What our book owes the lender, and what the lender's book is owed by us."""
    return lender_holds(loan, "collections_due")


def test_two_repayments_of_a_day_are_two_lines_of_one_statement_one_payout_and_paid_in_both_books():
    told(
        "2,000.00 and 770.00 are taken on one day: the statement of that day has two lines and 2,770.00 to pay; "
        "when the bank has paid, both books owe nothing.",
        page="loans.md",
    )
    ready = desk()
    loan = running(ready)
    banked(loan)
    pays(ready, loan, 2_000_00, key="a"), pays(ready, loan, 770_00, key="b")
    key = chart.lender(loan.book)
    assert (ready.holds(chart.customer_funds(ready.station)), ready.holds(key), owed(loan)) == (0, 2_770_00, 2_770_00)
    settle_night(ready.station, DAY)
    statement = Statement.objects.get(payee=key.key)
    assert (statement.payee_kind, statement.period_from, statement.period_to) == ("lender", DAY, DAY)
    assert (statement.status, statement.payable_minor, statement.tax_minor) == ("closed", 2_770_00, 0)
    assert [row[4] for row in lines_behind(statement)] == [2_000_00, 770_00]
    paid_out(loan)
    assert findings() == []  # also before the lender's book has heard of it
    run_jobs(now())
    statement.refresh_from_db()
    assert (statement.status, ready.holds(key), owed(loan)) == ("paid", 0, 0)
    assert lender_holds(loan, "bank") == 2_770_00 - 30_000_00
    assert findings() == []


@pytest.mark.parametrize("order", [(settle_collections, return_collections), (return_collections, settle_collections)])
def test_what_comes_back_from_the_lenders_bank_is_owed_again_in_whatever_order_the_words_arrive(order):
    ready = desk()
    loan = running(ready)
    banked(loan)
    pays(ready, loan, 2_000_00, key="a")
    settle_night(ready.station, DAY)
    line = paid_out(loan)
    says(line, "returned", return_code="account_closed")
    events = {name: Event.objects.get(name=f"finance.payout_{name}") for name in ("paid", "returned")}
    for hears in [*order, *order]:
        hears(events["paid" if hears is settle_collections else "returned"])
        assert hears is order[0] or owed(loan) == 2_000_00
    assert (owed(loan), ready.holds(chart.lender(loan.book))) == (2_000_00, 2_000_00)
    assert findings() == []


def test_a_lender_of_kuwait_is_paid_in_dinars_with_three_decimals():
    kuwait = county(country="KW")
    ready = desk(county=kuwait, zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    version = offered(product=product_of(bank, "farm_equal"))
    application = appraised(ready, version=version, amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = running(ready, application=application)
    banked(loan, country="KW")
    pays(ready, loan, 100_005, key="a")
    settle_night(ready.station, DAY)
    assert str(Statement.objects.get(payee_kind="lender").payable) == "100.005"
    paid_out(loan, country="KW")
    run_jobs(now())
    assert (owed(loan), lender_holds(loan, "bank")) == (0, 100_005 - 1_200_000)
    assert findings() == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("loan_principal", "finance.loan_books_are_their_loans"),
        ("loan_advance", "finance.loan_books_are_their_loans"),
        ("collections_due", "finance.lenders_are_owed_what_was_taken"),
    ],
)
def test_the_auditor_finds_what_differs_from_the_book_of_a_lender(kind, code):
    ready = desk()
    loan = running(ready)
    pays(ready, loan, 2_000_00, key="a")
    accounts = LoanAccounts(loan.book, at=NOON)
    post_transfers(
        legs=[Leg(accounts.of(kind), accounts.of("bank"), Money(1, "CNY"), "by mistake")],
        event_type="test",
        event_id=kind,
        business_date=loan.book.business_date,
        made_by=SYSTEM,
        at=NOON,
    )
    assert [found[0] for found in findings()] == [code]


def test_what_is_taken_back_after_it_was_paid_out_is_kept_from_what_the_lender_gets_next():
    ready = desk()
    loan = running(ready)
    banked(loan)
    pays(ready, loan, 2_000_00, key="a")
    settle_night(ready.station, DAY)
    paid_out(loan)
    run_jobs(now())
    day_after = NOON + dt.timedelta(days=1)
    propose_reversal(loan=loan, receipt=latest_receipt(loan), reason="wrong", by=finance_officer(), at=day_after)
    approve_reversal(loan=loan, proposal=asked_reversal(loan).pk, by=finance_officer(), at=day_after)
    assert (ready.holds(chart.lender(loan.book)), owed(loan)) == (-2_000_00, -2_000_00)
    assert findings() == []
    pays(ready, loan, 2_770_00, key="b", at=day_after)
    settle_night(ready.station, DAY + dt.timedelta(days=1))
    statement = Statement.objects.get(payee=chart.lender(loan.book).key, period_from=day_after.date())
    assert (statement.status, statement.payable_minor) == ("closed", 770_00)
    assert sorted(row[4] for row in lines_behind(statement)) == [-2_000_00, 2_770_00]
    assert (ready.holds(chart.lender(loan.book)), owed(loan)) == (770_00, 770_00)
    assert findings() == []


def test_the_auditor_finds_an_instalment_that_says_more_was_paid_than_receipts_do():
    loan = running(desk())
    Loan.objects.filter(pk=loan.pk).update(principal_paid_minor=1)
    LoanInstallment.objects.filter(loan=loan, n=1).update(principal_paid_minor=1)
    found = {code for code, _sample in findings()}
    assert found == {"finance.loan_books_are_their_loans", "finance.loan_payments_are_set"}
