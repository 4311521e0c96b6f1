"""Products with their variants, and what a variant costs for whom, where and when."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from core.access import may
from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.language.formatting import name_of
from core.money import Money
from stations.scope import NetworkScopedQuerySet


class HasCheckDigit(Func):
    """Whether a text is an EAN-13 number whose last digit fits the others."""

    function = "is_ean13"
    output_field = models.BooleanField()


class Category(BaseModel):
    """A shelf of the catalogue: what belongs together for those who look for it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = LineField(_("name"), max_length=80)
    name_zh = LineField(_("name in Chinese"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    return_window_days = models.PositiveSmallIntegerField(
        _("days in which it can be returned"), default=7, help_text=_("For orders from now on.")
    )
    accepts_change_of_mind = models.BooleanField(
        _("can be returned without a fault"),
        default=True,
        help_text=_("Not for food and hygiene goods. For orders from now on."),
    )

    class Meta:
        verbose_name = _("category of goods")
        verbose_name_plural = _("categories of goods")

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)


class Supplier(BaseModel):
    """A company that sells through the stations; it is paid `terms_days` after the return window."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = LineField(_("name"), max_length=120)
    name_zh = LineField(_("name in Chinese"), max_length=120)
    terms_days = models.PositiveSmallIntegerField(_("days of payment"), default=0)
    confirms_within_hours = models.PositiveSmallIntegerField(
        _("hours to confirm"),
        default=48,
        db_default=48,
        help_text=_("What it keeps and has not confirmed within so many hours is cancelled. For orders from now on."),
    )
    contact_phone = PhoneNumberField(
        _("phone of the contact"),
        blank=True,
        help_text=_("Who is told by SMS when ordered goods are not needed any more. Empty: the county calls."),
    )
    contact_language = models.CharField(
        _("language of the contact"),
        max_length=16,
        choices=settings.LANGUAGES,
        default="zh-hans",
        db_default="zh-hans",
    )
    system = models.OneToOneField(
        "core.Provider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supplier",
        verbose_name=_("order system"),
        help_text=_("The provider whose system is told of orders. Empty: the supplier has none."),
    )

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        constraints = [
            models.CheckConstraint(condition=Q(confirms_within_hours__gte=1), name="supplier_has_time_to_confirm"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)


class ProductQuerySet(models.QuerySet):
    """Reference data: a post that reads it anywhere reads all of it."""

    read_verb = "orders.read_product"

    def open_to(self, user: Any, verb: str) -> Self:
        """All of them, for a post that carries the verb."""
        return self.all() if may(user, verb) else self.none()


class Product(BaseModel):
    """What a supplier sells, in one or several variants."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("on sale")
        RETIRED = "retired", _("no longer sold")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="products", verbose_name=_("category of goods"))
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="products", verbose_name=_("supplier"))
    name = LineField(_("name"), max_length=120)
    name_zh = LineField(_("name in Chinese"), max_length=120)
    weight_g = models.PositiveIntegerField(_("weight in grams"), default=0)
    is_fragile = models.BooleanField(_("fragile"), default=False)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return name_of(self)


