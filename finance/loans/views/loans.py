"""Loans that were signed: what is owed and when, the contract on paper, and what may be done."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, page_of
from finance.loans import services
from finance.loans.display import REASON_WORDS, contract_shown, percent, plan_table, table_of
from finance.loans.forms import (
    AccountForm,
    DecideAdjustmentForm,
    DecideReversalForm,
    PayOffForm,
    ProposeRestructureForm,
    ProposeWriteOffForm,
    RecoverForm,
    RepayForm,
    ReverseForm,
    SignPlanForm,
)
from finance.loans.lists import loan_kind_of
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment, LoanContract, LoanReceipt, LoanReversal
from finance.loans.queries import (
    agreed_adjustment,
    asked_adjustment,
    asked_reversal,
    due_of,
    latest_receipt,
    next_due,
    open_adjustment,
    standing_account,
    to_recover,
    unallocated_of,
    write_off_of,
)
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

READ, REPAY, PREPAY = "finance.read_loan", "finance.receive_repayment", "finance.prepay_principal"
RECOVER = "finance.receive_recovery"


def loans() -> QuerySet[Loan]:
    """With what their pages show."""
    return Loan.objects.select_related(
        *("borrower__household", "station__county", "product__lender", "contract", "book__lender", "book__county"),
        *("recommender", "appraiser", "approver", "approver2", "disburser", "application"),
    ).prefetch_related("adjustments__asked_by__person")


@requires(READ, one_object=True)
def contract(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The contract on paper, A4, as it was signed, or the plan that has replaced it; `version` names an earlier one,
    or the new plan to be signed (`agreed`).
    """
    loan = load(loans(), request.user, READ, pk=pk)
    shown, carried = _paper_of(loan, request.GET.get("version", ""))
    if shown is None:
        raise Http404
    template = "contract" if shown.replaces_id is None else "new_plan"
    receipt = LoanReceipt.objects.filter(new_contract=shown).first() if shown.pk else None
    page = {"loan": loan, **contract_shown(loan, shown), "receipt": receipt, "carried": carried, "size": "a4"}
    return render(request, f"finance/loans/{template}.html", page)


def _paper_of(loan: Loan, version: str) -> tuple[LoanContract | None, Money | None]:
    """The contract that is printed, and what a new plan carries to its first day."""
    agreed = agreed_adjustment(loan) if version == "agreed" else None
    if agreed is not None:
        quote = services.plan_today(loan=loan, adjustment=agreed)
        return (services.contract_of(quote), quote.carried) if quote else (None, None)
    is_number = version.isdecimal() and len(version) < 5
    shown = loan.contracts.filter(version=int(version)).first() if is_number else loan.contract
    made_by = LoanAdjustment.objects.filter(new_contract=shown).select_related("loan").first() if shown else None
    return shown, made_by.given_up if made_by else None


def _context(request: SignedInRequest, loan: Loan) -> dict[str, Any]:
    rows = list(loan.installments.order_by("contract_id", "n"))
    paper = reverse("loans:contract", args=[loan.pk])
    contracts = list(loan.contracts.order_by("version"))
    return {
        "loan": loan,
        "kind": loan_kind_of(loan),
        "plan": plan_table(rows, loan.currency) if rows else None,
        "effective": percent(contracts[0].apr_effective_bp) if contracts else "",
        "payout_account": standing_account(loan.borrower),
        "history": history_of(loan, reasons=REASON_WORDS),
        "due": due_of(loan),
        "debt": services.debt_of(loan) - unallocated_of(loan),
        "waits": unallocated_of(loan),
        "next": next_due(loan),
        "receipts": _receipts(loan),
        "asked": asked_reversal(loan),
        "change": asked_adjustment(loan),
        **_new_plan(loan),
        "given_up": write_off_of(loan),
        "to_recover": to_recover(loan),
        "skipped": loan.close_exceptions.open().first(),
        "signed": contracts[0] if contracts else None,
        "papers": [(each, f"{paper}?version={each.version}") for each in contracts],
        "may_prepay": may(request.user, PREPAY) and LOAN.allows("prepay_principal", loan.status) and _is_closed(loan),
        "may_read_application": may(request.user, "finance.read_loan_application"),
    }


