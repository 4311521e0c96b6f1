"""Companies whose bills we collect, and what to ask their customers for."""

from typing import Any

from django.utils import timezone
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.days import day_in
from core.money import Money
from core.serializers import ReadSerializer
from finance.bills.api.named import PAY, biller_of
from finance.bills.models import Biller
from finance.bills.queries import billers_serving
from stations.models import Station

READ = "finance.read_biller"


class ParameterOut(serializers.Serializer):
    """One thing to ask the customer for."""

    name = serializers.CharField()
    label = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    hint = serializers.DictField(child=serializers.CharField())
    kind = serializers.CharField()
    min_length = serializers.IntegerField()
    max_length = serializers.IntegerField()
    pattern = serializers.CharField()
    check = serializers.CharField()
    is_required = serializers.BooleanField()


class BillerOut(ReadSerializer):
    """A company whose bills we collect, and what to ask its customers for."""

    code = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField())
    category = serializers.CharField(source="category.code")
    currency = serializers.CharField()
    fetch = serializers.CharField()
    amount_rule = serializers.CharField()
    min_amount = serializers.CharField()
    max_amount = serializers.CharField()
    parameters = ParameterOut(many=True)

    @staticmethod
    def get_name(biller: Biller) -> Any:
        return {"en": biller.name, "zh-hans": biller.name_zh}

    @staticmethod
    def get_min_amount(biller: Biller) -> str:
        return str(Money(biller.min_amount_minor, biller.currency))

    @staticmethod
    def get_max_amount(biller: Biller) -> str:
        return str(Money(biller.max_amount_minor, biller.currency))

    @staticmethod
    def get_parameters(biller: Biller) -> Any:
        return [
            {
                "name": row.name,
                "label": {"en": row.label, "zh-hans": row.label_zh},
                "hint": {"en": row.hint, "zh-hans": row.hint_zh},
                "kind": row.kind,
                "min_length": row.min_length,
                "max_length": row.max_length,
                "pattern": row.pattern,
                "check": row.check_digits,
                "is_required": row.is_required,
            }
            for row in sorted(biller.parameters.all(), key=lambda row: row.position)
        ]


class BillersOut(serializers.Serializer):
    """All billers that serve a place."""

    results = BillerOut(many=True)


class BillerList(APIView):
    """List the billers that serve a station, or all of them."""

    requires = READ

    @extend_schema(
        operation_id="billersList",
        parameters=[OpenApiParameter("category", str), OpenApiParameter("station", str)],
        responses=BillersOut,
    )
    def get(self, request: Any) -> Response:
        code = request.query_params.get("station")
        station = load(Station.objects, request.user, PAY, code=code) if code else None
        on = day_in(station.zone, now()) if station else timezone.localdate()
        billers = billers_serving(on=on, station=station, category=request.query_params.get("category", ""))
        return Response({"results": BillerOut(billers, many=True).data})


class BillerDetail(APIView):
    """Get a biller, with what to ask its customers for."""

    requires = READ

    @extend_schema(responses=BillerOut)
    def get(self, request: Any, code: str) -> Response:
        return Response(BillerOut(biller_of(code)).data)
