"""Subsidies over the API."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.subsidies.models import SubsidyProgramme
from orders.subsidies.queries import programmes

READ = "orders.read_subsidy"


class SubsidyProgrammeOut(ReadSerializer):
    """One programme of a county: what it gives for a parcel, and what is left of its budget."""

    code = serializers.CharField()
    name = serializers.CharField()
    county = serializers.CharField(source="division.code")
    inbound = serializers.CharField(help_text="For a parcel that is handed over at a station.")
    outbound = serializers.CharField(help_text="For a parcel that is given to the carrier.")
    budget = serializers.CharField()
    used = serializers.CharField()
    left = serializers.CharField()
    currency = serializers.CharField()
    funded = serializers.IntegerField(help_text="Parcels that brought something.")
    unfunded = serializers.IntegerField(help_text="Parcels that came when the budget was used up.")
    from_date = serializers.DateField()
    to_date = serializers.DateField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "code": "sihong-2026",
        "name": "2026年快递进村补贴",
        "county": "321324000000",
        "inbound": "0.50",
        "outbound": "1.00",
        "budget": "50000.00",
        "used": "1284.50",
        "left": "48715.50",
        "currency": "CNY",
        "funded": 2569,
        "unfunded": 0,
        "from_date": "2026-01-01",
        "to_date": "2027-01-01",
    }


class ProgrammePages(CursorPages):
    """The newest first."""

    ordering = "-id"


class SubsidyProgrammes(APIView):
    """List the subsidy programmes of the counties within reach, newest first, with what was given and is left."""

    requires = READ
    pagination_class = ProgrammePages

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=SubsidyProgrammeOut(many=True))
    def get(self, request: Request) -> Response:
        rows = programmes().open_to(request.user, READ)
        pages = self.pagination_class()
        page: list[SubsidyProgramme] | None = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(SubsidyProgrammeOut(page, many=True).data)
