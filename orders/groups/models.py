"""Group orders, the prices that they can reach, and what residents pledged."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, uuid7
from core.money import Money
from stations.scope import StationScopedQuerySet


class GroupOrderQuerySet(StationScopedQuerySet):
    read_verb = "orders.read_group_order"


class GroupOrder(BaseModel):
    """One article that residents of a station buy together; amounts in minor units of `currency`.

    `pledged_quantity` is the sum of the pledges that were not withdrawn: the database adds it up. Prices are for a
    piece, or for 1,000 grams; whoever pledges pays `held_price_minor`, the highest of the tiers. `settled_at` is when
    the last pledge became an order or was given back.
    """

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("group order", "open for pledges")
        CLOSED = "closed", pgettext_lazy("group order", "closed, being decided")
        CONFIRMED = "confirmed", pgettext_lazy("group order", "ordered")
        FAILED = "failed", pgettext_lazy("group order", "did not come about")
        CANCELLED = "cancelled", pgettext_lazy("group order", "cancelled")
        FULFILLED = "fulfilled", pgettext_lazy("group order", "all handed over")

    class Failure(models.TextChoices):
        BELOW_MINIMUM = "below_minimum", _("too little was pledged")
        NO_STOCK = "no_stock", _("the county does not have enough of it")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one group order."))
    number = models.CharField(_("number"), max_length=32, unique=True)
    station = models.ForeignKey(
        "stations.Station", models.PROTECT, related_name="group_orders", verbose_name=_("collected at")
    )
    variant = models.ForeignKey("orders.Variant", models.PROTECT, related_name="+", verbose_name=_("variant"))
    currency = CurrencyField(_("currency"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    cutoff_at = models.DateTimeField(_("pledges until before"))
    cutoff_date = models.DateField(_("last day"), help_text=_("The day of the cut-off, of the station's calendar."))
    pickup_date = models.DateField(_("to be collected from"))
    min_quantity = models.BigIntegerField(_("at least"), help_text=_("In pieces, or in grams."))
    max_quantity = models.BigIntegerField(_("at most"), null=True, blank=True)
    pledged_quantity = models.BigIntegerField(_("pledged"), default=0)
    pledge_count = models.PositiveIntegerField(_("pledges"), default=0)
    held_price_minor = models.BigIntegerField(_("price that is put in"))
    reached_price_minor = models.BigIntegerField(_("price that was reached"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    failure = models.CharField(_("why it did not come about"), max_length=16, choices=Failure, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("all pledges settled at"), null=True, blank=True)

    objects = GroupOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("group order")
        verbose_name_plural = _("group orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(pledged_quantity__gte=0)
                & (Q(max_quantity=None) | Q(pledged_quantity__lte=F("max_quantity"))),
                name="pledged_never_exceeds_maximum",
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gt=0) & (Q(max_quantity=None) | Q(max_quantity__gte=F("min_quantity"))),
                name="group_maximum_is_at_least_its_minimum",
            ),
            models.CheckConstraint(condition=Q(cutoff_at__gt=F("opened_at")), name="group_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(pickup_date__gt=F("cutoff_date")), name="group_is_collected_after_its_cutoff"
            ),
            models.CheckConstraint(
                condition=Q(held_price_minor__gt=0)
                & (
                    Q(reached_price_minor=None)
                    | Q(reached_price_minor__gt=0, reached_price_minor__lte=F("held_price_minor"))
                ),
                name="reached_price_never_exceeds_what_was_put_in",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["confirmed", "fulfilled"], reached_price_minor__isnull=False)
                | (~Q(status__in=["confirmed", "fulfilled"]) & Q(reached_price_minor=None)),
                name="group_has_a_price_exactly_when_confirmed",
            ),
            models.CheckConstraint(
                condition=(Q(status="failed") & ~Q(failure="")) | (~Q(status="failed") & Q(failure="")),
                name="group_says_why_exactly_when_it_failed",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="group_has_a_close_exactly_when_not_open",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "closed"], decided_at=None, settled_at=None)
                | (~Q(status__in=["open", "closed"]) & Q(decided_at__isnull=False)),
                name="group_has_a_decision_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="fulfilled") | Q(settled_at__isnull=False), name="fulfilled_group_is_settled"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "status", "-id"], name="group_of_station"),
            models.Index(fields=["cutoff_at"], condition=Q(status="open"), name="group_that_closes"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def held_price(self) -> Money:
        """What whoever pledges pays for a piece, or 1,000 grams."""
        return Money(self.held_price_minor, self.currency)

    @property
    def reached_price(self) -> Money | None:
        """What everybody pays in the end; None until it is decided."""
        return Money(self.reached_price_minor, self.currency) if self.reached_price_minor is not None else None

    @property
    def left(self) -> int | None:
        """How many pieces or grams can still be pledged; None where nothing limits them."""
        return None if self.max_quantity is None else self.max_quantity - self.pledged_quantity

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be pledged."""
        return self.left is not None and self.left < self.variant.quantity_step


