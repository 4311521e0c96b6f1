"""Companies' daily files with what they come to, and risk rows."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.recon.models import ProviderFile, RiskRow


class ProviderSumOut(serializers.Serializer):
    """What the lines of one kind come to; `amount` is what comes to our bank account, below nought what goes."""

    kind = serializers.CharField()
    reference = serializers.CharField()
    amount = serializers.CharField()
    due_date = serializers.DateField()
    settled_at = serializers.DateTimeField(allow_null=True)


class ProviderFileOut(ReadSerializer):
    """A daily file that was read whole."""

    id = serializers.IntegerField(source="pk")
    provider = serializers.CharField(source="provider.code")
    file_date = serializers.DateField()
    sequence = serializers.IntegerField()
    lines = serializers.IntegerField(source="line_count")
    to_decide = serializers.IntegerField(source="to_decide_count")
    total = serializers.CharField()
    fee = serializers.CharField()
    currency = serializers.CharField()
    imported_at = serializers.DateTimeField()
    sums = ProviderSumOut(many=True)

    @staticmethod
    def get_total(file: ProviderFile) -> str:
        return str(Money(file.total_minor, file.currency))

    @staticmethod
    def get_fee(file: ProviderFile) -> str:
        return str(Money(file.fee_minor, file.currency))

    @staticmethod
    def get_sums(file: ProviderFile) -> Any:
        return [
            {
                "kind": each.kind,
                "reference": each.reference,
                "amount": str(each.amount),
                "due_date": each.due_date,
                "settled_at": each.settled_at,
            }
            for each in sorted(file.sums.all(), key=lambda each: each.kind)
        ]


class RiskRowOut(ReadSerializer):
    """Something that stood out on a night."""

    date = serializers.DateField()
    kind = serializers.CharField()
    station = serializers.CharField(source="station.code")
    subject = serializers.CharField()
    figures = serializers.DictField()


class ProviderFiles(APIView):
    """List daily files of providers, newest first, each with its sums."""

    requires = "finance.read_recon_item"
    pagination_class = CursorPages

    @extend_schema(
        parameters=[
            OpenApiParameter("country", str, description="ISO 3166, two letters: files of providers there."),
            OpenApiParameter("cursor", str),
        ],
        responses=ProviderFileOut(many=True),
    )
    def get(self, request: Any) -> Response:
        rows = ProviderFile.objects.open_to(request.user, self.requires)
        if country := request.query_params.get("country", ""):
            rows = rows.filter(provider__country=country)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows.select_related("provider").prefetch_related("sums"), request, view=self)
        return pages.get_paginated_response(ProviderFileOut(page, many=True).data)


class RiskRows(APIView):
    """List risk rows, newest first."""

    requires = "finance.read_risk_row"
    pagination_class = CursorPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=RiskRowOut(many=True))
    def get(self, request: Any) -> Response:
        rows = RiskRow.objects.open_to(request.user, self.requires).select_related("station")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(RiskRowOut(page, many=True).data)
