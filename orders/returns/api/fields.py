"""What requests and answers about returns hold."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.purchases.api.fields import PurchaseStepOut
from orders.purchases.models import Order
from orders.returns.models import Return, ReturnLine
from orders.stock.forms import MOST


class ReturnLineOut(ReadSerializer):
    """One article that comes back."""

    id = serializers.UUIDField()
    sku = serializers.CharField(source="part.order_line.variant.sku")
    quantity = serializers.IntegerField(help_text="Pieces, or grams.")
    goods = serializers.CharField(source="value", help_text="What these goods cost.")
    condition = serializers.CharField(allow_null=True)
    accepted_quantity = serializers.IntegerField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e11",
        "sku": "WASHER-8",
        "quantity": 1,
        "goods": "1200.00",
        "condition": None,
        "accepted_quantity": None,
    }


class ReturnOut(ReadSerializer):
    """One return; amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    order = serializers.UUIDField(source="order_id")
    order_number = serializers.CharField(source="order.number")
    station = serializers.CharField(source="station.code")
    lines = ReturnLineOut(many=True)
    reason = serializers.CharField()
    resolution = serializers.CharField(help_text="What the buyer wants: the money, or the same again.")
    status = serializers.CharField()
    goods = serializers.CharField(source="value", help_text="What the goods cost.")
    is_instant = serializers.BooleanField(help_text="The value is within what the station refunds at once.")
    refunded = serializers.CharField(help_text="What the buyer gets back.")
    withheld = serializers.CharField(help_text="Kept back for the way back, where the buyer gave cause.")
    leg_bearer = serializers.CharField(help_text="Who pays the way back.")
    bring_until_date = serializers.DateField(allow_null=True, help_text="Once approved: brought later it is refused.")
    parcel = serializers.UUIDField(allow_null=True, help_text="In which the goods go back, once they were taken in.")
    parcel_number = serializers.CharField(help_text="Of that parcel, as its label says; empty without one.")
    unsettled_at = serializers.DateTimeField(allow_null=True, help_text="Since when its money could not move.")
    unsettled_code = serializers.CharField(help_text="What stood in the way; empty where nothing does.")
    currency = serializers.CharField()
    requested_at = serializers.DateTimeField()
    refunded_at = serializers.DateTimeField(allow_null=True)
    replacement = serializers.UUIDField(allow_null=True, help_text="The order that sends the same again.")

    @staticmethod
    def get_replacement(found: Return) -> UUID | None:
        """Its id."""
        again: Order | None = getattr(found, "replacement", None)
        return again.pk if again else None

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "number": "321324-0007-R261127-M3WQA",
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "order_number": "321324-0007-O261125-K7P2Q",
        "station": "321324-0007",
        "lines": [ReturnLineOut.example],
        "reason": "defect",
        "resolution": "refund",
        "status": "requested",
        "goods": "1200.00",
        "is_instant": False,
        "refunded": "0.00",
        "withheld": "0.00",
        "leg_bearer": "supplier",
        "bring_until_date": None,
        "parcel": None,
        "parcel_number": "",
        "unsettled_at": None,
        "unsettled_code": "",
        "currency": "CNY",
        "requested_at": "2026-11-27T02:41:00.000Z",
        "refunded_at": None,
        "replacement": None,
    }


APPROVED = ReturnOut.example | {"status": "approved", "bring_until_date": "2026-12-11"}
BROKEN = ReturnLineOut.example | {"condition": "broken"}
DROPPED = APPROVED | {
    "status": "dropped",
    "lines": [BROKEN],
    "parcel": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e21",
    "parcel_number": "P261128-K7P2QXM",
}
INSPECTED = DROPPED | {
    "status": "refunded",
    "lines": [BROKEN | {"accepted_quantity": 1}],
    "refunded": "1200.00",
    "refunded_at": "2026-11-28T03:10:00.000Z",
}
NOT_ACCEPTED = DROPPED | {"status": "not_accepted", "lines": [BROKEN | {"accepted_quantity": 0}]}
REPLACED = DROPPED | {
    "status": "replaced",
    "resolution": "replace",
    "lines": [BROKEN | {"accepted_quantity": 1}],
    "replacement": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d09",
}


class ReturnDetailOut(ReturnOut):
    """A return with its history."""

    history = PurchaseStepOut(many=True)

    @staticmethod
    def get_history(found: Return) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(found)


class ReturnItemIn(serializers.Serializer):
    """So much of an article of the order."""

    variant = Line(max_length=40, help_text="Article number.")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)


class ReturnIn(serializers.Serializer):
    """Which articles of which order come back together, why, and what the buyer wants for them."""

    order = serializers.UUIDField()
    lines = ReturnItemIn(many=True, allow_empty=False)
    reason = serializers.ChoiceField(Return.Reason.choices)
    resolution = serializers.ChoiceField(Return.Resolution.choices, default=Return.Resolution.REFUND)


class ReturnQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(Return.Status.choices, required=False)


class RejectReturnIn(serializers.Serializer):
    """Why the buyer keeps the goods."""

    reason = Line(max_length=200)


class EndReturnUnpaidIn(serializers.Serializer):
    """Where the buyer has the money from."""

    reason = Line(max_length=200)


class SeenLineIn(serializers.Serializer):
    """How one article looks; a photo where something is wrong with it."""

    line = serializers.UUIDField(help_text="The id of the line of the return.")
    condition = serializers.ChoiceField(ReturnLine.Condition.choices)
    photo = serializers.UUIDField(required=False, allow_null=True, help_text="A file that was stored before.")


class DropReturnIn(serializers.Serializer):
    """How the goods look: each line of the return once."""

    lines = SeenLineIn(many=True, allow_empty=False)


class InspectedLineIn(serializers.Serializer):
    """What is accepted of one article, and how it looks."""

    line = serializers.UUIDField(help_text="The id of the line of the return.")
    accepted_quantity = serializers.IntegerField(min_value=0, max_value=MOST)
    condition = serializers.ChoiceField(ReturnLine.Condition.choices)


class InspectReturnIn(serializers.Serializer):
    """What is accepted: each line of the return once."""

    lines = InspectedLineIn(many=True, allow_empty=False)
