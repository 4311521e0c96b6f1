"""New plans of loans, over the API: two officers agree, the borrower signs."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from finance.loans import services
from finance.loans.api.loan_fields import LoanOut
from finance.loans.api.loans import READ, rows
from finance.loans.api.prepayments import PlannedRowOut, row_said
from finance.loans.api.write_offs import AdjustmentVerb, DecideAdjustmentIn, LoanAdjustmentOut
from finance.loans.models import Loan, LoanAdjustment
from finance.loans.queries import open_adjustment
from stations.accounts.models import User

ASKED: dict[str, Any] = LoanAdjustmentOut.example | {
    "kind": "restructure",
    "reason": "two geese died, the herd is rebuilt",
    "installments": 12,
    "grace_principal": 0,
}


class ProposeRestructureIn(serializers.Serializer):
    """How many instalments the new plan has, how many of the first repay no principal, and why."""

    installments = serializers.IntegerField(min_value=1, max_value=1_200)
    grace_principal = serializers.IntegerField(min_value=0, max_value=1_200, default=0)
    reason = Line(max_length=200)


class SignRestructureIn(serializers.Serializer):
    """As it was shown: the principal that is left and the date of the quote; and the code, or a photo of the paper."""

    left = AmountField()
    on = serializers.DateField()
    code = serializers.CharField(max_length=6, required=False, allow_blank=True, default="")
    paper = serializers.UUIDField(required=False, allow_null=True, default=None)


class RestructureQuoteOut(ReadSerializer):
    """The new plan as it would be today; `carried` is owed to date and due with the first instalment."""

    on = serializers.DateField()
    left = serializers.CharField()
    carried = serializers.CharField()
    currency = serializers.CharField(source="loan.currency")
    rows = PlannedRowOut(many=True)
    get_rows = staticmethod(lambda quote: [row_said(row, quote.loan.currency) for row in quote.schedule.rows])


class RestructureQuotesOut(serializers.Serializer):
    """The plan that was asked for or agreed; none where none waits, or so little is left that it cannot be made."""

    plan = RestructureQuoteOut(allow_null=True)


class RestructureQuote(APIView):
    """The new plan that was asked for, or agreed, as it would be today; stores nothing."""

    requires = READ
    one_object = True
    out_example: ClassVar[dict[str, Any]] = {
        "plan": {
            "on": "2027-01-05",
            "left": "30000.00",
            "carried": "369.00",
            "currency": "CNY",
            "rows": [
                {
                    "due": "2027-02-05",
                    "principal": "1250.00",
                    "interest": "270.00",
                    "payment": "1520.00",
                    "balance": "28750.00",
                }
            ],
        }
    }

    @extend_schema(responses=RestructureQuotesOut)
    def get(self, request: Request, pk: UUID) -> Response:
        loan = load(rows(), request.user, READ, pk=pk)
        proposal = open_adjustment(loan)
        if proposal is None or proposal.kind != LoanAdjustment.Kind.RESTRUCTURE:
            return Response({"plan": None})
        quote = services.plan_today(loan=loan, adjustment=proposal)
        return Response(RestructureQuotesOut({"plan": quote}).data)


class ProposeRestructure(AdjustmentVerb):
    """Ask for a new plan of what is left; a second officer decides, and the borrower signs."""

    requires = "finance.propose_restructure"
    In = ProposeRestructureIn
    success_status = 201
    refusals = refused_by(services.propose_restructure)
    in_example: ClassVar[dict[str, Any]] = {"installments": 12, "grace_principal": 0, "reason": ASKED["reason"]}
    out_example = ASKED

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.propose_restructure(loan=self.loan(user, pk), **data, by=user, at=at)


class ApproveRestructure(AdjustmentVerb):
    """Agree to the new plan that a colleague has asked for."""

    requires = "finance.approve_restructure"
    In = DecideAdjustmentIn
    refusals = refused_by(services.approve_restructure)
    out_example = ASKED | {"status": "agreed"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.approve_restructure(loan=self.loan(user, pk), **data, by=user, at=at)


class RejectRestructure(AdjustmentVerb):
    """Leave the plan as it is: of a colleague's proposal, or of one that nobody has signed."""

    requires = "finance.reject_restructure"
    In = DecideAdjustmentIn
    refusals = refused_by(services.reject_restructure)
    out_example = ASKED | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LoanAdjustment:
        return services.reject_restructure(loan=self.loan(user, pk), **data, by=user, at=at)


class SendPlanCode(AdjustmentVerb):
    """Send the borrower the code that signs the agreed plan; it lives ten minutes."""

    requires = "finance.sign_restructure"
    Out = LoanOut
    refusals = refused_by(services.send_restructure_code)
    in_example: ClassVar[dict[str, Any]] = {}
    out_example = LoanOut.example | {"status": "active", "disbursed_on": "2026-11-25", "outstanding": "30000.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        return services.send_restructure_code(loan=self.loan(user, pk), by=user, at=at)


class SignRestructure(AdjustmentVerb):
    """Put the agreed plan in the place of the one before, signed by code or on paper."""

    requires = "finance.sign_restructure"
    In = SignRestructureIn
    Out = LoanOut
    refusals = refused_by(services.sign_restructure)
    in_example: ClassVar[dict[str, Any]] = {"left": "30000.00", "on": "2027-01-05", "code": "123456"}
    out_example = LoanOut.example | {"status": "active", "disbursed_on": "2026-11-25", "outstanding": "30000.00"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Loan:
        loan = self.loan(user, pk)
        left = data.pop("left").in_currency(loan.currency)
        services.sign_restructure(loan=loan, left=left, **data, by=user, at=at)
        return self.loan(user, pk)
