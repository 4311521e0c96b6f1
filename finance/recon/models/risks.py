"""Figures that finance looks at; never a punishment by machine."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from stations.scope import NetworkScopedQuerySet


class RiskRowQuerySet(NetworkScopedQuerySet):
    read_verb = "finance.read_risk_row"


class RiskRow(BaseModel):
    """One thing that stood out on a night. `subject` is a station's code or a person's id; `figures` are counts."""

    class Kind(models.TextChoices):
        OWN_BILLS = "own_bills", _("bills of one's own household")
        REVERSALS = "reversals", _("many payments reversed")
        WITNESS = "witness", _("one witness for many refunds")

    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+")
    subject = models.CharField(_("who"), max_length=64)
    figures = models.JSONField(_("figures"))

    objects = RiskRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk row")
        verbose_name_plural = _("risk rows")
        constraints = [
            models.UniqueConstraint(fields=["date", "kind", "subject"], name="risk_row_stands_once_a_night"),
        ]
        indexes = [models.Index(fields=["-date", "kind"], name="risk_row_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind} {self.subject}"
