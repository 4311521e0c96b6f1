"""What requests and answers about promotions hold."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.api import AmountField, CurrencyField, NonNegativeAmountField
from core.history import StatusChange, changes_of
from core.language.typed import Line
from core.serializers import ReadSerializer
from orders.promotions.forms import ARTICLES_AT_MOST
from orders.promotions.models import Promotion, PromotionArticle, PromotionBearer
from orders.promotions.queries import borne_so_far
from orders.stock.forms import MOST


class BearerIn(serializers.Serializer):
    """Who bears which share; all shares are 10,000 together."""

    party = serializers.ChoiceField(PromotionBearer.Party.choices)
    share_bp = serializers.IntegerField(min_value=1, max_value=10_000, help_text="Basis points: 5,000 is one half.")


class BundleArticleIn(serializers.Serializer):
    """So many pieces or grams of an article in one set."""

    variant = Line(max_length=40, help_text="Article number or barcode.")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)


class PromotionIn(serializers.Serializer):
    """What is taken off, where, when and for whom, within which budget, and who bears it."""

    code = serializers.RegexField(r"^[A-Za-z0-9]{4,20}$", help_text="What a buyer with a coupon says.")
    name = Line(max_length=60)
    name_zh = Line(max_length=60)
    county = Line(max_length=12, required=False, allow_null=True, help_text="Code; null: every county of the currency.")
    currency = CurrencyField()
    kind = serializers.ChoiceField(Promotion.Kind.choices)
    percent_bp = serializers.IntegerField(
        min_value=1, max_value=9_000, required=False, help_text="Of a percentage, in basis points."
    )
    amount = AmountField(required=False, help_text="Off the order, or off each set of a bundle.")
    articles = BundleArticleIn(many=True, required=False, help_text="Of one set of a bundle.")
    category = Line(max_length=40, required=False, allow_null=True, help_text="Code; null: all goods.")
    supplier = Line(max_length=40, required=False, allow_null=True, help_text="Code; null: all suppliers.")
    shop = Line(max_length=8, required=False, allow_null=True, help_text="The end of a shop's address in the city.")
    audience = serializers.ChoiceField(Promotion.Audience.choices, default=Promotion.Audience.RETAIL)
    needs_coupon = serializers.BooleanField(default=False)
    min_goods = NonNegativeAmountField(required=False, help_text="What its goods cost at least, before promotions.")
    priority = serializers.IntegerField(
        min_value=0, max_value=1_000, default=0, help_text="Of two that take the same off, the higher is given."
    )
    budget = AmountField(help_text="More than this is never taken off in all.")
    per_villager_limit = serializers.IntegerField(min_value=1, max_value=1_000, required=False, allow_null=True)
    from_date = serializers.DateField()
    to_date = serializers.DateField(help_text="The first day on which it does not hold any more.")
    bearers = BearerIn(many=True, allow_empty=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A party stands once, and a set has few articles."""
        parties = [each["party"] for each in attrs["bearers"]]
        if len(set(parties)) < len(parties):
            raise serializers.ValidationError({"bearers": ["Name each party once."]})
        if len(attrs.get("articles", [])) > ARTICLES_AT_MOST:
            raise serializers.ValidationError({"articles": [f"Send at most {ARTICLES_AT_MOST} articles."]})
        return super().validate(attrs)


