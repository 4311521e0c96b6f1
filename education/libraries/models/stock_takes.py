"""What a stock-take found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from education.libraries.models.collection import READ, Library
from stations.scope import StationScopedQuerySet


class StockTakeQuerySet(StationScopedQuerySet):
    station_path = "library__station"
    read_verb = READ


class StockTake(BaseModel):
    """A count of the shelves by scanner; its end says what is missing and what stands there unexpectedly."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("stock-take", "running")
        CLOSED = "closed", pgettext_lazy("stock-take", "closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    library = models.ForeignKey(Library, models.PROTECT, related_name="stock_takes", verbose_name=_("library"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    expected = models.PositiveIntegerField(_("expected"), null=True, blank=True)
    found = models.PositiveIntegerField(_("found"), null=True, blank=True)
    missing = models.PositiveIntegerField(_("missing"), null=True, blank=True)
    unexpected = models.PositiveIntegerField(_("not expected here"), null=True, blank=True)

    objects = StockTakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock-take of books")
        verbose_name_plural = _("stock-takes of books")
        constraints = [
            models.UniqueConstraint(
                fields=["library"], condition=Q(status="open"), name="library_has_one_open_stock_take"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None)
                | Q(status="closed", closed_at__isnull=False, expected__isnull=False, missing__isnull=False),
                name="closed_stock_take_has_its_figures",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StockTakeScan(BaseModel):
    """A label that was read in a stock-take; read twice, it counts once."""

    stock_take = models.ForeignKey(
        StockTake, models.PROTECT, related_name="scans", verbose_name=_("stock-take of books")
    )
    barcode = models.CharField(_("label"), max_length=24)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("scan of a stock-take")
        verbose_name_plural = _("scans of a stock-take")
        constraints = [
            models.UniqueConstraint(fields=["stock_take", "barcode"], name="label_counts_once_in_a_stock_take"),
        ]

    def __str__(self) -> str:
        return self.barcode
