"""Batches over the API: opened and calculated by one officer, approved by another, exported once."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import demand_everywhere, load
from core.api import CurrencyField, VerbView
from core.errors import refused_by
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.countries import CountryField
from finance.payouts import services
from finance.payouts.api.lines import PayoutOut, with_names
from finance.payouts.models import PayoutBatch
from finance.payouts.queries import totals_by_county
from stations.accounts.models import User
from stations.models import Division

READ = "finance.read_payout_batch"


class PayoutBatchIn(serializers.Serializer):
    """For which region; nothing: for the whole country."""

    country = CountryField()
    region = serializers.RegexField(
        r"^[0-9]{12}$", required=False, allow_null=True, default=None, help_text="Code of a county or a larger region."
    )
    currency = CurrencyField()


class CountyTotalOut(serializers.Serializer):
    """What one county gets."""

    county = serializers.CharField()
    payouts = serializers.IntegerField()
    total = serializers.CharField()
    unpaid = serializers.IntegerField()


class PayoutBatchOut(ReadSerializer):
    """A batch with its totals; `sha256` is of its file once that is written."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    status = serializers.CharField()
    region = serializers.CharField(source="division.code", allow_null=True)
    currency = serializers.CharField()
    payouts = serializers.IntegerField(source="line_count")
    total = serializers.CharField()
    counties = CountyTotalOut(many=True)
    sha256 = serializers.CharField(source="file_sha256", allow_null=True)
    opened_at = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0031",
        "number": "P-261130-1",
        "status": "calculated",
        "region": None,
        "currency": "CNY",
        "payouts": 1,
        "total": "6.00",
        "counties": [{"county": "泗洪县", "payouts": 1, "total": "6.00", "unpaid": 0}],
        "sha256": None,
        "opened_at": "2026-11-30T01:00:00.000Z",
    }

    @staticmethod
    def get_counties(batch: PayoutBatch) -> Any:
        return [
            {"county": row.county, "payouts": row.payouts, "total": str(row.total), "unpaid": row.unpaid}
            for row in totals_by_county(batch)
        ]


class PayoutFileOut(serializers.Serializer):
    """The file `payout-1` of docs/providers.md, the same bytes at every export."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    content = serializers.CharField()

    example: ClassVar[dict[str, Any]] = {
        "name": "P-261130-1.csv",
        "sha256": "4f6f0d3c1a9d0e3d7d2f5f0f8a7f4a52f6f6a1f3c9b6c8d0f3a3b6e0c9d1e2f3",
        "content": "H,1,P-261130-1,2026-11-30,CNY\n"
        "D,1,0193f0c2-7a11-7c55-9a3e-5b1d2f6a0032,ICBC,6222021102004821,周素云,6.00,commission 20261123-20261129\n"
        "T,1,6.00\n",
    }


class PayoutBatches(VerbView):
    """Open a payout batch."""

    requires = "finance.create_payout_batch"
    refusals = refused_by(services.create_payout_batch)
    reads = READ
    pagination_class = CursorPages
    In = PayoutBatchIn
    Out = PayoutBatchOut
    success_status = 201
    in_example: ClassVar[dict[str, Any]] = {"country": "CN", "region": None, "currency": "CNY"}
    out_example = {**PayoutBatchOut.example, "status": "open", "payouts": 0, "total": "0.00", "counties": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PayoutBatch:
        demand_everywhere(user, self.requires)
        code = data["region"]
        division = get_object_or_404(_regions(data["country"]), code=code) if code else None
        return services.create_payout_batch(
            country=data["country"], currency=data["currency"], division=division, by=user, at=at
        )

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=PayoutBatchOut(many=True))
    def get(self, request: Any) -> Response:
        """List payout batches, newest first."""
        rows = PayoutBatch.objects.open_to(request.user, READ).select_related("division")
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(PayoutBatchOut(page, many=True).data)


#: Of what a batch may be: a county or something larger.
REGIONS = ("county", "prefecture", "province")


class PayoutBatchDetail(APIView):
    """Get a payout batch with its totals by county."""

    requires = READ
    one_object = True
    out_example = PayoutBatchOut.example

    @extend_schema(responses=PayoutBatchOut)
    def get(self, request: Any, pk: UUID) -> Response:
        return Response(PayoutBatchOut(load(PayoutBatch.objects, request.user, READ, pk=pk)).data)


class PayoutBatchLines(APIView):
    """List the payouts of a batch, in the order of their references."""

    requires = READ
    one_object = True
    pagination_class = CursorPages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=PayoutOut(many=True))
    def get(self, request: Any, pk: UUID) -> Response:
        batch = load(PayoutBatch.objects, request.user, READ, pk=pk)
        pages = self.pagination_class()
        rows = batch.lines.select_related("payout_account__station", "statement", "batch")
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(PayoutOut(with_names(page), many=True).data)


class PayoutBatchVerb(VerbView):
    """A verb of one batch."""

    one_object = True
    Out: ClassVar[type[serializers.Serializer] | None] = PayoutBatchOut

    def batch(self, user: User, pk: UUID) -> PayoutBatch:
        """The batch, where a post with this verb reaches it."""
        return load(PayoutBatch.objects, user, self.requires, pk=pk)


class CalculatePayoutBatch(PayoutBatchVerb):
    """Calculate a payout batch.

    Take up every closed statement that can be paid, withdrawals, and what is paid again.
    """

    requires = "finance.calculate_payout_batch"
    refusals = refused_by(services.calculate_payout_batch)
    out_example = PayoutBatchOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutBatch:
        return services.calculate_payout_batch(batch=self.batch(user, pk), by=user, at=at)


class ApprovePayoutBatch(PayoutBatchVerb):
    """Approve a payout batch.

    Set every amount aside, and pay cash and floats; by another person than opened or calculated it.
    """

    requires = "finance.approve_payout_batch"
    refusals = refused_by(services.approve_payout_batch)
    out_example = {**PayoutBatchOut.example, "status": "approved"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutBatch:
        return services.approve_payout_batch(batch=self.batch(user, pk), by=user, at=at)


class ExportPayoutBatch(PayoutBatchVerb):
    """Export a payout batch: write the file and have it sent to the bank; again: the very same bytes."""

    requires = "finance.export_payout_batch"
    Out = PayoutFileOut
    refusals = refused_by(services.export_payout_batch)
    out_example = PayoutFileOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> dict[str, Any]:
        file = services.export_payout_batch(batch=self.batch(user, pk), by=user, at=at)
        return {"name": file.name, "sha256": file.sha256, "content": file.content.decode()}


class CancelPayoutBatch(PayoutBatchVerb):
    """Cancel a payout batch before its file is written; every hold is voided."""

    requires = "finance.cancel_payout_batch"
    refusals = refused_by(services.cancel_payout_batch)
    out_example = {**PayoutBatchOut.example, "status": "cancelled", "payouts": 0, "total": "0.00", "counties": []}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PayoutBatch:
        return services.cancel_payout_batch(batch=self.batch(user, pk), by=user, at=at)


def _regions(country: str) -> QuerySet[Division]:
    return Division.objects.current().filter(country=country, level__in=REGIONS)
