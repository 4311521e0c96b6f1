"""What requests and answers about group orders hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import AmountField, NonNegativeAmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.groups.models import GroupOrder, GroupPledge
from orders.groups.queries import tiers_of
from orders.groups.services.pledging import MOST_QUANTITY
from orders.purchases.api.fields import PurchaseStepOut
from stations.people.masking import mask_name


class GroupOrderIn(serializers.Serializer):
    """Which article is bought together, until when, and from which day it is collected."""

    variant = Line(max_length=40, help_text="Article number or barcode.")
    cutoff_at = serializers.DateTimeField(help_text="Pledges reach the server before this instant.")
    pickup_date = serializers.DateField()
    max_quantity = serializers.IntegerField(
        min_value=1, max_value=MOST_QUANTITY, required=False, allow_null=True, help_text="In pieces, or in grams."
    )


class GroupTierOut(ReadSerializer):
    """From so many pieces or grams on, everybody pays this for a piece, or 1,000 grams."""

    min_quantity = serializers.IntegerField()
    price = serializers.CharField()


class GroupOrderOut(ReadSerializer):
    """One group order; prices for a piece, or for 1,000 grams, in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    station = serializers.CharField(source="station.code")
    variant = serializers.CharField(source="variant.sku")
    status = serializers.CharField()
    failure = serializers.CharField(help_text="`below_minimum` or `no_stock`, where it failed.")
    opened_at = serializers.DateTimeField()
    cutoff_at = serializers.DateTimeField()
    pickup_date = serializers.DateField()
    min_quantity = serializers.IntegerField()
    max_quantity = serializers.IntegerField(allow_null=True)
    pledged_quantity = serializers.IntegerField()
    pledge_count = serializers.IntegerField()
    held_price = serializers.CharField(help_text="What is put in: the highest price.")
    reached_price = serializers.CharField(allow_null=True, help_text="What everybody pays, once it is decided.")
    currency = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True, help_text="Every pledge is an order or was given back.")

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f61",
        "number": "321324-0007-G261125-K7P2Q",
        "station": "321324-0007",
        "variant": "RICE-25",
        "status": "open",
        "failure": "",
        "opened_at": "2026-11-25T02:41:00.000Z",
        "cutoff_at": "2026-11-28T10:00:00.000Z",
        "pickup_date": "2026-12-02",
        "min_quantity": 10,
        "max_quantity": 60,
        "pledged_quantity": 12,
        "pledge_count": 5,
        "held_price": "48.00",
        "reached_price": None,
        "currency": "CNY",
        "settled_at": None,
    }


CLOSED = GroupOrderOut.example | {"status": "closed", "pledged_quantity": 60, "pledge_count": 21}
CANCELLED = GroupOrderOut.example | {"status": "cancelled"}


class GroupOrderDetailOut(GroupOrderOut):
    """A group order with its prices and its history."""

    tiers = GroupTierOut(many=True)
    history = PurchaseStepOut(many=True)

    @staticmethod
    def get_tiers(group: GroupOrder) -> Any:
        """The smallest quantity first."""
        return tiers_of(group)

    @staticmethod
    def get_history(group: GroupOrder) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(group)


class GroupOrderQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(GroupOrder.Status.choices, required=False)


class PledgeIn(serializers.Serializer):
    """Who takes part with how much, and the cash on the counter."""

    villager = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_QUANTITY, help_text="In pieces, or in grams.")
    amount = AmountField(required=False, help_text="As shown; refused `quote_changed` when it differs.")
    cash_given = NonNegativeAmountField(required=False, allow_null=True)


class PledgeOut(ReadSerializer):
    """One pledge; amounts in its currency."""

    id = serializers.UUIDField()
    group = serializers.CharField(source="group.number")
    villager_name = serializers.CharField(help_text="Masked.")
    quantity = serializers.IntegerField()
    held = serializers.CharField(help_text="Put in at the highest price.")
    returned = serializers.CharField(help_text="Owed back of it.")
    currency = serializers.CharField()
    status = serializers.CharField()
    payment = serializers.UUIDField(source="payment_id")
    order = serializers.UUIDField(source="order_id", allow_null=True)
    pledged_at = serializers.DateTimeField()

    @staticmethod
    def get_villager_name(pledge: GroupPledge) -> str:
        """As every list shows a resident."""
        return mask_name(pledge.villager.full_name)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f62",
        "group": "321324-0007-G261125-K7P2Q",
        "villager_name": "王*英",
        "quantity": 2,
        "held": "96.00",
        "returned": "0.00",
        "currency": "CNY",
        "status": "held",
        "payment": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f63",
        "order": None,
        "pledged_at": "2026-11-25T03:10:00.000Z",
    }


WITHDRAWN = PledgeOut.example | {"status": "withdrawn", "returned": "96.00"}


class PledgeQuery(serializers.Serializer):
    """Which ones."""

    group = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(GroupPledge.Status.choices, required=False)


class WhyIn(serializers.Serializer):
    """Why it is stopped."""

    reason = Line(max_length=200)