def _receipts(loan: Loan) -> list[LoanReceipt]:
    """The newest payments, each with whether it was taken back."""
    taken_back = LoanReversal.objects.filter(receipt=OuterRef("pk"), status=LoanReversal.Status.DONE)
    rows = loan.receipts.select_related("payment").annotate(is_taken_back=Exists(taken_back))
    return list(rows.order_by("-pk")[:24])


def _amounts_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"due": due_of(loan), "debt": services.debt_of(loan) - unallocated_of(loan)}


def _repay(*, loan: Loan, amount: Money, key: str, by: User, at: dt.datetime) -> Payment:
    tender = Tender(payer=loan.borrower)
    station = counter_of(by, REPAY)
    return services.receive_repayment(loan=loan, amount=amount, station=station, tender=tender, by=by, at=at, key=key)


def _pay_off(*, loan: Loan, expected: Money, key: str, by: User, at: dt.datetime) -> Payment:
    tender = Tender(payer=loan.borrower)
    station = counter_of(by, REPAY)
    return services.pay_off_loan(loan=loan, expected=expected, station=station, tender=tender, by=by, at=at, key=key)


def _recover(*, loan: Loan, amount: Money, key: str, by: User, at: dt.datetime) -> Payment:
    tender = Tender(payer=loan.borrower)
    station = counter_of(by, RECOVER)
    return services.receive_recovery(loan=loan, amount=amount, station=station, tender=tender, by=by, at=at, key=key)


def _open_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"left": to_recover(loan)}


def _change_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"asked": open_adjustment(loan)}


def _new_plan(loan: Loan) -> dict[str, Any]:
    """What was asked for or agreed as a new plan, as it would be today."""
    proposal = open_adjustment(loan)
    if proposal is None or proposal.kind != proposal.Kind.RESTRUCTURE or loan.status != Loan.Status.ACTIVE:
        return {"new_plan": None}
    quote = services.plan_today(loan=loan, adjustment=proposal)
    if quote is None:
        return {"new_plan": None, "is_too_little": True}
    table = table_of(quote.schedule, loan.currency)
    is_agreed = proposal.status == proposal.Status.AGREED
    paper = f"{reverse('loans:contract', args=[loan.pk])}?version=agreed"
    return {"new_plan": quote, "new_table": table, "is_agreed": is_agreed, "agreed_paper": paper}


def _quote_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    agreed = agreed_adjustment(loan)
    quote = services.plan_today(loan=loan, adjustment=agreed) if agreed else None
    return {"quote": quote, "currency": loan.currency}


def _longest_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    version = loan.contract.product_version if loan.contract else None
    if version is None:
        return {"longest": 1, "grace": 0}
    return {"longest": max(version.installments_offered), "grace": version.grace_principal_max}


def _may_be_restructured(loan: Loan, _user: User) -> bool:
    if loan.contract is None or open_adjustment(loan):
        return False
    return loan.restructure_count < loan.contract.product_version.restructures_max


def _is_of_another(change: LoanAdjustment | None, kind: str, user: User) -> bool:
    """Whether this user may decide on it: it is of this kind, and another person has asked for it."""
    return change is not None and change.kind == kind and not is_same_person(user, change.asked_by_id)


def _asks_for_plan(loan: Loan, user: User) -> bool:
    return _is_of_another(asked_adjustment(loan), LoanAdjustment.Kind.RESTRUCTURE, user)


def _plan_may_be_refused(loan: Loan, user: User) -> bool:
    return _is_of_another(open_adjustment(loan), LoanAdjustment.Kind.RESTRUCTURE, user)


def _may_be_signed(loan: Loan, _user: User) -> bool:
    agreed = agreed_adjustment(loan)
    return agreed is not None and _is_closed(loan) and services.plan_today(loan=loan, adjustment=agreed) is not None


def _may_be_written_off(loan: Loan, _user: User) -> bool:
    return services.is_ripe_for_write_off(loan) and open_adjustment(loan) is None


def _asks_for_write_off(loan: Loan, user: User) -> bool:
    return _is_of_another(asked_adjustment(loan), LoanAdjustment.Kind.WRITE_OFF, user)


