"""Loans that were signed: what is owed and when, the contract on paper, and what may be done."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.access import load, may, requires
from core.web.page_actions import ObjectPage, PageAction
from finance.loans import services
from finance.loans.display import contract_shown, percent, plan_table
from finance.loans.forms import AccountForm
from finance.loans.lists import loan_kind_of
from finance.loans.machine import LOAN
from finance.loans.models import Loan
from finance.loans.queries import standing_account
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest

READ, SIGN = "finance.read_loan", "finance.sign_contract"


def loans() -> QuerySet[Loan]:
    """With what their pages show."""
    return Loan.objects.select_related(
        *("borrower__household", "station__county", "product__lender", "contract", "book__lender", "book__county"),
        *("recommender", "appraiser", "approver", "approver2", "disburser", "application"),
    )


@requires(READ, one_object=True)
def contract(request: SignedInRequest, pk: Any) -> HttpResponse:
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
        "account": standing_account(loan.borrower),
        "history": history_of(loan),
        "may_read_application": may(request.user, "finance.read_loan_application"),
    }


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
