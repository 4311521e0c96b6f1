"""The score of an application: of what was asked for when it is sent, of what is proposed when it is appraised."""

import datetime as dt

from core.days import day_in
from core.errors import refused_by, refuses
from core.money import Money
from finance.credit.models import ScoreRun
from finance.credit.services import score_application
from finance.loans.models import LoanApplication
from finance.loans.services.quotes import quote_loan


@refuses(*refused_by(quote_loan))
def compute_score(
    application: LoanApplication, *, amount: Money, installments: int, at: dt.datetime
) -> ScoreRun | None:
    """Score a loan of this amount on the terms of the application; None where no scorecard is in force."""
    quote = quote_loan(version=application.version, amount=amount, installments=installments, at=at)
    largest = max(row.payment for row in quote.schedule.rows)
    return score_application(
        application_ref=application.pk,
        person=application.person,
        country=application.station.county.country,
        requested=amount,
        installment=Money(largest, amount.currency),
        date=day_in(application.station.zone, at),
    )