def _latest_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"latest": latest_receipt(loan)}


def _receipt_of(loan: Loan, pk: UUID) -> LoanReceipt:
    return loan.receipts.select_related("payment__station__county").filter(pk=pk).first() or LoanReceipt()


def _reverse(*, loan: Loan, receipt: UUID, reason: str, by: User, at: dt.datetime) -> LoanReversal:
    return services.reverse_receipt(loan=loan, receipt=_receipt_of(loan, receipt), reason=reason, by=by, at=at)


def _propose(*, loan: Loan, receipt: UUID, reason: str, by: User, at: dt.datetime) -> LoanReversal:
    return services.propose_reversal(loan=loan, receipt=_receipt_of(loan, receipt), reason=reason, by=by, at=at)


def _asked_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"asked": asked_reversal(loan)}


def _is_of_today(loan: Loan, _user: User) -> bool:
    latest = latest_receipt(loan)
    return latest is not None and latest.value_date == services.open_day(loan) and not asked_reversal(loan)


def _is_of_a_day_before(loan: Loan, _user: User) -> bool:
    latest = latest_receipt(loan)
    is_over = latest is not None and latest.value_date < services.open_day(loan)
    return is_over and not asked_reversal(loan)


def _is_another(loan: Loan, user: User) -> bool:
    asked = asked_reversal(loan)
    return asked is not None and not is_same_person(user, asked.asked_by_id)


def _is_skipped(loan: Loan, _user: User) -> bool:
    return loan.close_exceptions.open().exists()


def _is_closed(loan: Loan) -> bool:
    return not services.is_skipped(loan)


def _not_paid_out(loan: Loan, _user: User) -> bool:
    return loan.status == Loan.Status.APPROVED


