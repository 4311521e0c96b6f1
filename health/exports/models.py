"""An export of health data, and its files."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from core.files.models import StoredFile
from health.chronic.models import Programme
from stations.accounts.models import User
from stations.scope import posts_granting

EXPORT, READ = "health.export_records", "health.read_export"
#: The files are there to be fetched for so long.
KEPT_FOR = dt.timedelta(hours=24)


class ExportQuerySet(models.QuerySet):
    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those that the user has asked for; for a post of the network all, without their files."""
        posts = posts_granting(user, verb)
        if any(post.reach == "network" for post in posts):
            return self.all()
        return self.filter(requested_by=user.pk) if posts else self.none()

    def unfinished(self) -> Self:
        """Those that wait for the job or are being made."""
        return self.filter(status__in=[Export.Status.REQUESTED, Export.Status.RUNNING])


class Export(BaseModel):
    """A request for the health data that somebody may read, of all residents or of a group.

    `types` are resource types, none for all. `transaction_time` is the instant of the snapshot that all files show.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("export", "waits")
        RUNNING = "running", pgettext_lazy("export", "is being made")
        COMPLETED = "completed", pgettext_lazy("export", "can be fetched")
        CANCELLED = "cancelled", pgettext_lazy("export", "cancelled")
        EXPIRED = "expired", pgettext_lazy("export", "files deleted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested at"))
    address = models.TextField(_("address of the request"))
    division = models.ForeignKey(
        "stations.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    programme = models.CharField(_("programme"), max_length=16, choices=Programme, blank=True)
    types = ArrayField(models.CharField(max_length=32), verbose_name=_("resource types"), blank=True, default=list)
    since = models.DateTimeField(_("changed since"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.REQUESTED)
    transaction_time = models.DateTimeField(_("instant of the snapshot"), null=True, blank=True)
    progress = models.CharField(_("progress"), max_length=60, blank=True)
    resident_count = models.PositiveIntegerField(_("residents"), default=0)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("cancelled or expired at"), null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of health data")
        verbose_name_plural = _("exports of health data")
        constraints = [
            models.UniqueConstraint(
                fields=["requested_by"],
                condition=Q(status__in=["requested", "running"]),
                name="person_has_one_unfinished_export",
            ),
            models.CheckConstraint(
                condition=Q(programme="") | Q(division__isnull=False), name="export_of_a_programme_has_a_place"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(completed_at__isnull=False, transaction_time__isnull=False),
                name="completed_export_shows_one_instant",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["cancelled", "expired"], ended_at__isnull=False)
                | (~Q(status__in=["cancelled", "expired"]) & Q(ended_at=None)),
                name="export_ends_at_an_instant",
            ),
        ]
        indexes = [models.Index(fields=["requested_by", "-requested_at"], name="export_of_person")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def expires_at(self) -> dt.datetime | None:
        """Until when the files are there."""
        return self.completed_at + KEPT_FOR if self.completed_at else None

    def can_be_fetched(self, at: dt.datetime) -> bool:
        """Whether its files are there, also where the job that deletes them is late."""
        return self.status == self.Status.COMPLETED and self.expires_at is not None and at < self.expires_at


class ExportFile(BaseModel):
    """The resources of one type in an export, one in each line."""

    export = models.ForeignKey(Export, models.CASCADE, related_name="files")
    type = models.CharField(_("resource type"), max_length=32)
    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    line_count = models.PositiveIntegerField(_("lines"))

    class Meta:
        verbose_name = _("file of an export")
        verbose_name_plural = _("files of exports")
        constraints = [
            models.UniqueConstraint(fields=["export", "type"], name="export_has_one_file_of_a_type"),
            models.CheckConstraint(condition=Q(line_count__gt=0), name="file_of_an_export_has_lines"),
        ]

    def __str__(self) -> str:
        return f"{self.export_id} {self.type}"
