"""The money rules of a station, over the API."""

import datetime as dt
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.access import load
from core.api import NonNegativeAmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.money import Money
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from finance.floats import services
from finance.floats.models import StationMoney
from stations.accounts.models import User
from stations.models import Station

AMOUNTS = ("ceiling", "float_min", "float_max", "cash_min", "cash_max")


class RulesIn(serializers.Serializer):
    """What is to change, and from when; what is not named stays as it is."""

    station = serializers.CharField(max_length=11)
    from_date = serializers.DateField()
    reason = Line(max_length=200)
    mode = serializers.ChoiceField(choices=StationMoney.Mode.choices, required=False)
    warn_bp = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    ceiling = NonNegativeAmountField(required=False)
    float_min = NonNegativeAmountField(required=False)
    float_max = NonNegativeAmountField(required=False)
    cash_min = NonNegativeAmountField(required=False)
    cash_max = NonNegativeAmountField(required=False)


def _amount(name: str) -> Any:
    """One limit of the rules as a decimal string."""
    return staticmethod(lambda rules: str(Money(getattr(rules, f"{name}_minor"), rules.currency)))


class RulesOut(ReadSerializer):
    """Rules from one date to another (not included; null: until further notice)."""

    station = serializers.CharField(source="station.code")
    from_date = serializers.DateField()
    to_date = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    mode = serializers.CharField()
    warn_bp = serializers.IntegerField()
    ceiling = serializers.CharField()
    float_min = serializers.CharField()
    float_max = serializers.CharField()
    cash_min = serializers.CharField()
    cash_max = serializers.CharField()

    get_ceiling = _amount("ceiling")
    get_float_min = _amount("float_min")
    get_float_max = _amount("float_max")
    get_cash_min = _amount("cash_min")
    get_cash_max = _amount("cash_max")

    example: ClassVar[dict[str, Any]] = {
        "station": "321324-0003",
        "from_date": "2026-11-25",
        "to_date": None,
        "currency": "CNY",
        "mode": "prepaid",
        "warn_bp": 8000,
        "ceiling": "5000.00",
        "float_min": "800.00",
        "float_max": "20000.00",
        "cash_min": "200.00",
        "cash_max": "10000.00",
    }


class Rules(VerbView):
    """Change the money rules of a station from a date on."""

    requires, reads = "finance.edit_station_money", "finance.read_float"
    pagination_class = CursorPages
    In = RulesIn
    Out = RulesOut
    success_status = 201
    refusals = refused_by(services.set_station_money)
    in_example = {
        "station": "321324-0003",
        "from_date": "2026-11-25",
        "reason": "more bills in winter",
        "float_min": "800.00",
    }
    out_example = RulesOut.example

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> StationMoney:
        station = load(Station.objects.select_related("county"), user, self.requires, code=data["station"])
        changes = {name: data[name] for name in ("mode", "warn_bp") if name in data}
        changes |= {f"{n}_minor": data[n].in_currency(station.currency).minor for n in AMOUNTS if n in data}
        return services.set_station_money(
            station=station, changes=changes, from_date=data["from_date"], reason=data["reason"], by=user, at=at
        )

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("station", str)], responses=RulesOut(many=True)
    )
    def get(self, request: Any) -> Response:
        """List the money rules of stations within reach, newest first."""
        rows = StationMoney.objects.open_to(request.user, self.reads).select_related("station")
        if code := request.query_params.get("station"):
            rows = rows.filter(station__code=code)
        pages = self.pagination_class()
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(RulesOut(page, many=True).data)
