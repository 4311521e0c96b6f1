"""The portfolio of a lender: shares at risk, classes and provisions, in page, API, ledger and file alike."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import translation

from core.money import Money
from finance.loans.presets import DAYS_SAMPLE, FIVE_CLASSES
from finance.loans.queries import asked_reversal, latest_receipt
from finance.loans.services import (
    approve_application,
    approve_reversal,
    close_until,
    debt_of,
    propose_reversal,
    receive_repayment,
    record_portfolio,
)
from finance.models import Loan, LoanBook, PortfolioDay, ProvisionBand, ProvisionTable
from finance.payments.services import Tender
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.ecomnet.test_needs import browser_of
from tests.factories.finance import desk
from tests.factories.loans import (
    NOON,
    appraised,
    approver,
    lender,
    lender_holds,
    offered,
    product_of,
    rates_in_force,
    running,
)
from tests.factories.stations import UserFactory, api_client, county, credit_officer, finance_officer
from tests.pages import told

DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 11, 25)
#: An own sum over loans and rates, which shares nothing with the code.
BY_HAND = """
SELECT sum(owed), sum(CASE WHEN late > 0 THEN owed ELSE 0 END), sum(CASE WHEN late > 30 THEN owed ELSE 0 END),
       sum(CASE WHEN late > 60 THEN owed ELSE 0 END), sum(CASE WHEN late > 90 THEN owed ELSE 0 END),
       sum(round(owed * CASE
           WHEN late = 0 THEN 0.01 WHEN late <= 90 THEN 0.02 WHEN late <= 180 THEN 0.25
           WHEN late <= 360 THEN 0.5 ELSE 1 END))
  FROM (SELECT loan.id, max(principal_disbursed_minor) - sum(row.principal_paid_minor) AS owed,
               coalesce(max(%s - row.due_date) FILTER (WHERE row.due_date < %s
                    AND row.principal_paid_minor < row.principal_minor), 0) AS late
          FROM finance_loan AS loan JOIN finance_loaninstallment AS row ON row.loan_id = loan.id
         WHERE loan.status = 'active' GROUP BY loan.id) AS by_loan
