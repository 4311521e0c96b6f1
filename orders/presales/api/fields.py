"""What requests and answers about presales hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import AmountField, NonNegativeAmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.presales.forms import MOST_BOXES
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder
from orders.presales.services.opening import LARGEST_BOX_G
from orders.produce.api.fields import ProduceStepOut
from stations.people.masking import mask_name

HARVESTS = 100


class PresaleIn(serializers.Serializer):
    """Of which confirmed harvests, what a box holds and costs, until when it is ordered, and when it is here."""

    station = Line(max_length=20, help_text="Where the county's lots lie.")
    crop = Line(max_length=20)
    grade = Line(max_length=8, help_text="Code of the grade.")
    notices = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=HARVESTS)
    box_g = serializers.IntegerField(min_value=1, max_value=LARGEST_BOX_G)
    price = AmountField(help_text="Of a box.")
    closes_at = serializers.DateTimeField(help_text="Orders reach the server before this instant.")
    delivery_date = serializers.DateField()


class PresaleOut(ReadSerializer):
    """One presale; weights in grams, the price of a box in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    station = serializers.CharField(source="station.code")
    crop = serializers.CharField(source="crop.code")
    grade = serializers.CharField(source="grade.code")
    box_g = serializers.IntegerField()
    price = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    delivery_date = serializers.DateField()
    most = serializers.IntegerField(help_text="Boxes that the harvests are expected to give.")
    ordered = serializers.IntegerField()
    order_count = serializers.IntegerField()
    available = serializers.IntegerField(allow_null=True, help_text="Boxes that there are, once they are allotted.")
    lot = serializers.UUIDField(source="lot_id", allow_null=True)
    settled_at = serializers.DateTimeField(
        allow_null=True, help_text="The money of every order was shared or refunded."
    )

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f71",
        "number": "321324-0001-P261125-K7P2Q",
        "station": "321324-0001",
        "crop": "fuji",
        "grade": "1",
        "box_g": 5000,
        "price": "39.00",
        "currency": "CNY",
        "status": "open",
        "opens_at": "2026-11-25T02:41:00.000Z",
        "closes_at": "2026-11-28T10:00:00.000Z",
        "delivery_date": "2026-12-05",
        "most": 100,
        "ordered": 100,
        "order_count": 3,
        "available": None,
        "lot": None,
        "settled_at": None,
    }


ALLOTTED = PresaleOut.example | {
    "status": "allotted",
    "available": 73,
    "lot": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f72",
}
DELIVERED = ALLOTTED | {"status": "delivered", "settled_at": "2026-11-28T10:02:00.000Z"}
CANCELLED = PresaleOut.example | {"status": "cancelled"}


class PresaleDetailOut(PresaleOut):
    """A presale with its history."""

    history = ProduceStepOut(many=True)

    @staticmethod
    def get_history(presale: PresaleCycle) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(presale)


class PresaleQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(PresaleCycle.Status.choices, required=False)


class AllotIn(serializers.Serializer):
    """From which lot, and how many boxes it fills."""

    lot = serializers.UUIDField()
    boxes = serializers.IntegerField(min_value=1)


class PresaleOrderIn(serializers.Serializer):
    """Who orders how many boxes in which presale of the county, and the cash on the counter."""

    presale = serializers.UUIDField()
    villager = serializers.UUIDField()
    boxes = serializers.IntegerField(min_value=1, max_value=MOST_BOXES)
    amount = AmountField(required=False, help_text="As shown; refused `quote_changed` when it differs.")
    cash_given = NonNegativeAmountField(required=False, allow_null=True)


class PresaleOrderOut(ReadSerializer):
    """One order of a presale; amounts in its currency."""

    id = serializers.UUIDField()
    presale = serializers.CharField(source="presale.number")
    station = serializers.CharField(source="station.code")
    villager_name = serializers.CharField(help_text="Masked.")
    boxes = serializers.IntegerField()
    allotted = serializers.IntegerField(allow_null=True)
    held = serializers.CharField(help_text="Paid.")
    returned = serializers.CharField(help_text="Owed back of it.")
    currency = serializers.CharField()
    status = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id")
    ordered_at = serializers.DateTimeField()

    @staticmethod
    def get_villager_name(order: PresaleOrder) -> str:
        """As every list shows a resident."""
        return mask_name(order.villager.full_name)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f73",
        "presale": "321324-0001-P261125-K7P2Q",
        "station": "321324-0007",
        "villager_name": "王*英",
        "boxes": 50,
        "allotted": None,
        "held": "1950.00",
        "returned": "0.00",
        "currency": "CNY",
        "status": "paid",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f74",
        "ordered_at": "2026-11-25T03:10:00.000Z",
    }


WITHDRAWN = PresaleOrderOut.example | {"status": "withdrawn", "returned": "1950.00"}
HANDED_OVER = PresaleOrderOut.example | {"status": "handed_over", "allotted": 36, "returned": "546.00"}


class PresaleClaimOut(ReadSerializer):
    """Boxes that a buyer says are bad; amounts in the currency of the order."""

    id = serializers.UUIDField()
    order = serializers.UUIDField(source="order_id")
    boxes = serializers.IntegerField()
    amount = serializers.CharField(help_text="Their price.")
    currency = serializers.CharField()
    reason = serializers.CharField()
    words = serializers.CharField(allow_blank=True, help_text="What the buyer says.")
    photo = serializers.UUIDField(source="photo_id")
    status = serializers.CharField()
    bearer = serializers.CharField(allow_null=True, help_text="Who pays, once it is accepted.")
    decision_note = serializers.CharField(allow_blank=True, help_text="Why it was refused.")
    raised_at = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f75",
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f73",
        "boxes": 2,
        "amount": "78.00",
        "currency": "CNY",
        "reason": "spoiled",
        "words": "一半是烂的",
        "photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
        "status": "raised",
        "bearer": None,
        "decision_note": "",
        "raised_at": "2026-11-27T03:10:00.000Z",
    }


class PresaleClaimIn(serializers.Serializer):
    """How many boxes are bad, what is wrong with them, and a photo that was stored before."""

    boxes = serializers.IntegerField(min_value=1, max_value=MOST_BOXES)
    reason = serializers.ChoiceField(PresaleClaim.Reason.choices)
    words = Line(max_length=200, required=False, allow_blank=True, default="")
    photo = serializers.UUIDField()

    example: ClassVar[dict[str, Any]] = {
        "boxes": 2,
        "reason": "spoiled",
        "words": "一半是烂的",
        "photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
    }


class AcceptPresaleClaimIn(serializers.Serializer):
    """Who gave cause, and pays."""

    bearer = serializers.ChoiceField(PresaleClaim.Bearer.choices)


class RefusePresaleClaimIn(serializers.Serializer):
    """Why the buyer gets nothing."""

    reason = Line(max_length=200)


class PresaleOrderQuery(serializers.Serializer):
    """Which ones."""

    presale = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(PresaleOrder.Status.choices, required=False)
