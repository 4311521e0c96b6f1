"""A kit that was called lost or damaged: found again, or written off, on the word of two people."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.supplies.models.campaigns import Kit
from stations.scope import DivisionScopedQuerySet
from stations.two_persons import TwoPersons

READ_SETTLEMENT = "education.read_kit_settlement"


class KitSettlementQuerySet(DivisionScopedQuerySet):
    division_path = "kit__campaign__county__path"
    read_verb = READ_SETTLEMENT

    def to_decide(self) -> Self:
        """Those that wait for a second person."""
        return self.filter(status=KitSettlement.Status.PROPOSED)


class KitSettlement(BaseModel):
    """What one person of the county says became of a kit, and another one confirms or refuses."""

    class Outcome(models.TextChoices):
        FOUND = "found", pgettext_lazy("kit", "found: back in the county store")
        WRITTEN_OFF = "written_off", pgettext_lazy("kit", "gone for good: written off")

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("settlement", "to be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("settlement", "confirmed")
        REFUSED = "refused", pgettext_lazy("settlement", "refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kit = models.ForeignKey(Kit, models.PROTECT, related_name="settlements", verbose_name=_("school kit"))
    outcome = models.CharField(_("what became of it"), max_length=11, choices=Outcome)
    reason = LineField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PROPOSED)

    objects = KitSettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement of a lost school kit")
        verbose_name_plural = _("settlements of lost school kits")
        constraints = [
            models.UniqueConstraint(
                fields=["kit"], condition=Q(status="proposed"), name="lost_kit_has_one_settlement_to_decide"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_of_a_kit_says_why"),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | ~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="settlement_of_a_kit_is_decided_by_somebody",
            ),
            TwoPersons(
                checker="decided_by", makers=("proposed_by",), name="settlement_of_a_kit_is_decided_by_another_person"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