class GroupTier(BaseModel):
    """What everybody pays once so much is pledged: for a piece, or for 1,000 grams, in the currency of the group."""

    group = models.ForeignKey(GroupOrder, models.PROTECT, related_name="tiers", verbose_name=_("group order"))
    min_quantity = models.BigIntegerField(_("from quantity"))
    price_minor = models.BigIntegerField(_("price"))

    class Meta:
        verbose_name = _("price of a group order")
        verbose_name_plural = _("prices of group orders")
        constraints = [
            models.UniqueConstraint(fields=["group", "min_quantity"], name="group_has_one_price_from_a_quantity"),
            models.CheckConstraint(
                condition=Q(min_quantity__gt=0, price_minor__gt=0), name="group_tier_is_above_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.min_quantity} {self.price_minor}"


class GroupPledgeQuerySet(StationScopedQuerySet):
    station_path = "group__station"
    read_verb = "orders.read_group_order"


class GroupPledge(BaseModel):
    """So much of the article for one resident, and the money for it, in minor units of `currency`.

    `held_minor` was paid at the highest price; `returned_minor` of it is owed back. `content_hash` is what the resident
    was read. A pledge that became an order has its own id as that of the order's line.
    """

    class Status(models.TextChoices):
        HELD = "held", pgettext_lazy("pledge", "paid, waits for the group")
        ORDERED = "ordered", pgettext_lazy("pledge", "ordered")
        RETURNED = "returned", pgettext_lazy("pledge", "refunded: no group order")
        WITHDRAWN = "withdrawn", pgettext_lazy("pledge", "withdrawn, refunded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=160, unique=True, help_text=_("Unique forever: one press, one pledge."))
    group = models.ForeignKey(GroupOrder, models.PROTECT, related_name="pledges", verbose_name=_("group order"))
    villager = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    quantity = models.BigIntegerField(_("quantity"), help_text=_("In pieces, or in grams."))
    held_minor = models.BigIntegerField(_("put in"))
    returned_minor = models.BigIntegerField(_("refunded of it"), default=0)
    currency = CurrencyField(_("currency"))
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, related_name="group_pledge", verbose_name=_("payment")
    )
    order = models.OneToOneField(
        "orders.Order",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="group_pledge",
        verbose_name=_("order of goods"),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.HELD)
    content_hash = models.CharField(
        _("hash of what was read out"),
        max_length=64,
        help_text="SHA-256 of article, prices, cut-off, quantity, station.",
    )
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    pledged_at = models.DateTimeField(_("pledged at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = GroupPledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge to a group order")
        verbose_name_plural = _("pledges to group orders")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "villager"],
                condition=~Q(status="withdrawn"),
                name="resident_pledges_once_in_a_group_order",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, held_minor__gt=0), name="pledge_is_above_nothing"),
            models.CheckConstraint(
                condition=Q(returned_minor__gte=0, returned_minor__lte=F("held_minor")),
                name="pledge_returns_at_most_what_was_put_in",
            ),
            models.CheckConstraint(
                condition=Q(status="held", returned_minor=0, order=None, ended_at=None)
                | Q(status="ordered", order__isnull=False, ended_at__isnull=False, returned_minor__lt=F("held_minor"))
                | Q(
                    status__in=["returned", "withdrawn"],
                    order=None,
                    ended_at__isnull=False,
                    returned_minor=F("held_minor"),
                ),
                name="pledge_is_held_or_ordered_or_given_back_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["group", "status", "id"], name="pledge_of_group"),
            models.Index(fields=["villager", "-id"], name="pledge_of_villager"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.quantity}"

    @property
    def held(self) -> Money:
        """What was put in."""
        return Money(self.held_minor, self.currency)

    @property
    def returned(self) -> Money:
        """What of it is owed back."""
        return Money(self.returned_minor, self.currency)