LOAN_PAGE = ObjectPage(
    name="loans:loan",
    template="finance/loans/loan.html",
    grant=READ,
    noun="loan",
    rows=loans,
    context=_context,
    machine=LOAN,
    actions={
        "account": PageAction(
            grant="finance.set_borrower_account",
            service=services.set_borrower_account,
            form=AccountForm,
            is_open=_not_paid_out,
            title=_("The borrower’s own bank account"),
            button=_("Enter this account"),
            doing=_("Recording…"),
            kind="",
        ),
        "disburse": PageAction(
            grant="finance.disburse_loan",
            service=services.disburse_loan,
            arrow="disburse_loan",
            title=_("Pay the loan out"),
            button=_("Send it to the bank"),
            doing=_("Sending…"),
        ),
        "repay": PageAction(
            grant=REPAY,
            service=_repay,
            form=RepayForm,
            form_kwargs=_amounts_of,
            arrow="receive_repayment",
            then=page_of("payments:payment"),
            title=_("Take a repayment"),
            button=_("Take the cash"),
            doing=_("Recording…"),
        ),
        "payoff": PageAction(
            grant=REPAY,
            service=_pay_off,
            form=PayOffForm,
            form_kwargs=_amounts_of,
            arrow="pay_off_loan",
            is_open=lambda loan, _user: _is_closed(loan),
            then=page_of("payments:payment"),
            title=_("Pay the whole loan off today"),
            button=_("Take all of it in cash"),
            doing=_("Recording…"),
            kind="",
        ),
        "recover": PageAction(
            grant=RECOVER,
            service=_recover,
            form=RecoverForm,
            form_kwargs=_open_of,
            arrow="receive_recovery",
            is_open=lambda loan, _user: to_recover(loan).minor > 0,
            then=page_of("payments:payment"),
            title=_("Take what comes in after the write-off"),
            button=_("Take the cash"),
            doing=_("Recording…"),
        ),
        "propose-restructure": PageAction(
            grant="finance.propose_restructure",
            service=services.propose_restructure,
            form=ProposeRestructureForm,
            form_kwargs=_longest_of,
            arrow="propose_restructure",
            is_open=_may_be_restructured,
            title=_("Ask for a new plan"),
            button=_("Ask a second officer"),
            doing=_("Recording…"),
            kind="",
        ),
        "approve-restructure": PageAction(
            grant="finance.approve_restructure",
            service=services.approve_restructure,
            form=DecideAdjustmentForm,
            form_kwargs=_change_of,
            arrow="approve_restructure",
            is_open=_asks_for_plan,
            title=_("Agree to the new plan"),
            button=_("Agree to it"),
            doing=_("Recording…"),
        ),
        "reject-restructure": PageAction(
            grant="finance.reject_restructure",
            service=services.reject_restructure,
            form=DecideAdjustmentForm,
            form_kwargs=_change_of,
            arrow="reject_restructure",
            is_open=_plan_may_be_refused,
            title=_("Keep the plan as it is"),
            button=_("No new plan"),
            doing=_("Recording…"),
            kind="",
        ),
        "send-plan-code": PageAction(
            grant="finance.sign_restructure",
            service=services.send_restructure_code,
            arrow="sign_restructure",
            is_open=_may_be_signed,
            title=_("A code for the new plan to the borrower’s phone"),
            button=_("Send the code"),
            doing=_("Sending…"),
            kind="",
        ),
        "sign-restructure": PageAction(
            grant="finance.sign_restructure",
            service=services.sign_restructure,
            form=SignPlanForm,
            form_kwargs=_quote_of,
            arrow="sign_restructure",
            is_open=_may_be_signed,
            title=_("The borrower signs the new plan"),
            button=_("The new plan is signed"),
            doing=_("Recording…"),
        ),
        "propose-write-off": PageAction(
            grant="finance.propose_write_off",
            service=services.propose_write_off,
            form=ProposeWriteOffForm,
            arrow="propose_write_off",
            is_open=_may_be_written_off,
            title=_("Ask to write the loan off"),
            button=_("Ask a colleague of finance"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "approve-write-off": PageAction(
            grant="finance.approve_write_off",
            service=services.approve_write_off,
            form=DecideAdjustmentForm,
            form_kwargs=_change_of,
            arrow="approve_write_off",
            is_open=_asks_for_write_off,
            title=_("Write the loan off"),
            button=_("Write it off"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "reject-write-off": PageAction(
            grant="finance.reject_write_off",
            service=services.reject_write_off,
            form=DecideAdjustmentForm,
            form_kwargs=_change_of,
            arrow="reject_write_off",
            is_open=_asks_for_write_off,
            title=_("Do not write the loan off"),
            button=_("Let it run on"),
            doing=_("Recording…"),
            kind="",
        ),
        "reverse": PageAction(
            grant="finance.reverse_receipt",
            service=_reverse,
            form=ReverseForm,
            form_kwargs=_latest_of,
            arrow="reverse_receipt",
            is_open=_is_of_today,
            title=_("Reverse the last payment"),
            button=_("Reverse it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "propose-reversal": PageAction(
            grant="finance.propose_reversal",
            service=_propose,
            form=ReverseForm,
            form_kwargs=_latest_of,
            arrow="propose_reversal",
            is_open=_is_of_a_day_before,
            title=_("Ask to reverse the last payment"),
            button=_("Ask a colleague"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "approve-reversal": PageAction(
            grant="finance.approve_reversal",
            service=services.approve_reversal,
            form=DecideReversalForm,
            form_kwargs=_asked_of,
            arrow="approve_reversal",
            is_open=_is_another,
            title=_("Reverse the payment"),
            button=_("Reverse it"),
            doing=_("Recording…"),
            kind="danger",
        ),
        "reject-reversal": PageAction(
            grant="finance.reject_reversal",
            service=services.reject_reversal,
            form=DecideReversalForm,
            form_kwargs=_asked_of,
            arrow="reject_reversal",
            is_open=_is_another,
            title=_("Let the payment stand"),
            button=_("Let it stand"),
            doing=_("Recording…"),
            kind="",
        ),
        "retry-close": PageAction(
            grant="finance.retry_close",
            service=services.retry_close,
            arrow="retry_close",
            is_open=_is_skipped,
            title=_("Close the missing days"),
            button=_("Try again"),
            doing=_("Recording…"),
        ),
        "cancel": PageAction(
            grant="finance.cancel_loan",
            service=services.cancel_loan,
            arrow="cancel_loan",
            title=_("Cancel the loan"),
            button=_("Cancel it"),
            doing=_("Recording…"),
            kind="danger",
        ),
    },
)
