"""What one warehouse, or one supplier, sends for an order: one parcel."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from orders.catalog.models import Supplier
from stations.scope import StationScopedQuerySet


class FulfilmentQuerySet(StationScopedQuerySet):
    station_path = "order__station"
    read_verb = "orders.read_purchase"

    def are_untouched(self) -> bool:
        """Whether none was picked, or sent by the supplier that keeps it; what is cancelled does not count."""
        waiting = Q(status="pending") | Q(status="allocated", shipped_at=None)
        return not self.exclude(waiting | Q(status="cancelled")).exists()


class Fulfilment(BaseModel):
    """The part of an order that lies in one warehouse, or that one supplier keeps and brings there.

    `cash_due_minor` is what is paid when it is handed over. What a supplier keeps is reserved once it has confirmed it.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for the supplier")
        ALLOCATED = "allocated", _("reserved")
        PICKED = "picked", _("picked")
        PACKED = "packed", _("packed")
        DISPATCHED = "dispatched", _("on its way")
        DELIVERED = "delivered", _("handed over")
        NOT_TAKEN = "not_taken", _("not taken")
        RETURNED = "returned", _("back in the warehouse")
        LOST = "lost", _("lost on the way")
        CANCELLED = "cancelled", _("cancelled")

    class GivenBack(models.TextChoices):
        FETCHED = "fetched", _("fetched by the supplier")
        SENT = "sent", _("sent back to the supplier")
        NEVER_CAME = "never_came", _("never came here")

    #: Not sent to the station yet.
    WAITING = (Status.PENDING, Status.ALLOCATED, Status.PICKED, Status.PACKED)
    #: Neither with the buyer nor taken off the order: what is due is still to be paid for these.
    OPEN = (*WAITING, Status.DISPATCHED, Status.NOT_TAKEN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, related_name="fulfilments", verbose_name=_("order of goods")
    )
    warehouse = models.ForeignKey(
        "orders.Warehouse", models.PROTECT, related_name="fulfilments", verbose_name=_("warehouse")
    )
    supplier = models.ForeignKey(
        "orders.Supplier",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fulfilments",
        verbose_name=_("supplier"),
        help_text=_("Who keeps the goods. Empty: the warehouse has them."),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ALLOCATED)
    goods_minor = models.BigIntegerField(_("goods"))
    discount_minor = models.BigIntegerField(_("saved"), default=0, db_default=0)
    cash_due_minor = models.BigIntegerField(_("cash on delivery"), default=0)
    currency = CurrencyField(_("currency"))
    weight_g = models.PositiveIntegerField(_("weight in grams"), default=0)
    parcel = models.UUIDField(_("parcel"), null=True, blank=True, unique=True)
    parcel_number = models.CharField(_("number of the parcel"), max_length=32, blank=True)
    allocated_at = models.DateTimeField(_("reserved at"))
    asked_at = models.DateTimeField(_("supplier asked at"), null=True, blank=True)
    confirm_by_at = models.DateTimeField(_("to be confirmed before"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("sent by the supplier at"), null=True, blank=True)
    dispatched_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    available_at = models.DateTimeField(_("at the station since"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("handed over at"), null=True, blank=True)

    not_needed_at = models.DateTimeField(
        _("not needed since"),
        null=True,
        blank=True,
        help_text=_("Cancelled here after its supplier, who has no order system, was asked."),
    )
    supplier_told_at = models.DateTimeField(_("supplier told at"), null=True, blank=True)
    supplier_told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier told by"),
        help_text=_("Empty: by a message that has arrived."),
    )

    given_back_at = models.DateTimeField(
        _("returned to the supplier at"),
        null=True,
        blank=True,
        help_text=_("Goods of a supplier that their buyer does not get lie at the county centre until then."),
    )
    given_back_how = models.CharField(_("how it was returned"), max_length=10, choices=GivenBack, blank=True)
    given_back_words = LineField(_("who fetched it, or which carrier has it"), max_length=200, blank=True)
    given_back_photo = models.ForeignKey(
        "core.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo of the signed paper"),
    )
    given_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("return recorded by"),
    )

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods to send")
        verbose_name_plural = _("goods to send")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "warehouse"],
                condition=Q(supplier=None),
                name="warehouse_sends_one_part_of_an_order",
            ),
            models.UniqueConstraint(
                fields=["order", "supplier"],
                condition=Q(supplier__isnull=False) & ~Q(status="cancelled"),
                name="supplier_sends_one_part_of_an_order",
            ),
            models.CheckConstraint(
                condition=Q(supplier=None, asked_at=None, confirm_by_at=None, confirmed_at=None, shipped_at=None)
                & ~Q(status="pending")
                | Q(supplier__isnull=False),
                name="only_a_supplier_is_asked",
            ),
            models.CheckConstraint(
                condition=Q(asked_at=None, confirm_by_at=None)
                | Q(asked_at__isnull=False, confirm_by_at__gt=F("asked_at")),
                name="supplier_that_is_asked_has_time_to_confirm",
            ),
            models.CheckConstraint(
                condition=Q(supplier=None)
                | Q(status="pending", confirmed_at=None)
                | Q(status="cancelled")
                | (~Q(status__in=["pending", "cancelled"]) & Q(confirmed_at__isnull=False)),
                name="goods_of_a_supplier_are_sent_once_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(shipped_at=None) | Q(confirmed_at__isnull=False),
                name="supplier_sends_what_it_has_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "allocated", "picked", "cancelled"], parcel=None)
                | Q(
                    status__in=["packed", "dispatched", "delivered", "not_taken", "returned", "lost"],
                    parcel__isnull=False,
                ),
                name="fulfilment_has_a_parcel_exactly_when_packed",
            ),
            models.CheckConstraint(
                condition=Q(cash_due_minor__gte=0, goods_minor__gte=0), name="fulfilment_cash_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=F("goods_minor")),
                name="fulfilment_discount_is_at_most_its_goods",
            ),
            models.CheckConstraint(
                condition=Q(status="delivered", delivered_at__isnull=False)
                | (~Q(status="delivered") & Q(delivered_at=None)),
                name="fulfilment_says_when_it_was_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(not_needed_at=None) | Q(asked_at__isnull=False, status="cancelled"),
                name="cancelled_goods_that_were_asked_for_are_not_needed",
            ),
            models.CheckConstraint(
                condition=Q(supplier_told_at=None, supplier_told_by=None)
                | Q(not_needed_at__isnull=False, supplier_told_at__isnull=False),
                name="supplier_is_told_of_what_is_not_needed",
            ),
            models.CheckConstraint(
                condition=Q(
                    given_back_at=None,
                    given_back_how="",
                    given_back_words="",
                    given_back_photo=None,
                    given_back_by=None,
                )
                | Q(
                    ~Q(given_back_how="") & ~Q(given_back_words=""),
                    given_back_at__isnull=False,
                    given_back_by__isnull=False,
                    supplier__isnull=False,
                    status__in=["returned", "cancelled"],
                ),
                name="goods_not_handed_over_go_back_to_their_supplier_once",
            ),
            models.CheckConstraint(
                condition=~Q(given_back_how="fetched") | Q(given_back_photo__isnull=False),
                name="goods_that_a_supplier_fetches_are_signed_for",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_needed_at"],
                condition=Q(not_needed_at__isnull=False, supplier_told_at=None),
                name="fulfilment_supplier_to_tell",
            ),
            models.Index(
                fields=["warehouse", "allocated_at"],
                condition=Q(status__in=["allocated", "picked", "packed"]),
                name="fulfilment_in_warehouse",
            ),
            models.Index(
                fields=["allocated_at"],
                condition=Q(status__in=["pending", "allocated"], supplier__isnull=False),
                name="fulfilment_at_supplier",
            ),
            models.Index(
                fields=["allocated_at"],
                condition=Q(status__in=["returned", "cancelled"], supplier__isnull=False, given_back_at=None),
                name="fulfilment_to_give_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.warehouse_id}"

    @property
    def cash_due(self) -> Money:
        """What is paid when it is handed over."""
        return Money(self.cash_due_minor, self.currency)

    @property
    def is_on_demand(self) -> bool:
        """Whether a supplier keeps its goods, and brings them to the warehouse."""
        return self.supplier_id is not None

    @property
    def waits_for_supplier(self) -> bool:
        """Whether its buyer does not get what the supplier has sent, and the supplier has not got it back."""
        is_left = self.status == self.Status.RETURNED or (
            self.status == self.Status.CANCELLED and self.shipped_at is not None
        )
        return self.is_on_demand and is_left and self.given_back_at is None

    @property
    def price_minor(self) -> int:
        """What the buyer pays for its goods, after promotions."""
        return self.goods_minor - self.discount_minor


class FulfilmentLine(BaseModel):
    """So much of an order line lies in this part, and what of the line's amount that is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    fulfilment = models.ForeignKey(Fulfilment, models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("orders.OrderLine", models.PROTECT, related_name="fulfilment_lines")
    quantity = models.BigIntegerField(_("quantity"))
    quantity_returned = models.BigIntegerField(_("brought back"), default=0)
    goods_minor = models.BigIntegerField(_("amount"))
    discount_minor = models.BigIntegerField(_("saved"), default=0, db_default=0)
    currency = CurrencyField(_("currency"))

    class Meta:
        verbose_name = _("line of goods to send")
        verbose_name_plural = _("lines of goods to send")
        constraints = [
            models.UniqueConstraint(fields=["fulfilment", "order_line"], name="fulfilment_names_an_order_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, goods_minor__gte=0), name="fulfilment_line_is_above_nothing"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=F("goods_minor")),
                name="fulfilment_line_discount_is_at_most_its_goods",
            ),
            models.CheckConstraint(
                condition=Q(quantity_returned__gte=0, quantity_returned__lte=F("quantity")),
                name="part_returns_at_most_its_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} {self.quantity}"

    @property
    def supplier(self) -> Supplier:
        """Whose goods these are: of whoever keeps them, else of whoever sold the article when the order was begun."""
        return self.fulfilment.supplier or self.order_line.supplier

    @property
    def goods(self) -> Money:
        """What the goods of this line cost before promotions."""
        return Money(self.goods_minor, self.currency)

    @property
    def price(self) -> Money:
        """What the buyer pays for them."""
        return Money(self.goods_minor - self.discount_minor, self.currency)
