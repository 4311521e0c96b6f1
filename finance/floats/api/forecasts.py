"""What floats will need, over the API."""

from typing import Any, ClassVar

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.floats.display import reasons
from finance.floats.models import FloatForecast
from finance.floats.queries import neighbours_who_could_help
from stations.models import Station

READ = "finance.read_float"


class DayAheadOut(serializers.Serializer):
    """One day of the sum: `usual`, `mean`, `least` or `closed`, and on how many earlier days the figure rests."""

    date = serializers.DateField()
    how = serializers.CharField()
    amount = serializers.CharField()
    days = serializers.IntegerField()


class ForecastOut(ReadSerializer):
    """The need of a float from the day after `date` to the next bank day; `reasons` says in words where it is from."""

    station = serializers.CharField(source="station.code")
    date = serializers.DateField()
    until_date = serializers.DateField()
    currency = serializers.CharField()
    need = serializers.CharField()
    available = serializers.CharField()
    level = serializers.CharField()
    days_of_cover = serializers.CharField(allow_null=True)
    suggested = serializers.CharField()
    days_ahead = DayAheadOut(many=True)
    reasons = serializers.ListField(child=serializers.CharField())

    example: ClassVar[dict[str, Any]] = {
        "station": "321324-0003",
        "date": "2026-11-23",
        "until_date": "2026-11-24",
        "currency": "CNY",
        "need": "500.00",
        "available": "380.00",
        "level": "low",
        "days_of_cover": "0.7",
        "suggested": "200.00",
        "days_ahead": [{"date": "2026-11-24", "how": "usual", "amount": "450.00", "days": 8}],
        "reasons": ["Tue 24 Nov: ¥450.00. This covered 4 in 5 of the last 8 Tuesdays."],
    }

    @staticmethod
    def get_days_ahead(row: FloatForecast) -> Any:
        return [
            {
                "date": day["date"],
                "how": day["how"],
                "amount": str(Money(day["minor"], row.currency)),
                "days": day["days"],
            }
            for day in row.basis
        ]

    @staticmethod
    def get_reasons(row: FloatForecast) -> Any:
        return reasons(row)


class NeighbourOut(ReadSerializer):
    """A station of the county that has more float than it needs itself."""

    station = serializers.CharField(source="station.code")
    name = serializers.CharField(source="station.name")
    spare = serializers.CharField()
    kilometres = serializers.CharField(allow_null=True)


class Forecasts(APIView):
    """List float forecasts within reach, newest first."""

    requires = READ
    pagination_class = CursorPages
    out_example = None

    @extend_schema(
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("station", str),
            OpenApiParameter("level", str),
        ],
        responses=ForecastOut(many=True),
    )
    def get(self, request: Any) -> Response:
        rows = FloatForecast.objects.open_to(request.user, READ).select_related("station")
        if code := request.query_params.get("station"):
            rows = rows.filter(station__code=code)
        if level := request.query_params.get("level"):
            rows = rows.filter(level=level)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ForecastOut(page, many=True).data)


class NeighboursOut(serializers.Serializer):
    """The nearest first."""

    results = NeighbourOut(many=True)


class Neighbours(APIView):
    """List neighbours that could lend float to a station: up to three, nearest first."""

    requires = READ
    one_object = True

    @extend_schema(responses=NeighboursOut)
    def get(self, request: Any, code: str) -> Response:
        station = load(Station.objects.select_related("county"), request.user, READ, code=code)
        return Response({"results": NeighbourOut(neighbours_who_could_help(station, at=now()), many=True).data})
