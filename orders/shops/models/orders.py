"""What one buyer has ordered of one seller."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.language.formatting import in_chinese
from core.money import Money
from stations.scope import StationScopedQuerySet


class ShopOrderQuerySet(StationScopedQuerySet):
    station_path = "shop__station"
    read_verb = "orders.read_shop"


class ShopOrder(BaseModel):
    """One seller's part of a checkout: goods and delivery, in minor units; shares and days as when it was made."""

    class Status(models.TextChoices):
        AWAITING = "awaiting", pgettext_lazy("shop order", "waiting to be paid")
        PAID = "paid", pgettext_lazy("shop order", "to pack")
        PACKED = "packed", pgettext_lazy("shop order", "packed")
        SENT = "sent", pgettext_lazy("shop order", "sent")
        DELIVERED = "delivered", pgettext_lazy("shop order", "delivered")
        COMPLETED = "completed", pgettext_lazy("shop order", "completed")
        CANCELLED = "cancelled", pgettext_lazy("shop order", "cancelled, money back")
        EXPIRED = "expired", pgettext_lazy("shop order", "not paid in time")

    class Why(models.TextChoices):
        STATION = "station", _("the station cancelled it")
        NOT_PACKED = "not_packed", _("not packed in time")
        NOT_SENT = "not_sent", _("not sent in time")
        GONE = "gone", _("the shop has closed")
        REVERSED = "reversed", _("the payer's bank has reversed the payment")

    #: Goods are reserved or on their way, or somebody may still complain.
    OPEN = (Status.AWAITING, Status.PAID, Status.PACKED, Status.SENT, Status.DELIVERED)
    #: The goods are still here.
    HERE = (Status.AWAITING, Status.PAID, Status.PACKED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    checkout = models.ForeignKey(
        "orders.ShopCheckout", models.PROTECT, related_name="orders", verbose_name=_("payment for shops")
    )
    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="orders", verbose_name=_("farmer's shop"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.AWAITING)
    goods_minor = models.BigIntegerField(_("goods"))
    discount_minor = models.BigIntegerField(_("taken off by a coupon"), default=0, db_default=0)
    seller_discount_minor = models.BigIntegerField(_("of which the farmer bears"), default=0, db_default=0)
    freight_minor = models.BigIntegerField(_("delivery"))
    total_minor = models.BigIntegerField(_("total"))
    platform_minor = models.BigIntegerField(_("for the platform"))
    pack_help_minor = models.BigIntegerField(_("for packing at the station"))
    currency = CurrencyField(_("currency"))
    carrier = models.SlugField(_("carrier"), max_length=40)
    pack_days = models.PositiveSmallIntegerField(_("days to pack"))
    send_hours = models.PositiveSmallIntegerField(_("hours to send what is packed"), default=48)
    arrive_days = models.PositiveSmallIntegerField(_("days until it counts as delivered"))
    claim_days = models.PositiveSmallIntegerField(_("days in which buyers complain"))
    instant_claim_minor = models.BigIntegerField(_("refunded by the station up to"), default=0)
    made_at = models.DateTimeField(_("made at"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    pack_by_at = models.DateTimeField(_("to be packed before"), null=True, blank=True)
    packed_at = models.DateTimeField(pgettext_lazy("shop order", "packed at"), null=True, blank=True)
    send_by_at = models.DateTimeField(_("to be sent before"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded to send it at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    arrives_by_at = models.DateTimeField(_("counts as delivered at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    claim_until_at = models.DateTimeField(_("complaints until"), null=True, blank=True)
    courier = LineField(_("sent with"), max_length=40, blank=True)
    tracking_number = LineField(_("tracking number"), max_length=40, blank=True)
    why = models.CharField(_("why it was cancelled"), max_length=10, choices=Why, blank=True)
    reason = LineField(_("what the station says"), max_length=200, blank=True)

    objects = ShopOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of a shop")
        verbose_name_plural = _("orders of shops")
        constraints = [
            models.UniqueConstraint(fields=["checkout", "shop"], name="checkout_has_one_order_per_seller"),
            models.CheckConstraint(
                condition=Q(
                    total_minor=F("goods_minor") - F("discount_minor") + F("freight_minor"),
                    goods_minor__gt=0,
                    freight_minor__gte=0,
                ),
                name="shop_order_total_is_goods_less_coupon_plus_freight",
            ),
            models.CheckConstraint(
                condition=Q(
                    discount_minor__gte=0,
                    discount_minor__lt=F("goods_minor"),
                    seller_discount_minor__gte=0,
                    seller_discount_minor__lte=F("discount_minor"),
                ),
                name="coupon_leaves_something_to_pay",
            ),
            models.CheckConstraint(
                condition=Q(
                    platform_minor__gte=0,
                    pack_help_minor__gte=0,
                    goods_minor__gte=F("platform_minor") + F("pack_help_minor") + F("seller_discount_minor"),
                ),
                name="shop_order_never_costs_the_farmer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["awaiting", "expired", "cancelled"])
                | Q(paid_at__isnull=False, pack_by_at__isnull=False),
                name="shop_order_is_packed_once_paid",
            ),
            models.CheckConstraint(
                condition=~Q(status="packed") | Q(packed_at__isnull=False, send_by_at__isnull=False),
                name="packed_shop_order_says_until_when_it_is_sent",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "delivered", "completed"])
                | (Q(sent_at__isnull=False) & ~Q(tracking_number="") & ~Q(courier="")),
                name="sent_shop_order_has_its_tracking_number",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["delivered", "completed"])
                | Q(delivered_at__isnull=False, claim_until_at__isnull=False),
                name="delivered_shop_order_says_until_when_buyers_complain",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled") & ~Q(why="") | ~Q(status="cancelled") & Q(why=""),
                name="cancelled_shop_order_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "status", "-id"], name="order_of_shop"),
            models.Index(fields=["pack_by_at"], condition=Q(status__in=["paid"]), name="shop_order_to_pack"),
            models.Index(fields=["send_by_at"], condition=Q(status="packed"), name="shop_order_to_send"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def goods(self) -> Money:
        """What the goods cost."""
        return Money(self.goods_minor, self.currency)

    @property
    def discount(self) -> Money:
        """What a coupon takes off them."""
        return Money(self.discount_minor, self.currency)

    @property
    def paid_goods(self) -> Money:
        """What the buyer pays for the goods."""
        return self.goods - self.discount

    @property
    def platforms_discount(self) -> Money:
        """What of the coupon the platform bears."""
        return Money(self.discount_minor - self.seller_discount_minor, self.currency)

    @property
    def platforms_discount_taken(self) -> Money:
        """As a line of what is paid: below nothing."""
        return -self.platforms_discount

    @property
    def freight(self) -> Money:
        """What the delivery costs."""
        return Money(self.freight_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the buyer pays this seller."""
        return Money(self.total_minor, self.currency)

    @property
    def platform(self) -> Money:
        """What the platform gets of the goods."""
        return Money(self.platform_minor, self.currency)

    @property
    def pack_help(self) -> Money:
        """What the station gets of the goods for packing."""
        return Money(self.pack_help_minor, self.currency)

    @property
    def net(self) -> Money:
        """What the farmer gets."""
        return self.goods - self.platform - self.pack_help - Money(self.seller_discount_minor, self.currency)


class ShopOrderLine(BaseModel):
    """So many of one article, at the price of when it was ordered."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(ShopOrder, models.PROTECT, related_name="lines", verbose_name=_("order of a shop"))
    article = models.ForeignKey(
        "orders.ShopArticle", models.PROTECT, related_name="+", verbose_name=_("article of a shop")
    )
    name = LineField(_("name"), max_length=60)
    name_zh = LineField(_("name in Chinese"), max_length=60)
    quantity = models.PositiveIntegerField(_("quantity"))
    price_minor = models.BigIntegerField(_("price of one"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = CurrencyField(_("currency"))

    class Meta:
        verbose_name = _("line of a shop order")
        verbose_name_plural = _("lines of shop orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "article"], name="shop_order_has_an_article_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_minor=F("quantity") * F("price_minor")),
                name="shop_line_amount_is_quantity_times_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"

    @property
    def title(self) -> str:
        """The article in the language of the reader, with its quantity."""
        return f"{self.name_zh if in_chinese() else self.name} × {self.quantity}"

    @property
    def amount(self) -> Money:
        """What all of them cost."""
        return Money(self.amount_minor, self.currency)
