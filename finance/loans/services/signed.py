"""A loan that was signed and is not wanted any more, or waited too long: it ends before money has moved."""

import datetime as dt

from core.database.db import lock
from core.errors import WrongState, refuses
from core.history import record_change
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanApplication
from stations.accounts.models import User


def loan_of(application: LoanApplication) -> Loan | None:
    """The loan that was signed for an application, held until the transaction ends."""
    loan = Loan.objects.filter(application=application).first()
    return lock(loan) if loan else None


@refuses(WrongState)
def end_signed_loan(loan: Loan, *, at: dt.datetime, by: User | None = None) -> Loan:
    """Cancel a locked loan; refused once it was sent to the bank."""
    LOAN.check("cancel_loan", loan.status)
    before, loan.status, loan.closed_at = loan.status, Loan.Status.CANCELLED, at
    loan.save(update_fields=["status", "closed_at", "updated_at"])
    record_change(loan, old=before, new=loan.status, at=at, actor=by.pk if by else None)
    return loan
