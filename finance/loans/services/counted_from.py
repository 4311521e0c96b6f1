"""Money that was brought to a meeting and reaches us some days later counts from the day of the meeting.

The nights since are charged on what was left unpaid after it. Their penalties are taken back by rows of the open day;
no closed day is opened again.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Max

from core.database.db import present
from core.money import Money
from finance.loans.models import Loan, LoanAdjustment, LoanContract, LoanInstallment, ReceiptAllocation
from finance.loans.models.contracts import NOTHING

DAY = dt.timedelta(days=1)
PPM_OF_A_DAY = 365_000_000


@dataclass(frozen=True, slots=True)
class NightsSince:
    """So many nights of one instalment that were charged since a day, and how it stood before."""

    row: LoanInstallment
    contract: LoanContract
    count: int
    exact: Decimal
    penalty_minor: int
    unpaid_minor: int

    def charge(self, unpaid_minor: int) -> None:
        """Charge them as if only so much of the principal had been unpaid; unsaved."""
        spared = Decimal(self.unpaid_minor - unpaid_minor) * self.contract.penalty_ppm * self.count / PPM_OF_A_DAY
        self.row.penalty_exact, self.row.penalty_minor = self.exact, self.penalty_minor
        if spared:
            self.row.penalty_exact = max(self.exact - spared, NOTHING)
            least = min(self.penalty_minor, rounded_penalty(self.row, self.contract))
            self.row.penalty_minor = max(self.row.penalty_paid_minor, least)


@dataclass(frozen=True, slots=True)
class CountedFrom:
    """A held loan whose money counts from `since`; the penalties since are off its instalments, unsaved."""

    loan: Loan
    since: dt.date
    nights: Sequence[NightsSince]

    @property
    def spared_minor(self) -> int:
        """What is off the penalties now, in minor units."""
        return sum(each.penalty_minor - each.row.penalty_minor for each in self.nights)

    def settle(self) -> int:
        """Charge the nights on what is unpaid once the money is set; what stays off the penalties, in minor units.

        The loan itself is unsaved.
        """
        for each in self.nights:
            each.charge(each.row.principal_minor - each.row.principal_paid_minor)
            each.row.save()
        self.loan.penalty_due_minor -= self.spared_minor
        before = self.loan.accruals.filter(business_date__lt=self.since).aggregate(days=Max("days_past_due"))["days"]
        self.loan.most_days_late = max(before or 0, self.loan.days_past_due)
        return self.spared_minor


def counted_from(
    loan: Loan, rows: Sequence[LoanInstallment], *, since: dt.date | None, amount: Money, debt: Money
) -> CountedFrom | None:
    """How an amount is set that counts from an earlier day than the loan's business date; None where it does not.

    So it is where money came in or something was changed since, and where it would end the loan: that takes the debt of
    today.
    """
    if since is None or not _has_stood_since(loan, since):
        return None
    found = CountedFrom(loan, since, _nights(loan, rows, since))
    for each in found.nights:
        each.charge(0)
    if amount.minor + found.spared_minor < debt.minor:
        return found
    for each in found.nights:
        each.charge(each.unpaid_minor)
    return None


def due_on(loan: Loan, day: dt.date) -> Money | None:
    """What was due of a held loan on an earlier day, less what lies in advance; None where it has changed since."""
    if not _has_stood_since(loan, day):
        return None
    rows = list(loan.installments.filter(status__in=LoanInstallment.OPEN, due_date__lte=day))
    for each in _nights(loan, rows, day):
        each.charge(0)
    return Money(max(sum(row.left_minor for row in rows) - loan.advance_minor, 0), loan.currency)


def rounded_penalty(row: LoanInstallment, contract: LoanContract) -> int:
    """The penalty of an instalment in minor units, within its cap and by the step of its contract."""
    exact, step = row.penalty_within(contract.penalty_cap_bp), contract.product_version.money_step_minor
    return step * int((exact / step).to_integral_value(ROUND_HALF_UP))


def _has_stood_since(loan: Loan, day: dt.date) -> bool:
    """Whether it ran on that day and has closed it, and neither was money set on it after it nor its plan changed."""
    if not present(loan.disbursed_on_date) <= day <= present(loan.last_closed_date):
        return False
    changed = (
        loan.receipts.filter(value_date__gt=day),
        ReceiptAllocation.objects.filter(installment__loan=loan, on_date__gt=day),
        loan.adjustments.filter(status=LoanAdjustment.Status.DONE, business_date__gt=day),
    )
    return not any(rows.exists() for rows in changed)


def _nights(loan: Loan, rows: Sequence[LoanInstallment], since: dt.date) -> list[NightsSince]:
    contract, last = present(loan.contract), present(loan.last_closed_date)
    found = []
    for row in rows:
        of = contract if row.contract_id == contract.pk else row.contract
        first = max(since, row.due_date + of.penalty_grace_days * DAY)
        if first <= last:
            unpaid = row.principal_minor - row.principal_paid_minor
            count = (last - first).days + 1
            found.append(NightsSince(row, of, count, row.penalty_exact, row.penalty_minor, unpaid))
    return found
