"""Warehouses, which counties they serve, and what lies in them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import LineField, uuid7
from stations.scope import StationScopedQuerySet


class WarehouseQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_stock"


class Warehouse(BaseModel):
    """Where goods lie: at a county centre or a township hub."""

    station = models.OneToOneField(
        "stations.Station", models.PROTECT, related_name="warehouse", verbose_name=_("station")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = WarehouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")

    def __str__(self) -> str:
        return str(self.station)


class WarehouseRoute(BaseModel):
    """That a warehouse serves the stations of a county; the lowest number is asked first.

    Where `may_split`, an order may take a part of its goods from here and the rest from elsewhere.
    """

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="routes", verbose_name=_("warehouse"))
    division = models.ForeignKey(
        "stations.Division",
        models.PROTECT,
        limit_choices_to={"level": "county"},
        related_name="+",
        verbose_name=_("county"),
    )
    priority = models.PositiveSmallIntegerField(_("position"), default=1)
    may_split = models.BooleanField(_("may supply a part of an order"), default=False)

    class Meta:
        verbose_name = _("county of a warehouse")
        verbose_name_plural = _("counties of warehouses")
        constraints = [
            models.UniqueConstraint(fields=["division", "priority"], name="county_asks_one_warehouse_at_a_time"),
            models.UniqueConstraint(fields=["warehouse", "division"], name="warehouse_serves_a_county_once"),
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.priority}"


#: Of what a supplier keeps no order is supplied from a warehouse, so that none of it can run low.
LOW = Q(~Q(variant__supply="on_demand"), low_stock_at__gt=F("on_hand") - F("allocated"))
#: What of an article that its supplier keeps lies here: buyers have brought it back, or it was sold from here before.
OF_SUPPLIERS = Q(variant__supply="on_demand")


class StockLevelQuerySet(StationScopedQuerySet):
    station_path = "warehouse__station"
    read_verb = "orders.read_stock"

    def low(self) -> "StockLevelQuerySet":
        """Those of which less is free than somebody wants to have."""
        return self.filter(LOW)


class StockLevel(BaseModel):
    """How much of a variant lies in a warehouse, and how much of that is reserved; in pieces or grams.

    Both figures are the sums of the movements, by a trigger.
    """

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="levels", verbose_name=_("warehouse"))
    variant = models.ForeignKey("orders.Variant", models.PROTECT, related_name="levels", verbose_name=_("variant"))
    on_hand = models.BigIntegerField(_("in the warehouse"), default=0)
    allocated = models.BigIntegerField(_("reserved"), default=0)
    low_stock_at = models.BigIntegerField(_("warn below"), default=0)
    moved_at = models.DateTimeField(_("last movement"), null=True, blank=True)

    objects = StockLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock of a variant")
        verbose_name_plural = _("stock of variants")
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "variant"], name="variant_has_one_level_in_a_warehouse"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, allocated__gte=0, low_stock_at__gte=0), name="stock_never_below_zero"
            ),
            models.CheckConstraint(condition=Q(allocated__lte=F("on_hand")), name="allocated_never_exceeds_on_hand"),
        ]
        indexes = [
            models.Index(
                fields=["warehouse"],
                condition=Q(low_stock_at__gt=F("on_hand") - F("allocated")),
                name="stock_level_is_low",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.variant_id}"

    @property
    def free(self) -> int:
        """What can still be reserved."""
        return self.on_hand - self.allocated

    @property
    def is_low(self) -> bool:
        """Whether less is free than somebody wants to have."""
        return not self.variant.is_on_demand and self.free < self.low_stock_at

    @property
    def lies_here_of_supplier(self) -> bool:
        """Whether it lies here, and orders are supplied by whoever keeps the article: it only replaces goods."""
        return self.variant.is_on_demand and self.on_hand > 0


class AllocationQuerySet(StationScopedQuerySet):
    station_path = "stock_level__warehouse__station"
    read_verb = "orders.read_stock"


class Allocation(BaseModel):
    """A part of a level that is reserved for one line of an order, named by `reference`."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("reserved")
        RELEASED = "released", _("released")
        SOLD = "sold", _("taken out")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.UUIDField(_("reserved for"))
    stock_level = models.ForeignKey(
        StockLevel, models.PROTECT, related_name="allocations", db_index=False, verbose_name=_("stock of a variant")
    )
    quantity = models.BigIntegerField(_("quantity"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="allocation_is_above_zero"),
            models.UniqueConstraint(
                fields=["reference", "stock_level"],
                condition=Q(status="active"),
                name="line_reserves_once_in_a_warehouse",
            ),
        ]
        indexes = [
            models.Index(fields=["stock_level"], condition=Q(status="active"), name="allocation_active_of_level"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.quantity}"


class StockMovementQuerySet(StationScopedQuerySet):
    station_path = "stock_level__warehouse__station"
    read_verb = "orders.read_stock"


class StockMovement(BaseModel):
    """One change of a level: append-only."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("received")
        ALLOCATION = "allocation", _("reserved")
        RELEASE = "release", _("released")
        SALE = "sale", _("taken out")
        RETURN = "return", _("came back")
        ADJUSTMENT = "adjustment", _("counted")

    stock_level = models.ForeignKey(
        StockLevel, models.PROTECT, related_name="movements", db_index=False, verbose_name=_("stock of a variant")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    on_hand_delta = models.BigIntegerField(_("change in the warehouse"), default=0)
    allocated_delta = models.BigIntegerField(_("change of what is reserved"), default=0)
    allocation = models.ForeignKey(
        Allocation, models.PROTECT, null=True, blank=True, related_name="movements", verbose_name=_("reservation")
    )
    reason = LineField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    at = models.DateTimeField(_("at"))

    objects = StockMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="receipt", on_hand_delta__gt=0, allocated_delta=0, allocation=None)
                | Q(kind="adjustment", allocated_delta=0, allocation=None)
                | Q(kind="allocation", on_hand_delta=0, allocated_delta__gt=0, allocation__isnull=False)
                | Q(kind="release", on_hand_delta=0, allocated_delta__lt=0, allocation__isnull=False)
                | Q(kind="return", on_hand_delta__gt=0, allocated_delta=0, allocation__isnull=False)
                | Q(kind="sale", on_hand_delta__lt=0, allocated_delta=F("on_hand_delta"), allocation__isnull=False),
                name="movement_changes_what_its_kind_says",
            ),
            models.UniqueConstraint(fields=["allocation", "kind"], name="reservation_moves_once_of_a_kind"),
            models.CheckConstraint(
                condition=~Q(kind__in=["receipt", "adjustment"]) | Q(made_by__isnull=False),
                name="movement_by_hand_names_its_person",
            ),
        ]
        indexes = [models.Index(fields=["stock_level", "-id"], name="stock_movement_of_level")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_hand_delta}/{self.allocated_delta}"
