"""Losses over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.language.typed import Words
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.recon.models import BankStatementLine
from finance.tills import services
from finance.tills.api.remittances import ArrivedLineIn
from finance.tills.models import LossCase, Remittance
from stations.accounts.models import User
from stations.models import Station

READ, REPORT = "finance.read_loss_case", "finance.report_loss"


class ReportLossIn(serializers.Serializer):
    """What is gone, and how; a remittance where it was lost on its way (the amount is then its own)."""

    station = serializers.CharField(max_length=11)
    kind = serializers.ChoiceField(choices=LossCase.Kind.choices)
    amount = AmountField()
    remittance = serializers.UUIDField(required=False, allow_null=True, default=None)
    police_number = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    insurer = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    text = Words(max_length=2_000)
    files = serializers.ListField(child=serializers.UUIDField(), max_length=8, required=False, default=list)


class LossCaseOut(ReadSerializer):
    """A loss, charged to nobody."""

    id = serializers.UUIDField(source="pk")
    station = serializers.CharField(source="station.code")
    kind = serializers.CharField()
    amount = serializers.CharField()
    insured = serializers.CharField()
    currency = serializers.CharField()
    police_number = serializers.CharField()
    insurer = serializers.CharField()
    text = serializers.CharField()
    status = serializers.CharField()
    reported_at = serializers.DateTimeField()
    asked_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30",
        "station": "321324-0007",
        "kind": "robbery",
        "amount": "800.00",
        "insured": "0.00",
        "currency": "CNY",
        "police_number": "泗公(双)2026-1125",
        "insurer": "",
        "text": "The door was forced at night.",
        "status": "open",
        "reported_at": "2026-11-25T00:40:00.000Z",
        "asked_at": None,
        "closed_at": None,
    }


class LossCases(VerbView):
    """Report a loss of cash."""

    requires = REPORT
    reads = READ
    pagination_class = CursorPages
    In = ReportLossIn
    Out = LossCaseOut
    success_status = 201
    refusals = refused_by(services.report_loss, services.own_files)
    in_example = {
        "station": "321324-0007",
        "kind": "robbery",
        "amount": "800.00",
        "police_number": "泗公(双)2026-1125",
        "text": "The door was forced at night.",
    }
    out_example = LossCaseOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> LossCase:
        station = load(Station.objects.select_related("county"), user, REPORT, code=data["station"])
        remittance = Remittance.objects.filter(pk=data["remittance"], station=station).first()
        return services.report_loss(
            station=station,
            kind=data["kind"],
            amount=data["amount"].in_currency(station.currency),
            remittance=remittance,
            police_number=data["police_number"],
            insurer=data["insurer"],
            text=data["text"],
            files=services.own_files(data["files"], by=user),
            by=user,
            at=at,
        )

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=LossCaseOut(many=True))
    def get(self, request: Any) -> Response:
        """List losses within reach, newest first."""
        rows = LossCase.objects.open_to(request.user, READ).select_related("station")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(LossCaseOut(page, many=True).data)


class LossCaseVerb(VerbView):
    """A verb of one loss."""

    one_object = True
    Out = LossCaseOut
    out_example = LossCaseOut.example

    def loss(self, user: User, pk: UUID) -> LossCase:
        """The loss, where a post with this verb reaches it."""
        return load(LossCase.objects.select_related("station__county"), user, self.requires, pk=pk)


class TakeInsurance(LossCaseVerb):
    """Record an insurer's payment: which bank line it is."""

    requires = "finance.take_insurance"
    In = ArrivedLineIn
    in_example = {"bank_line": "019ab8f2-6c1e-7d0a-8d4e-2f6a1c9b7e30"}
    refusals = refused_by(services.take_insurance)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LossCase:
        loss = self.loss(user, pk)
        line = BankStatementLine.objects.filter(pk=data["bank_line"]).first()
        if line is None:
            raise services.BankLineUnfitForSlip(field="bank_line")
        return services.take_insurance(loss_case=loss, bank_line=line, by=user, at=at)


class CloseLoss(LossCaseVerb):
    """Close a loss case: the first person asks, the second does it, and the company absorbs what is left."""

    requires = "finance.close_loss"
    refusals = refused_by(services.close_loss)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> LossCase:
        return services.close_loss(loss_case=self.loss(user, pk), by=user, at=at)
