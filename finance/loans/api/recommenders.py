"""Who recommends loans, over the API: how their loans do, and two people who lift a suspension."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.credit import services
from finance.credit.models import RecommendationStanding
from finance.credit.models.vintages import READ
from finance.credit.queries import newest_vintages, standings
from stations.accounts.models import User


class StandingPages(CursorPages):
    ordering = "-id"


class VintageOut(ReadSerializer):
    """The loans of one quarter that one partner has recommended, as they stood at the close of `as_of`."""

    quarter = serializers.DateField(source="quarter_date")
    as_of = serializers.DateField(source="as_of_date")
    loans = serializers.IntegerField()
    currency = serializers.CharField()
    disbursed = serializers.CharField()
    at_risk = serializers.CharField()
    par30_bp = serializers.IntegerField()


class StandingOut(ReadSerializer):
    """Whether a partner recommends loans, and the quarter that speaks against it; `proposal` waits for the lender."""

    id = serializers.UUIDField(source="pk")
    partner = serializers.UUIDField(source="partner_id")
    county = serializers.CharField(source="county.code")
    status = serializers.CharField()
    since = serializers.DateField(source="since_date")
    quarter = serializers.DateField(source="quarter_date", allow_null=True)
    par30_bp = serializers.IntegerField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0fb1",
        "partner": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0a02",
        "county": "321324",
        "status": "suspended",
        "since": "2027-01-25",
        "quarter": "2026-10-01",
        "par30_bp": 600,
    }


class StandingDetailOut(StandingOut):
    """With the last four quarters, the newest first, and what the county has asked for."""

    vintages = VintageOut(many=True)
    proposal = serializers.UUIDField(allow_null=True)
    get_vintages = staticmethod(newest_vintages)
    get_proposal = staticmethod(lambda row: getattr(services.asked_reinstatement(row), "pk", None))

    example: ClassVar[dict[str, Any]] = StandingOut.example | {
        "vintages": [
            {
                "quarter": "2026-10-01",
                "as_of": "2027-01-25",
                "loans": 10,
                "currency": "CNY",
                "disbursed": "440000.00",
                "at_risk": "26400.00",
                "par30_bp": 600,
            }
        ],
        "proposal": None,
    }


class Standings(APIView):
    """Partners who recommend loans, within reach."""

    requires = READ
    pagination_class = StandingPages

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=StandingOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """Partners of whom loans are measured; `status=suspended` shows those who recommend no further one."""
        found = standings().open_to(request.user, READ)
        status = request.query_params.get("status", "")
        if status in RecommendationStanding.Status.values:
            found = found.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(StandingOut(page, many=True).data)


class StandingDetail(APIView):
    """One partner with the last four quarters."""

    requires = READ
    one_object = True

    @extend_schema(responses=StandingDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(StandingDetailOut(load(standings(), request.user, READ, pk=pk)).data)


class ProposeReinstatementIn(serializers.Serializer):
    """What has been done about the late loans."""

    reason = Line(max_length=200)


class DecideReinstatementIn(serializers.Serializer):
    """Which proposal, so that no other is decided."""

    proposal = serializers.UUIDField()


class _StandingVerb(VerbView):
    one_object = True
    Out = StandingOut
    out_example: ClassVar[dict[str, Any]] = StandingOut.example
    in_example: ClassVar[dict[str, Any]] = {"proposal": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0fb2"}

    def standing(self, user: User, pk: UUID) -> RecommendationStanding:
        """The partner within reach of the verb."""
        return load(standings(), user, self.requires, pk=pk)


class ProposeReinstatement(_StandingVerb):
    """Ask the lender that a suspended partner recommends loans again."""

    requires = "finance.propose_reinstatement"
    In = ProposeReinstatementIn
    success_status = 201
    refusals = refused_by(services.propose_reinstatement)
    in_example: ClassVar[dict[str, Any]] = {"reason": "visited all four, two have paid"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RecommendationStanding:
        return services.propose_reinstatement(standing=self.standing(user, pk), **data, by=user, at=at)


class ApproveReinstatement(_StandingVerb):
    """Let a partner recommend again for whom the county has asked."""

    requires = "finance.approve_reinstatement"
    In = DecideReinstatementIn
    refusals = refused_by(services.approve_reinstatement)
    out_example = StandingOut.example | {"status": "warned"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RecommendationStanding:
        return services.approve_reinstatement(standing=self.standing(user, pk), **data, by=user, at=at)


class RejectReinstatement(_StandingVerb):
    """Leave a partner suspended for whom the county has asked."""

    requires = "finance.reject_reinstatement"
    In = DecideReinstatementIn
    refusals = refused_by(services.reject_reinstatement)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> RecommendationStanding:
        return services.reject_reinstatement(standing=self.standing(user, pk), **data, by=user, at=at)
