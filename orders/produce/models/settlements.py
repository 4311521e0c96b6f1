"""Statements that the settlement of their lot has set apart, and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from orders.produce.models.lots import LotQuerySet


class SettlementExceptionQuerySet(LotQuerySet):
    station_path = "lot__station"

    def open(self) -> Self:
        """Those that nobody has settled since."""
        return self.filter(resolved_at=None)


class SettlementException(BaseModel):
    """A farmer's statement of a lot that could not be settled, and why: it is set apart, and the others are settled.

    The lot is settled when finance has looked at it. Without a statement it was the lot itself that failed.
    """

    lot = models.ForeignKey(
        "orders.Lot", models.PROTECT, related_name="settlement_exceptions", verbose_name=_("lot of produce")
    )
    statement = models.ForeignKey(
        "orders.FarmerStatement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="settlement_exceptions",
        verbose_name=_("farmer's statement"),
    )
    error = LineField(_("why"), max_length=200)
    found_at = models.DateTimeField(_("found at"))
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("statement", "settled by"),
    )
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = SettlementExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement set apart by a settlement")
        verbose_name_plural = _("statements set apart by settlements")
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "statement"],
                condition=Q(resolved_at=None),
                nulls_distinct=False,
                name="statement_is_set_apart_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="statement_set_apart_is_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.statement_id}"
