"""What requests and answers about parcels to the city hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import AmountField, NonNegativeAmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.purchases.api.fields import PurchaseStepOut
from orders.shipping.forms import HEAVIEST_G
from orders.shipping.models import Shipment
from stations.people.masking import mask_name


class ShipmentQuoteIn(serializers.Serializer):
    """Where it goes, by a region of the tariff, and what the scale says."""

    region = Line(max_length=60)
    weight_g = serializers.IntegerField(min_value=1, max_value=HEAVIEST_G)


class ShipmentQuoteOut(ReadSerializer):
    """What it costs."""

    region = serializers.CharField()
    up_to_g = serializers.IntegerField(help_text="The step of weight: up to so many grams cost the same.")
    carrier = serializers.CharField(source="tariff.carrier.code")
    price = serializers.CharField()
    currency = serializers.CharField(source="price.currency")

    example: ClassVar[dict[str, Any]] = {
        "region": "上海市",
        "up_to_g": 2000,
        "carrier": "express",
        "price": "12.00",
        "currency": "CNY",
    }


class ShipmentIn(ShipmentQuoteIn):
    """A parcel on the scale: who sends it, who receives it, what it is worth, and the cash."""

    sender = serializers.UUIDField(required=False, allow_null=True, help_text="A resident, where one is known.")
    sender_name = Line(max_length=80)
    sender_phone = serializers.RegexField(r"^\+[0-9]{6,15}$", required=False, allow_blank=True, default="")
    receiver_name = Line(max_length=120)
    receiver_phone = serializers.RegexField(r"^\+[0-9]{6,15}$")
    street = Line(max_length=120, help_text="City, district, street and number.")
    declared = AmountField(required=False, allow_null=True, help_text="What the sender says that it is worth.")
    cash_given = NonNegativeAmountField(required=False, allow_null=True)
    price = AmountField(required=False, help_text="As quoted; refused `quote_changed` when it differs now.")


class ShipmentOut(ReadSerializer):
    """One parcel to the city; amounts in its currency. Where it is, its parcel says (`parcels/{number}/`)."""

    id = serializers.UUIDField()
    number = serializers.CharField(help_text="Of the parcel: it is tracked by it.")
    station = serializers.CharField(source="station.code")
    sender_name = serializers.CharField(help_text="Masked.")
    region = serializers.CharField(source="region.name")
    carrier = serializers.CharField(source="tariff.carrier.code")
    weight_g = serializers.IntegerField()
    price = serializers.CharField()
    declared = serializers.CharField()
    limit = serializers.CharField(help_text="Paid when it is lost; at most when it is damaged.")
    refunded = serializers.CharField(help_text="Of the price.")
    compensated = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id")
    accepted_at = serializers.DateTimeField()
    handed_on_at = serializers.DateTimeField(allow_null=True)
    fetch_until_date = serializers.DateField(allow_null=True, help_text="By its sender, once it is back.")
    ended_at = serializers.DateTimeField(allow_null=True)

    @staticmethod
    def get_sender_name(found: Shipment) -> str:
        """As every list shows a resident."""
        return mask_name(found.sender_name)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f51",
        "number": "P261125-K7P2QXM",
        "station": "321324-0007",
        "sender_name": "王*英",
        "region": "上海市",
        "carrier": "express",
        "weight_g": 1800,
        "price": "12.00",
        "declared": "0.00",
        "limit": "36.00",
        "refunded": "0.00",
        "compensated": "0.00",
        "currency": "CNY",
        "status": "accepted",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f52",
        "accepted_at": "2026-11-25T02:41:00.000Z",
        "handed_on_at": None,
        "fetch_until_date": None,
        "ended_at": None,
    }


CANCELLED = ShipmentOut.example | {
    "status": "cancelled",
    "refunded": "12.00",
    "ended_at": "2026-11-25T03:10:00.000Z",
}
HANDED_ON = ShipmentOut.example | {"status": "handed_on", "handed_on_at": "2026-11-26T01:20:00.000Z"}
HANDED_BACK = HANDED_ON | {"status": "handed_back", "ended_at": "2026-12-02T02:00:00.000Z"}
DISPOSED = HANDED_ON | {
    "status": "disposed",
    "fetch_until_date": "2026-12-28",
    "ended_at": "2027-01-04T02:00:00.000Z",
}
COMPENSATED = HANDED_ON | {
    "status": "delivered",
    "compensated": "20.00",
    "ended_at": "2026-11-29T02:00:00.000Z",
}


class ShipmentDetailOut(ShipmentOut):
    """A parcel to the city with its history."""

    history = PurchaseStepOut(many=True)

    @staticmethod
    def get_history(found: Shipment) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(found)


class ShipmentQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(Shipment.Status.choices, required=False)


class HandOnIn(serializers.Serializer):
    """The number under which the carrier has it."""

    carrier_number = Line(max_length=40, required=False, allow_blank=True, default="")


class DisposeIn(serializers.Serializer):
    """What was in it, what became of it, and who saw that."""

    record = Line(max_length=400)


class CompensateIn(serializers.Serializer):
    """What the sender gets for the damage, and why."""

    amount = AmountField()
    reason = Line(max_length=200)
