"""What requests and answers about orders hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import NonNegativeAmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from logistics.parcels.forms import PROXY_LENGTH
from orders.promotions.models import PromotionUse
from orders.promotions.queries import uses_of
from orders.purchases.link_tokens import address_of
from orders.purchases.models import Fulfilment, Order, OrderConsent, OrderLine, OrderPayment, PaymentLink
from orders.stock.forms import MOST

CODE = r"^[0-9]{6}$"
LINES = 40


class PurchaseLineOut(ReadSerializer):
    """One article; amounts in the currency of the order."""

    sku = serializers.CharField(source="variant.sku")
    quantity = serializers.IntegerField(help_text="Pieces, or grams.")
    unit_price = serializers.CharField(help_text="For a piece, or for 1,000 grams.")
    amount = serializers.CharField(source="goods", help_text="Before promotions.")
    discount = serializers.CharField(help_text="What promotions took off it.")
    quantity_delivered = serializers.IntegerField()
    quantity_cancelled = serializers.IntegerField()
    supply = serializers.CharField(help_text="`on_demand`: its supplier keeps it and confirms the line.")
    window_ends_at = serializers.DateTimeField(allow_null=True)


class PurchaseOut(ReadSerializer):
    """One order; amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    station = serializers.CharField(source="station.code")
    villager = serializers.UUIDField(source="villager_id", allow_null=True)
    walk_in_name = serializers.CharField(allow_null=True)
    pay_method = serializers.CharField()
    status = serializers.CharField()
    payment_status = serializers.CharField()
    fulfilment_status = serializers.CharField()
    goods = serializers.CharField(source="all_goods", help_text="Before promotions.")
    discount = serializers.CharField(help_text="What promotions took off.")
    total = serializers.CharField(help_text="What the buyer pays in all.")
    deposit = serializers.CharField()
    received = serializers.CharField()
    due = serializers.CharField()
    advance_due = serializers.CharField(help_text="What must be paid before the goods are picked.")
    currency = serializers.CharField()
    price_as_of_at = serializers.DateTimeField()
    placed_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "number": "321324-0007-O261125-K7P2Q",
        "station": "321324-0007",
        "villager": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001",
        "walk_in_name": None,
        "pay_method": "cash_on_delivery",
        "status": "draft",
        "payment_status": "none",
        "fulfilment_status": "unfulfilled",
        "goods": "1200.00",
        "discount": "0.00",
        "total": "1200.00",
        "deposit": "0.00",
        "received": "0.00",
        "due": "1200.00",
        "advance_due": "0.00",
        "currency": "CNY",
        "price_as_of_at": "2026-11-25T02:41:00.000Z",
        "placed_at": None,
        "expires_at": "2026-11-26T02:41:00.000Z",
    }


ASKED = PurchaseOut.example | {"status": "awaiting_consent", "expires_at": "2026-11-25T03:11:00.000Z"}
PLACED = PurchaseOut.example | {
    "status": "placed",
    "payment_status": "cash_due",
    "placed_at": "2026-11-25T02:44:00.000Z",
    "expires_at": None,
}
CANCELLED = PurchaseOut.example | {
    "status": "cancelled",
    "payment_status": "voided",
    "fulfilment_status": "cancelled",
    "due": "0.00",
    "placed_at": "2026-11-25T02:44:00.000Z",
    "expires_at": None,
}
HANDED_OVER = PLACED | {
    "payment_status": "paid",
    "fulfilment_status": "delivered",
    "received": "1200.00",
    "due": "0.00",
}


class PurchaseStepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class FulfilmentOut(ReadSerializer):
    """What one warehouse, or one supplier, sends for an order."""

    id = serializers.UUIDField()
    order = serializers.UUIDField(source="order_id")
    order_number = serializers.CharField(source="order.number")
    station = serializers.CharField(source="order.station.code")
    warehouse = serializers.IntegerField(source="warehouse_id", help_text="Where a supplier brings what it keeps.")
    supplier = serializers.CharField(
        source="supplier.code", allow_null=True, help_text="Who keeps the goods; null where the warehouse has them."
    )
    status = serializers.CharField()
    parcel = serializers.CharField(source="parcel_number", allow_null=True)
    cash_due = serializers.CharField()
    currency = serializers.CharField()
    weight_g = serializers.IntegerField()
    allocated_at = serializers.DateTimeField()
    asked_at = serializers.DateTimeField(allow_null=True, help_text="When the supplier was asked.")
    confirm_by_at = serializers.DateTimeField(allow_null=True, help_text="What is not confirmed by then is cancelled.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True, help_text="When the supplier sent it to the county.")
    not_needed_at = serializers.DateTimeField(
        allow_null=True, help_text="When goods were cancelled that their supplier, who has no system, was asked for."
    )
    supplier_told_at = serializers.DateTimeField(allow_null=True, help_text="When the supplier got to know that.")
    given_back_at = serializers.DateTimeField(
        allow_null=True, help_text="When its supplier had the goods again that the buyer does not get."
    )
    given_back_how = serializers.CharField(allow_blank=True)
    given_back_words = serializers.CharField(
        allow_blank=True, help_text="Who fetched them, or which carrier has them under which number."
    )
    given_back_photo = serializers.UUIDField(source="given_back_photo_id", allow_null=True)
    dispatched_at = serializers.DateTimeField(allow_null=True)
    available_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d11",
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "order_number": "321324-0007-O261125-K7P2Q",
        "station": "321324-0007",
        "warehouse": 1,
        "supplier": None,
        "status": "allocated",
        "parcel": None,
        "cash_due": "1200.00",
        "currency": "CNY",
        "weight_g": 0,
        "allocated_at": "2026-11-25T02:44:00.000Z",
        "asked_at": None,
        "confirm_by_at": None,
        "confirmed_at": None,
        "not_needed_at": None,
        "supplier_told_at": None,
        "shipped_at": None,
        "given_back_at": None,
        "given_back_how": "",
        "given_back_words": "",
        "given_back_photo": None,
        "dispatched_at": None,
        "available_at": None,
        "delivered_at": None,
    }


class PurchasePaymentOut(ReadSerializer):
    """A payment for an order, in its currency; its slip is under `payments/{our_ref}/receipt/`."""

    our_ref = serializers.UUIDField(source="payment_id")
    total = serializers.CharField(source="payment.total")
    refunded = serializers.CharField()
    taken_at = serializers.DateTimeField(source="payment.taken_at")


class PurchasePromotionOut(ReadSerializer):
    """What one promotion took off an order, in its currency."""

    code = serializers.CharField(source="promotion.code")
    name = serializers.CharField(source="promotion.name")
    name_zh = serializers.CharField(source="promotion.name_zh")
    amount = serializers.CharField()
    given_back = serializers.CharField(help_text="What of it was cancelled or brought back.")


class PurchaseDetailOut(PurchaseOut):
    """An order with its articles, what was taken off, what is sent, what was paid, and its history."""

    lines = PurchaseLineOut(many=True)
    promotions = PurchasePromotionOut(many=True)
    fulfilments = FulfilmentOut(many=True)
    payments = PurchasePaymentOut(many=True)
    history = PurchaseStepOut(many=True)

    @staticmethod
    def get_lines(order: Order) -> QuerySet[OrderLine]:
        """In the order in which they were named."""
        return order.lines.select_related("variant").order_by("pk")

    @staticmethod
    def get_promotions(order: Order) -> list[PromotionUse]:
        """The one without a coupon first."""
        return uses_of(order)

    @staticmethod
    def get_fulfilments(order: Order) -> QuerySet[Fulfilment]:
        """One for each warehouse and supplier."""
        return order.fulfilments.select_related("order__station", "supplier").order_by("pk")

    @staticmethod
    def get_payments(order: Order) -> QuerySet[OrderPayment]:
        """The oldest first."""
        return order.payments.select_related("payment").order_by("pk")

    @staticmethod
    def get_history(order: Order) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(order)


class PurchaseLineIn(serializers.Serializer):
    """So many pieces or grams of an article."""

    variant = Line(max_length=40, help_text="Article number or barcode.")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)


