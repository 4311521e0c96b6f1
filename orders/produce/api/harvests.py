"""Harvest notices over the API."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.produce import services
from orders.produce.api.fields import ProduceReasonIn, crop_called, person_of
from orders.produce.models import HarvestNotice
from orders.produce.models.harvests import HarvestNoticeQuerySet
from orders.stock.forms import MOST
from stations.accounts.models import User
from stations.current_station import counter_of

READ = "orders.read_intake"


class HarvestNoticeIn(serializers.Serializer):
    """Who will bring how much of what, from which day to which."""

    farmer = serializers.UUIDField()
    crop = Line(max_length=20)
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    expected_g = serializers.IntegerField(min_value=1, max_value=MOST)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The last day is no earlier than the first."""
        if attrs["to_date"] < attrs["from_date"]:
            raise serializers.ValidationError({"to_date": ["The last day lies before the first."]})
        return super().validate(attrs)


class HarvestNoticeOut(ReadSerializer):
    """One notice; weights in grams."""

    id = serializers.UUIDField()
    farmer = serializers.UUIDField(source="farmer_id")
    station = serializers.CharField(source="station.code")
    crop = serializers.CharField(source="crop.code")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    expected_g = serializers.IntegerField()
    confirmed_g = serializers.IntegerField(allow_null=True)
    taken_in_g = serializers.IntegerField()
    status = serializers.CharField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "farmer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "station": "321324-0007",
        "crop": "fuji",
        "from_date": "2026-11-27",
        "to_date": "2026-11-29",
        "expected_g": 200000,
        "confirmed_g": None,
        "taken_in_g": 0,
        "status": "announced",
    }


class ConfirmHarvestIn(serializers.Serializer):
    """How much will be taken."""

    confirmed_g = serializers.IntegerField(min_value=1, max_value=MOST)


class HarvestPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class HarvestNotices(VerbView):
    """Announce a harvest: who will bring how much of what, and when."""

    requires, reads = "orders.announce_harvest", READ
    pagination_class = HarvestPages
    In = HarvestNoticeIn
    Out = HarvestNoticeOut
    success_status = 201
    refusals = refused_by(services.announce_harvest)
    in_example: ClassVar[dict[str, Any]] = {
        "farmer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "crop": "fuji",
        "from_date": "2026-11-27",
        "to_date": "2026-11-29",
        "expected_g": 200000,
    }
    out_example = HarvestNoticeOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> HarvestNotice:
        station = counter_of(user, self.requires)
        about = {**data, "farmer": person_of(user, data["farmer"]), "crop": crop_called(data["crop"])}
        return services.announce_harvest(station=station, **about, by=user, at=at)

    @extend_schema(
        parameters=[OpenApiParameter("status", str), OpenApiParameter("cursor", str)],
        responses=HarvestNoticeOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List harvest notices within reach, newest first."""
        rows = _notices().open_to(request.user, READ)
        status = request.query_params.get("status")
        if status in HarvestNotice.Status.values:
            rows = rows.filter(status=status)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(HarvestNoticeOut(page, many=True).data)


class _HarvestVerb(VerbView):
    one_object = True
    Out: ClassVar[Any] = HarvestNoticeOut

    def notice(self, user: User, pk: UUID) -> HarvestNotice:
        """The notice, within reach of who acts."""
        return load(_notices(), user, self.requires, pk=pk)


class ConfirmHarvest(_HarvestVerb):
    """Confirm a harvest: so many grams will be taken."""

    requires = "orders.confirm_harvest"
    In = ConfirmHarvestIn
    refusals = refused_by(services.confirm_harvest)
    in_example: ClassVar[dict[str, Any]] = {"confirmed_g": 200000}
    out_example = HarvestNoticeOut.example | {"status": "confirmed", "confirmed_g": 200000}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HarvestNotice:
        return services.confirm_harvest(notice=self.notice(user, pk), **data, by=user, at=at)


class CancelHarvest(_HarvestVerb):
    """Cancel a harvest: nothing will be brought."""

    requires = "orders.cancel_harvest"
    In = ProduceReasonIn
    refusals = refused_by(services.cancel_harvest)
    in_example: ClassVar[dict[str, Any]] = {"reason": "下冰雹了"}
    out_example = HarvestNoticeOut.example | {"status": "cancelled"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> HarvestNotice:
        return services.cancel_harvest(notice=self.notice(user, pk), **data, by=user, at=at)


def _notices() -> HarvestNoticeQuerySet:
    rows: HarvestNoticeQuerySet = HarvestNotice.objects.select_related("station__county", "farmer", "crop")
    return rows
