"""Farmers' statements over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers

from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from orders.produce.models import FarmerStatement, StatementDeduction

READ = "orders.read_intake"


class StatementDeductionOut(ReadSerializer):
    """One deduction: from what it was calculated, and the account that got it."""

    code = serializers.CharField()
    basis = serializers.CharField()
    rate = serializers.IntegerField(
        source="value", help_text="Minor units for each 1,000 grams, or basis points of the gross."
    )
    basis_quantity = serializers.IntegerField(help_text="Grams, or the gross in minor units.")
    amount = serializers.CharField()
    account = serializers.CharField()


class FarmerStatementOut(ReadSerializer):
    """One farmer's part of one lot; amounts in its currency."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    lot_code = serializers.CharField(source="lot.code")
    farmer = serializers.UUIDField(source="farmer_id")
    station = serializers.CharField(source="station.code")
    grams = serializers.IntegerField()
    gross = serializers.CharField(help_text="What city buyers paid.")
    deductions = StatementDeductionOut(many=True)
    net = serializers.CharField(help_text="Paid out at delivery.")
    reserve = serializers.CharField(help_text="Kept back for claims.")
    lost = serializers.CharField(help_text="Taken of it by claims.")
    released = serializers.CharField(help_text="Returned of it.")
    paid = serializers.CharField(help_text="What the farmer has got so far.")
    share_bp = serializers.IntegerField(help_text="The farmer's share of the city price, in basis points.")
    currency = serializers.CharField()
    made_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e61",
        "lot": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e31",
        "lot_code": "321324-0001-L261127-K7P2Q",
        "farmer": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "station": "321324-0007",
        "grams": 190000,
        "gross": "1143.00",
        "deductions": [
            {
                "code": "packing",
                "basis": "per_1000_g",
                "rate": 30,
                "basis_quantity": 190000,
                "amount": "57.00",
                "account": "commission:county-321324",
            }
        ],
        "net": "943.35",
        "reserve": "22.86",
        "lost": "0.00",
        "released": "22.86",
        "paid": "966.21",
        "share_bp": 8453,
        "currency": "CNY",
        "made_at": "2026-11-29T08:00:00.000Z",
        "settled_at": "2026-12-06T17:00:00.000Z",
    }

    @staticmethod
    def get_deductions(statement: FarmerStatement) -> QuerySet[StatementDeduction]:
        """In the order of the plan."""
        return statement.deductions.order_by("pk")


class StatementPages(CursorPages):
    """The newest first."""

    ordering = "-id"


class StatementQuery(serializers.Serializer):
    """Of whom."""

    farmer = serializers.UUIDField(required=False)


@extend_schema(parameters=[OpenApiParameter("farmer", str)])
class FarmerStatements(generics.ListAPIView):
    """List farmers' statements within reach, newest first."""

    requires = READ
    serializer_class = FarmerStatementOut
    pagination_class = StatementPages
    out_example = FarmerStatementOut.example

    def get_queryset(self) -> QuerySet[FarmerStatement]:
        query = StatementQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        rows = FarmerStatement.objects.open_to(self.request.user, READ).select_related("lot", "station")
        return rows.filter(**query.validated_data)
