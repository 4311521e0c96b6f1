"""Requests of people for their data: a copy, or to be forgotten."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from stations.scope import StationScopedQuerySet


class PersonRequestQuerySet(StationScopedQuerySet):
    station_path = "person__home_station"
    read_verb = "stations.read_person"


class PersonRequest(BaseModel):
    """What a person asked for, by when it is due, and what became of it (PIPL, articles 45 and 47)."""

    class Kind(models.TextChoices):
        EXPORT = "export", _("a copy of everything")
        ERASURE = "erasure", _("erasure")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "in progress")
        DONE = "done", pgettext_lazy("request", "done")
        WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="requests")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("requested at"))
    due_at = models.DateTimeField(_("due at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    file = models.ForeignKey("core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of people")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(status="open"), name="person_has_one_open_request_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None) | (~Q(status="open") & Q(ended_at__isnull=False)),
                name="request_has_an_end_exactly_when_not_open",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="request_is_due_after_it_is_asked"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people quote."""
        return f"{'K' if self.kind == self.Kind.EXPORT else 'V'}-{self.pk:07d}"
