"""Single payouts over the API: one's own, and for finance everybody's."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import SIGNED_IN, load
from core.api import VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.payouts import services
from finance.payouts.models import PayoutLine
from finance.settlement.queries.payees import names_of
from stations.accounts.models import User


class NamedPayout(NamedTuple):
    """A payout and the name of its payee."""

    line: PayoutLine
    payee_name: str


class PayoutOut(ReadSerializer):
    """One payout; of a bank account only the end of the number is ever shown."""

    our_ref = serializers.UUIDField(source="line.pk")
    payee = serializers.CharField(source="line.payee")
    payee_name = serializers.CharField()
    amount = serializers.CharField(source="line.amount")
    currency = serializers.CharField(source="line.currency")
    status = serializers.CharField(source="line.status")
    return_code = serializers.CharField(source="line.return_code", allow_null=True)
    kind = serializers.CharField(source="line.payout_account.kind", allow_null=True)
    account_tail = serializers.CharField(source="line.payout_account.account_tail", allow_null=True)
    batch = serializers.CharField(source="line.batch.number", allow_null=True)
    period_from = serializers.DateField(source="line.statement.period_from", allow_null=True)
    period_to = serializers.DateField(source="line.statement.period_to", allow_null=True)
    reissues = serializers.UUIDField(source="line.reissues_id", allow_null=True)
    made_at = serializers.DateTimeField(source="line.made_at")
    paid_at = serializers.DateTimeField(source="line.paid_at", allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "our_ref": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0032",
        "payee": "0193f0c27a117c559a3e5b1d2f6a0001",
        "payee_name": "周素云",
        "amount": "6.00",
        "currency": "CNY",
        "status": "paid",
        "return_code": None,
        "kind": "bank",
        "account_tail": "4821",
        "batch": "P-261130-1",
        "period_from": "2026-11-23",
        "period_to": "2026-11-29",
        "reissues": None,
        "made_at": "2026-11-30T01:00:00.000Z",
        "paid_at": "2026-11-30T03:12:00.000Z",
    }


class Payouts(APIView):
    """List payouts, newest first: one's own; for readers of the network's payouts, all of them."""

    requires = SIGNED_IN
    pagination_class = CursorPages
    out_example = [PayoutOut.example]

    @extend_schema(
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("status", str, enum=PayoutLine.Status.values),
        ],
        responses=PayoutOut(many=True),
    )
    def get(self, request: Any) -> Response:
        rows = PayoutLine.objects.seen_by(request.user)
        status = request.query_params.get("status")
        if status in PayoutLine.Status.values:
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        rows = rows.select_related("payout_account__station", "statement", "batch")
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(PayoutOut(with_names(page), many=True).data)


class ReissuePayout(VerbView):
    """Reissue a payout with the next batch, after it failed or came back."""

    requires = "finance.reissue_payout"
    one_object = True
    Out = PayoutOut
    success_status = 201
    refusals = refused_by(services.reissue_payout)
    out_example = {
        **PayoutOut.example,
        "status": "draft",
        "batch": None,
        "kind": None,
        "account_tail": None,
        "paid_at": None,
        "reissues": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0030",
    }

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> NamedPayout:
        line = load(PayoutLine.objects, user, self.requires, pk=pk)
        return with_names([services.reissue_payout(line=line, by=user, at=at)])[0]


def with_names(lines: Sequence[PayoutLine]) -> list[NamedPayout]:
    """Payouts with the names of their payees, of whom all are asked for together."""
    names = names_of(line.payee for line in lines)
    return [NamedPayout(line, names.get(line.payee, line.payee)) for line in lines]
