"""The drawer: notes and coins, cash days, counts, and who holds it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.money import Money
from stations.scope import StationScopedQuerySet


class Denomination(BaseModel):
    """A note or coin in circulation from one date to another."""

    currency = models.CharField(_("currency"), max_length=3)
    value_minor = models.BigIntegerField(_("value"))
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("denomination")
        verbose_name_plural = _("denominations")
        constraints = [
            models.UniqueConstraint(fields=["currency", "value_minor"], name="denomination_stands_once"),
            models.CheckConstraint(condition=Q(value_minor__gt=0), name="denomination_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.value_minor} {self.currency}"


class CashDayQuerySet(StationScopedQuerySet):
    read_verb = "finance.read_cash_day"

    def unclosed(self) -> Self:
        """Those whose cash is not yet agreed with the books."""
        return self.exclude(status=CashDay.Status.CLOSED)


class CashDay(BaseModel):
    """One business date of one station's drawer in one currency. `expected` is the posted balance of the till."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        COUNTING = "counting", _("being counted")
        BALANCED = "balanced", _("matches the books")
        VARIANCE_PENDING = "variance_pending", _("does not match the books")
        CLOSED = "closed", _("closed")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="cash_days")
    currency = models.CharField(_("currency"), max_length=3)
    business_date = models.DateField(_("business date"))
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    opening_minor = models.BigIntegerField(_("opening"))
    expected_minor = models.BigIntegerField(_("expected"), null=True, blank=True)
    counted_minor = models.BigIntegerField(_("counted"), null=True, blank=True)
    over_short_minor = models.BigIntegerField(_("over or short"), null=True, blank=True)
    till_version = models.PositiveBigIntegerField(null=True, blank=True)
    settled_version = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="The till's version once the difference was posted.",
    )
    difference_transfer = models.OneToOneField(
        "ledger.TransferKey", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CashDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash day")
        verbose_name_plural = _("cash days")
        constraints = [
            models.UniqueConstraint(fields=["station", "currency", "business_date"], name="cash_day_stands_once"),
            models.UniqueConstraint(
                fields=["station", "currency"], condition=~Q(status="closed"), name="till_has_one_open_cash_day"
            ),
            models.CheckConstraint(
                condition=Q(over_short_minor=None) | Q(over_short_minor=F("counted_minor") - F("expected_minor")),
                name="cash_day_difference_is_counted_minus_expected",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="closed", closed_at__isnull=False, closed_by__isnull=False, counted_minor__isnull=False
                )
                | (~Q(status="closed") & Q(closed_at=None, closed_by=None)),
                name="cash_day_is_counted_and_signed_exactly_when_closed",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["open", "counting"],
                    counted_minor=None,
                    expected_minor=None,
                    over_short_minor=None,
                    till_version=None,
                )
                | Q(status="balanced", over_short_minor=0, till_version__isnull=False)
                | (Q(status="variance_pending", till_version__isnull=False) & ~Q(over_short_minor=0))
                | Q(status="closed", settled_version__isnull=False),
                name="cash_day_status_agrees_with_its_count",
            ),
            models.CheckConstraint(
                condition=(Q(status="closed", difference_transfer__isnull=False) & ~Q(over_short_minor=0))
                | (Q(status="closed", difference_transfer=None, over_short_minor=0))
                | (~Q(status="closed") & Q(difference_transfer=None, settled_version=None)),
                name="closed_cash_day_has_a_transfer_exactly_when_it_differs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.business_date}"


class CashCount(BaseModel):
    """A count of the drawer; it remembers the till's version, so that a later movement makes it stale."""

    cash_day = models.ForeignKey(CashDay, models.PROTECT, related_name="counts")
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField(_("counted at"))
    till_version = models.PositiveBigIntegerField()
    total_minor = models.BigIntegerField(_("total"))
    is_opening = models.BooleanField(_("opening count"), default=False)

    class Meta:
        verbose_name = _("cash count")
        verbose_name_plural = _("cash counts")
        constraints = [
            models.CheckConstraint(condition=Q(total_minor__gte=0), name="cash_count_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.cash_day_id} {self.counted_at}"

    @property
    def total(self) -> Money:
        """What was counted."""
        return Money(self.total_minor, self.cash_day.currency)


class CashCountLine(BaseModel):
    """So many pieces of one note or coin."""

    count = models.ForeignKey(CashCount, models.CASCADE, related_name="lines")
    value_minor = models.BigIntegerField(_("value"))
    pieces = models.PositiveIntegerField(_("pieces"))

    class Meta:
        verbose_name = _("counted pieces")
        verbose_name_plural = _("counted pieces")
        constraints = [
            models.UniqueConstraint(fields=["count", "value_minor"], name="cash_count_line_stands_once"),
            models.CheckConstraint(condition=Q(value_minor__gt=0), name="cash_count_line_is_of_a_value"),
        ]

    def __str__(self) -> str:
        return f"{self.pieces} × {self.value_minor}"


class TillCustody(BaseModel):
    """Who holds the drawer from when to when; `count` is the one with which it was handed over or the day closed."""

    class Status(models.TextChoices):
        HELD = "held", _("in hand")
        HANDED_OVER = "handed_over", _("handed over")
        ENDED = "ended", _("ended with the day")

    cash_day = models.ForeignKey(CashDay, models.PROTECT, related_name="custodies")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.HELD)
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), null=True, blank=True)
    count = models.OneToOneField(CashCount, models.PROTECT, null=True, blank=True, related_name="custody")

    class Meta:
        verbose_name = _("till custody")
        verbose_name_plural = _("till custody")
        constraints = [
            models.UniqueConstraint(fields=["cash_day"], condition=Q(status="held"), name="one_person_holds_the_till"),
            models.CheckConstraint(
                condition=Q(status="held", to_at=None, count=None)
                | (~Q(status="held") & Q(to_at__gte=F("from_at"), count__isnull=False)),
                name="till_is_given_up_with_a_count",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cash_day_id} {self.holder_id}"
