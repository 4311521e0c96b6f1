"""What requests and answers about shops hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import AmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line, Words
from core.serializers import ReadSerializer
from orders.purchases.api.fields import PurchaseStepOut
from orders.shops.display import public_address
from orders.shops.models import Shop, ShopArticle, ShopClaim, ShopOrder, ShopOrderLine
from orders.shops.queries import claim_of


class ShopArticleOut(ReadSerializer):
    """An article of a shop; its price in the shop's currency."""

    id = serializers.UUIDField()
    shop = serializers.UUIDField(source="shop_id")
    name = serializers.CharField()
    name_zh = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    text_zh = serializers.CharField(allow_blank=True)
    price = serializers.CharField(help_text="Of one.")
    currency = serializers.CharField()
    weight_g = serializers.IntegerField(help_text="Of one.")
    stock = serializers.IntegerField(help_text="How many can be sold, beside what is ordered already.")
    is_offered = serializers.BooleanField()
    photo = serializers.UUIDField(source="photo_id", allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1a01",
        "shop": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1b01",
        "name": "Fuji apples, 5 kg",
        "name_zh": "红富士苹果 10 斤",
        "text": "Picked in the morning, packed in the afternoon.",
        "text_zh": "早上摘，下午装箱。",
        "price": "54.80",
        "currency": "CNY",
        "weight_g": 5500,
        "stock": 40,
        "is_offered": True,
        "photo": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f01",
    }


class ShopOut(ReadSerializer):
    """One shop; shares are parts of 10,000 of the goods."""

    id = serializers.UUIDField()
    station = serializers.CharField(source="station.code")
    owner = serializers.UUIDField(source="owner_id")
    name = serializers.CharField()
    name_zh = serializers.CharField()
    status = serializers.CharField()
    platform_bp = serializers.IntegerField(help_text="What the platform gets of the goods.")
    pack_help_bp = serializers.IntegerField(help_text="What the station gets of the goods for packing.")
    currency = serializers.CharField()
    decision_note = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_null=True, help_text="Its page in the city; null while nobody may see it.")
    opened_at = serializers.DateTimeField()
    agreed_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1b01",
        "station": "321324-0007",
        "owner": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0101",
        "name": "Shen family orchard",
        "name_zh": "沈家果园",
        "status": "draft",
        "platform_bp": 300,
        "pack_help_bp": 500,
        "currency": "CNY",
        "decision_note": "",
        "url": None,
        "opened_at": "2026-11-27T02:41:00.000Z",
        "agreed_at": None,
    }

    @staticmethod
    def get_url(shop: Shop) -> str | None:
        """The address to be shared."""
        return public_address(shop) if shop.status in Shop.PUBLIC else None


READY = ShopOut.example | {"status": "ready_for_review", "agreed_at": "2026-11-27T02:55:00.000Z"}
OPEN = READY | {"status": "approved", "url": "https://ecomnet.example/shop/AZSkPU6a/"}


class ShopDetailOut(ShopOut):
    """A shop with its articles and its history."""

    articles = ShopArticleOut(many=True)
    history = PurchaseStepOut(many=True)

    @staticmethod
    def get_articles(shop: Shop) -> QuerySet[ShopArticle]:
        """The oldest first."""
        return shop.articles.order_by("pk")

    @staticmethod
    def get_history(shop: Shop) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(shop)


class ShopCouponOut(ReadSerializer):
    """A coupon of a shop; amounts in its currency."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    percent_bp = serializers.IntegerField(allow_null=True, help_text="Of a percentage, in basis points.")
    amount = serializers.CharField(source="amount_off", allow_null=True, help_text="Off the goods.")
    budget = serializers.CharField()
    currency = serializers.CharField()
    status = serializers.CharField()
    agreed_at = serializers.DateTimeField(allow_null=True, help_text="When the farmer has agreed.")

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f91",
        "code": "HONEY10",
        "name": "Ten off honey",
        "name_zh": "蜂蜜立减",
        "percent_bp": None,
        "amount": "10.00",
        "budget": "1000.00",
        "currency": "CNY",
        "status": "prepared",
        "agreed_at": None,
    }


class ShopLineOut(ReadSerializer):
    """So many of one article."""

    name = serializers.CharField()
    name_zh = serializers.CharField()
    quantity = serializers.IntegerField()
    amount = serializers.CharField()

    example: ClassVar[dict[str, Any]] = {
        "name": "Fuji apples, 5 kg",
        "name_zh": "红富士苹果 10 斤",
        "quantity": 1,
        "amount": "54.80",
    }


class ShopClaimOut(ReadSerializer):
    """What the buyer complains about, and what became of it."""

    status = serializers.CharField()
    reason = serializers.CharField()
    asked = serializers.CharField(help_text="Of what the goods cost.")
    given_back = serializers.CharField(help_text="With the delivery, where all goods were bad.")
    bearer = serializers.CharField(allow_blank=True)
    decision_note = serializers.CharField(allow_blank=True)
    appeal_note = serializers.CharField(allow_blank=True)
    raised_at = serializers.DateTimeField()

    example: ClassVar[dict[str, Any]] = {
        "status": "raised",
        "reason": "spoiled",
        "asked": "54.80",
        "given_back": "0.00",
        "bearer": "",
        "decision_note": "",
        "appeal_note": "",
        "raised_at": "2026-12-05T02:41:00.000Z",
    }


class ShopOrderOut(ReadSerializer):
    """One order of a shop; amounts in its currency."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    shop = serializers.UUIDField(source="shop_id")
    station = serializers.CharField(source="shop.station.code")
    status = serializers.CharField()
    goods = serializers.CharField()
    discount = serializers.CharField(help_text="What a coupon of this shop takes off the goods.")
    freight = serializers.CharField()
    total = serializers.CharField(help_text="What the buyer pays this seller.")
    platform = serializers.CharField(help_text="For the platform.")
    pack_help = serializers.CharField(help_text="For packing at the station.")
    net = serializers.CharField(help_text="What the farmer gets.")
    currency = serializers.CharField()
    made_at = serializers.DateTimeField()
    pack_by_at = serializers.DateTimeField(allow_null=True, help_text="Afterwards the buyer gets the money back.")
    send_by_at = serializers.DateTimeField(allow_null=True, help_text="Afterwards the buyer gets the money back.")
    courier = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    claim_until_at = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(allow_blank=True, help_text="Why it was cancelled.")
    reason = serializers.CharField(allow_blank=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1c01",
        "number": "321324-0007-S261127-K7P2Q-1",
        "shop": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a1b01",
        "station": "321324-0007",
        "status": "paid",
        "goods": "54.80",
        "discount": "0.00",
        "freight": "12.00",
        "total": "66.80",
        "platform": "1.64",
        "pack_help": "2.74",
        "net": "50.42",
        "currency": "CNY",
        "made_at": "2026-11-27T02:41:00.000Z",
        "pack_by_at": "2026-11-29T16:00:00.000Z",
        "send_by_at": None,
        "courier": "",
        "tracking_number": "",
        "delivered_at": None,
        "claim_until_at": None,
        "why": "",
        "reason": "",
    }


