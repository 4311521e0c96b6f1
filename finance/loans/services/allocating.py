"""On which parts of which instalments money is set: penalty, interest, principal, the oldest instalment first."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from finance.loans.models import Loan, LoanInstallment, ReceiptAllocation

_S = LoanInstallment.Status
PARTS = (ReceiptAllocation.Part.PENALTY, ReceiptAllocation.Part.INTEREST, ReceiptAllocation.Part.PRINCIPAL)


@dataclass(frozen=True, slots=True)
class Share:
    """So much of one part of one instalment, in minor units."""

    installment: LoanInstallment
    part: str
    minor: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """What money is set on, and what of it is not due yet."""

    shares: Sequence[Share]
    advance_minor: int

    def of(self, part: str) -> int:
        """How much goes to one part, in minor units."""
        return sum(share.minor for share in self.shares if share.part == part)


def standing(loan: Loan) -> list[LoanInstallment]:
    """The instalments that stand and are not paid, the oldest first, held until the transaction ends."""
    return list(unpaid(loan).select_for_update(no_key=True))


def unpaid(loan: Loan) -> QuerySet[LoanInstallment]:
    """The instalments that stand and are not paid, the oldest first."""
    return loan.installments.exclude(status__in=[_S.PAID, _S.RESCHEDULED]).order_by("due_date", "n")


def allocate(rows: Iterable[LoanInstallment], *, minor: int, on: dt.date) -> Allocation:
    """Set an amount on what is due by a date; the rest stays in advance."""
    shares: list[Share] = []
    for row in rows:
        if row.due_date > on:
            break
        for part in PARTS:
            taken = min(minor, _left(row, part, is_due=True))
            if taken:
                shares.append(Share(row, part, taken))
                minor -= taken
    return Allocation(shares, minor)


def allocate_all(rows: Iterable[LoanInstallment]) -> Allocation:
    """All that ends a loan: what is unpaid of penalties, of interest to date, and of principal."""
    shares = [Share(row, part, left) for row in rows for part in PARTS if (left := _left(row, part, is_due=False))]
    return Allocation(shares, 0)


def _left(row: LoanInstallment, part: str, *, is_due: bool) -> int:
    if part == ReceiptAllocation.Part.PENALTY:
        return row.penalty_minor - row.penalty_paid_minor
    if part == ReceiptAllocation.Part.INTEREST:
        return (row.interest_minor if is_due else row.interest_accrued_minor) - row.interest_paid_minor
    return row.principal_minor - row.principal_paid_minor


def set_on(shares: Iterable[Share]) -> set[LoanInstallment]:
    """Count shares on their instalments, unsaved; which instalments changed."""
    changed = {}
    for share in shares:
        name = f"{share.part}_paid_minor"
        setattr(share.installment, name, getattr(share.installment, name) + share.minor)
        changed[share.installment.pk] = share.installment
    for row in changed.values():
        row.status = _S.PAID if not row.left_minor else _S.PARTLY_PAID
    return set(changed.values())
