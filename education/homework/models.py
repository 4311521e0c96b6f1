"""Homework: what a teacher sets after a lesson, and what each learner has handed in, with photos of the pages."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField, uuid7
from education.courses.models import ClassSession
from education.courses.models.classes import TaughtLearnersQuerySet
from education.tutoring.models import TutoringSession

#: Read by the station and by the teacher who has set it.
READ_HOMEWORK = "education.read_homework"
#: The county reads what waits for which teacher, and nothing that was handed in.
READ_UNGRADED = "education.read_ungraded_homework"
#: A teacher looks at homework within this time; then the county hears of it.
GRADED_WITHIN = dt.timedelta(days=14)


class HomeworkTaskQuerySet(TaughtLearnersQuerySet):
    station_path, teacher_path = "station", "teacher"
    read_verb = READ_HOMEWORK

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(status=HomeworkTask.Status.SET)


class HomeworkTask(BaseModel):
    """Set after a lesson of a class or with a tutor. A mandatory one is needed for the certificate of the class."""

    class Status(models.TextChoices):
        SET = "set", pgettext_lazy("homework", "set")
        WITHDRAWN = "withdrawn", pgettext_lazy("homework", "withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(
        ClassSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="homework",
        verbose_name=_("lesson of a class"),
    )
    tutoring = models.ForeignKey(
        TutoringSession,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="homework",
        verbose_name=_("tutoring lesson"),
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    teacher = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("teacher"))
    title = LineField(_("title"), max_length=80)
    instructions = WordsField(_("what is to be done"), max_length=1000, blank=True)
    due_at = models.DateTimeField(_("due"))
    is_mandatory = models.BooleanField(_("needed for the certificate"), default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.SET)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = HomeworkTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("homework")
        verbose_name_plural = _("homework")
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, tutoring=None) | Q(session=None, tutoring__isnull=False),
                name="homework_is_of_one_lesson",
            ),
            models.CheckConstraint(
                condition=Q(is_mandatory=False) | Q(session__isnull=False), name="only_homework_of_a_class_is_mandatory"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("set_at")), name="homework_is_due_after_it_was_set"),
            models.CheckConstraint(
                condition=Q(status="set", withdrawn_at=None, reason="")
                | Q(status="withdrawn", withdrawn_at__isnull=False) & ~Q(reason=""),
                name="homework_that_was_withdrawn_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-due_at"], name="homework_of_station"),
            models.Index(fields=["teacher", "-due_at"], name="homework_of_teacher"),
        ]

    def __str__(self) -> str:
        return self.title


class HomeworkSubmissionQuerySet(TaughtLearnersQuerySet):
    station_path, teacher_path = "task__station", "task__teacher"
    read_verb = READ_HOMEWORK

    def to_grade(self) -> Self:
        """Those that wait for the teacher."""
        return self.filter(status__in=HomeworkSubmission.WAITING)

    def ungraded(self, *, at: dt.datetime) -> Self:
        """Those that have waited for the teacher so long that the county hears of it."""
        return self.to_grade().filter(submitted_at__lte=at - GRADED_WITHIN)

    def enough(self, *, is_over: bool) -> Self:
        """Those with which a certificate asks for no more.

        Once the class waits no longer, what was handed in in time and nobody has looked at is among them: a learner
        does not pay for a teacher's silence.
        """
        done = Q(grade__in=HomeworkSubmission.ENOUGH)
        if is_over:
            done |= Q(status__in=HomeworkSubmission.WAITING, first_submitted_at__lte=F("task__due_at"))
        return self.filter(done)


class HomeworkSubmission(BaseModel):
    """What a learner has handed in of a task: its photos, the comment, the grade."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("homework", "handed in")
        RETURNED = "returned", pgettext_lazy("homework", "returned")
        RESUBMITTED = "resubmitted", pgettext_lazy("homework", "handed in again")
        GRADED = "graded", pgettext_lazy("homework", "graded")

    class Grade(models.TextChoices):
        PASS = "pass", pgettext_lazy("grade", "passed")
        FAIL = "fail", pgettext_lazy("grade", "not passed")
        NOT_GRADED = "not_graded", pgettext_lazy("grade", "seen, without a grade")
        NOT_APPLICABLE = "not_applicable", pgettext_lazy("grade", "excused")

    WAITING = (Status.SUBMITTED, Status.RESUBMITTED)
    #: With these the certificate does not ask for more.
    ENOUGH = (Grade.PASS, Grade.NOT_APPLICABLE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(HomeworkTask, models.PROTECT, related_name="submissions", verbose_name=_("homework"))
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    status = models.CharField(_("status"), max_length=11, choices=Status)
    first_submitted_at = models.DateTimeField(_("first handed in at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    comment = WordsField(_("comment"), max_length=500, blank=True)
    grade = models.CharField(_("grade"), max_length=14, choices=Grade, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    decided_at = models.DateTimeField(_("looked at"), null=True, blank=True)

    objects = HomeworkSubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("homework handed in")
        verbose_name_plural = _("homework handed in")
        constraints = [
            models.UniqueConstraint(fields=["task", "learner"], name="learner_hands_in_a_homework_once"),
            models.CheckConstraint(
                condition=Q(status="graded") & ~Q(grade="") | ~Q(status="graded") & Q(grade=""),
                name="homework_has_a_grade_exactly_when_it_is_graded",
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", decided_at=None, decided_by=None)
                | ~Q(status="submitted") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="homework_that_was_looked_at_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False) | Q(grade="not_applicable"),
                name="homework_was_handed_in_or_excused",
            ),
            models.CheckConstraint(
                condition=Q(first_submitted_at=None, submitted_at=None)
                | Q(first_submitted_at__isnull=False, submitted_at__gte=F("first_submitted_at")),
                name="homework_is_handed_in_again_after_the_first_time",
            ),
        ]
        indexes = [
            models.Index(fields=["learner"], name="homework_of_learner"),
            models.Index(
                fields=["submitted_at"], condition=Q(status__in=["submitted", "resubmitted"]), name="homework_to_grade"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_late(self) -> bool:
        """Whether it came after its time; what is done again after a return is as late as it was at first."""
        return self.first_submitted_at is not None and self.first_submitted_at > self.task.due_at


class HomeworkPhoto(BaseModel):
    """A photo of a page, or a voice note. It is deleted half a year after the class, and when the learner is erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    submission = models.ForeignKey(
        HomeworkSubmission, models.PROTECT, related_name="photos", verbose_name=_("homework handed in")
    )
    photo = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("photo"))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = models.DateTimeField(_("kept at"))
    is_voice = models.BooleanField(_("voice note"), default=False)

    class Meta:
        verbose_name = _("photo of homework")
        verbose_name_plural = _("photos of homework")
        constraints = [models.UniqueConstraint(fields=["photo"], name="photo_is_of_one_homework")]
        indexes = [models.Index(fields=["submission", "kept_at"], name="photo_of_homework")]

    def __str__(self) -> str:
        return str(self.pk)
