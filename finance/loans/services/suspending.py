"""Interest of a loan that is very late is suspended; it is earned when nothing of the loan is late any more."""

import datetime as dt

from django.db.models import QuerySet, Sum

from core.database.db import present
from finance.loans.models import Loan, LoanAccrual, LoanReceipt
from finance.loans.services.closing import DAY, SUSPEND_AFTER


def release_suspended(loan: Loan) -> int:
    """What a held loan that was just paid up, or ended, has earned of its suspended interest (minor units); unsaved."""
    if loan.status == Loan.Status.ACTIVE and loan.class_days:
        return 0
    released, loan.interest_suspended_minor = loan.interest_suspended_minor, 0
    return released


def suspend_again(loan: Loan, receipt: LoanReceipt) -> int:
    """What is not earned without a receipt that was taken off its held loan (minor units); unsaved.

    That is what was released with it and since, and the nights since on which the loan would have been so late, or
    suspended since before: also where all that was suspended had been waived. A loan that is current without the
    receipt keeps what it has earned.
    """
    if not loan.class_days:
        return 0
    since = loan.accruals.filter(business_date__gte=receipt.value_date)
    released = receipt.released_minor + _sum(since, "released_minor")
    nights = since.filter(is_suspended=False)
    is_watched = loan.watch_left and loan.watched_days > SUSPEND_AFTER
    if not released and not is_watched and not _was_suspended(loan, receipt):
        nights = nights.filter(business_date__gt=_late_since(loan) + SUSPEND_AFTER * DAY)
    again = released + _sum(nights, "interest_minor")
    nights.update(is_suspended=True)
    since.update(released_minor=0)
    loan.interest_suspended_minor += again
    return again


def _was_suspended(loan: Loan, receipt: LoanReceipt) -> bool:
    """Whether the night before a receipt was suspended and left the loan late, as no other payment of its day did."""
    nights = loan.accruals.filter(business_date=receipt.value_date - DAY, is_suspended=True)
    same_day = loan.receipts.standing().filter(value_date=receipt.value_date, pk__lt=receipt.pk)
    is_late = bool(loan.watch_left) or nights.filter(days_past_due__gt=0).exists()
    return is_late and nights.exists() and not same_day.exists()


def _late_since(loan: Loan) -> dt.date:
    """The due date of its oldest unpaid instalment; the day after its last closed one where none is late."""
    return present(loan.last_closed_date) + DAY - loan.days_past_due * DAY


def _sum(accruals: QuerySet[LoanAccrual], column: str) -> int:
    return accruals.aggregate(minor=Sum(column, default=0))["minor"]
