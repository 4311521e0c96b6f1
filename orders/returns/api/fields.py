"""What requests and answers about returns hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.purchases.api.fields import PurchaseStepOut
from orders.returns.models import Return
from orders.stock.forms import MOST


class ReturnOut(ReadSerializer):
    """One return; amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    order = serializers.UUIDField(source="order_id")
    order_number = serializers.CharField(source="order.number")
    station = serializers.CharField(source="station.code")
    sku = serializers.CharField(source="part.order_line.variant.sku")
    quantity = serializers.IntegerField(help_text="Pieces, or grams.")
    reason = serializers.CharField()
    status = serializers.CharField()
    condition = serializers.CharField(allow_null=True)
    accepted_quantity = serializers.IntegerField(allow_null=True)
    goods = serializers.CharField(source="value", help_text="What the goods cost.")
    is_instant = serializers.BooleanField(help_text="The value is within what the station refunds at once.")
    refunded = serializers.CharField(help_text="What the buyer gets back.")
    withheld = serializers.CharField(help_text="Kept back for the way back, where the buyer gave cause.")
    currency = serializers.CharField()
    requested_at = serializers.DateTimeField()
    refunded_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "number": "321324-0007-R261127-M3WQA",
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "order_number": "321324-0007-O261125-K7P2Q",
        "station": "321324-0007",
        "sku": "WASHER-8",
        "quantity": 1,
        "reason": "defect",
        "status": "requested",
        "condition": None,
        "accepted_quantity": None,
        "goods": "1200.00",
        "is_instant": False,
        "refunded": "0.00",
        "withheld": "0.00",
        "currency": "CNY",
        "requested_at": "2026-11-27T02:41:00.000Z",
        "refunded_at": None,
    }


APPROVED = ReturnOut.example | {"status": "approved"}
DROPPED = ReturnOut.example | {"status": "dropped", "condition": "broken"}
INSPECTED = DROPPED | {
    "status": "refunded",
    "accepted_quantity": 1,
    "refunded": "1200.00",
    "refunded_at": "2026-11-28T03:10:00.000Z",
}
NOT_ACCEPTED = DROPPED | {"status": "not_accepted", "accepted_quantity": 0}


class ReturnDetailOut(ReturnOut):
    """A return with its history."""

    history = PurchaseStepOut(many=True)

    @staticmethod
    def get_history(found: Return) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(found)


class ReturnIn(serializers.Serializer):
    """Which article of which order comes back, how much of it, and why."""

    order = serializers.UUIDField()
    variant = Line(max_length=40, help_text="Article number.")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)
    reason = serializers.ChoiceField(Return.Reason.choices)


class ReturnQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(Return.Status.choices, required=False)


class RejectReturnIn(serializers.Serializer):
    """Why the buyer keeps the goods."""

    reason = Line(max_length=200)


class DropReturnIn(serializers.Serializer):
    """How the goods look; a photo where something is wrong with them."""

    condition = serializers.ChoiceField(Return.Condition.choices)
    photo = serializers.UUIDField(required=False, allow_null=True, help_text="A file that was stored before.")


class InspectReturnIn(serializers.Serializer):
    """What is accepted, and how it looks."""

    accepted_quantity = serializers.IntegerField(min_value=0, max_value=MOST)
    condition = serializers.ChoiceField(Return.Condition.choices)
