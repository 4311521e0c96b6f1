"""What the search finds of loans: by the number, or its end."""

import datetime as dt

from django.urls import reverse

from core.web.console import MOST, Hit
from finance.loans.figures import READ, READ_APPLICATION
from finance.loans.lists import kind_of, loan_kind_of
from finance.loans.models import Loan, LoanApplication
from stations.accounts.models import User
from stations.people.masking import mask_name

#: Fewer characters would find anything.
SHORTEST = 4


def find_loans(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """Loans and the applications that are none yet, the newest first; the names are masked."""
    typed = "".join(text.split()).upper()
    if len(typed) < SHORTEST:
        return []
    loans = Loan.objects.open_to(user, READ).filter(number__endswith=typed).select_related("borrower")
    waiting = LoanApplication.objects.open_to(user, READ_APPLICATION).filter(number__endswith=typed, loan=None)
    hits = [_loan_hit(loan) for loan in loans.order_by("-pk")[:MOST]]
    return (hits + [_application_hit(row) for row in waiting.select_related("person").order_by("-pk")[:MOST]])[:MOST]


def _loan_hit(loan: Loan) -> Hit:
    return Hit(
        title=mask_name(loan.borrower.full_name),
        href=reverse("loans:loan", args=[loan.pk]),
        detail=loan.number,
        amount=loan.amount,
        status=loan_kind_of(loan),
        words=loan.get_status_display(),
    )


def _application_hit(application: LoanApplication) -> Hit:
    return Hit(
        title=mask_name(application.person.full_name),
        href=reverse("loans:application", args=[application.pk]),
        detail=application.number,
        amount=application.requested,
        status=kind_of(application),
        words=application.get_status_display(),
    )
