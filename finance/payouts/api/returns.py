"""Money that came back over our bank account, over the API."""

import datetime as dt
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payouts import services
from finance.payouts.models import PayoutLine
from finance.recon.models import BankExplanation
from stations.accounts.models import User


class Returned(NamedTuple):
    """What came back, and the payout that it was, where that is known."""

    came: BankExplanation
    payout: PayoutLine | None = None


class PayoutReturnOut(ReadSerializer):
    """What came back, by the bank line that brought it, and the payout that it was."""

    id = serializers.UUIDField(source="came.pk")
    amount = serializers.CharField(source="came.amount")
    currency = serializers.CharField(source="came.currency")
    line_ref = serializers.CharField(source="came.line.line_ref")
    value_date = serializers.DateField(source="came.line.value_date")
    text = serializers.CharField(source="came.line.text")
    payout = serializers.UUIDField(source="payout.pk", allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0041",
        "amount": "6.00",
        "currency": "CNY",
        "line_ref": "L-9",
        "value_date": "2026-12-01",
        "text": "退汇 0193f0c2-7a11-7c55-9a3e-5b1d2f6a0032",
        "payout": None,
    }


class PayoutReturns(APIView):
    """List payout returns: what came back and waits for its payout, newest first."""

    requires = "finance.read_bank_statement"
    pagination_class = CursorPages
    out_example = [PayoutReturnOut.example]

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=PayoutReturnOut(many=True))
    def get(self, request: Any) -> Response:
        rows = BankExplanation.objects.open_to(request.user, self.requires).waiting().select_related("line")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(PayoutReturnOut([Returned(came) for came in page], many=True).data)


class PayoutReturnIn(serializers.Serializer):
    """The reference of the payout that it was."""

    payout = serializers.UUIDField()


class MatchPayoutReturn(VerbView):
    """Match a payout return: the money is the payee's again."""

    requires = "finance.match_payout_return"
    one_object = True
    In = PayoutReturnIn
    Out = PayoutReturnOut
    refusals = refused_by(services.match_return)
    in_example: ClassVar[dict[str, Any]] = {"payout": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0032"}
    out_example: ClassVar[dict[str, Any]] = {**PayoutReturnOut.example, **in_example}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Returned:
        came = load(BankExplanation.objects.came_back().select_related("line"), user, self.requires, pk=pk)
        payout = PayoutLine.objects.filter(pk=data["payout"]).first()
        if payout is None:
            raise services.ReturnUnfit(field="payout")
        services.match_return(explanation=came, payout=payout, by=user, at=at)
        return Returned(came, payout)
