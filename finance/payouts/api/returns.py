"""Money that came back over our bank account, over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.web.pagination import CursorPages
from finance.payouts import services
from finance.payouts.models import PayoutLine
from finance.recon.models import BankExplanation
from stations.accounts.models import User


class PayoutReturnOut(serializers.Serializer):
    """What came back, by the bank line that brought it, and the payout that it was."""

    id = serializers.UUIDField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    line_ref = serializers.CharField()
    value_date = serializers.DateField()
    text = serializers.CharField()
    payout = serializers.UUIDField(allow_null=True)

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
        return pages.get_paginated_response([return_out(came, None) for came in page])


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

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        came = load(BankExplanation.objects.came_back().select_related("line"), user, self.requires, pk=pk)
        payout = PayoutLine.objects.filter(pk=data["payout"]).first()
        if payout is None:
            raise services.ReturnUnfit(field="payout")
        services.match_return(explanation=came, payout=payout, by=user, at=at)
        return return_out(came, payout)


def return_out(came: BankExplanation, payout: PayoutLine | None) -> dict[str, Any]:
    """What came back as the API shows it."""
    return {
        "id": str(came.pk),
        "amount": str(came.amount),
        "currency": came.currency,
        "line_ref": came.line.line_ref,
        "value_date": came.line.value_date,
        "text": came.line.text,
        "payout": str(payout.pk) if payout else None,
    }
