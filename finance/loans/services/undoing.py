"""What a receipt was set on is taken off again, and what the nights since then would have cost is added."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from core.database.db import present
from core.errors import refuses
from finance.loans.models import Loan, LoanContract, LoanInstallment, LoanReceipt, LoanReversal, ReceiptAllocation
from finance.loans.queries import planned
from finance.loans.schedules import ScheduleDoesNotAmortise, TermsMalformed
from finance.loans.services.counted_from import PPM_OF_A_DAY, rounded_penalty
from finance.loans.services.repaying import business_date

_S = LoanInstallment.Status
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken off, in minor units by part: set by the receipt itself, or from what lay in advance; and the
    penalty of the nights since.
    """

    own: Counter[str]
    from_advance: Counter[str]
    penalty: int

    def of(self, part: str) -> int:
        """How much of one part was taken off."""
        return self.own[part] + self.from_advance[part]


@dataclass(slots=True)
class Off:
    """So much that comes off an allocation, and the instalment on which it stood."""

    allocation: ReceiptAllocation
    installment: LoanInstallment
    minor: int

    @property
    def part(self) -> str:
        """Of which part."""
        return str(self.allocation.part)


@refuses(TermsMalformed, ScheduleDoesNotAmortise)
def undo(loan: Loan, receipt: LoanReceipt, reversal: LoanReversal) -> Undone:
    """Take the latest receipt of a held loan off its instalments, unsaved of the loan itself.

    What it had left in advance and a close has used since comes off the newest first.
    """
    rows = {row.pk: row for row in loan.installments.select_related("contract").select_for_update(of=("self",))}
    own = [Off(each, rows[each.installment_id], each.amount_minor) for each in receipt.allocations.order_by("pk")]
    newest = [Off(each, rows[each.installment_id], left) for each, left in _from_advance_since(receipt)]
    if receipt.kind == LoanReceipt.Kind.PAYOFF:
        _plan_again(loan, receipt, rows.values())
    if receipt.kind in LoanReceipt.USE_ADVANCE:
        from_advance = newest
    else:
        left = min(receipt.advance_minor, loan.advance_minor)
        from_advance = list(_up_to(newest, receipt.advance_minor - left))
    penalty = sum(_take_off(loan, each) for each in [*own, *from_advance])
    loan.advance_minor += sum(each.minor for each in from_advance) - receipt.advance_minor
    loan.penalty_due_minor += penalty
    changed = {each.installment.pk: each.installment for each in [*own, *from_advance]}
    for row in changed.values():
        _set_status(row, on=business_date(loan))
        row.save()
    if receipt.new_contract_id:
        _former_plan_again(loan, present(receipt.new_contract))
    _note(reversal, [*own, *from_advance], on=business_date(loan))
    return Undone(_by_part(own), _by_part(from_advance), penalty)


def _from_advance_since(receipt: LoanReceipt) -> list[tuple[ReceiptAllocation, int]]:
    """What was set from the advance after this receipt and stands.

    Of one that ended the loan or changed its plan, what was set with it.
    """
    rows = ReceiptAllocation.objects.filter(installment__loan=receipt.loan_id, receipt=None, reversal=None)
    if receipt.kind in LoanReceipt.USE_ADVANCE:
        rows = rows.filter(on_date=receipt.value_date, created_at__gte=receipt.created_at)
    else:
        rows = rows.filter(on_date__gt=receipt.value_date)
    stands = F("amount_minor") - Coalesce(Sum("taken_off_by__amount_minor"), 0)
    left = dict(rows.annotate(stands=stands).values_list("pk", "stands"))
    return [(row, left[row.pk]) for row in rows.order_by("-pk") if left[row.pk]]


def _up_to(offs: Iterable[Off], minor: int) -> Iterable[Off]:
    for off in offs:
        taken = min(minor, off.minor)
        if taken:
            yield replace(off, minor=taken)
        minor -= taken


@refuses(TermsMalformed, ScheduleDoesNotAmortise)
def _plan_again(loan: Loan, receipt: LoanReceipt, rows: Iterable[LoanInstallment]) -> None:
    """A loan that was ended by this payment owes the interest of its plan again, for the nights to come."""
    interest = {row.end: row.interest for row in planned(loan).rows}
    for row in rows:
        is_cut = row.status == _S.PAID and row.end_date > receipt.value_date
        if is_cut and row.contract_id == loan.contract_id and row.end_date in interest:
            row.interest_minor = max(interest[row.end_date], row.accrued_before_minor)
            _set_status(row, on=receipt.value_date)
            row.save()


def _former_plan_again(loan: Loan, contract: LoanContract) -> None:
    """The plan that was replaced on this day stands again, with its instalments as they were."""
    loan.installments.filter(contract=contract).update(status=_S.RESCHEDULED)
    former = loan.installments.filter(contract=contract.replaces_id, status=_S.RESCHEDULED)
    former.update(status=_S.UPCOMING)
    loan.contract = contract.replaces


def _take_off(loan: Loan, off: Off) -> int:
    """One part comes off its instalment and off the loan; the penalty of the nights since then, in minor units."""
    for thing in (off.installment, loan):
        name = f"{off.part}_paid_minor"
        setattr(thing, name, getattr(thing, name) - off.minor)
    if off.part != ReceiptAllocation.Part.PRINCIPAL:
        return 0
    row, contract = off.installment, off.installment.contract
    first = max(off.allocation.on_date, row.due_date + contract.penalty_grace_days * DAY)
    nights = (present(loan.last_closed_date) - first).days + 1
    if nights <= 0:
        return 0
    row.penalty_exact += Decimal(off.minor) * contract.penalty_ppm * nights / PPM_OF_A_DAY
    before, row.penalty_minor = row.penalty_minor, max(row.penalty_minor, rounded_penalty(row, contract))
    return row.penalty_minor - before


def _set_status(row: LoanInstallment, *, on: dt.date) -> None:
    """As the close would have left it on this business date."""
    if not row.left_minor and row.interest_accrued_minor == row.interest_minor:
        row.status = _S.PAID
    elif row.due_date > on:
        row.status = _S.UPCOMING
    else:
        row.status = _S.DUE if row.due_date == on else _S.OVERDUE


def _note(reversal: LoanReversal, offs: Iterable[Off], *, on: dt.date) -> None:
    ReceiptAllocation.objects.bulk_create(
        ReceiptAllocation(
            reversal=reversal,
            takes_off=off.allocation,
            installment=off.installment,
            part=off.part,
            amount_minor=off.minor,
            on_date=on,
        )
        for off in offs
    )


def _by_part(offs: Iterable[Off]) -> Counter[str]:
    found = Counter[str]()
    for off in offs:
        found[off.part] += off.minor
    return found
