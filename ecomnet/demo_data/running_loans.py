"""Loans of the demonstration that were signed: one waits for its pay-out, the others were paid out some weeks ago.

For the last three a new plan was proposed: one waits for a second officer, one for the borrower's signature,
one stands, and its borrower is told of a lower rate. One was written off.
"""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from core.days import day_in
from core.files.services import store_photo
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.models import StoredFile
from core.money import Money
from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.stations import Cast
from finance.loans.services import (
    accrue_recommendation_fees,
    appraise_application,
    approve_application,
    approve_rate_change,
    approve_restructure,
    approve_write_off,
    close_until,
    disburse_loan,
    measure_vintages,
    propose_rate_change,
    propose_restructure,
    propose_write_off,
    quote_restructure,
    set_borrower_account,
    sign_contract,
    sign_restructure,
)
from finance.models import Loan, LoanApplication, LoanBook
from finance.payouts.services import confirm_payout_account
from stations.models import User

DAY = dt.timedelta(days=1)
#: So many days late all of a loan is provided for.
GONE_FOR = 400


def load_running(applications: Sequence[LoanApplication], cast: Cast, partner: User, *, at: dt.datetime) -> None:
    """Appraised, approved, signed; all but the first paid out: each the fourth day after the application."""
    appraiser, approver = cast.credit_officers[:2]
    for number, application in reversed(list(enumerate(applications))):
        began = application.started_at
        appraise_application(
            application=application,
            amount=Money(30_000_00, "CNY"),
            installments=12,
            reasons=[],
            opinion="余钱够还",
            by=appraiser,
            at=began + DAY,
        )
        approve_application(application=application, by=approver, at=at - 2 * DAY if number == 0 else began + 2 * DAY)
        loan = _signed(application, partner, at=at - DAY if number == 0 else began + 3 * DAY)
        if number:
            _paid_out(loan, cast, partner, number, at=began + 8 * DAY)
    for book in LoanBook.objects.select_related("county", "book"):
        close_until(book=book, date=day_in(book.zone, at) - DAY, at=at)
    _written_off(applications[1].loan, appraiser, cast.officers[1], at=at)
    _replanned([application.loan for application in applications[-3:]], partner, (appraiser, approver), at=at)
    for book in LoanBook.objects.select_related("county"):
        measure_vintages(county=book.county, date=book.last_closed_date, at=at)
        accrue_recommendation_fees(book=book, date=book.last_closed_date, at=at)


def _written_off(loan: Loan, asks: User, decides: User, *, at: dt.datetime) -> None:
    """A borrower has gone. Its days late are written, not waited for: nobody closes a year of nights to load this."""
    Loan.objects.filter(pk=loan.pk).update(days_past_due=GONE_FOR)
    asked = propose_write_off(loan=loan, reason="全家搬走，联系不上", by=asks, at=at)
    approve_write_off(loan=loan, proposal=asked.pk, by=decides, at=at)


def _replanned(loans: Sequence[Loan], partner: User, officers: Sequence[User], *, at: dt.datetime) -> None:
    """Their first instalment is late: what is left is planned anew over a longer time."""
    first, second = officers
    asked = [
        propose_restructure(loan=loan, installments=18, reason="鹅苗生病，卖得晚", by=first, at=at) for loan in loans
    ]
    agreed = [approve_restructure(loan=plan.loan, proposal=plan.pk, by=second, at=at) for plan in (asked[0], asked[-1])]
    quote = quote_restructure(loan=agreed[0].loan, adjustment=agreed[0])
    paper = photo_of(partner, at).pk
    sign_restructure(loan=agreed[0].loan, left=quote.left, on=quote.on, paper=paper, by=partner, at=at)
    _cheaper(agreed[0].loan, officers, at=at)


def _cheaper(loan: Loan, officers: Sequence[User], *, at: dt.datetime) -> None:
    """From three weeks on the rate is lower, and the borrower knows."""
    asks, decides = officers
    since = day_of(at) + 21 * DAY
    asked = propose_rate_change(loan=loan, rate_ppm=96_000, valid_from=since, reason="基准利率下调", by=asks, at=at)
    approve_rate_change(loan=loan, proposal=asked.pk, by=decides, at=at)


def _signed(application: LoanApplication, partner: User, *, at: dt.datetime) -> Loan:
    paper, on = photo_of(partner, at).pk, day_of(at)
    return sign_contract(application=application, on=on, paper=paper, by=partner, at=at)


def _paid_out(loan: Loan, cast: Cast, partner: User, number: int, *, at: dt.datetime) -> None:
    account = set_borrower_account(
        loan=loan,
        bank_code="ICBC",
        account_no=f"622202110200{number:04}",
        holder_name=loan.borrower.full_name,
        by=partner,
        at=at - 4 * DAY,
    )
    confirm_payout_account(account=account, by=cast.officers[1], at=at)
    disburse_loan(loan=loan, by=cast.officers[0], at=at)
    instruction = Instruction.objects.select_related("provider").get(pk=loan.disbursements.get().pk)
    record_result(
        provider=instruction.provider,
        our_ref=str(instruction.pk),
        data={"our_ref": str(instruction.pk), "status": "paid"},
        source="callback",
        at=at,
        event_type="payout.paid",
    )


def photo_of(by: User, at: dt.datetime) -> StoredFile:
    """A plain green picture."""
    picture = BytesIO()
    Image.new("RGB", (640, 480), "#5f9c86").save(picture, "JPEG")
    picture.seek(0)
    return store_photo(upload=picture, by=by.pk, at=at)
