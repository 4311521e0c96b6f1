"""A repayment is taken back: instalments, penalty, caps and both books stand as if it had not been paid."""

import datetime as dt
from collections import Counter
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from finance.credit.services import restore_exposure
from finance.fees.models import PayableLine
from finance.loans.accounts import LoanAccounts
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment, LoanReceipt, LoanReversal
from finance.loans.queries import asked_reversal, latest_receipt
from finance.loans.services.closing import LoanSkipped, catch_up, days_close, is_skipped
from finance.loans.services.collections import REPAID
from finance.loans.services.repaying import LoanBeingClosed, days_past_due, hold_loan, open_day
from finance.loans.services.suspending import suspend_again
from finance.loans.services.undoing import Undone, undo
from finance.loans.services.watching import watch_left_of
from finance.payments.models import Refund
from finance.payments.services import refund_payment
from finance.settlement.services import reverse_payable
from ledger.services import Leg, MadeBy, post_transfers
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = LoanReversal.Status
REVERSED = "loan_repayment_reversed"


class NotLatestReceipt(Refused):
    """Later payments rest on it: the latest is taken back first."""

    code = "not_latest_receipt"
    message = _("Only the latest payment of a loan can be reversed. Look at the loan again.")


class PlanRestsOnIt(Refused):
    """It changed the plan, and nights have passed on the new one."""

    code = "plan_rests_on_it"
    message = _("This payment changed the plan. It can be reversed on its own day only.")


class RestructuredSince(Refused):
    """The new plan rests on what was left after it."""

    code = "restructured_since"
    message = _("This loan was restructured after the payment, and the new plan rests on it.")


class WrittenOffSince(Refused):
    """Its money is in what was written off."""

    code = "written_off_since"
    message = _("This loan was written off after the payment. Only what came in since then can be reversed.")


class WaivedSince(Refused):
    """What was waived rests on what was owed after it."""

    code = "waived_since"
    message = _("Part of what this loan owed was waived after the payment, so it can no longer be reversed.")


class DaysDoNotClose(Refused):
    """The loan would run again, but the days since cannot be closed."""

    code = "days_do_not_close"
    message = _("Without this payment the loan runs again, but its days since then cannot be closed: %(why)s")


class DayIsOver(Refused):
    """The counter takes back on the day of the payment only."""

    code = "receipt_day_over"
    message = _("The day of this payment is closed. Finance reverses it: one person asks, another decides.")


class ReversalDecided(Refused):
    """Nobody waits for it any more; another may have been asked for since."""

    code = "reversal_decided"
    message = _("A colleague has decided on this already. Look at the loan again.")


class ReversalAsked(Refused):
    """Somebody has asked for the same already."""

    code = "reversal_asked"
    message = _("A colleague has already asked to reverse this payment.")


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, NotLatestReceipt, PlanRestsOnIt, DayIsOver, ReversalAsked),
    *(DaysDoNotClose, WrittenOffSince, RestructuredSince, WaivedSince),
    *refused_by(undo, reverse_payable, refund_payment),
)
@needs_words("reason")
@transaction.atomic
def reverse_receipt(*, loan: Loan, receipt: LoanReceipt, reason: str, by: User, at: dt.datetime) -> LoanReversal:
    """Take the latest payment back on its own day: the loan stands as before, and its payer is owed the money."""
    loan = _held(loan, "reverse_receipt", at=at)
    _check(loan, receipt)
    if receipt.value_date != open_day(loan):
        raise DayIsOver
    reversal = _ask(receipt, reason, by=by, at=at, at_counter=True)
    return _carry_out(loan, reversal, by=by, at=at)


@refuses(
    *(WrongState, LoanBeingClosed, LoanSkipped, NotLatestReceipt, PlanRestsOnIt, ReversalAsked, WrittenOffSince),
    *(RestructuredSince, WaivedSince),
)
@needs_words("reason")
@transaction.atomic
def propose_reversal(*, loan: Loan, receipt: LoanReceipt, reason: str, by: User, at: dt.datetime) -> LoanReversal:
    """Ask to take the latest payment back; another person decides."""
    loan = _held(loan, "propose_reversal", at=at)
    _check(loan, receipt)
    if asked_reversal(loan) is not None:
        raise ReversalAsked
    return _ask(receipt, reason, by=by, at=at, at_counter=False)