class PurchaseIn(serializers.Serializer):
    """For whom, what, and how it is paid: a resident, or the name of somebody without a file."""

    villager = serializers.UUIDField(required=False, allow_null=True)
    walk_in_name = Line(max_length=80, required=False, allow_blank=True)
    walk_in_phone = serializers.RegexField(r"^\+[0-9]{6,15}$", required=False, allow_blank=True)
    lines = PurchaseLineIn(many=True, allow_empty=False)
    pay_method = serializers.ChoiceField(Order.PayMethod.choices)
    coupon = Line(max_length=40, required=False, allow_blank=True, help_text="Code of a promotion that needs one.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two buyers, never both; not more lines than a slip holds."""
        if len(attrs["lines"]) > LINES:
            raise serializers.ValidationError({"lines": [f"Send at most {LINES} lines."]})
        if bool(attrs.get("villager")) == bool(attrs.get("walk_in_name")):
            raise serializers.ValidationError({"villager": ["Name a resident, or somebody without a file."]})
        return super().validate(attrs)


class RequestConsentIn(serializers.Serializer):
    """How the buyer is asked."""

    kind = serializers.ChoiceField(
        OrderConsent.AT_COUNTER, help_text="`voice_read_back`: of somebody who has called and reads the code back."
    )


class GiveConsentIn(serializers.Serializer):
    """The code from the buyer's phone, or who saw the signature."""

    code = serializers.RegexField(CODE, required=False)
    witness_card = Line(max_length=40, required=False, help_text="The card of the resident who saw the signature.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("code" in attrs) == ("witness_card" in attrs):
            raise serializers.ValidationError({"code": ["Send the code, or the card of the witness."]})
        return super().validate(attrs)


class LinkIn(serializers.Serializer):
    """Where the link is sent; without a phone it is shown or copied."""

    phone = serializers.RegexField(r"^\+[0-9]{6,15}$", required=False, allow_blank=True)


class PaymentLinkOut(ReadSerializer):
    """A link by which anybody pays an order; amount in its currency."""

    id = serializers.UUIDField()
    order = serializers.UUIDField(source="order_id")
    url = serializers.CharField(help_text="What is sent to the payer: whoever has it may pay, and need not sign in.")
    amount = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
        "order": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d01",
        "url": "https://ecomnet.example/pay/AZSkPU6aAWe-bCrOfQs6/",
        "amount": "1200.00",
        "currency": "CNY",
        "status": "open",
        "made_at": "2026-11-25T02:44:00.000Z",
        "expires_at": "2026-11-26T02:44:00.000Z",
    }

    @staticmethod
    def get_url(link: PaymentLink) -> str:
        """The address of its page."""
        return address_of(link)


class CashIn(serializers.Serializer):
    """The cash on the counter; the change follows from it."""

    cash_given = NonNegativeAmountField(required=False, allow_null=True)


class HandOverIn(CashIn):
    """The parcel, its pick-up code or what proves the buyer without one, and the cash that is due."""

    parcel = Line(max_length=32, help_text="Number of the parcel.")
    amount = NonNegativeAmountField(
        required=False,
        allow_null=True,
        help_text="Cash due as shown; refused `quote_changed` when it differs.",
    )
    code = serializers.RegexField(CODE, required=False)
    proxy_name = Line(max_length=PROXY_LENGTH, required=False, help_text="With a code: who collects, if not the buyer.")
    witness = serializers.UUIDField(required=False, help_text="Without a code: who saw the identity document.")
    photo = serializers.UUIDField(required=False, help_text="Without a code: a file that was stored before.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if ("code" in attrs) == ("witness" in attrs or "photo" in attrs):
            raise serializers.ValidationError({"code": ["Send a code, or witness and photo."]})
        if "proxy_name" in attrs and "code" not in attrs:
            raise serializers.ValidationError({"proxy_name": ["Send it with a code."]})
        return super().validate(attrs)


class PurchaseReasonIn(serializers.Serializer):
    """Why it ends."""

    reason = Line(max_length=200)


class ConfirmedLineIn(serializers.Serializer):
    """So many pieces or grams of an article are delivered."""

    sku = Line(max_length=40)
    quantity = serializers.IntegerField(min_value=0, max_value=MOST)


class ConfirmFulfilmentIn(serializers.Serializer):
    """How much of each article the supplier delivers; without lines all of it."""

    lines = serializers.ListField(child=ConfirmedLineIn(), required=False, max_length=LINES)


class GiveBackIn(serializers.Serializer):
    """How the supplier gets its goods again, and what shows it."""

    how = serializers.ChoiceField(Fulfilment.GivenBack.choices)
    words = Line(max_length=200, help_text="Who fetched them, or which carrier has them under which number.")
    photo = serializers.UUIDField(
        required=False, help_text="Of `fetched`: the paper that was signed, a file that was stored before."
    )


class PackIn(serializers.Serializer):
    """What the parcel weighs."""

    weight_g = serializers.IntegerField(min_value=1, max_value=1_000_000)


class FulfilmentQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(Fulfilment.Status.choices, required=False)
