"""The score of an application: of what was asked for when it is sent, of what is proposed when it is appraised."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refused_by, refuses
from core.money import Money
from finance.credit.models import ScoreRun
from finance.credit.services import score_application
from finance.loans.models import LoanApplication
from finance.loans.services.quotes import quote_loan
from stations.people.models import Consent, Person

CONSENT = "credit_data"


class ConsentWithdrawn(Refused):
    """No fact is read any more once the borrower has taken the consent back."""

    code = "credit_consent_withdrawn"
    status = 422
    message = _("The borrower has withdrawn the consent to look at credit data. Record it again first.")


@refuses(ConsentWithdrawn, *refused_by(quote_loan))
def compute_score(
    application: LoanApplication, *, amount: Money, installments: int, at: dt.datetime
) -> ScoreRun | None:
    """Score a loan of this amount on the terms of the application; None where no scorecard is in force.

    Facts are read with a live consent only.
    """
    people = Person.objects.of_people(application.person_id)
    if not Consent.objects.filter(person__in=people, purpose=CONSENT, withdrawn_at=None).exists():
        raise ConsentWithdrawn
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
