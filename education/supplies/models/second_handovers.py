"""A hand-over that a device made without network and reports after another one has come first."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.supplies.models.campaigns import Handover, Kit
from education.supplies.models.entitlements import KitEntitlement
from stations.two_persons import TwoPersons


class SecondHandoverQuerySet(models.QuerySet["SecondHandover"]):
    def undecided(self) -> Self:
        """Those at which nobody in the county has looked."""
        return self.filter(decided_at=None)


class SecondHandover(BaseModel):
    """What the device says happened: kept as it was said, counted nowhere, and looked at by another person."""

    class Status(models.TextChoices):
        """What the history says."""

        REPORTED = "reported", pgettext_lazy("second hand-over", "reported")
        DECIDED = "decided", pgettext_lazy("second hand-over", "decided")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entitlement = models.ForeignKey(
        KitEntitlement, models.PROTECT, related_name="second_handovers", verbose_name=_("entitlement")
    )
    kit = models.ForeignKey(Kit, models.PROTECT, related_name="+", verbose_name=_("school kit"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    received_by = models.ForeignKey(
        "stations.Person", models.PROTECT, related_name="+", verbose_name=_("guardian who received it")
    )
    proof = models.CharField(_("receipt proved by"), max_length=10, choices=Handover.Proof)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed over by")
    )
    made_at = models.DateTimeField(_("handed over at, by the device’s clock"))
    received_at = models.DateTimeField(_("received at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = SecondHandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("second hand-over of a school kit")
        verbose_name_plural = _("second hand-overs of school kits")
        constraints = [
            models.UniqueConstraint(
                fields=["entitlement", "kit", "handed_by", "made_at"], name="second_handover_is_reported_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, reason="")
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
                name="second_handover_is_decided_with_a_reason",
            ),
            TwoPersons(
                checker="decided_by", makers=("handed_by",), name="second_handover_is_decided_by_another_person"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
