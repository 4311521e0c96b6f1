"""Loans over the API: signed, paid out, and how they stand."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.web.pagination import CursorPages
from finance.loans import services
from finance.loans.api.application_fields import APPROVED, LoanApplicationOut
from finance.loans.api.loan_fields import BorrowerAccountIn, BorrowerAccountOut, LoanDetailOut, LoanOut, SignIn
from finance.loans.lists import SKIPPED
from finance.loans.models import CloseException, Loan, LoanApplication
from finance.payouts.models import PayoutAccount
from stations.accounts.models import User

READ = "finance.read_loan"


class LoanPages(CursorPages):
    ordering = "-id"


def rows() -> Any:
    """With what the answers show."""
    related = ("station__county", "product", "borrower", "contract", "book__lender", "book__county", "application")
    why = CloseException.objects.open().filter(loan=OuterRef("pk")).values("error")
    return Loan.objects.select_related(*related).annotate(skipped=Subquery(why[:1]))


class Loans(APIView):
    """Loans within reach."""

    requires = READ
    pagination_class = LoanPages

    @extend_schema(
        parameters=[
            OpenApiParameter("late", bool),
            OpenApiParameter("skipped", bool),
            OpenApiParameter("cursor", str),
        ],
        responses=LoanOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Loans within reach, newest first; `late=true` shows those on which something is overdue.

        `skipped=true` shows those of which a day could not be closed, with `skipped` saying why.
        """
        found = rows().open_to(request.user, READ)
        if request.query_params.get("late") == "true":
            found = found.running().filter(days_past_due__gt=0)
        if request.query_params.get("skipped") == "true":
            found = found.filter(SKIPPED)
        pages = self.pagination_class()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(LoanOut(page, many=True).data)


class LoanDetail(APIView):
    """One loan with its price and its instalments."""

    requires = READ
    one_object = True

    @extend_schema(responses=LoanDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(LoanDetailOut(load(rows(), request.user, READ, pk=pk)).data)


class SendSigningCode(VerbView):
    """Send the borrower the code that signs today's plan; it lives ten minutes."""

    requires = "finance.sign_contract"
    one_object = True
    Out = LoanApplicationOut
    refusals = refused_by(services.send_signing_code)
    out_example = APPROVED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanApplication:
        return services.send_signing_code(application=_application(user, self.requires, pk), by=user, at=at)


class SignContract(VerbView):
    """Sign the contract of what was approved, by code or on paper; it never changes afterwards."""

    requires = "finance.sign_contract"
    one_object = True
    In = SignIn
    Out = LoanOut
    success_status = 201
    refusals = refused_by(services.sign_contract)
    in_example: ClassVar[dict[str, Any]] = {"on": "2026-11-25", "code": "123456"}
    out_example = LoanOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        application = _application(user, self.requires, pk)
        return services.sign_contract(application=application, **data, by=user, at=at)


def _application(user: User, verb: str, pk: UUID) -> LoanApplication:
    found = LoanApplication.objects.select_related(
        "station__county", "person", "product__lender", "version__product__lender"
    )
    return load(found, user, verb, pk=pk)


class _LoanVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = LoanOut

    def loan(self, user: User, pk: UUID) -> Loan:
        """The loan within reach of the verb."""
        return load(rows(), user, self.requires, pk=pk)


class SetBorrowerAccount(_LoanVerb):
    """Write down the borrower's own account; usable after three days, once finance has confirmed it."""

    requires = "finance.set_borrower_account"
    In = BorrowerAccountIn
    Out = BorrowerAccountOut
    refusals = refused_by(services.set_borrower_account)
    in_example: ClassVar[dict[str, Any]] = {
        "bank_code": "ICBC",
        "account_no": "6222021102004821",
        "holder_name": "王秀英",
    }
    out_example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "bank_code": "ICBC",
        "account_tail": "4821",
        "status": "pending",
        "usable_from": "2026-11-30T03:00:00.000Z",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutAccount:
        return services.set_borrower_account(loan=self.loan(user, pk), **data, by=user, at=at)


class DisburseLoan(_LoanVerb):
    """Have the bank pay the loan to the borrower's own account; its answer moves the loan."""

    requires = "finance.disburse_loan"
    refusals = refused_by(services.disburse_loan)
    out_example = LoanOut.example | {"status": "disbursing"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        return services.disburse_loan(loan=self.loan(user, pk), by=user, at=at)


class RetryClose(_LoanVerb):
    """Close the missing days of a loan that a close has skipped, one by one."""

    requires = "finance.retry_close"
    refusals = refused_by(services.retry_close)
    out_example = LoanOut.example | {"status": "active", "disbursed_on": "2026-11-25", "outstanding": "30000.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        return services.retry_close(loan=self.loan(user, pk), by=user, at=at)


class CancelLoan(_LoanVerb):
    """Cancel a signed loan before it is paid out."""

    requires = "finance.cancel_loan"
    refusals = refused_by(services.cancel_loan)
    out_example = LoanOut.example | {"status": "cancelled", "closed_at": "2026-11-27T03:00:00.000Z"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        return services.cancel_loan(loan=self.loan(user, pk), by=user, at=at)
