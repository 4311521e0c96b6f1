"""Inspections by the county, and visits that help where a warning stands."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField
from core.language.formatting import in_chinese
from stations.scope import StationScopedQuerySet


class InspectionQuestion(BaseModel):
    """What is looked at, and how much it counts of a hundred; data that the administration edits."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    text = models.CharField(_("question"), max_length=200)
    text_zh = models.CharField(_("question in Chinese"), max_length=200)
    weight = models.PositiveSmallIntegerField(_("weight"))
    position = models.PositiveSmallIntegerField(_("position"))
    is_asked = models.BooleanField(_("asked"), default=True)

    class Meta:
        verbose_name = _("question of inspections")
        verbose_name_plural = _("questions of inspections")
        constraints = [models.CheckConstraint(condition=Q(weight__gte=1), name="inspection_question_counts")]

    def __str__(self) -> str:
        return self.code

    @property
    def shown(self) -> str:
        """The question in the reader's language."""
        return self.text_zh if in_chinese() else self.text


class InspectionQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_inspection"

    def done(self) -> Self:
        """Those that took place."""
        return self.filter(status=Inspection.Status.DONE)


class Inspection(BaseModel):
    """One look at a station: planned, then done with an answer to every question and a score of a hundred."""

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("inspection", "planned")
        DONE = "done", pgettext_lazy("inspection", "done")
        CANCELLED = "cancelled", pgettext_lazy("inspection", "cancelled")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="inspections")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_date = models.DateField(_("planned for"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True, help_text=_("Question -> yes, no or not here."))
    photos = models.ManyToManyField("core.StoredFile", related_name="+", blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    notes = WordsField(_("remarks"), max_length=1000, blank=True)
    followup_date = models.DateField(_("next review"), null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False, score__isnull=False)
                | (~Q(status="done") & Q(done_at=None, score=None)),
                name="inspection_has_a_score_exactly_when_done",
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__lte=100), name="inspection_score_is_of_a_hundred"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="inspection_coordinates_come_in_pairs",
            ),
        ]
        indexes = [models.Index(fields=["station", "-done_at"], name="inspection_of_station")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.planned_date}"


class SupportVisitQuerySet(StationScopedQuerySet):
    read_verb = "stations.read_support_visit"


class SupportVisit(BaseModel):
    """Help where an early warning stands: due within seven days, done with what was seen and agreed."""

    class Status(models.TextChoices):
        DUE = "due", _("due")
        DONE = "done", pgettext_lazy("visit", "done")

    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="support_visits")
    reason = models.CharField(_("because of"), max_length=20)
    opened_at = models.DateTimeField(_("opened at"))
    due_date = models.DateField(_("due on"))
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.DUE)
    visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    seen = WordsField(_("what was seen"), max_length=1000, blank=True)
    agreed = LineField(_("what was agreed"), max_length=200, blank=True)
    followup_date = models.DateField(_("next review"), null=True, blank=True)

    objects = SupportVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("support visit")
        verbose_name_plural = _("support visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="due", visitor=None, done_at=None)
                | Q(status="done", visitor__isnull=False, done_at__isnull=False),
                name="support_visit_is_done_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["station", "status"], name="support_visit_of_station")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.reason}"
