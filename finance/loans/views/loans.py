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
from finance.loans.display import REASON_WORDS, contract_shown, percent, plan_table
from finance.loans.forms import (
    AccountForm,
    DecideAdjustmentForm,
    DecideReversalForm,
    PayOffForm,
    ProposeWriteOffForm,
    RecoverForm,
    RepayForm,
    ReverseForm,
)
from finance.loans.lists import loan_kind_of
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanReceipt, LoanReversal
from finance.loans.queries import (
    asked_adjustment,
    asked_reversal,
    due_of,
    latest_receipt,
    next_due,
    standing_account,
    to_recover,
    unallocated_of,
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
    )


@requires(READ, one_object=True)
def contract(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The contract on paper, A4, as it was signed, or the plan that has replaced it; `version` names an earlier one."""
    loan = load(loans(), request.user, READ, pk=pk)
    number = request.GET.get("version", "")
    found = loan.contracts.filter(version=int(number)) if number.isdecimal() and len(number) < 5 else None
    shown = found.first() if found is not None else loan.contract
    if shown is None:
        raise Http404
    template = "contract" if shown.replaces_id is None else "new_plan"
    receipt = LoanReceipt.objects.filter(new_contract=shown).first()
    page = {"loan": loan, **contract_shown(loan, shown), "receipt": receipt, "size": "a4"}
    return render(request, f"finance/loans/{template}.html", page)


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
        "given_up": loan.adjustments.filter(kind="write_off", status="done").select_related("decided_by").first(),
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
    return {"asked": asked_adjustment(loan)}


def _may_be_written_off(loan: Loan, _user: User) -> bool:
    return services.is_ripe_for_write_off(loan) and asked_adjustment(loan) is None


def _asks_another(loan: Loan, user: User) -> bool:
    change = asked_adjustment(loan)
    return change is not None and not is_same_person(user, change.asked_by_id)


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
            is_open=_asks_another,
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
            is_open=_asks_another,
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
