"""Merges of two records of one person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class PersonMergeQuerySet(StationScopedQuerySet):
    station_path = "kept__home_station"
    read_verb = "stations.read_person_merge"


class PersonMerge(BaseModel):
    """That two records are one person: proposed by one, decided by another, undone within 30 days.

    `moved` names what went from the merged record to the kept one, so that all of it finds its way back.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("merge", "proposed")
        MERGED = "merged", pgettext_lazy("merge", "merged")
        REFUSED = "refused", pgettext_lazy("merge", "two people")
        UNDONE = "undone", pgettext_lazy("merge", "undone")

    kept = models.ForeignKey("stations.Person", models.PROTECT, related_name="merges_kept")
    merged = models.ForeignKey("stations.Person", models.PROTECT, related_name="merges_gone")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PROPOSED)
    reason = LineField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    moved = models.JSONField(default=dict, blank=True)

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_has_two_records"),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(status__in=["proposed", "merged"]),
                name="record_is_merged_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | (~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="merge_is_decided_by_somebody",
            ),
            TwoPersons(
                checker="decided_by",
                makers=("proposed_by",),
                condition=Q(status__in=["merged", "undone"]),
                name="records_are_merged_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status="undone", undone_by__isnull=False, undone_at__isnull=False)
                | (~Q(status="undone") & Q(undone_by=None, undone_at=None)),
                name="merge_is_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
