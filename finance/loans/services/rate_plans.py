"""What a new rate makes of a plan, and how it begins: with the close before its first night."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from core.database.db import present
from core.errors import refuses
from core.history import record_change
from core.money import Money
from finance.loans.models import Loan, LoanAdjustment, LoanContract, LoanInstallment
from finance.loans.queries import calendar_of, planned
from finance.loans.schedules import (
    RateChange,
    Row,
    Schedule,
    ScheduleDoesNotAmortise,
    TermsMalformed,
    price_of,
    schedule_of,
    write_terms,
)

_K, _S, _I = LoanAdjustment.Kind, LoanAdjustment.Status, LoanInstallment.Status
#: In the history of a loan.
RATE_CHANGED = "rate_changed"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RatePlan:
    """The plan of a loan with a new rate from a date on: rows that end before that date stay as they are."""

    loan: Loan
    valid_from: dt.date
    rate_before_ppm: int
    rate_ppm: int
    before: Schedule
    schedule: Schedule

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that the new rate changes; of the first, only the nights from its date on."""
        return [row for row in self.schedule.rows if row.end >= self.valid_from]

    @property
    def interest(self) -> Money:
        """Interest of the whole plan with the new rate."""
        return Money(self.schedule.total_interest, self.loan.currency)

    @property
    def added(self) -> Money:
        """How much more interest that is than without it; below nothing where it is less."""
        return Money(self.schedule.total_interest - self.before.total_interest, self.loan.currency)


@refuses(TermsMalformed, ScheduleDoesNotAmortise)
def rate_plan(*, loan: Loan, rate_ppm: int, valid_from: dt.date) -> RatePlan:
    """The plan of a running loan with this rate (ppm) from this night on; nothing is stored."""
    before = planned(loan)
    changes = (*before.terms.rate_changes, RateChange(valid_from, rate_ppm))
    terms = replace(before.terms, rate_changes=changes)
    return RatePlan(
        loan=loan,
        valid_from=valid_from,
        rate_before_ppm=before.terms.rate_on(valid_from),
        rate_ppm=rate_ppm,
        before=before,
        schedule=schedule_of(terms, calendar_of(loan.product.country, start=terms.starts_on)),
    )


def rate_plan_of(change: LoanAdjustment) -> RatePlan | None:
    """The plan of a rate that was asked for or agreed; None where none can be made any more."""
    try:
        return rate_plan(
            loan=change.loan, rate_ppm=present(change.rate_ppm), valid_from=present(change.valid_from_date)
        )
    except (TermsMalformed, ScheduleDoesNotAmortise):
        return None


def begin_new_rates(*, loans: Sequence[UUID], night: dt.date, at: dt.datetime) -> None:
    """Put agreed rates in force that hold from this night on, of held loans whose nights before it are closed.

    One that no plan can be made with any more, because more was paid meanwhile, lapses: the rate stays.
    """
    agreed = LoanAdjustment.objects.filter(
        loan__in=loans, kind=_K.RATE_CHANGE, status=_S.AGREED, valid_from_date__lte=night
    )
    about = ("loan__contract__product_version", "loan__product", "decided_by")
    for change in agreed.select_related(*about).select_for_update(of=("self",), no_key=True).order_by("loan"):
        _begin(change, at=at)


def _begin(change: LoanAdjustment, *, at: dt.datetime) -> None:
    loan, since = change.loan, present(change.valid_from_date)
    former = list(_from_then_on(loan, since).order_by("n").select_for_update(no_key=True))
    plan = rate_plan_of(change)
    if plan is None or not former:
        _move(change, _S.EXPIRED, at=at)
        return
    contract = _follow(plan, former, told_by=change, at=at)
    change.new_contract, change.business_date = contract, since
    _move(change, _S.DONE, at=at)
    loan.contract = contract
    loan.save(update_fields=["contract", "updated_at"])
    record_change(loan, old=loan.status, new=loan.status, at=at, reason=RATE_CHANGED)


def _from_then_on(loan: Loan, since: dt.date) -> QuerySet[LoanInstallment]:
    rows = loan.installments.filter(contract=loan.contract_id, end_date__gte=since)
    return rows.exclude(status__in=[_I.PAID, _I.RESCHEDULED])


def _move(change: LoanAdjustment, status: str, *, at: dt.datetime) -> None:
    before, change.status = change.status, status
    change.save(update_fields=["status", "new_contract", "business_date", "updated_at"])
    record_change(change, old=before, new=status, at=at)


def contract_of_rate(plan: RatePlan) -> LoanContract:
    """The contract with the new rate, not stored: the whole plan from its start, and its price."""
    loan, before = plan.loan, present(plan.loan.contract)
    price = price_of(plan.schedule, fee_at_payout=before.fee_minor)
    return LoanContract(
        loan=loan,
        version=loan.contracts.count() + 1,
        replaces=before,
        product_version=before.product_version,
        terms=write_terms(plan.schedule.terms, currency=loan.currency),
        currency=loan.currency,
        principal_minor=plan.schedule.terms.principal,
        fee_minor=before.fee_minor,
        total_interest_minor=plan.schedule.total_interest,
        apr_nominal_bp=price.nominal_bp,
        apr_effective_bp=price.effective_bp,
        penalty_ppm=before.penalty_ppm,
        penalty_grace_days=before.penalty_grace_days,
        penalty_cap_bp=before.penalty_cap_bp,
        manner=LoanContract.Manner.NOTICE,
    )


def _follow(
    plan: RatePlan, former: Sequence[LoanInstallment], *, told_by: LoanAdjustment, at: dt.datetime
) -> LoanContract:
    """Store the contract, and in place of the rows from then on those of the new plan, with what nights have earned."""
    contract, running = contract_of_rate(plan), former[0]
    contract.witness, contract.signed_at = present(told_by.decided_by), at
    contract.save(force_insert=True)
    LoanInstallment.objects.filter(pk__in=[row.pk for row in former]).update(status=_I.RESCHEDULED)
    rows = [
        LoanInstallment(
            loan=plan.loan,
            contract=contract,
            n=running.n + place,
            start_date=row.start,
            end_date=row.end,
            due_date=row.due,
            principal_minor=row.principal,
            interest_minor=row.interest,
        )
        for place, row in enumerate(plan.rows)
    ]
    if running.start_date < plan.valid_from - DAY:  # its nights so far keep what they have earned at the former rate
        first, earned = rows[0], running.interest_accrued_minor
        first.accrues_from_date = plan.valid_from - DAY
        first.accrued_before_minor = first.interest_accrued_minor = earned
        first.interest_minor = max(first.interest_minor, earned)
    LoanInstallment.objects.bulk_create(rows)
    return contract