class PromotionOut(ReadSerializer):
    """One promotion; amounts in its currency."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    name_zh = serializers.CharField()
    county = serializers.CharField(source="division.code", allow_null=True)
    currency = serializers.CharField()
    kind = serializers.CharField()
    percent_bp = serializers.IntegerField(allow_null=True, help_text="Of a percentage, in basis points.")
    amount = serializers.CharField(source="amount_off", allow_null=True, help_text="Off the order, or off each set.")
    category = serializers.CharField(source="category.code", allow_null=True)
    supplier = serializers.CharField(source="supplier.code", allow_null=True)
    shop = serializers.CharField(source="shop.ref", allow_null=True, help_text="Only in this farmer's shop.")
    agreed_at = serializers.DateTimeField(allow_null=True, help_text="When the farmer of the shop has agreed.")
    audience = serializers.CharField()
    needs_coupon = serializers.BooleanField()
    min_goods = serializers.CharField()
    priority = serializers.IntegerField()
    budget = serializers.CharField()
    used = serializers.CharField(help_text="What it took off, without what was given back.")
    left = serializers.CharField()
    per_villager_limit = serializers.IntegerField(allow_null=True)
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    status = serializers.CharField()
    prepared_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0f91",
        "code": "SPRING10",
        "name": "Spring",
        "name_zh": "春耕优惠",
        "county": "321324000000",
        "currency": "CNY",
        "kind": "percent",
        "percent_bp": 1_000,
        "amount": None,
        "category": None,
        "supplier": None,
        "shop": None,
        "agreed_at": None,
        "audience": "retail",
        "needs_coupon": True,
        "min_goods": "50.00",
        "priority": 0,
        "budget": "20000.00",
        "used": "0.00",
        "left": "20000.00",
        "per_villager_limit": 2,
        "from_date": "2026-12-01",
        "to_date": "2027-01-01",
        "status": "prepared",
        "prepared_at": "2026-11-25T02:41:00.000Z",
        "decided_at": None,
        "ended_at": None,
    }


IN_EXAMPLE: dict[str, Any] = {
    "code": "SPRING10",
    "name": "Spring",
    "name_zh": "春耕优惠",
    "county": "321324000000",
    "currency": "CNY",
    "kind": "percent",
    "percent_bp": 1_000,
    "needs_coupon": True,
    "min_goods": "50.00",
    "budget": "20000.00",
    "per_villager_limit": 2,
    "from_date": "2026-12-01",
    "to_date": "2027-01-01",
    "bearers": [{"party": "platform", "share_bp": 5_000}, {"party": "county", "share_bp": 5_000}],
}
APPROVED = PromotionOut.example | {"status": "approved", "decided_at": "2026-11-25T03:12:00.000Z"}
REJECTED = APPROVED | {"status": "rejected"}
ENDED = APPROVED | {
    "status": "ended",
    "used": "1284.50",
    "left": "18715.50",
    "ended_at": "2026-12-20T01:05:00.000Z",
}


class BearerOut(ReadSerializer):
    """Who bears which share, what that is so far, and since when it is agreed; the platform agrees by approving."""

    party = serializers.CharField()
    share_bp = serializers.IntegerField()
    amount = serializers.CharField(source="borne")
    agreed_at = serializers.DateTimeField(allow_null=True)


class BundleArticleOut(ReadSerializer):
    """So much of an article in one set."""

    variant = serializers.CharField(source="variant.sku")
    quantity = serializers.IntegerField()


class PromotionStepOut(ReadSerializer):
    """One step of its history."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    at = serializers.DateTimeField()
    reason = serializers.CharField(allow_blank=True)


class PromotionDetailOut(PromotionOut):
    """A promotion with its articles, who bears it, and its history."""

    articles = BundleArticleOut(many=True)
    bearers = BearerOut(many=True)
    history = PromotionStepOut(many=True)

    @staticmethod
    def get_articles(promotion: Promotion) -> QuerySet[PromotionArticle]:
        """In the order in which they were named."""
        return promotion.articles.select_related("variant").order_by("pk")

    @staticmethod
    def get_bearers(promotion: Promotion) -> list[PromotionBearer]:
        """With what each bears so far."""
        so_far = borne_so_far(promotion)
        rows = list(promotion.bearers.select_related("agreement").order_by("pk"))
        for row in rows:
            row.borne = promotion.in_currency(so_far.get(row.party, 0))
        return rows

    @staticmethod
    def get_history(promotion: Promotion) -> QuerySet[StatusChange]:
        """The oldest first."""
        return changes_of(promotion)


class PromotionQuery(serializers.Serializer):
    """Which ones."""

    status = serializers.ChoiceField(Promotion.Status.choices, required=False)


class PromotionEvidenceIn(serializers.Serializer):
    """By which paper a supplier has agreed."""

    evidence = Line(max_length=200)


class PromotionReasonIn(serializers.Serializer):
    """Why it is rejected, or ends."""

    reason = Line(max_length=200)
