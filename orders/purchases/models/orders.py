"""Orders: what a villager buys, for how much, how it is paid, and how far it has come."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from orders.catalog.models import Variant
from stations.scope import StationScopedQuerySet


class OrderQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_purchase"


class Order(BaseModel):
    """One order of one villager, collected at one station.

    Amounts in minor units of `currency`; the counters add up the quantities of the lines, pieces and grams alike.
    `payment_status` and `fulfilment_status` follow from them in the database.
    """

    class PayMethod(models.TextChoices):
        CASH_ON_DELIVERY = "cash_on_delivery", _("cash on delivery")
        STATION_CASH = "station_cash", _("paid in advance at the station")
        ONLINE = "online", _("paid by link, by a relative or someone else")

    #: Paid before the goods are picked.
    IN_ADVANCE = (PayMethod.STATION_CASH, PayMethod.ONLINE)

    class Status(models.TextChoices):
        DRAFT = "draft", _("not yet agreed")
        AWAITING_CONSENT = "awaiting_consent", _("waiting for the buyer's agreement")
        PLACED = "placed", _("ordered")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    class PaymentStatus(models.TextChoices):
        NONE = "none", _("nothing paid")
        CASH_DUE = "cash_due", _("cash on delivery")
        PARTIALLY_PAID = "partially_paid", _("partly paid")
        PAID = "paid", _("paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("partly refunded")
        REFUNDED = "refunded", _("refunded")
        VOIDED = "voided", _("nothing to pay")
        WAIVED = "waived", _("not owed any more")

    class FulfilmentStatus(models.TextChoices):
        UNFULFILLED = "unfulfilled", _("not sent yet")
        PARTIALLY_FULFILLED = "partially_fulfilled", _("partly on its way")
        FULFILLED = "fulfilled", _("on its way")
        PARTIALLY_DELIVERED = "partially_delivered", _("partly handed over")
        DELIVERED = "delivered", _("handed over")
        RETURNED = "returned", _("brought back")
        CANCELLED = "cancelled", _("cancelled")

    #: Agreed, or about to be: the goods are reserved.
    LIVE = (Status.AWAITING_CONSENT, Status.PLACED)
    #: Still without the buyer's word; ends by itself.
    UNPLACED = (Status.DRAFT, Status.AWAITING_CONSENT)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=32, unique=True)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one order."))
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="purchases", verbose_name=_("collected at")
    )
    villager = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="purchases", verbose_name=_("buyer")
    )
    walk_in_name = LineField(_("buyer without a file"), max_length=80, blank=True)
    walk_in_phone = PhoneNumberField(_("phone"), blank=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="purchases_taken", verbose_name=_("taken by")
    )
    replaces = models.OneToOneField(
        "orders.Return",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replacement",
        verbose_name=_("return that it replaces"),
        help_text=_("Goods sent again in place of others: they cost nothing, and no commission is earned."),
    )
    pay_method = models.CharField(_("way of paying"), max_length=16, choices=PayMethod)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.DRAFT)
    currency = CurrencyField(_("currency"))
    price_as_of_at = models.DateTimeField(_("prices of"))
    total_minor = models.BigIntegerField(_("total"))
    discount_minor = models.BigIntegerField(
        _("saved"), default=0, db_default=0, help_text=_("What promotions took off the goods; the total is without it.")
    )
    cancelled_minor = models.BigIntegerField(_("of which cancelled"), default=0)
    deposit_minor = models.BigIntegerField(_("deposit"), default=0)
    received_minor = models.BigIntegerField(_("received"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    ordered = models.BigIntegerField(_("quantity ordered"), default=0)
    dispatched = models.BigIntegerField(_("quantity sent"), default=0)
    delivered = models.BigIntegerField(_("quantity handed over"), default=0)
    cancelled = models.BigIntegerField(_("quantity cancelled"), default=0)
    returned = models.BigIntegerField(_("quantity brought back"), default=0)
    returned_minor = models.BigIntegerField(_("of which brought back"), default=0)
    withheld_minor = models.BigIntegerField(_("kept back for the way back"), default=0)
    covered_minor = models.BigIntegerField(
        _("put in by the platform"),
        default=0,
        db_default=0,
        help_text=_("A bank took the payment of goods back that had been handed over."),
    )
    waived_minor = models.BigIntegerField(
        _("not owed any more"),
        default=0,
        db_default=0,
        help_text=_("Not paid after a bank took the payment back: written off, or the goods came back."),
    )
    placed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    consent = models.OneToOneField(
        "orders.OrderConsent",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed_order",
        verbose_name=_("agreement"),
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    payment_status = models.GeneratedField(
        expression=Case(
            When(Q(status="cancelled", received_minor=0) | Q(total_minor=0), then=Value("voided")),
            When(refunded_minor__gt=0, refunded_minor=F("received_minor"), then=Value("refunded")),
            When(refunded_minor__gt=0, then=Value("partially_refunded")),
            When(received_minor__gt=0, received_minor=F("total_minor") - F("cancelled_minor"), then=Value("paid")),
            When(
                waived_minor__gt=0,
                received_minor=F("total_minor") - F("cancelled_minor") - F("waived_minor"),
                then=Value("waived"),
            ),
            When(received_minor__gt=0, then=Value("partially_paid")),
            When(status="placed", pay_method="cash_on_delivery", then=Value("cash_due")),
            default=Value("none"),
        ),
        output_field=models.CharField(_("payment"), max_length=20, choices=PaymentStatus),
        db_persist=True,
    )
    fulfilment_status = models.GeneratedField(
        expression=Case(
            When(cancelled=F("ordered"), then=Value("cancelled")),
            When(returned__gt=0, ordered=F("returned") + F("cancelled"), then=Value("returned")),
            When(delivered__gt=0, ordered=F("delivered") + F("cancelled"), then=Value("delivered")),
            When(delivered__gt=0, then=Value("partially_delivered")),
            When(dispatched__gt=0, ordered=F("dispatched") + F("cancelled"), then=Value("fulfilled")),
            When(dispatched__gt=0, then=Value("partially_fulfilled")),
            default=Value("unfulfilled"),
        ),
        output_field=models.CharField(_("delivery"), max_length=20, choices=FulfilmentStatus),
        db_persist=True,
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order of goods")
        verbose_name_plural = _("orders of goods")
        constraints = [
            models.CheckConstraint(
                condition=Q(villager__isnull=False, walk_in_name="", walk_in_phone="")
                | (Q(villager=None) & ~Q(walk_in_name="")),
                name="order_names_a_villager_or_a_walk_in",
            ),
            models.CheckConstraint(
                condition=Q(ordered__gt=0, received_minor__gte=0, deposit_minor__gte=0),
                name="order_is_about_more_than_nothing",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, total_minor__gt=0)
                | Q(replaces__isnull=False, total_minor=0, discount_minor=0, pay_method="station_cash"),
                name="only_a_replacement_costs_nothing",
            ),
            models.CheckConstraint(condition=Q(discount_minor__gte=0), name="order_discount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(cancelled_minor__gte=0, cancelled_minor__lte=F("total_minor")),
                name="cancelled_goods_never_exceed_the_total",
            ),
            models.CheckConstraint(
                condition=Q(received_minor__lte=F("total_minor")), name="received_never_exceeds_the_total"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("received_minor")),
                name="refunded_never_exceeds_received",
            ),
            models.CheckConstraint(
                condition=Q(deposit_minor__lte=F("total_minor")), name="deposit_never_exceeds_the_total"
            ),
            models.CheckConstraint(
                condition=Q(waived_minor__gte=0, waived_minor__lte=F("total_minor") - F("received_minor")),
                name="only_what_was_not_paid_is_waived",
            ),
            models.CheckConstraint(
                condition=Q(covered_minor__gte=0, covered_minor__lte=F("total_minor") + F("withheld_minor")),
                name="platform_puts_in_no_more_than_the_order_costs",
            ),
            models.CheckConstraint(
                condition=Q(ordered__gte=F("delivered") + F("cancelled")),
                name="delivered_and_cancelled_never_exceed_ordered",
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("delivered")), name="returned_never_exceeds_delivered"
            ),
            models.CheckConstraint(
                condition=Q(
                    withheld_minor__gte=0,
                    returned_minor__gte=F("withheld_minor"),
                    returned_minor__lte=F("total_minor") - F("cancelled_minor"),
                ),
                name="returned_goods_never_exceed_what_was_bought",
            ),
            models.CheckConstraint(
                condition=Q(dispatched__gte=F("delivered"), dispatched__lte=F("ordered")),
                name="delivered_units_were_dispatched",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["placed", "completed"]) | Q(consent__isnull=False, placed_at__isnull=False),
                name="placed_order_has_consent",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["draft", "awaiting_consent"]) | Q(expires_at__isnull=False),
                name="unplaced_order_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-id"], name="order_of_station"),
            models.Index(fields=["villager", "-id"], name="order_of_villager"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="order_that_expires"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What was ordered costs so much."""
        return Money(self.total_minor, self.currency)

    @property
    def discount(self) -> Money:
        """What promotions took off."""
        return Money(self.discount_minor, self.currency)

    @property
    def all_goods(self) -> Money:
        """What the goods cost before promotions."""
        return self.total + self.discount

    @property
    def received(self) -> Money:
        """What was paid for it so far."""
        return Money(self.received_minor, self.currency)

    @property
    def waived(self) -> Money:
        """What was never paid after all and is not owed either."""
        return Money(self.waived_minor, self.currency)

    @property
    def deposit(self) -> Money:
        """What is paid before the goods are picked, of an order by cash on delivery."""
        return Money(self.deposit_minor, self.currency)

    @property
    def due(self) -> Money:
        """What is still to be paid for what is not cancelled."""
        owed = self.total_minor - self.cancelled_minor - self.waived_minor
        return Money(max(owed - self.received_minor, 0), self.currency)

    @property
    def has_ended_parts(self) -> bool:
        """Whether everything was handed over or cancelled: what is due then is a debt."""
        return self.ordered > 0 and self.delivered + self.cancelled == self.ordered

    @property
    def advance_due(self) -> Money:
        """What of it must be paid before the goods are picked, or is a debt: never more than is still due."""
        if self.pay_method in self.IN_ADVANCE or self.has_ended_parts:
            return self.due
        return min(Money(max(self.deposit_minor - self.received_minor, 0), self.currency), self.due)

    @property
    def payment_words(self) -> Any:
        """How far it is paid, in words."""
        return self.PaymentStatus(self.payment_status).label

    @property
    def delivery_words(self) -> Any:
        """How far it has come, in words."""
        return self.FulfilmentStatus(self.fulfilment_status).label

    @property
    def is_replacement(self) -> bool:
        """Whether it is sent in place of goods that came back."""
        return self.replaces_id is not None

    @property
    def is_cod(self) -> bool:
        """Whether the villager pays when the goods are handed over."""
        return self.pay_method == self.PayMethod.CASH_ON_DELIVERY

    @property
    def buyer_name(self) -> str:
        """Who buys."""
        return self.villager.full_name if self.villager else self.walk_in_name

    @property
    def buyer_phone(self) -> str:
        """Where messages to the buyer go; empty without a phone."""
        return str((self.villager.phone if self.villager else self.walk_in_phone) or "")


