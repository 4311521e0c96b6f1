"""What only grows: roll calls and what was watched. The order and the number of arrivals change nothing."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField
from education.courses.models.classes import ClassSession
from education.courses.models.courses import Lesson


class AttendanceRecord(BaseModel):
    """Who was there, as somebody marked it. Nothing of it changes but whether it is the one that counts."""

    class Presence(models.TextChoices):
        PRESENT = "present", pgettext_lazy("roll call", "present")
        LATE = "late", pgettext_lazy("roll call", "late")
        EXCUSED = "excused", pgettext_lazy("roll call", "excused")
        ABSENT = "absent", pgettext_lazy("roll call", "absent")

    #: Made by the device or the page: the same mark sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(
        ClassSession, models.PROTECT, related_name="records", verbose_name=_("lesson of a class")
    )
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    presence = models.CharField(_("presence"), max_length=8, choices=Presence)
    from_at = models.DateTimeField(_("there from"), null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("marked by")
    )
    made_at = models.DateTimeField(_("marked at, by the device’s clock"))
    received_at = models.DateTimeField(_("received at"))
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
    reason = LineField(_("reason"), max_length=200, blank=True)
    is_current = models.BooleanField(_("counts"))
    #: Whoever took part without one did take part: the fact stays, and the roll call shows it.
    lacks_consent = models.BooleanField(_("without a guardian’s consent"), default=False)

    class Meta:
        verbose_name = _("mark of a roll call")
        verbose_name_plural = _("marks of roll calls")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "learner"], condition=Q(is_current=True), name="one_mark_of_a_learner_counts"
            ),
            models.CheckConstraint(
                condition=Q(presence="late", from_at__isnull=False) | ~Q(presence="late") & Q(from_at=None),
                name="late_learner_has_an_arrival",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""), name="mark_that_replaces_another_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "is_current"], name="mark_of_learner"),
            BrinIndex(fields=["received_at"], pages_per_range=32, autosummarize=True, name="mark_by_arrival"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LearningEvent(BaseModel):
    """A stretch of a recording that a learner watched, on whichever device. Append-only."""

    #: Made by the device: an event that arrives again is known.
    event_id = models.UUIDField(primary_key=True, editable=False)
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+", verbose_name=_("lesson"))
    seconds_from = models.PositiveIntegerField(_("from second"))
    seconds_to = models.PositiveIntegerField(_("to second"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    made_at = models.DateTimeField(_("made at, by the device’s clock"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("learning event")
        verbose_name_plural = _("learning events")
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds_to__gt=F("seconds_from")), name="learning_event_watched_something"
            ),
        ]
        indexes = [
            models.Index(fields=["learner", "lesson"], name="learning_event_of_learner"),
            BrinIndex(fields=["received_at"], pages_per_range=32, autosummarize=True, name="learning_event_by_arrival"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
