"""Loans of the demonstration that were signed: one waits for its pay-out, the others were paid out some weeks ago.

For the last three a new plan was proposed: one waits for a second officer, one for the borrower's signature,
one stands, and its borrower is told of a lower rate. One was written off.
"""

import datetime as dt
from collections.abc import Sequence

from ecomnet.demo_data.days import day_of
from ecomnet.demo_data.lending import approved, nights_closed, paid_out, photo_of, signed
from ecomnet.demo_data.stations import Cast
from finance.loans.services import (
    accrue_recommendation_fees,
    approve_rate_change,
    approve_restructure,
    approve_write_off,
    measure_vintages,
    propose_rate_change,
    propose_restructure,
    propose_write_off,
    quote_restructure,
    sign_restructure,
)
from finance.models import Loan, LoanApplication, LoanBook
from stations.models import User

DAY = dt.timedelta(days=1)
#: So many days late all of a loan is provided for.
GONE_FOR = 400


def load_running(applications: Sequence[LoanApplication], cast: Cast, partner: User, *, at: dt.datetime) -> None:
    """Approved and signed; all but the first paid out: each the eighth day after the application."""
    for number, application in reversed(list(enumerate(applications))):
        began = application.started_at
        approved(application, cast, at=at - 2 * DAY if number == 0 else began + 2 * DAY)
        loan = signed(application, partner, at=at - DAY if number == 0 else began + 3 * DAY)
        if number:
            paid_out(loan, cast, partner, number, at=began + 8 * DAY)


def load_since(applications: Sequence[LoanApplication], cast: Cast, partner: User, *, at: dt.datetime) -> None:
    """What became of them until last night, and what the lender saw of the partner who recommended them."""
    nights_closed(at - DAY, at=at)
    officers = cast.credit_officers[:2]
    _written_off(applications[1].loan, officers[0], cast.officers[1], at=at)
    _replanned([application.loan for application in applications[-3:]], partner, officers, at=at)
    for book in LoanBook.objects.select_related("county"):
        measure_vintages(county=book.county, date=book.last_closed_date, at=at)
        accrue_recommendation_fees(book=book, date=book.last_closed_date, at=at)


def _written_off(loan: Loan, asks: User, decides: User, *, at: dt.datetime) -> None:
    """A borrower has gone. Days late are written, not waited for: nobody closes a year of nights to load this."""
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
