"""What the bank says of a loan on its way, from wherever it comes: paid, not paid, or nothing definite."""

import datetime as dt

from django.db import transaction

from core.database.db import lock, present
from core.errors import WrongState, refuses
from core.events.services import publish
from core.gateways.models import Instruction
from core.gateways.results import DISAGREEMENTS, Result, Status
from core.history import record_change
from core.language.reasons import ReasonMissing
from core.money import Money
from finance.loans.accounts import LoanAccounts
from finance.loans.machine import APPLICATION, LOAN
from finance.loans.models import Loan, LoanApplication, LoanBook, LoanDisbursement, LoanInstallment
from finance.loans.queries import planned
from finance.loans.schedules import ScheduleDoesNotAmortise, TermsMalformed
from finance.loans.services.steps import move, tell, tell_borrower
from finance.payouts.services import restrict_payout_account
from finance.payouts.services.ends import OF_THE_ACCOUNT
from finance.recon.models import ReconItem
from ledger.services import HoldUnknown, Leg, MadeBy, post_transfers, resolution

_D = LoanDisbursement.Status
PROVIDER = MadeBy("provider")
DAY = dt.timedelta(days=1)


@refuses(WrongState, ReasonMissing, HoldUnknown, TermsMalformed, ScheduleDoesNotAmortise)
@transaction.atomic
def record_disbursement_answer(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """Apply one word of the bank to the loan of this reference; without a definite one the loan stays on its way.

    Another amount, or what contradicts a final state, changes nothing: finance looks at it.
    """
    sent = LoanDisbursement.objects.select_related("loan").get(pk=instruction.our_ref)
    application = lock(LoanApplication.objects.get(pk=sent.loan.application_id))
    loan, sent = lock(sent.loan), lock(sent)
    if result.code in DISAGREEMENTS:
        _note(sent, instruction, result, source=source, at=at)
    elif sent.status == _D.SENT and result.status in {Status.SUCCEEDED, Status.REVERSED}:
        _confirm(application, loan, sent, at=at)
    elif sent.status == _D.SENT and result.status == Status.FAILED:
        _fail(loan, sent, code=result.code or "not_paid", at=at)
    if sent.status != _D.SENT and _contradicts(sent, result):
        _note(sent, instruction, result, source=source, at=at)


def _contradicts(sent: LoanDisbursement, result: Result) -> bool:
    """Not paid, or come back, after it was paid; paid after it was not."""
    if sent.status == _D.PAID:
        return result.status in {Status.FAILED, Status.REVERSED}
    return result.status in {Status.SUCCEEDED, Status.REVERSED}


def _confirm(application: LoanApplication, loan: Loan, sent: LoanDisbursement, *, at: dt.datetime) -> None:
    LOAN.check("confirm_disbursement", loan.status)
    book = lock(loan.book)
    value_date = book.business_date
    loan.status, loan.disbursed_on_date = Loan.Status.ACTIVE, value_date
    _write_installments(loan)
    loan.principal_disbursed_minor, loan.last_closed_date = loan.principal_minor, book.last_closed_date
    loan.save()
    record_change(loan, old=Loan.Status.DISBURSING, new=loan.status, at=at, actor_kind="provider")
    APPLICATION.check("take_up", application.status)
    move(application, LoanApplication.Status.TAKEN_UP, at=at)
    _end(sent, _D.PAID, at=at)
    publish("finance.loan_disbursed", at=at, loan=str(loan.pk), station=loan.station_id)
    tell([loan.recommender], "loan_disbursed", application, at=at)
    tell_borrower(application, "loan_disbursed_borrower", at=at)
    _post_paid(loan, book, sent, at=at)


def _write_installments(loan: Loan) -> None:
    """The plan of the contract, dated from the day on which the money arrived."""
    LoanInstallment.objects.bulk_create(
        LoanInstallment(
            loan=loan,
            contract=loan.contract,
            n=row.n,
            start_date=row.start,
            end_date=row.end,
            due_date=row.due,
            principal_minor=row.principal,
            interest_minor=row.interest,
        )
        for row in planned(loan).rows
    )


def _post_paid(loan: Loan, book: LoanBook, sent: LoanDisbursement, *, at: dt.datetime) -> None:
    """The money leaves the lender's bank account; the fee that was kept back is the lender's income."""
    accounts, fee = LoanAccounts(book, at=at), present(loan.contract).fee
    moved = resolution(pending_id=sent.hold_transfer_id, kind="post", reason="the bank has paid")
    legs = [moved, Leg(accounts.of("payout_clearing"), accounts.of("bank"), sent.amount, "loan paid out")]
    if fee:
        legs.append(Leg(accounts.of("loan_principal"), accounts.of("fee_income"), fee, "fee at pay-out"))
    post_transfers(
        legs=legs,
        event_type="loan_disbursed",
        event_id=str(sent.pk),
        business_date=book.business_date,
        made_by=PROVIDER,
        at=at,
    )


def _fail(loan: Loan, sent: LoanDisbursement, *, code: str, at: dt.datetime) -> None:
    """Not paid: what was set aside is free again, and the loan can be sent once more."""
    LOAN.check("fail_disbursement", loan.status)
    officer = present(loan.disburser)
    loan.status, loan.disburser = Loan.Status.APPROVED, None
    loan.save(update_fields=["status", "disburser", "updated_at"])
    record_change(loan, old=Loan.Status.DISBURSING, new=loan.status, at=at, actor_kind="provider", reason=code)
    _end(sent, _D.FAILED, at=at, code=code)
    account = lock(sent.payout_account)
    if code in OF_THE_ACCOUNT and account.is_usable:
        restrict_payout_account(account=account, reason=code, by=None, at=at)
    tell([officer], "loan_not_paid_out", loan.application, at=at, turn=sent.pk.hex, loan=loan)
    tell([loan.recommender], "loan_not_paid_out", loan.application, at=at, turn=sent.pk.hex)
    post_transfers(
        legs=[resolution(pending_id=sent.hold_transfer_id, kind="void", reason="not paid out")],
        event_type="loan_not_disbursed",
        event_id=str(sent.pk),
        business_date=loan.book.business_date,
        made_by=PROVIDER,
        at=at,
    )


def _end(sent: LoanDisbursement, status: str, *, at: dt.datetime, code: str = "") -> None:
    before, sent.status, sent.code, sent.answered_at = sent.status, status, code, at
    sent.save(update_fields=["status", "code", "answered_at", "updated_at"])
    record_change(sent, old=before, new=status, at=at, actor_kind="provider", reason=code)


def _note(sent: LoanDisbursement, instruction: Instruction, result: Result, *, source: str, at: dt.datetime) -> None:
    """The same thing again adds nothing. As a row: the verbs of reconciliation stand above ours."""
    theirs: Money = sent.amount if result.amount is None else result.amount
    is_ours = theirs.currency == sent.currency
    kind = {"currency_differs": ReconItem.Kind.CURRENCY, "amount_differs": ReconItem.Kind.AMOUNT}.get(
        result.code, ReconItem.Kind.STATUS
    )
    item = ReconItem(
        kind=kind,
        sides=[ReconItem.Side.OURS, ReconItem.Side.PROVIDER],
        dedupe_key=f"{kind}:{sent.pk}:{result.status}",
        provider_id=instruction.provider_id,
        our_ref=str(sent.pk),
        amount_diff_minor=theirs.minor - sent.amount_minor if is_ours else 0,
        currency=sent.currency,
        detail={"loan": str(sent.loan_id), "ours": sent.status, "theirs": str(result.status), "source": source},
        opened_at=at,
    )
    ReconItem.objects.bulk_create([item], ignore_conflicts=True)
