"""What a borrower owes of penalties or interest is waived by two officers; the lender's income is that much less."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.language.reasons import needs_words
from core.money import Money
from finance.loans.accounts import LoanAccounts
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment, LoanInstallment
from finance.loans.models.contracts import NOTHING
from finance.loans.services.adjusting import (
    AdjustmentAsked,
    AdjustmentDecided,
    ask,
    asked_change,
    decide,
    refuse_second,
)
from finance.loans.services.allocating import standing
from finance.loans.services.closing import LoanSkipped
from finance.loans.services.repaying import (
    LoanBeingClosed,
    business_date,
    days_past_due,
    debt_of,
    end,
    hold_loan,
    tell_closed,
)
from finance.loans.services.suspending import release_suspended
from finance.ties import OfficerIsTied, refuse_tied
from ledger.services import Leg, MadeBy, post_transfers
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_K, _S = LoanAdjustment.Kind, LoanAdjustment.Status
WAIVED = "loan_waived"


class WaiverOverDue(Refused):
    """More than is due and unpaid of it."""

    code = "waiver_over_due"
    status = 422
    message = _("Of this, %(most)s are due and unpaid. More cannot be waived.")


@refuses(WrongState, LoanBeingClosed, LoanSkipped, WaiverOverDue, OfficerIsTied, AdjustmentAsked)
@needs_words("reason")
@transaction.atomic
def propose_waiver(*, loan: Loan, kind: str, amount: Money, reason: str, by: User, at: dt.datetime) -> LoanAdjustment:
    """Ask to waive so much of the penalties or of the interest (`kind`) that are due; another officer decides.

    `amount` is in the loan's currency.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("propose_waiver", loan.status)
    refuse_tied(by, loan.borrower_id)
    refuse_second(loan)
    _refuse_above(loan, kind, amount.minor)
    return ask(LoanAdjustment(loan=loan, kind=kind, reason=reason, asked_minor=amount.minor), by=by, at=at)


@refuses(WrongState, SamePerson, LoanBeingClosed, LoanSkipped, WaiverOverDue, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def approve_waiver(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Waive what a colleague has asked for, of the oldest instalments first, by the very proposal that was shown.

    What was paid meanwhile is not given back: where less is due by now, it is refused. Where nothing is left of the
    loan with it, as of a plan whose last rows are interest only, the loan ends; nights that do not come cost nothing.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("approve_waiver", loan.status)
    asked = _asked(loan, proposal)
    require_two_persons(by, asked.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    minor = present(asked.asked_minor)
    _refuse_above(loan, asked.kind, minor)
    if asked.kind == _K.WAIVE_PENALTY:
        asked.penalty_minor = minor
    else:
        asked.interest_minor = minor
    asked.business_date = business_date(loan)
    decide(asked, _S.DONE, by=by, at=at)
    _take_off(loan, asked.kind, minor)
    loan.penalty_due_minor -= asked.penalty_minor
    loan.interest_accrued_minor -= asked.interest_minor
    suspended = min(asked.interest_minor, loan.interest_suspended_minor)
    loan.interest_suspended_minor -= suspended
    if debt_of(loan).minor:
        loan.days_past_due = days_past_due(loan)
    else:
        end(loan)
        loan.closed_at = at
    released = release_suspended(loan)
    loan.save()
    if loan.closed_at is not None:
        tell_closed(loan, station=loan.station_id, by=by, at=at)
    _post(loan, asked, suspended, released, by=by, at=at)
    return asked


@refuses(WrongState, SamePerson, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def reject_waiver(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Leave owed what a colleague wanted to waive."""
    loan = lock(loan)
    LOAN.check("reject_waiver", loan.status)
    asked = _asked(loan, proposal)
    require_two_persons(by, asked.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    return decide(asked, _S.REFUSED, by=by, at=at)


def waivable(loan: Loan, kind: str) -> Money:
    """What is due and unpaid of the penalties or of the interest of a running loan."""
    rows = loan.installments.filter(status__in=LoanInstallment.OPEN, due_date__lte=business_date(loan))
    return Money(sum(_unpaid(row, kind) for row in rows), loan.currency)


def _unpaid(row: LoanInstallment, kind: str) -> int:
    if kind == _K.WAIVE_PENALTY:
        return row.penalty_minor - row.penalty_paid_minor
    return row.interest_accrued_minor - row.interest_paid_minor


@refuses(WaiverOverDue)
def _refuse_above(loan: Loan, kind: str, minor: int) -> None:
    most = waivable(loan, kind)
    if most.minor < minor:
        raise WaiverOverDue(field="amount", most=most.display())


@refuses(AdjustmentDecided)
def _asked(loan: Loan, proposal: UUID) -> LoanAdjustment:
    found = loan.adjustments.filter(pk=proposal, kind__in=LoanAdjustment.WAIVERS).first()
    if found is None:
        raise AdjustmentDecided
    return asked_change(loan, proposal, kind=found.kind)


def _take_off(loan: Loan, kind: str, minor: int) -> None:
    """The oldest instalments that are due owe less, and count as paid where nothing is left.

    What the cap has cut off a penalty is gone with it: otherwise the next night would charge it in place of the waived.
    """
    on, cap_bp = business_date(loan), present(loan.contract).penalty_cap_bp
    for row in standing(loan):
        taken = min(minor, _unpaid(row, kind)) if row.due_date <= on else 0
        if not taken:
            continue
        if kind == _K.WAIVE_PENALTY:
            row.penalty_minor -= taken
            row.penalty_exact = max(row.penalty_within(cap_bp) - taken, NOTHING)
        else:
            row.interest_minor -= taken
            row.interest_accrued_minor -= taken
        row.status = LoanInstallment.Status.PAID if not row.left_minor else row.status
        row.save()
        minor -= taken


def _post(loan: Loan, done: LoanAdjustment, suspended: int, released: int, *, by: User, at: dt.datetime) -> None:
    """In the lender's book the income is taken back, of interest the suspended first; what is released is earned."""
    accounts, currency = LoanAccounts(loan.book, at=at), loan.currency
    moves = [
        ("penalty_income", "loan_penalty", done.penalty_minor),
        ("interest_suspended", "loan_interest", suspended),
        ("interest_income", "loan_interest", done.interest_minor - suspended),
        ("interest_suspended", "interest_income", released),
    ]
    post_transfers(
        legs=[
            Leg(accounts.of(debit), accounts.of(credit), Money(minor, currency), "waived")
            for debit, credit, minor in moves
            if minor
        ],
        event_type=WAIVED,
        event_id=str(done.pk),
        business_date=present(done.business_date),
        made_by=MadeBy("person", by.pk),
        at=at,
    )