SENT = ShopOrderOut.example | {"status": "sent", "courier": "EMS", "tracking_number": "9876543210987"}
DELIVERED = SENT | {
    "status": "delivered",
    "delivered_at": "2026-11-30T03:10:00.000Z",
    "claim_until_at": "2026-12-02T16:00:00.000Z",
}
CANCELLED = ShopOrderOut.example | {"status": "cancelled", "why": "station", "reason": "hail"}


class BuyerSeenOut(ReadSerializer):
    """The buyer as the reader may see them; empty what they may not, and what is forgotten."""

    buyer_name = serializers.CharField(
        source="name", allow_blank=True, help_text="In clear at the station that packs, masked for others."
    )
    buyer_phone = serializers.CharField(
        source="phone", allow_blank=True, help_text="In clear for those who pack until the box has left, else masked."
    )
    address = serializers.CharField(allow_blank=True, help_text="For the station that packs.")


class ShopOrderDetailOut(ShopOrderOut):
    """An order with what is in it."""

    lines = ShopLineOut(many=True)
    claim = ShopClaimOut(allow_null=True, help_text="What the buyer complains about; null where nobody did.")

    @staticmethod
    def get_claim(order: ShopOrder) -> ShopClaim | None:
        """There is one at most."""
        return claim_of(order)

    @staticmethod
    def get_lines(order: ShopOrder) -> QuerySet[ShopOrderLine]:
        """As they were ordered."""
        return order.lines.order_by("pk")


class ShopOrderForReaderOut(ShopOrderDetailOut, BuyerSeenOut):
    """An order with what is in it and where it is sent."""


class OpenShopIn(serializers.Serializer):
    """For whom, and what the shop is called."""

    farmer = serializers.UUIDField()
    name = Line(max_length=60)
    name_zh = Line(max_length=60)
    story = Words(max_length=600, required=False, default="", allow_blank=True)
    story_zh = Words(max_length=600, required=False, default="", allow_blank=True)


class ShopReasonIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class AcceptClaimIn(serializers.Serializer):
    """How much of the goods is given back, and who caused it."""

    amount = AmountField()
    bearer = serializers.ChoiceField(ShopClaim.Bearer.choices)


class ShopArticleIn(serializers.Serializer):
    """An article: what it is, what one costs, how many there are."""

    name = Line(max_length=60)
    name_zh = Line(max_length=60)
    text = Words(max_length=400, required=False, default="", allow_blank=True)
    text_zh = Words(max_length=400, required=False, default="", allow_blank=True)
    price = AmountField()
    weight_g = serializers.IntegerField(min_value=1, max_value=1_000_000)
    stock = serializers.IntegerField(min_value=0, max_value=100_000)
    photo = serializers.UUIDField(required=False, allow_null=True, help_text="A file that was stored before.")


class ChangeArticleIn(ShopArticleIn):
    """The same, and whether it is offered."""

    is_offered = serializers.BooleanField(default=True)
    stock_seen = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="How many could be sold when this was read: what was ordered since then is taken off `stock`.",
    )


class SendIn(serializers.Serializer):
    """Who carries it, under which number."""

    courier = Line(max_length=40)
    tracking_number = Line(max_length=40)


class ShopQuery(serializers.Serializer):
    """Which shops."""

    status = serializers.ChoiceField(Shop.Status.choices, required=False)


class ShopOrderQuery(serializers.Serializer):
    """Which orders."""

    status = serializers.ChoiceField(ShopOrder.Status.choices, required=False)
