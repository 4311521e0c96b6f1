"""A loan that will not be repaid is written off by two people; what comes in afterwards is the lender's income."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from finance.loans.accounts import LoanAccounts
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment, LoanInstallment, LoanReceipt
from finance.loans.queries import provision_rate, to_recover
from finance.loans.services.adjusting import (
    AdjustmentAsked,
    AdjustmentDecided,
    ask,
    asked_change,
    decide,
    refuse_second,
)
from finance.loans.services.closing import LoanSkipped
from finance.loans.services.repaying import LoanBeingClosed, RepaymentSale, about, hold_loan, open_day, take_whole
from finance.payments.models import Payment
from finance.payments.services import Tender
from finance.ties import OfficerIsTied, refuse_tied
from ledger.services import Leg, MadeBy, post_transfers
from stations.accounts.models import User
from stations.network.models import Station
from stations.two_persons import require_two_persons

_K, _S = LoanAdjustment.Kind, LoanAdjustment.Status
#: A loan is written off when it is later than so many days, and all of it is set aside.
RIPE_AFTER, WHOLE_BP = 180, 10_000
WRITTEN_OFF = "loan_written_off"


class NotRipeForWriteOff(Refused):
    """Not late enough, or not all of it is set aside."""

    code = "not_ripe_for_write_off"
    status = 422
    message = _("A loan is written off after more than %(days)s days late, when all of it is provided for.")


class MoreThanWrittenOff(Refused):
    """More comes in than was given up."""

    code = "amount_over_written_off"
    status = 422
    message = _("%(most)s of what was written off are still open. More is not taken.")


@refuses(WrongState, LoanBeingClosed, LoanSkipped, NotRipeForWriteOff, OfficerIsTied, AdjustmentAsked)
@needs_words("reason")
@transaction.atomic
def propose_write_off(*, loan: Loan, reason: str, by: User, at: dt.datetime) -> LoanAdjustment:
    """Ask to write a loan off that is more than 180 days late and wholly provided for; another person decides."""
    loan = hold_loan(loan, at=at)
    LOAN.check("propose_write_off", loan.status)
    refuse_tied(by, loan.borrower_id)
    _check_ripe(loan)
    refuse_second(loan)
    return ask(LoanAdjustment(loan=loan, kind=_K.WRITE_OFF, reason=reason), by=by, at=at)


@refuses(
    *(WrongState, SamePerson, LoanBeingClosed, LoanSkipped, NotRipeForWriteOff, OfficerIsTied, AdjustmentDecided),
)
@transaction.atomic
def approve_write_off(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Write off what another person has asked for, by the very proposal that was shown.

    Who has paid meanwhile and is no longer so late keeps the loan. The caps stay used.
    """
    loan = hold_loan(loan, at=at)
    LOAN.check("approve_write_off", loan.status)
    loan.book = lock(loan.book)
    asked = asked_change(loan, proposal, kind=_K.WRITE_OFF)
    require_two_persons(by, asked.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    _check_ripe(loan)
    asked.principal_minor = loan.outstanding_minor
    asked.interest_minor = loan.interest_accrued_minor - loan.interest_paid_minor
    asked.penalty_minor = loan.penalty_left_minor
    asked.business_date = open_day(loan)
    decide(asked, _S.DONE, by=by, at=at)
    loan.installments.exclude(status__in=[LoanInstallment.Status.PAID, LoanInstallment.Status.RESCHEDULED]).update(
        status=LoanInstallment.Status.WAIVED
    )
    loan.principal_written_off_minor = asked.principal_minor
    loan.interest_written_off_minor = asked.interest_minor
    held_back, loan.interest_suspended_minor = loan.interest_suspended_minor, 0
    loan.penalty_written_off_minor = asked.penalty_minor
    loan.status, loan.days_past_due, loan.closed_at = Loan.Status.WRITTEN_OFF, 0, at
    loan.save()
    record_change(loan, old=Loan.Status.ACTIVE, new=loan.status, at=at, actor=by.pk, reason=asked.reason)
    publish("finance.loan_written_off", at=at, **about(loan), days_late=loan.most_days_late)
    _post(loan, asked, held_back, by=by, at=at)
    return asked


@refuses(WrongState, SamePerson, OfficerIsTied, AdjustmentDecided)
@transaction.atomic
def reject_write_off(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanAdjustment:
    """Let a loan run on that another person wanted to write off."""
    loan = lock(loan)
    LOAN.check("reject_write_off", loan.status)
    asked = asked_change(loan, proposal, kind=_K.WRITE_OFF)
    require_two_persons(by, asked.asked_by_id)
    refuse_tied(by, loan.borrower_id)
    return decide(asked, _S.REFUSED, by=by, at=at)


@refuses(WrongState, MoreThanWrittenOff, *refused_by(take_whole))
@atomic_but_tries
def receive_recovery(
    *, loan: Loan, amount: Money, station: Station, tender: Tender, by: User, at: dt.datetime, key: str
) -> Payment:
    """Take an amount on a loan that was written off: income of the lender, who is owed it as any repayment.

    `amount` is in the loan's currency and at most what was written off and did not come in since. Instalments, days
    late and caps stay as they are.
    """
    loan = lock(loan)  # no day of it is closed any more
    LOAN.check("receive_recovery", loan.status)
    left = to_recover(loan)
    if left < amount:
        raise MoreThanWrittenOff(field="amount", most=left.display())
    sale = RepaymentSale(
        station=station,
        amount=amount,
        subject_ref=str(loan.pk),
        loan=loan,
        left=left - amount,
        says="written_off_left",
    )
    recovery = LoanReceipt(kind=LoanReceipt.Kind.RECOVERY)
    payment = take_whole(recovery, sale, tender, why="loan recovered", by=by, at=at, key=key)
    loan.recovered_minor += amount.minor  # only now: a wrong code leaves the loan as it was
    loan.save(update_fields=["recovered_minor", "updated_at"])
    return payment


def is_ripe_for_write_off(loan: Loan) -> bool:
    """Whether a running loan is so late, and so wholly provided for, that it may be written off."""
    return loan.days_past_due > RIPE_AFTER and not loan.advance_minor and provision_rate(loan) >= WHOLE_BP


@refuses(NotRipeForWriteOff)
def _check_ripe(loan: Loan) -> None:
    if not is_ripe_for_write_off(loan):
        raise NotRipeForWriteOff(days=RIPE_AFTER)


def _post(loan: Loan, done: LoanAdjustment, held_back: int, *, by: User, at: dt.datetime) -> None:
    """In the lender's book what was set aside bears the principal; interest was not earned, the suspended first.

    What of the suspended interest (`held_back`, in minor units) was paid meanwhile is earned.
    """
    accounts, currency = LoanAccounts(loan.book, at=at), loan.currency
    suspended = min(done.interest_minor, held_back)
    moves = [
        ("loan_allowance", "loan_principal", done.principal_minor),
        ("interest_suspended", "loan_interest", suspended),
        ("interest_income", "loan_interest", done.interest_minor - suspended),
        ("interest_suspended", "interest_income", held_back - suspended),
        ("penalty_income", "loan_penalty", done.penalty_minor),
    ]
    post_transfers(
        legs=[
            Leg(accounts.of(debit), accounts.of(credit), Money(minor, currency), "loan written off")
            for debit, credit, minor in moves
            if minor
        ],
        event_type=WRITTEN_OFF,
        event_id=str(done.pk),
        business_date=loan.book.business_date,
        made_by=MadeBy("person", by.pk),
        at=at,
    )