"""


def rates(bands, country="CN"):
    return rates_in_force(bands, country=country)


def late_only(table):
    """Rates that begin with day 31, and what the end of the transaction would check."""
    ProvisionBand.objects.create(table=table, from_day=31, class_code="special_mention", rate_bp=200)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def the_book():
    return LoanBook.objects.select_related("county", "book", "lender").get()


def sums(*names):
    rows = PortfolioDay.objects.all()
    return tuple(sum(getattr(row, f"{name}_minor") for row in rows) for name in names)


@time_machine.travel(NOON)
def test_five_loans_of_different_lateness_have_the_shares_and_the_provision_of_the_example(db):
    told(
        "PAR1 60.00 %, PAR30 40.00 %, PAR60 and PAR90 30.00 %; 4,000 + 800 + 2,500 + 2,000 + 16,500 = 25,800.00.",
        page="loans.md",
    )
    rates(DAYS_SAMPLE)
    ready, version = desk(), offered("farm_equal", amount_max_first_minor=50_000_00)
    for amount, days in ((40_000, 0), (10_000, 31), (20_000, 30), (8_000, 0), (22_000, 95)):
        loan = running(ready, version=version, amount=amount * 100)
        Loan.objects.filter(pk=loan.pk).update(days_past_due=days, restructure_count=amount == 8_000)
    assert record_portfolio(book=the_book(), date=FIRST, at=NOON) == Money(25_800_00, "CNY")
    LoanBook.objects.update(business_date=FIRST + DAY, last_closed_date=FIRST)
    assert sums("gross", "par1", "par30", "par60", "par90") == (
        *(100_000_00, 60_000_00, 40_000_00),
        *(30_000_00, 30_000_00),
    )
    assert lender_holds(loan, "loan_allowance") == lender_holds(loan, "loan_loss") == 25_800_00
    officer = credit_officer()
    said = api_client(officer).get("/api/v1/loan-portfolios/").json()["portfolios"][0]
    assert (said["par1_bp"], said["par30_bp"], said["par90_bp"]) == (6_000, 4_000, 3_000)
    assert (said["provision"], said["restructured"]) == ("25800.00", "8000.00")
    page = browser_of(officer).get(reverse("loans:portfolio"))
    assert all(words in page.content.decode() for words in ("60.00%", "40.00%", "25,800.00"))
    rows = b"".join(browser_of(officer).get(reverse("loans:portfolio"), {"csv": "1"}).streaming_content).decode()
    assert len(rows.strip().splitlines()) == 1 + PortfolioDay.objects.count()


def test_every_closed_day_agrees_with_the_loans_and_with_the_lenders_book(db):
    rates(FIVE_CLASSES)
    ready = desk()
    late, paid = running(ready), running(ready)
    for date in (dt.date(2026, 12, 24), dt.date(2027, 1, 25), dt.date(2027, 4, 1)):
        close_until(book=the_book(), date=date, at=NOON)
        if date.year == 2026:
            receive_repayment(
                loan=paid,
                amount=Money(2_770_00, "CNY"),
                station=ready.station,
                tender=Tender(payer=paid.borrower),
                by=ready.partner,
                at=NOON,
                key="first",
            )
            continue
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [date + DAY, date + DAY])
            by_hand = cursor.fetchone()
        rows = PortfolioDay.objects.filter(business_date=date)
        parts = ("gross", "par1", "par30", "par60", "par90", "provision")
        stored = tuple(sum(getattr(row, f"{part}_minor") for row in rows) for part in parts)
        assert stored == by_hand
        assert stored[0] == lender_holds(late, "loan_principal")
        assert stored[-1] == lender_holds(late, "loan_allowance")
    assert 0 < by_hand[4] < by_hand[3] == by_hand[2] == by_hand[1] == by_hand[0]  # 98 days late, and 67
    assert {row.class_code for row in rows} == {"substandard", "special_mention"}
    audit_book(book=late.book.book, at=NOON)
    assert AuditFinding.objects.count() == 0


def test_what_is_set_aside_goes_down_when_a_loan_is_paid_and_without_rates_nothing_is(db):
    ready = desk()
    loan = running(ready)
    close_until(book=the_book(), date=FIRST, at=NOON)
    assert lender_holds(loan, "loan_allowance") == 0
    assert PortfolioDay.objects.get().class_code == "unclassified"
    rates(FIVE_CLASSES)
    close_until(book=the_book(), date=FIRST + DAY, at=NOON)
    assert lender_holds(loan, "loan_allowance") == 300_00
    close_until(book=the_book(), date=dt.date(2026, 12, 24), at=NOON)
    receive_repayment(
        loan=loan,
        amount=Money(12_770_00, "CNY"),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=NOON,
        key="more",
    )
    close_until(book=the_book(), date=dt.date(2026, 12, 25), at=NOON)
    assert lender_holds(loan, "loan_allowance") == 275_00
    with translation.override("en"):
        assert "275.00" in browser_of(credit_officer()).get(reverse("loans:portfolio")).content.decode()


def portfolios(**about):
    return api_client(credit_officer()).get("/api/v1/loan-portfolios/", about).json()["portfolios"]


def test_a_book_of_which_all_is_repaid_lends_nothing_any_more_and_still_did_before(db):
    rates(FIVE_CLASSES)
    ready = desk()
    loan = running(ready)
    close_until(book=the_book(), date=FIRST + DAY, at=NOON)
    [before] = portfolios()
    assert (before["loans"], before["gross"]) == (1, "30000.00")
    loan.refresh_from_db()
    receive_repayment(
        loan=loan,
        amount=debt_of(loan),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=NOON,
        key="all",
    )
    close_until(book=the_book(), date=FIRST + 2 * DAY, at=NOON)
    assert lender_holds(loan, "loan_allowance") == 0
    assert portfolios() == []
    assert portfolios(date=str(FIRST + DAY)) == [before]
    assert portfolios(date=str(FIRST)) == [before | {"closed_until": str(FIRST)}]


def test_the_database_refuses_rates_with_a_gap_and_a_day_that_is_stored_twice(db):
    drafted = ProvisionTable.objects.create(country="CN", from_date=FIRST, maker=UserFactory(), made_at=NOON)
    with pytest.raises(IntegrityError, match="provision_rates_begin_with_no_day_late"), transaction.atomic():
        late_only(drafted)
    with pytest.raises(IntegrityError, match="provision_is_at_most_the_loan"), transaction.atomic():
        ProvisionBand.objects.create(table=drafted, from_day=0, class_code="normal", rate_bp=10_001)
    running(desk())
    record_portfolio(book=the_book(), date=FIRST, at=NOON)
    with pytest.raises(IntegrityError, match="portfolio_has_each_day_once"), transaction.atomic():
        record_portfolio(book=the_book(), date=FIRST, at=NOON)


def test_in_dinars_shares_and_provision_are_rounded_to_a_fils_and_what_is_taken_back_is_at_risk_again(db):
    rates(FIVE_CLASSES, "KW")
    ready = desk(county=county(country="KW"), zone="Asia/Kuwait", currency="KWD")
    bank = lender(company_code="KW1", country="KW", currency="KWD")
    application = appraised(ready, version=offered(product=product_of(bank)), amount=1_200_000)
    approve_application(application=application, by=approver(500_000_000, "KWD"), at=NOON)
    loan = running(ready, application=application)
    due = loan.installments.get(n=1).due_date
    close_until(book=the_book(), date=due - DAY, at=NOON)
    receive_repayment(
        loan=loan,
        amount=Money(10_800 + 50_075, "KWD"),
        station=ready.station,
        tender=Tender(payer=loan.borrower),
        by=ready.partner,
        at=NOON,
        key="dinars",
    )
    close_until(book=the_book(), date=due, at=NOON)
    [said] = portfolios()
    assert (said["currency"], said["gross"], said["provision"]) == ("KWD", "1149.925", "22.999")  # of 22.9985
    assert (said["par1_bp"], said["par30_bp"], lender_holds(loan, "loan_allowance")) == (10_000, 0, 22_999)
    propose_reversal(loan=loan, receipt=latest_receipt(loan), reason="wrong loan", by=finance_officer(), at=NOON)
    approve_reversal(loan=loan, proposal=asked_reversal(loan).pk, by=finance_officer(), at=NOON)
    close_until(book=the_book(), date=due + 30 * DAY, at=NOON)
    [said] = portfolios()
    assert (said["gross"], said["provision"], said["par30_bp"]) == ("1200.000", "24.000", 10_000)
    audit_book(book=loan.book.book, at=NOON)
    assert AuditFinding.objects.count() == 0
