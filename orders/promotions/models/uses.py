"""What promotions took off orders, line by line, and who bears it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from orders.promotions.models.promotions import Promotion, PromotionBearer


class PromotionUse(BaseModel):
    """What one promotion took off one order, and what of it was given back: the sums of its parts.

    Of an order that is cancelled or refused all of it comes back to the budget, of goods that are brought back their
    part; what nobody has used any more does not count towards a resident's limit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="uses", verbose_name=_("promotion"))
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, related_name="promotion_uses", verbose_name=_("order of goods")
    )
    amount_minor = models.BigIntegerField(_("amount"), default=0)
    back_minor = models.BigIntegerField(_("returned to the budget"), default=0)
    currency = CurrencyField(_("currency"))
    used_at = models.DateTimeField(_("used at"))

    class Meta:
        verbose_name = _("use of a promotion")
        verbose_name_plural = _("uses of promotions")
        constraints = [
            models.UniqueConstraint(fields=["promotion", "order"], name="order_uses_a_promotion_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, back_minor__gte=0, back_minor__lte=F("amount_minor")),
                name="promotion_use_gives_back_at_most_its_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["promotion", "-used_at"], name="promotion_use_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.order_id}"

    @property
    def amount(self) -> Money:
        """What it took off the order when it was begun."""
        return Money(self.amount_minor, self.currency)

    @property
    def taken(self) -> Money:
        """As a line of what is paid: below nothing."""
        return -self.amount

    @property
    def given_back(self) -> Money:
        """What of that came back to the budget."""
        return Money(self.back_minor, self.currency)

    @property
    def standing(self) -> Money:
        """What it costs as things stand."""
        return self.amount - self.given_back


class PromotionPart(BaseModel):
    """What one party bears of what a promotion took off one line of an order."""

    use = models.ForeignKey(PromotionUse, models.PROTECT, related_name="parts", verbose_name=_("use of a promotion"))
    order_line = models.ForeignKey(
        "orders.OrderLine", models.PROTECT, related_name="promotion_parts", verbose_name=_("line of an order")
    )
    party = models.CharField(_("who bears it"), max_length=8, choices=PromotionBearer.Party)
    amount_minor = models.BigIntegerField(_("amount"))
    back_minor = models.BigIntegerField(_("returned to the budget"), default=0)

    class Meta:
        verbose_name = _("part of a promotion")
        verbose_name_plural = _("parts of promotions")
        constraints = [
            models.UniqueConstraint(fields=["use", "order_line", "party"], name="party_bears_a_line_of_a_use_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, back_minor__gte=0, back_minor__lte=F("amount_minor")),
                name="promotion_part_gives_back_at_most_its_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.amount_minor}"


class ShopCouponUse(BaseModel):
    """What a coupon took off one order of a farmer's shop, what of that the farmer bears, and what was given back.

    `buyer` is a keyed hash of the phone, for the number of times that each buyer may use it; none once the buyer is
    forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="shop_uses", verbose_name=_("promotion"))
    order = models.OneToOneField(
        "orders.ShopOrder", models.PROTECT, related_name="coupon_use", verbose_name=_("order of a shop")
    )
    amount_minor = models.BigIntegerField(_("amount"))
    seller_minor = models.BigIntegerField(_("of which the farmer bears"))
    back_minor = models.BigIntegerField(_("returned to the budget"), default=0)
    seller_back_minor = models.BigIntegerField(_("of which of the farmer"), default=0)
    currency = CurrencyField(_("currency"))
    buyer = models.BinaryField(null=True, blank=True, help_text=_("Keyed hash of the buyer's phone."))
    used_at = models.DateTimeField(_("used at"))

    class Meta:
        verbose_name = _("use of a shop's coupon")
        verbose_name_plural = _("uses of shops' coupons")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, seller_minor__gte=0, seller_minor__lte=F("amount_minor")),
                name="coupon_use_is_above_nothing",
            ),
            models.CheckConstraint(
                condition=Q(
                    back_minor__gte=F("seller_back_minor"),
                    seller_back_minor__gte=0,
                    seller_back_minor__lte=F("seller_minor"),
                    back_minor__lte=F("amount_minor"),
                ),
                name="coupon_use_gives_back_at_most_its_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["promotion", "-used_at"], name="shop_coupon_use_by_time"),
            models.Index(fields=["promotion", "buyer"], name="shop_coupon_use_of_buyer"),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} {self.order_id}"

    @property
    def amount(self) -> Money:
        """What it took off."""
        return Money(self.amount_minor, self.currency)

    @property
    def platforms_minor(self) -> int:
        """What of it the platform bears."""
        return self.amount_minor - self.seller_minor

    @property
    def standing(self) -> Money:
        """What it costs as things stand."""
        return Money(self.amount_minor - self.back_minor, self.currency)
