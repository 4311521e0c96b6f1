"""Runs that are listed, planned and looked at."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import VerbView
from core.errors import refused_by
from core.web.pagination import CursorPages
from logistics.routes import services
from logistics.routes.api.rows import READ, RunDetailOut, RunOut, run_of, runs
from logistics.routes.models import Route, RouteRun
from stations.accounts.models import User
from stations.network.models import Station
from stations.requests import signed_in

PLAN = "logistics.plan_run"


class RunIn(serializers.Serializer):
    """Which route on which day, and who is at the wheel."""

    route = serializers.CharField(max_length=20)
    day = serializers.DateField()
    driver = serializers.CharField(max_length=150, required=False, allow_null=True, help_text="A user's name.")


class RunQuery(serializers.Serializer):
    """Which runs."""

    status = serializers.ChoiceField(RouteRun.Status.choices, required=False)
    day = serializers.DateField(required=False)


class RunPages(CursorPages):
    ordering = "-id"


class RouteRuns(VerbView):
    """Plan a run of a route, or give one that is planned another driver; GET lists those within reach, newest first.

    Refused: `cannot_drive`, `day_is_over`, `wrong_state`.
    """

    requires = PLAN
    reads = READ
    In = RunIn
    Out = RunOut
    success_status = 201
    pagination_class = RunPages
    refusals = refused_by(services.plan_run)
    in_example: ClassVar[dict[str, Any]] = {"route": "SH-NORTH", "day": "2026-11-25", "driver": None}
    out_example = RunOut.example | {"status": "planned", "driver": None}

    @extend_schema(
        description="List runs within reach, newest first.",
        parameters=[OpenApiParameter("status", str), OpenApiParameter("day", str), OpenApiParameter("cursor", str)],
        responses=RunOut(many=True),
    )
    def get(self, request: Request) -> Response:
        query = RunQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = runs().open_to(request.user, READ)
        if "status" in query.validated_data:
            rows = rows.filter(status=query.validated_data["status"])
        if "day" in query.validated_data:
            rows = rows.filter(run_date=query.validated_data["day"])
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(RunOut(page, many=True).data)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> RouteRun:
        hubs = Station.objects.open_to(user, PLAN)
        route = Route.objects.select_related("start__county").filter(code=data["route"], start__in=hubs).first()
        if route is None:
            raise ValidationError({"route": ["No route within reach has this code."]})
        named = data.get("driver")
        driver = User.objects.filter(username=named).first() if named else None
        if named and driver is None:
            raise ValidationError({"driver": ["No user has this name."]})
        return services.plan_run(route=route, day=data["day"], driver=driver, by=user, at=at)


class RouteRunDetail(APIView):
    """Get a run with its stops and what it carries."""

    requires = READ
    one_object = True

    @extend_schema(responses=RunDetailOut)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(RunDetailOut(run_of(signed_in(request), READ, pk)).data)
