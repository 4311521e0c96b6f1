"""A loan that the close has skipped is closed day by day, and what was paid meanwhile is set on it with its date."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanReceipt
from finance.loans.queries import waiting_receipts
from finance.loans.services.allocating import allocate, allocate_all, standing
from finance.loans.services.closing import close_next_day, days_close, is_behind
from finance.loans.services.repaying import business_date, count, debt_of, post, write
from stations.accounts.models import User

#: In the history of a loan.
CLOSED_AGAIN = "closed_again"
ALLOCATED = "loan_allocated"


class CloseStillFails(Refused):
    """The day fails as before."""

    code = "close_still_fails"
    message = _("The day still cannot be closed: %(why)s")


@refuses(WrongState, CloseStillFails)
@transaction.atomic
def retry_close(*, loan: Loan, by: User, at: dt.datetime) -> Loan:
    """Close the missing days of a loan that was skipped, one by one; refused where one fails again.

    What was paid meanwhile is set on it on its own day, so that the nights since then cost what they cost others.
    """
    loan = lock(loan)
    LOAN.check("retry_close", loan.status)
    stands = loan.close_exceptions.open().select_for_update().first()
    if stands is None:
        raise WrongState(state=str(loan.get_status_display()))
    with days_close(CloseStillFails):
        _set_what_waits(loan, by=by, at=at)
        while is_behind(loan) or _lacks(loan, stands.business_date):
            close_next_day(loan, at=at)
            _set_what_waits(loan, by=by, at=at)
    stands.resolved_by, stands.resolved_at = by, at
    stands.save(update_fields=["resolved_by", "resolved_at", "updated_at"])
    record_change(loan, old=loan.status, new=loan.status, at=at, actor=by.pk, reason=CLOSED_AGAIN)
    return loan


def _lacks(loan: Loan, date: dt.date) -> bool:
    """Whether this day of a running loan is missing, which its book has perhaps not ended either."""
    return loan.status == Loan.Status.ACTIVE and present(loan.last_closed_date) < date


def _set_what_waits(loan: Loan, *, by: User, at: dt.datetime) -> None:
    """Set on a held loan what was paid on its business date, in the order in which it came."""
    for receipt in waiting_receipts(loan).filter(value_date__lte=business_date(loan)):
        receipt.loan = loan
        is_all = debt_of(loan) == receipt.amount
        rows = standing(loan)
        made = allocate_all(rows) if is_all else allocate(rows, minor=receipt.amount_minor, on=business_date(loan))
        used = loan.advance_minor if is_all else 0
        receipt.kind = LoanReceipt.Kind.PAYOFF if is_all else LoanReceipt.Kind.REPAYMENT
        receipt.status, receipt.advance_minor = LoanReceipt.Status.POSTED, made.advance_minor
        count(loan, made, used=used, kind=receipt.kind)
        write(receipt, made, used=used, by=by, at=at)
        post(receipt, made, used=used, of="loan_unallocated", event=(ALLOCATED, str(receipt.pk)), by=by, at=at)
