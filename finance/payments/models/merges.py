"""What moved to another record of the same person when two were merged."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel


class MergedPayer(BaseModel):
    """Payments and money owed of a merged record that are the kept record's now; by their ids, to find their way back.

    A plain id names each person: the record may be erased, and this says only where rows came from. In a chain of
    merges `merged` is the record that paid and `kept` the one at the end; when the chain changes, the row ends and the
    next begins.
    """

    kept = models.UUIDField(_("surviving record"))
    merged = models.UUIDField(_("merged record"))
    payments = models.JSONField(_("payments"))
    refunds = models.JSONField(_("refund"))
    moved_at = models.DateTimeField(_("moved at"))
    undone_at = models.DateTimeField(_("moved back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("merged payer")
        verbose_name_plural = _("merged payers")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=models.F("merged")), name="payer_is_merged_into_another"),
        ]
        indexes = [models.Index(fields=["merged"], name="merged_payer_by_record")]

    def __str__(self) -> str:
        return f"{self.merged} {self.kept}"
