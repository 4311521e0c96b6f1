"""More is paid than is due: what is left is planned anew, with lower instalments or fewer of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, present
from core.errors import Refused, WrongState, refused_by, refuses
from core.money import Money
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanContract, LoanInstallment, LoanReceipt, ReceiptAllocation
from finance.loans.queries import calendar_of, planned
from finance.loans.schedules import (
    Schedule,
    ScheduleDoesNotAmortise,
    TermsMalformed,
    can_keep_instalment,
    price_of,
    schedule_of,
    terms_after,
    write_terms,
)
from finance.loans.services.allocating import Allocation, Share, allocate, standing, unpaid
from finance.loans.services.closing import LoanSkipped
from finance.loans.services.collections import owe_lender
from finance.loans.services.repaying import AmountOverDebt, LoanBeingClosed, business_date, debt_of, hold_loan, take
from finance.payments.models import Payment
from finance.payments.services import Tender, prove_tender, sell
from stations.accounts.models import User
from stations.network.models import Station

_P, _S = ReceiptAllocation.Part, LoanInstallment.Status


class Stays(models.TextChoices):
    """What stays as it was when the plan changes."""

    TERM = "term", _("the last day: instalments become lower")
    INSTALMENT = "instalment", _("the instalment: there are fewer of them")


class PaysOnlyDues(Refused):
    """Nothing is left for the principal: it is a repayment as any other."""

    code = "pays_only_dues"
    status = 422
    message = _("%(dues)s are owed to date. To change the plan, more must be paid; otherwise take it as a repayment.")


class PlanChanged(Refused):
    """What is left is another amount, or it is another day, than was shown."""

    code = "quote_expired"
    message = _("The plan that was shown is out of date. Show the borrower the new one first.")


class InstalmentsDiffer(Refused):
    """The product has no even instalment that could stay."""

    code = "instalments_differ"
    status = 422
    message = _("The instalments of this loan differ, so they become lower. Its last day stays.")


@dataclass(frozen=True, slots=True)
class Prepayment:
    """What an amount that is paid early does on a date: what it is set on, and the plan of what is left.

    `dues` is all that is owed to that date, also what is paid out of what lies in advance; `advance` is what remains of
    the amount because plans are in whole steps.
    """

    loan: Loan
    on: dt.date
    amount: Money
    stays: Stays
    dues: Money
    principal: Money
    left: Money
    advance: Money
    schedule: Schedule
    interest_before: Money
    made: Allocation
    ahead: Sequence[LoanInstallment]

    @property
    def interest(self) -> Money:
        """Interest of the new plan."""
        return Money(self.schedule.total_interest, self.loan.currency)

    @property
    def saved(self) -> Money:
        """Interest that is not owed any more."""
        return self.interest_before - self.interest


@refuses(TermsMalformed, ScheduleDoesNotAmortise)
def stays_of(loan: Loan) -> list[Stays]:
    """What may stay when more than is due is paid on a running loan: what the product does by itself is the first."""
    terms = planned(loan).terms
    ahead = unpaid(loan).filter(end_date__gt=business_date(loan)).count()
    if not can_keep_instalment(terms) or ahead < 2:
        return [Stays.TERM]
    version = present(loan.contract).product_version
    drops_rows = version.prepayment == version.Prepayment.REDUCE_TERM
    return [Stays.INSTALMENT, Stays.TERM] if drops_rows else [Stays.TERM, Stays.INSTALMENT]


@refuses(WrongState, PaysOnlyDues, AmountOverDebt, InstalmentsDiffer, TermsMalformed, ScheduleDoesNotAmortise)
def quote_prepayment(*, loan: Loan, amount: Money, stays: Stays) -> Prepayment:
    """What an amount in the loan's currency would do on its business date; nothing is stored."""
    LOAN.check("prepay_principal", loan.status)
    return _prepayment(loan, list(unpaid(loan)), amount, stays)


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, PaysOnlyDues, AmountOverDebt, PlanChanged, InstalmentsDiffer),
    *(TermsMalformed, ScheduleDoesNotAmortise),
    *refused_by(sell, owe_lender),
)
@atomic_but_tries
def prepay_principal(
    *,
    loan: Loan,
    amount: Money,
    stays: Stays,
    left: Money,
    on: dt.date,
    station: Station,
    tender: Tender,
    by: User,
    at: dt.datetime,
    key: str,
) -> Payment:
    """Take more than is due and plan what is left anew: all that is owed to date is paid first.

    `left` (principal) and `on` are those of the plan that the borrower saw. What lies in advance is used too.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("prepay_principal", loan.status)
    quote = _prepayment(loan, standing(loan), amount, stays)
    if (quote.left, quote.on) != (left, on):
        raise PlanChanged
    tender = prove_tender(tender=tender, station=station, by=by, at=at)  # a wrong code leaves the plan as it was
    contract = _follow(quote, by=by, at=at)
    paid = _paid_row(quote, contract)
    shares = [*quote.made.shares, *_shares_of(paid)]
    loan.contract = contract
    return take(
        loan,
        Allocation(shares, quote.advance.minor),
        amount=amount,
        kind=LoanReceipt.Kind.PREPAYMENT,
        new_contract=contract,
        station=station,
        tender=tender,
        by=by,
        at=at,
        key=key,
    )


def _prepayment(loan: Loan, rows: Sequence[LoanInstallment], amount: Money, stays: Stays) -> Prepayment:
    if stays not in stays_of(loan):
        raise InstalmentsDiffer(field="stays")
    debt, on = debt_of(loan), business_date(loan)
    if debt <= amount:
        raise AmountOverDebt(field="amount", most=debt.display())
    ended, ahead = ([row for row in rows if (row.end_date <= on) is has_ended] for has_ended in (True, False))
    made = allocate(ended, minor=amount.minor + loan.advance_minor, on=dt.date.max)
    earned = _earned(ahead)
    balance = sum(row.principal_minor for row in ahead)
    dues = Money(sum(row.left_minor for row in ended) + earned, loan.currency)
    step = present(loan.contract).product_version.money_step_minor
    principal = (made.advance_minor - earned) // step * step
    rest = made.advance_minor - earned - principal
    if principal <= 0 or amount.minor <= rest:
        owed = Money(max(dues.minor - loan.advance_minor, 0), loan.currency)
        raise PaysOnlyDues(field="amount", dues=owed.display())
    before = planned(loan)
    keeps_instalment = stays == Stays.INSTALMENT
    terms = terms_after(before, on=on, balance=balance - principal, keeps_instalment=keeps_instalment)
    return Prepayment(
        loan=loan,
        on=on,
        amount=amount,
        stays=stays,
        dues=dues,
        principal=Money(principal, loan.currency),
        left=Money(balance - principal, loan.currency),
        advance=Money(rest, loan.currency),
        schedule=schedule_of(terms, calendar_of(loan.product.country, start=on)),
        interest_before=Money(sum(row.interest_minor for row in ahead) - earned, loan.currency),
        made=made,
        ahead=ahead,
    )


def _earned(ahead: Sequence[LoanInstallment]) -> int:
    """Interest of the running row to date, in minor units."""
    return sum(row.interest_accrued_minor - row.interest_paid_minor for row in ahead)


def _follow(quote: Prepayment, *, by: User, at: dt.datetime) -> LoanContract:
    """The contract of what is left, with its instalments; those that it replaces stay as they are, and do not count."""
    loan, before, schedule = quote.loan, present(quote.loan.contract), quote.schedule
    price = price_of(schedule)
    contract = LoanContract.objects.create(
        loan=loan,
        version=loan.contracts.count() + 1,
        replaces=before,
        product_version=before.product_version,
        terms=write_terms(schedule.terms, currency=loan.currency),
        currency=loan.currency,
        principal_minor=quote.left.minor,
        total_interest_minor=schedule.total_interest,
        apr_nominal_bp=price.nominal_bp,
        apr_effective_bp=price.effective_bp,
        penalty_ppm=before.penalty_ppm,
        penalty_grace_days=before.penalty_grace_days,
        penalty_cap_bp=before.penalty_cap_bp,
        manner=LoanContract.Manner.PREPAID,
        witness=by,
        signed_at=at,
    )
    first = quote.ahead[0].n + 1
    LoanInstallment.objects.filter(pk__in=[row.pk for row in quote.ahead]).update(status=_S.RESCHEDULED)
    LoanInstallment.objects.bulk_create(
        LoanInstallment(
            loan=loan,
            contract=contract,
            n=first + place,
            start_date=row.start,
            end_date=row.end,
            due_date=row.due,
            principal_minor=row.principal,
            interest_minor=row.interest,
        )
        for place, row in enumerate(schedule.rows)
    )
    return contract


def _paid_row(quote: Prepayment, contract: LoanContract) -> LoanInstallment:
    """What is paid early is an instalment of its own: the principal, and the interest of the nights so far."""
    running, earned = quote.ahead[0], _earned(quote.ahead)
    return LoanInstallment.objects.create(
        loan=quote.loan,
        contract=contract,
        n=running.n,
        start_date=min(running.start_date, quote.on),
        end_date=quote.on,
        due_date=quote.on,
        principal_minor=quote.principal.minor,
        interest_minor=earned,
        interest_accrued_minor=earned,
        status=_S.DUE,
    )


def _shares_of(row: LoanInstallment) -> list[Share]:
    amounts = ((_P.INTEREST, row.interest_minor), (_P.PRINCIPAL, row.principal_minor))
    return [Share(row, part, minor) for part, minor in amounts if minor]
