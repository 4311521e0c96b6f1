"""Asking to end a contract before its time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class TerminationQuerySet(StationScopedQuerySet):
    station_path = "contract__station"
    read_verb = "stations.read_contract"


class Termination(BaseModel):
    """A contract that somebody wants to end before its time; a second person does it."""

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("termination", "requested")
        CONFIRMED = "confirmed", pgettext_lazy("termination", "terminated")
        WITHDRAWN = "withdrawn", pgettext_lazy("termination", "withdrawn")

    contract = models.ForeignKey("stations.Contract", models.PROTECT, related_name="terminations")
    reason = LineField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("requested at"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = TerminationQuerySet.as_manager()

    class Meta:
        verbose_name = _("termination")
        verbose_name_plural = _("terminations")
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(status="asked"), name="contract_has_one_open_termination"
            ),
            models.CheckConstraint(
                condition=Q(status="asked", ended_by=None, ended_at=None)
                | (~Q(status="asked") & Q(ended_by__isnull=False, ended_at__isnull=False)),
                name="termination_has_an_end_exactly_when_it_is_not_asked",
            ),
            TwoPersons(
                checker="ended_by",
                makers=("asked_by",),
                condition=Q(status="confirmed"),
                name="contract_is_terminated_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.status}"