@refuses(
    *(WrongState, SamePerson, ReversalDecided, LoanBeingClosed, LoanSkipped, NotLatestReceipt, PlanRestsOnIt),
    *(DaysDoNotClose, WrittenOffSince, RestructuredSince, WaivedSince),
    *refused_by(undo, reverse_payable, refund_payment),
)
@transaction.atomic
def approve_reversal(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanReversal:
    """Take back what another person has asked for, by the very proposal that was shown."""
    loan = _held(loan, "approve_reversal", at=at)
    reversal = _asked(loan, proposal)
    require_two_persons(by, reversal.asked_by_id)
    _check(loan, reversal.receipt)
    reversal.decided_by = by
    return _carry_out(loan, reversal, by=by, at=at)


@refuses(WrongState, SamePerson, ReversalDecided)
@transaction.atomic
def reject_reversal(*, loan: Loan, proposal: UUID, by: User, at: dt.datetime) -> LoanReversal:
    """Let the payment stand that another person wanted to take back, by the very proposal that was shown."""
    loan = lock(loan)
    LOAN.check("reject_reversal", loan.status)
    reversal = _asked(loan, proposal)
    require_two_persons(by, reversal.asked_by_id)
    reversal.decided_by, reversal.decided_at, reversal.status = by, at, _S.REFUSED
    reversal.save()
    record_change(reversal, old=_S.ASKED, new=reversal.status, at=at, actor=by.pk)
    return reversal


@refuses(LoanBeingClosed, LoanSkipped, WrongState)
def _held(loan: Loan, verb: str, *, at: dt.datetime) -> Loan:
    """The loan and its book, held until the transaction ends: the day does not end beside a loan that runs again."""
    loan = hold_loan(loan, also_skipped=True, at=at)
    LOAN.check(verb, loan.status)
    loan.book = lock(loan.book)
    return loan


@refuses(NotLatestReceipt, PlanRestsOnIt, LoanSkipped, WrittenOffSince, RestructuredSince, WaivedSince)
def _check(loan: Loan, receipt: LoanReceipt) -> None:
    """Of a loan that the close has skipped, only what is not set on it yet is taken back."""
    latest = latest_receipt(loan)
    if latest is None or latest.pk != receipt.pk:
        raise NotLatestReceipt
    if not latest.lies_in and loan.status == Loan.Status.WRITTEN_OFF:
        raise WrittenOffSince
    replanned = loan.adjustments.filter(kind=LoanAdjustment.Kind.RESTRUCTURE)
    if replanned.filter(new_contract__created_at__gt=receipt.created_at).exists():
        raise RestructuredSince
    waived = loan.adjustments.filter(kind__in=LoanAdjustment.WAIVERS, status=LoanAdjustment.Status.DONE)
    if waived.filter(decided_at__gte=receipt.taken_at).exists():
        raise WaivedSince
    if not latest.lies_in and is_skipped(loan):
        raise LoanSkipped
    is_of_today = receipt.value_date == open_day(loan) and receipt.new_contract_id == loan.contract_id
    if receipt.new_contract_id and not is_of_today:
        raise PlanRestsOnIt


@refuses(ReversalAsked)
def _ask(receipt: LoanReceipt, reason: str, *, by: User, at: dt.datetime, at_counter: bool) -> LoanReversal:
    if receipt.reversals.filter(status__in=LoanReversal.STANDING).exists():
        raise ReversalAsked
    reversal = LoanReversal(
        receipt=receipt,
        reason=reason,
        at_counter=at_counter,
        status=_S.DONE if at_counter else _S.ASKED,
        asked_by=by,
        asked_at=at,
        decided_at=at if at_counter else None,
    )
    reversal.save(force_insert=True)
    record_change(reversal, old="", new=reversal.status, at=at, actor=by.pk)
    return reversal


@refuses(ReversalDecided)
def _asked(loan: Loan, proposal: UUID) -> LoanReversal:
    found = asked_reversal(loan)
    if found is None or found.pk != proposal:
        raise ReversalDecided
    return found


@refuses(DaysDoNotClose, *refused_by(undo, reverse_payable, refund_payment))
def _carry_out(loan: Loan, reversal: LoanReversal, *, by: User, at: dt.datetime) -> LoanReversal:
    receipt, before = reversal.receipt, loan.status
    undone = Undone(Counter(), Counter(), 0) if receipt.lies_in else undo(loan, receipt, reversal)
    suspended = 0
    if receipt.kind == LoanReceipt.Kind.RECOVERY:
        loan.recovered_minor -= receipt.amount_minor
        loan.save(update_fields=["recovered_minor", "updated_at"])
    elif not receipt.lies_in:
        loan.status, loan.closed_at = Loan.Status.ACTIVE, None
        loan.days_past_due = days_past_due(loan)
        loan.most_days_late = max(loan.most_days_late, loan.days_past_due)
        loan.watch_left = watch_left_of(loan)
        suspended = suspend_again(loan, receipt)
        loan.save()
    if before != loan.status:
        record_change(loan, old=before, new=loan.status, at=at, actor=by.pk, reason=reversal.reason)
    reversal.status, reversal.decided_at, reversal.penalty_minor = _S.DONE, at, undone.penalty
    reversal.save()
    if not reversal.at_counter:
        record_change(reversal, old=_S.ASKED, new=reversal.status, at=at, actor=by.pk)
    payment = receipt.payment
    about = {"loan": str(loan.pk), "station": loan.station_id, "payment": str(payment.pk)}
    publish("finance.loan_repayment_reversed", at=at, **about, amount_minor=receipt.amount_minor)
    refund_payment(
        payment=payment,
        amount=receipt.amount,
        reason=Refund.Reason.CANCELLED,
        at=at,
        key=f"loan:{reversal.pk}",
        made_by=MadeBy("staff", by.pk),
    )
    line = PayableLine.objects.select_related("source").get(event_type=REPAID, event_id=str(payment.pk), reverses=None)
    lock(present(line.source))  # as a payment holds them: first the villagers' money, then the caps, then the lender
    if principal := undone.of("principal"):
        restore_exposure(
            loan_ref=loan.application_id, amount=Money(principal, loan.currency), event_ref=f"reversed:{reversal.pk}"
        )
    _post(loan, receipt, reversal, undone, suspended, by=by, at=at)
    reverse_payable(line=line, amount=receipt.amount, at=at, key="reversed")
    if not receipt.lies_in:
        with days_close(DaysDoNotClose):
            catch_up(loan, at=at)
    return reversal


def _post(
    loan: Loan,
    receipt: LoanReceipt,
    reversal: LoanReversal,
    undone: Undone,
    suspended: int,
    *,
    by: User,
    at: dt.datetime,
) -> None:
    """In the lender's book every part stands as unpaid again, and the lender is owed that much less."""
    accounts, currency = LoanAccounts(loan.book, at=at), loan.currency
    moves = [
        *((f"loan_{part}", "collections_due", minor) for part, minor in undone.own.items()),
        *((f"loan_{part}", "loan_advance", minor) for part, minor in undone.from_advance.items()),
        ("loan_advance", "collections_due", receipt.advance_minor),
        ("loan_penalty", "penalty_income", undone.penalty),
        ("interest_income", "interest_suspended", suspended),
        (receipt.lies_in, "collections_due", receipt.amount_minor if receipt.lies_in else 0),
    ]
    post_transfers(
        legs=[
            Leg(accounts.of(debit), accounts.of(credit), Money(minor, currency), "repayment taken back")
            for debit, credit, minor in moves
            if minor
        ],
        event_type=REVERSED,
        event_id=str(reversal.pk),
        business_date=loan.book.business_date,
        made_by=MadeBy("person", by.pk),
        at=at,
    )
