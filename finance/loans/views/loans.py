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
from finance.loans.forms import AccountForm, PayOffForm, RecoverForm, RepayForm
from finance.loans.lists import loan_kind_of
from finance.loans.machine import LOAN
from finance.loans.models import Loan, LoanAdjustment, LoanContract, LoanReceipt, LoanReversal
from finance.loans.queries import (
    agreed_plan,
    announced_rate,
    asked_adjustment,
    asked_reversal,
    due_of,
    next_due,
    standing_account,
    to_recover,
    unallocated_of,
    with_unallocated,
    write_off_of,
)
from finance.loans.views.adjustments import ADJUSTMENTS, new_plan_shown, new_rate_shown, rate_notice_shown
from finance.loans.views.reversals import REVERSALS
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.requests import SignedInRequest

READ, REPAY, PREPAY = "finance.read_loan", "finance.receive_repayment", "finance.prepay_principal"
RECOVER = "finance.receive_recovery"


def loans() -> QuerySet[Loan]:
    """With what their pages show."""
    rows = Loan.objects.select_related(
        *("borrower__household", "station__county", "product__lender", "contract", "book__lender", "book__county"),
        *("recommender", "appraiser", "approver", "approver2", "disburser", "application__group"),
    )
    return with_unallocated(rows.prefetch_related("adjustments__asked_by__person"))


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
    about = {"receipt": receipt, "carried": carried, "is_of_new_rate": shown.manner == LoanContract.Manner.NOTICE}
    page = {"loan": loan, **contract_shown(loan, shown), **about, "size": "a4"}
    return render(request, f"finance/loans/{template}.html", page)


@requires(READ, one_object=True)
def rate_notice(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The slip that tells the borrower of a new rate: which, from when on, and the instalments that it changes."""
    loan = load(loans(), request.user, READ, pk=pk)
    change = announced_rate(loan)
    shown = rate_notice_shown(loan, change) if change else {}
    return render(request, "finance/loans/rate_notice.html", {"loan": loan, **shown})


def _paper_of(loan: Loan, version: str) -> tuple[LoanContract | None, Money | None]:
    """The contract that is printed, and what a new plan carries to its first day."""
    agreed = agreed_plan(loan) if version == "agreed" else None
    if agreed is not None:
        quote = services.plan_today(loan=loan, adjustment=agreed)
        return (services.contract_of(quote), quote.carried) if quote else (None, None)
    is_number = version.isdecimal() and len(version) < 5
    shown = loan.contracts.filter(version=int(version)).first() if is_number else loan.contract
    replanned = LoanAdjustment.objects.filter(kind=LoanAdjustment.Kind.RESTRUCTURE)
    made_by = replanned.filter(new_contract=shown).select_related("loan").first() if shown else None
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
        "debt": services.payoff_of(loan),
        "waits": unallocated_of(loan),
        "next": next_due(loan),
        "receipts": _receipts(loan),
        "asked": asked_reversal(loan),
        "change": asked_adjustment(loan),
        **new_plan_shown(loan),
        **new_rate_shown(loan),
        "given_up": write_off_of(loan),
        "fees": [
            (fee.get_stage_display(), fee.get_status_display()) for fee in loan.recommendation_fees.order_by("pk")
        ],
        "to_recover": to_recover(loan),
        "skipped": loan.close_exceptions.open().first(),
        "signed": contracts[0] if contracts else None,
        "papers": [(each, f"{paper}?version={each.version}") for each in contracts],
        "may_prepay": may(request.user, PREPAY)
        and LOAN.allows("prepay_principal", loan.status)
        and not services.is_skipped(loan),
        "may_read_application": may(request.user, "finance.read_loan_application"),
    }


def _receipts(loan: Loan) -> list[LoanReceipt]:
    """The newest payments, each with whether it was taken back."""
    taken_back = LoanReversal.objects.filter(receipt=OuterRef("pk"), status=LoanReversal.Status.DONE)
    rows = loan.receipts.select_related("payment").annotate(is_taken_back=Exists(taken_back))
    return list(rows.order_by("-pk")[:24])


def _amounts_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"due": due_of(loan), "debt": services.payoff_of(loan)}


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


def _is_skipped(loan: Loan, _user: User) -> bool:
    return loan.close_exceptions.open().exists()


def _is_closed(loan: Loan, _user: User) -> bool:
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
            is_open=_is_closed,
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
        **ADJUSTMENTS,
        **REVERSALS,
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
