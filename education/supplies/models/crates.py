"""Kits that nobody was handed go back to the county in a crate, counted on both sides."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.supplies.models.campaigns import Campaign
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons

READ_CRATE = "education.read_kit_crate"


class KitCrateQuerySet(StationScopedQuerySet):
    read_verb = READ_CRATE

    def on_the_way(self) -> Self:
        """Those that the county has not counted to their end."""
        return self.filter(status=KitCrate.Status.SENT)


class KitCrate(BaseModel):
    """`packed` kits that a station sends back. What the county does not find is lost, with a protocol."""

    class Status(models.TextChoices):
        SENT = "sent", pgettext_lazy("crate", "on the way")
        COUNTED = "counted", pgettext_lazy("crate", "counted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="crates", verbose_name=_("campaign"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    packed = models.PositiveSmallIntegerField(_("kits packed"))
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.SENT)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"))
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counted by")
    )
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    lost = models.PositiveSmallIntegerField(_("kits lost"), default=0)
    protocol = LineField(_("protocol of the loss"), max_length=300, blank=True)

    objects = KitCrateQuerySet.as_manager()

    class Meta:
        verbose_name = _("crate of school kits")
        verbose_name_plural = _("crates of school kits")
        constraints = [
            models.CheckConstraint(condition=Q(packed__gt=0), name="kit_crate_has_kits"),
            models.CheckConstraint(condition=Q(lost__lte=models.F("packed")), name="kit_crate_loses_what_was_in_it"),
            models.CheckConstraint(condition=Q(lost=0) | ~Q(protocol=""), name="kits_are_lost_with_a_protocol"),
            models.CheckConstraint(
                condition=Q(status="sent", counted_by=None, counted_at=None, lost=0)
                | Q(status="counted", counted_by__isnull=False, counted_at__isnull=False),
                name="kit_crate_is_counted_by_somebody",
            ),
            TwoPersons(checker="counted_by", makers=("sent_by",), name="kit_crate_is_counted_by_another_person"),
        ]
        indexes = [models.Index(fields=["station", "-sent_at"], name="kit_crate_of_station")]

    def __str__(self) -> str:
        return str(self.pk)
