"""What requests and answers about lots hold."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import NonNegativeAmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.produce.api.fields import GradeIn, ProduceStepOut
from orders.produce.models import Lot, LotGrade, LotSale, SettlementException
from orders.produce.queries import farmers_above, lots_above, lots_below, sales_below
from orders.stock.forms import MOST

SOURCES = 200


class LotGradeOut(ReadSerializer):
    """A grade of a lot, in grams; `free_g` can still be sold or moved."""

    grade = serializers.CharField(source="grade.code")
    grams = serializers.IntegerField()
    free_g = serializers.IntegerField()


class LotOut(ReadSerializer):
    """One lot of a crop."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    crop = serializers.CharField(source="crop.code")
    station = serializers.CharField(source="station.code")
    status = serializers.CharField()
    grades = LotGradeOut(many=True)
    currency = serializers.CharField()
    best_before_date = serializers.DateField()
    opened_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e31",
        "code": "321324-0001-L261127-K7P2Q",
        "crop": "fuji",
        "station": "321324-0001",
        "status": "open",
        "grades": [],
        "currency": "CNY",
        "best_before_date": "2026-12-11",
        "opened_at": "2026-11-27T07:00:00.000Z",
        "delivered_at": None,
        "settled_at": None,
    }

    @staticmethod
    def get_grades(lot: Lot) -> QuerySet[LotGrade]:
        """The best first."""
        return lot.grades.select_related("grade").order_by("grade__position", "pk")


CLOSED = LotOut.example | {
    "status": "closed",
    "grades": [{"grade": "1", "grams": 150000, "free_g": 150000}, {"grade": "2", "grams": 40000, "free_g": 40000}],
}
SOLD = CLOSED | {
    "status": "allocated",
    "grades": [{"grade": "1", "grams": 150000, "free_g": 0}, {"grade": "2", "grams": 40000, "free_g": 0}],
}

DELIVERED = SOLD | {"status": "delivered", "delivered_at": "2026-11-29T08:00:00.000Z"}
SETTLED = DELIVERED | {"status": "settled", "settled_at": "2026-12-07T02:00:00.000Z"}


class SetApartOut(ReadSerializer):
    """A farmer's statement that could not be settled, and why; `statement` is null where the lot itself failed."""

    statement = serializers.UUIDField(source="statement_id", allow_null=True)
    error = serializers.CharField()
    found_at = serializers.DateTimeField()


class LotSaleOut(ReadSerializer):
    """One sale; amounts in its currency."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    lot_code = serializers.CharField(source="lot.code")
    grade = serializers.CharField(source="grade.code")
    buyer = serializers.CharField(source="buyer.code")
    grams = serializers.IntegerField()
    price = serializers.CharField(help_text="For 1,000 grams.")
    amount = serializers.CharField()
    currency = serializers.CharField()
    sold_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    claim_until_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e41",
        "lot": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e31",
        "lot_code": "321324-0001-L261127-K7P2Q",
        "grade": "1",
        "buyer": "nanjing",
        "grams": 150000,
        "price": "6.50",
        "amount": "975.00",
        "currency": "CNY",
        "sold_at": "2026-11-28T02:00:00.000Z",
        "delivered_at": None,
        "claim_until_at": None,
    }


class LotDetailOut(LotOut):
    """A lot with its sales, what waits of its settlement, and its history."""

    sales = LotSaleOut(many=True)
    set_apart = SetApartOut(many=True)
    history = ProduceStepOut(many=True)

    @staticmethod
    def get_sales(lot: Lot) -> QuerySet[LotSale]:
        """In the order of selling."""
        return lot.sales.select_related("lot", "grade", "buyer").order_by("pk")

    @staticmethod
    def get_set_apart(lot: Lot) -> QuerySet[SettlementException]:
        """The oldest first."""
        return lot.settlement_exceptions.open().order_by("pk")

    @staticmethod
    def get_history(lot: Lot) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(lot)


@dataclass(frozen=True, slots=True)
class Trace:
    """A lot both ways."""

    lot: UUID
    made_from: list[UUID]
    made_into: list[UUID]
    farmers: list[UUID]
    sales: list[LotSale]

    @classmethod
    def of(cls, lot: Lot) -> Self:
        """Where it comes from and where it went."""
        return cls(
            lot=lot.pk,
            made_from=sorted(pk for pk in lots_above(lot) if pk != lot.pk),
            made_into=sorted(pk for pk in lots_below(lot) if pk != lot.pk),
            farmers=[person.pk for person in farmers_above(lot)],
            sales=list(sales_below(lot)),
        )


class LotTraceOut(ReadSerializer):
    """Whose fruit is in a lot, older and younger lots, and every sale of it and of what was made from it."""

    lot = serializers.UUIDField()
    made_from = serializers.ListField(child=serializers.UUIDField())
    made_into = serializers.ListField(child=serializers.UUIDField())
    farmers = serializers.ListField(child=serializers.UUIDField())
    sales = LotSaleOut(many=True)


class LotIn(serializers.Serializer):
    """Where it lies, and of what it is."""

    warehouse = serializers.IntegerField(min_value=1, max_value=2**62)
    crop = Line(max_length=20)


class FillLotIn(serializers.Serializer):
    """Grades of intakes, and older lots; each with all that is left of it."""

    intake_grades = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=SOURCES)
    lots = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=SOURCES)


class SplitLotIn(serializers.Serializer):
    """What moves into the new lot."""

    grades = GradeIn(many=True, allow_empty=False)


class SellLotIn(serializers.Serializer):
    """What is sold to whom, at which price for 1,000 grams."""

    grade = Line(max_length=8)
    buyer = Line(max_length=20, help_text="Code of the buyer.")
    grams = serializers.IntegerField(min_value=1, max_value=MOST)
    price = NonNegativeAmountField()