class ProductKey(BaseModel):
    """One way of typing a product's name; written by the service that writes the name."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "key"], name="product_key_stands_once"),
        ]
        indexes = [
            models.Index(OpClass(F("key"), "text_pattern_ops"), F("product"), name="product_key_by_text"),
        ]

    def __str__(self) -> str:
        return self.key


class VariantQuerySet(models.QuerySet):
    def on_sale(self) -> Self:
        """Those that can be ordered."""
        return self.filter(product__status=Product.Status.ACTIVE)


class Variant(BaseModel):
    """What is ordered: a product in one size or colour.

    A quantity is a whole number of the unit, pieces or grams, in steps of `quantity_step`.
    """

    class Unit(models.TextChoices):
        PIECE = "piece", _("piece")
        GRAM = "gram", _("by weight")

    class Supply(models.TextChoices):
        STOCKED = "stocked", _("from a warehouse")
        ON_DEMAND = "on_demand", _("kept by its supplier")

    product = models.ForeignKey(Product, models.PROTECT, related_name="variants", verbose_name=_("product"))
    sku = models.SlugField(_("article number"), max_length=40, unique=True)
    barcode = models.CharField(_("barcode"), max_length=13, blank=True)
    label = LineField(_("variant"), max_length=80, blank=True)
    label_zh = LineField(_("variant in Chinese"), max_length=80, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.PIECE)
    quantity_step = models.PositiveIntegerField(_("step of quantities"), default=1)
    supply = models.CharField(
        _("supply"),
        max_length=9,
        choices=Supply,
        default=Supply.STOCKED,
        db_default=Supply.STOCKED,
        help_text=_("What its supplier keeps is ordered there, line by line, and confirmed. For orders from now on."),
    )

    objects = VariantQuerySet.as_manager()

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.CheckConstraint(
                condition=Q(barcode="") | Q(HasCheckDigit(F("barcode"))), name="barcode_has_its_check_digit"
            ),
            models.UniqueConstraint(
                fields=["barcode"], condition=~Q(barcode=""), name="barcode_belongs_to_one_variant"
            ),
            models.CheckConstraint(condition=Q(quantity_step__gte=1), name="quantity_step_is_at_least_one"),
        ]
        indexes = [models.Index(OpClass(Upper("sku"), "text_pattern_ops"), name="variant_by_number")]

    def __str__(self) -> str:
        return self.sku

    @property
    def is_on_demand(self) -> bool:
        """Whether its supplier keeps it, and not a warehouse."""
        return self.supply == Variant.Supply.ON_DEMAND

    @property
    def title(self) -> str:
        """Product and variant in the reader's language."""
        label = name_of(_Named(self.label, self.label_zh))
        return f"{self.product.title} {label}".strip()

    def cost(self, price: Money, quantity: int) -> Money:
        """What so many pieces or grams cost at a price for one piece or 1,000 grams; by weight half up."""
        if self.unit == Variant.Unit.PIECE:
            return Money(price.minor * quantity, price.currency)
        return Money((2 * price.minor * quantity + 1000) // 2000, price.currency)


class _Named:
    """Two texts as `name_of` reads them."""

    def __init__(self, name: str, name_zh: str) -> None:
        self.name, self.name_zh = name, name_zh


class PriceListQuerySet(models.QuerySet):
    def at(self, at: dt.datetime) -> Self:
        """Those that apply at this instant."""
        return self.filter(Q(valid_to_at__gt=at) | Q(valid_to_at=None), valid_from_at__lte=at)


class PriceList(BaseModel):
    """What goods cost for one audience, in one county or everywhere, from one instant until before another.

    Of several lists that apply, the one of the highest priority decides, then the county's own.
    """

    class Audience(models.TextChoices):
        RETAIL = "retail", _("villagers")
        FARMER = "farmer", _("farmers")
        GROUP = "group", _("group orders")
        CITY = "city", _("buyers in the city")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    audience = models.CharField(_("audience"), max_length=6, choices=Audience, default=Audience.RETAIL)
    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
        help_text=_("Empty: in every county that has this currency."),
    )
    currency = CurrencyField(_("currency"))
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    valid_from_at = models.DateTimeField(_("valid from"))
    valid_to_at = models.DateTimeField(_("valid to"), null=True, blank=True)

    objects = PriceListQuerySet.as_manager()

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to_at=None) | Q(valid_to_at__gt=F("valid_from_at")),
                name="price_list_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def has_begun(self, at: dt.datetime) -> bool:
        """Whether its prices apply, or have applied, so that they stay as they are."""
        return self.valid_from_at <= at


class PriceItem(BaseModel):
    """What a variant costs from `min_quantity` on: per piece, or per 1,000 grams."""

    price_list = models.ForeignKey(PriceList, models.PROTECT, related_name="items", verbose_name=_("price list"))
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="prices", verbose_name=_("variant"))
    min_quantity = models.PositiveIntegerField(_("from quantity"), default=1)
    price_minor = models.BigIntegerField(_("price"), help_text=_("For a piece, or for 1,000 grams."))

    class Meta:
        verbose_name = _("price of a variant")
        verbose_name_plural = _("prices of variants")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "variant", "min_quantity"], name="one_price_per_list_variant_and_quantity"
            ),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, min_quantity__gte=1), name="price_and_its_quantity_are_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.price_list_id} {self.variant_id} {self.min_quantity}"

    @property
    def price(self) -> Money:
        """For a piece, or for 1,000 grams."""
        return Money(self.price_minor, self.price_list.currency)

    def amount_of(self, quantity: int) -> Money:
        """What so many pieces or grams cost; by weight half up."""
        return self.variant.cost(self.price, quantity)


class ProductImportQuerySet(NetworkScopedQuerySet):
    read_verb = "orders.read_product_import"


class ProductImport(BaseModel):
    """A list of products that was read in, with what became of each line: append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("at"))
    lines = models.JSONField(_("lines"), help_text=_("Number, article number and outcome of each."))

    objects = ProductImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of products")
        verbose_name_plural = _("imports of products")

    def __str__(self) -> str:
        return str(self.pk)

    def count(self, outcome: str) -> int:
        """How many lines ended so: `added`, `changed`, `unchanged`."""
        return sum(line["outcome"] == outcome for line in self.lines)