class OrderLine(BaseModel):
    """One article of an order: its price is that of when the order was begun."""

    ON_DEMAND = Variant.Supply.ON_DEMAND

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", verbose_name=_("order of goods"))
    variant = models.ForeignKey("orders.Variant", models.PROTECT, related_name="+", verbose_name=_("variant"))
    supplier = models.ForeignKey(
        "orders.Supplier",
        models.PROTECT,
        related_name="+",
        verbose_name=_("supplier"),
        help_text=_("Who sold the article when the order was begun, and is paid for it."),
    )
    quantity = models.BigIntegerField(_("quantity"), help_text=_("In pieces, or in grams."))
    unit_price_minor = models.BigIntegerField(_("price"), help_text=_("For a piece, or for 1,000 grams."))
    goods_minor = models.BigIntegerField(_("amount"))
    discount_minor = models.BigIntegerField(_("saved"), default=0, db_default=0)
    currency = CurrencyField(_("currency"))
    return_window_days = models.PositiveSmallIntegerField(_("days in which it can be returned"))
    accepts_change_of_mind = models.BooleanField(_("can be returned without a fault"), default=True)
    supply = models.CharField(
        _("supply"),
        max_length=9,
        choices=Variant.Supply,
        default=Variant.Supply.STOCKED,
        db_default=Variant.Supply.STOCKED,
    )
    quantity_delivered = models.BigIntegerField(_("handed over"), default=0)
    quantity_cancelled = models.BigIntegerField(_("cancelled"), default=0)
    quantity_returned = models.BigIntegerField(
        _("brought back"), default=0, help_text=_("Including requested returns.")
    )
    window_ends_at = models.DateTimeField(_("can be returned until"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of an order")
        verbose_name_plural = _("lines of orders")
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_names_a_variant_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price_minor__gt=0, goods_minor__gte=0),
                name="line_is_about_more_than_nothing",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=F("goods_minor")),
                name="line_discount_is_at_most_its_goods",
            ),
            models.CheckConstraint(
                condition=Q(
                    quantity_delivered__gte=0,
                    quantity_cancelled__gte=0,
                    quantity__gte=F("quantity_delivered") + F("quantity_cancelled"),
                ),
                name="line_delivers_and_cancels_at_most_its_quantity",
            ),
            models.CheckConstraint(
                condition=Q(quantity_returned__gte=0, quantity_returned__lte=F("quantity_delivered")),
                name="line_returns_at_most_what_was_delivered",
            ),
            models.CheckConstraint(
                condition=Q(quantity_delivered=0, window_ends_at=None)
                | Q(quantity_delivered__gt=0, window_ends_at__isnull=False),
                name="line_has_a_return_window_exactly_when_handed_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["window_ends_at"],
                condition=Q(window_ends_at__isnull=False),
                name="order_line_window",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.quantity}"

    @property
    def is_on_demand(self) -> bool:
        """Whether its supplier keeps it, as it was when the order was begun."""
        return self.supply == self.ON_DEMAND

    @property
    def goods(self) -> Money:
        """What the line costs before promotions."""
        return Money(self.goods_minor, self.currency)

    @property
    def discount(self) -> Money:
        """What promotions took off it."""
        return Money(self.discount_minor, self.currency)

    @property
    def unit_price(self) -> Money:
        """For a piece, or for 1,000 grams."""
        return Money(self.unit_price_minor, self.currency)


class OrderPayment(BaseModel):
    """A payment that was made for an order: in advance, or when it was handed over."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("order of goods"))
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, related_name="purchase", verbose_name=_("payment")
    )
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)

    class Meta:
        verbose_name = _("payment of an order")
        verbose_name_plural = _("payments of orders")
        constraints = [
            models.CheckConstraint(condition=Q(refunded_minor__gte=0), name="order_refund_is_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.payment_id)

    @property
    def refunded(self) -> Money:
        """What of it is owed back, or came back."""
        return Money(self.refunded_minor, self.payment.currency)
