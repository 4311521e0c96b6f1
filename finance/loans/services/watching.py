"""How many instalments a restructured loan has still to pay on time, counted anew from what was paid."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.database.db import present
from finance.loans.models import Loan, LoanAdjustment, LoanInstallment, ReceiptAllocation
from finance.loans.services.closing import DAY, WATCHED


def watch_left_of(loan: Loan) -> int:
    """How many are left, as the closes up to now would have counted without what was taken back since."""
    done = loan.adjustments.filter(kind=LoanAdjustment.Kind.RESTRUCTURE, status=LoanAdjustment.Status.DONE)
    latest = done.select_related("new_contract").order_by("-new_contract__version").first()
    if latest is None:
        return 0
    left = WATCHED
    for is_kept in _paid_in_time_each_day(loan, latest):
        if not left:
            break
        left = left - 1 if is_kept else WATCHED
    return left


def _paid_in_time_each_day(loan: Loan, restructure: LoanAdjustment) -> Iterable[bool]:
    """For each day on which something fell due since, the oldest first, whether all of it was paid by then."""
    rows = list(_fell_due(loan, present(restructure.new_contract).version))
    paid = _paid_in_time(rows)
    kept: dict[dt.date, bool] = {}
    for row in rows:
        owed = row.principal_minor + row.interest_minor
        owed += 0 if row.n else restructure.penalty_minor  # what was carried to the first day
        kept[row.due_date] = kept.get(row.due_date, True) and paid[row.pk] >= owed
    return [is_kept for _date, is_kept in sorted(kept.items())]


def _fell_due(loan: Loan, version: int) -> QuerySet[LoanInstallment]:
    """Instalments of this contract and those after it whose day is closed; what was paid early is none."""
    until = present(loan.last_closed_date) + DAY
    rows = loan.installments.filter(contract__version__gte=version, due_date__lt=until)
    paid_early = Q(contract__made_by_receipt__value_date=F("due_date"))
    return rows.exclude(status=LoanInstallment.Status.RESCHEDULED).exclude(paid_early)


def _paid_in_time(rows: Iterable[LoanInstallment]) -> Counter[int]:
    """What was set on each by the end of its day and still is, in minor units."""
    stands = F("amount_minor") - Coalesce(Sum("taken_off_by__amount_minor"), 0)
    allocations = ReceiptAllocation.objects.filter(
        installment__in=[row.pk for row in rows], reversal=None, on_date__lte=F("installment__due_date")
    )
    found = Counter[int]()
    for row, minor in allocations.annotate(stands=stands).values_list("installment", "stands"):
        found[row] += minor
    return found
