"""The latest payment of a loan is taken back, on the page of the loan."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.web.page_actions import PageAction
from finance.loans import services
from finance.loans.forms import DecideReversalForm, ReverseForm
from finance.loans.models import Loan, LoanReceipt, LoanReversal
from finance.loans.queries import asked_reversal, latest_receipt
from stations.accounts.models import User
from stations.two_persons import is_same_person


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


#: The actions of a loan's page, in their order.
REVERSALS = {
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
}
