"""Loans that were signed: what is owed and when, the contract on paper, and what may be done."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, page_of
from finance.loans import services
from finance.loans.display import REASON_WORDS, contract_shown, percent, plan_table
from finance.loans.forms import AccountForm, PayOffForm, RepayForm
from finance.loans.lists import loan_kind_of
from finance.loans.machine import LOAN
from finance.loans.models import Loan
from finance.loans.queries import due_of, next_due, standing_account
from finance.payments.models import Payment
from finance.payments.services import Tender
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.requests import SignedInRequest

READ, REPAY = "finance.read_loan", "finance.receive_repayment"


def loans() -> QuerySet[Loan]:
    """With what their pages show."""
    return Loan.objects.select_related(
        *("borrower__household", "station__county", "product__lender", "contract", "book__lender", "book__county"),
        *("recommender", "appraiser", "approver", "approver2", "disburser", "application"),
    )


@requires(READ, one_object=True)
def contract(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The contract on paper, A4, as it was signed."""
    loan = load(loans(), request.user, READ, pk=pk)
    return render(request, "finance/loans/contract.html", {"loan": loan, **contract_shown(loan), "size": "a4"})


def _context(request: SignedInRequest, loan: Loan) -> dict[str, Any]:
    rows = list(loan.installments.order_by("contract_id", "n"))
    return {
        "loan": loan,
        "kind": loan_kind_of(loan),
        "plan": plan_table(rows, loan.currency) if rows else None,
        "effective": percent(loan.contract.apr_effective_bp) if loan.contract else "",
        "payout_account": standing_account(loan.borrower),
        "history": history_of(loan, reasons=REASON_WORDS),
        "due": due_of(loan),
        "debt": services.debt_of(loan),
        "next": next_due(loan),
        "receipts": list(loan.receipts.select_related("payment").order_by("-pk")[:24]),
        "may_read_application": may(request.user, "finance.read_loan_application"),
    }


def _amounts_of(_request: HttpRequest, loan: Loan) -> dict[str, Any]:
    return {"due": due_of(loan), "debt": services.debt_of(loan)}


def _repay(*, loan: Loan, amount: Money, key: str, by: User, at: dt.datetime) -> Payment:
    tender = Tender(payer=loan.borrower)
    station = counter_of(by, REPAY)
    return services.receive_repayment(loan=loan, amount=amount, station=station, tender=tender, by=by, at=at, key=key)


def _pay_off(*, loan: Loan, expected: Money, key: str, by: User, at: dt.datetime) -> Payment:
    tender = Tender(payer=loan.borrower)
    station = counter_of(by, REPAY)
    return services.pay_off_loan(loan=loan, expected=expected, station=station, tender=tender, by=by, at=at, key=key)


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
            then=page_of("payments:payment"),
            title=_("Pay the whole loan off today"),
            button=_("Take all of it in cash"),
            doing=_("Recording…"),
            kind="",
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
