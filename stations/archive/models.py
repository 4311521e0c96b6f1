"""Records that are proposed for the archive."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from stations.scope import StationScopedQuerySet


class ArchiveProposalQuerySet(StationScopedQuerySet):
    station_path = "person__home_station"
    read_verb = "stations.read_archive_proposal"

    def waiting(self) -> Self:
        """Those that nobody has decided."""
        return self.filter(status=ArchiveProposal.Status.PROPOSED)


class ArchiveProposal(BaseModel):
    """That somebody was not seen for years; the county sets the record aside or keeps it at hand."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("archive", "proposed")
        ARCHIVED = "archived", pgettext_lazy("archive", "archived")
        KEPT = "kept", pgettext_lazy("archive", "kept")

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="archive_proposals")
    last_seen_at = models.DateTimeField(_("last seen"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = ArchiveProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for the archive")
        verbose_name_plural = _("proposals for the archive")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status="proposed"), name="person_is_proposed_for_the_archive_once"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | (~Q(status="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="archive_proposal_is_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"
