"""Content packages of lessons, their files, and where a learner is in one."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.courses.models import Course, Enrolment, Lesson
from education.courses.models.classes import READ_ROLL, TaughtLearnersQuerySet
from education.courses.models.courses import MOST_BASIS_POINTS
from stations.accounts.models import User
from stations.two_persons import TwoPersons

READ, READ_RESULT = "education.read_package", "education.read_package_result"
#: Why a package is blocked, as everybody is told who would have shown it to children.
LONGEST_REASON = 120
LONGEST_LICENCE, LONGEST_CREATORS = 60, 200


class ContentPackageQuerySet(models.QuerySet["ContentPackage"]):
    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those of courses in the counties in which a post carries the verb."""
        return self.filter(lesson__course__in=Course.objects.open_to(user, verb).values("pk"))


class ContentPackage(BaseModel):
    """A package as its author brought it; nothing of it changes.

    Learners play it once a manager of the county has approved what a teacher offers. Who finds harm in it blocks it at
    once; another person opens it again, and has approved it from then on.
    """

    class Standard(models.TextChoices):
        SCORM_1_2 = "scorm_1_2", "SCORM 1.2"
        SCORM_2004 = "scorm_2004", "SCORM 2004"
        H5P = "h5p", "H5P"

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("package", "draft")
        IN_REVIEW = "in_review", pgettext_lazy("package", "to be approved")
        OFFERED = "offered", pgettext_lazy("package", "can be played")
        CLOSED = "closed", pgettext_lazy("package", "closed")
        BLOCKED = "blocked", pgettext_lazy("package", "blocked as harmful")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="packages", verbose_name=_("lesson"))
    title = LineField(_("title"), max_length=80)
    standard = models.CharField(_("standard"), max_length=10, choices=Standard)
    launch = models.CharField(_("first page"), max_length=255)
    licence = LineField(_("licence"), max_length=LONGEST_LICENCE, blank=True)
    creators = LineField(_("made by"), max_length=LONGEST_CREATORS, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    added_at = models.DateTimeField(_("brought at"))
    offered_at = models.DateTimeField(_("offered at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    blocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("blocked by")
    )
    blocked_at = models.DateTimeField(_("blocked at"), null=True, blank=True)
    block_reason = LineField(_("why it is blocked"), max_length=LONGEST_REASON, blank=True)

    objects = ContentPackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("content package")
        verbose_name_plural = _("content packages")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "sha256"], name="package_is_brought_to_a_lesson_once"),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="offered_package_names_who_approved_it",
            ),
            models.CheckConstraint(
                condition=~Q(status="blocked")
                | Q(blocked_by__isnull=False, blocked_at__isnull=False) & ~Q(block_reason=""),
                name="blocked_package_says_by_whom_and_why",
            ),
            TwoPersons(
                checker="approved_by", makers=("author", "blocked_by"), name="package_is_approved_by_another_person"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PackageFile(BaseModel):
    """One file of a package, under its path there."""

    package = models.ForeignKey(ContentPackage, models.PROTECT, related_name="files", db_index=False)
    path = models.CharField(_("path"), max_length=255)
    stored = models.OneToOneField("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("file of a content package")
        verbose_name_plural = _("files of content packages")
        constraints = [models.UniqueConstraint(fields=["package", "path"], name="package_has_a_path_once")]

    def __str__(self) -> str:
        return self.path


class ScormStateQuerySet(TaughtLearnersQuerySet):
    station_path = "enrolment__run__station"
    teacher_path = "enrolment__run__teacher"
    read_verb = READ_ROLL


class ScormState(BaseModel):
    """Where a learner of a class is in a package, as the package says it. The best result counts."""

    class Status(models.TextChoices):
        """The words of cmi5, as for attempts at quizzes."""

        INITIALIZED = "initialized", pgettext_lazy("package", "goes on")
        COMPLETED = "completed", pgettext_lazy("package", "completed")
        FAILED = "failed", pgettext_lazy("package", "not passed")
        PASSED = "passed", pgettext_lazy("package", "passed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="scorm_states", verbose_name=_("enrolment in a class")
    )
    package = models.ForeignKey(
        ContentPackage, models.PROTECT, related_name="states", verbose_name=_("content package")
    )
    revision = models.PositiveIntegerField(_("revision"), default=0)
    cmi = models.JSONField(_("data of the package"), default=dict)
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.INITIALIZED)
    score_bp = models.PositiveIntegerField(_("score in basis points"), null=True, blank=True)
    started_at = models.DateTimeField(_("started at"))
    opened_at = models.DateTimeField(_("opened last at"), null=True, blank=True)
    seconds_spent = models.PositiveIntegerField(_("seconds spent"), default=0)
    saved_at = models.DateTimeField(_("saved at"))

    objects = ScormStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of a content package")
        verbose_name_plural = _("states of content packages")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "package"], name="learner_has_one_state_of_a_package"),
            models.CheckConstraint(
                condition=Q(score_bp=None) | Q(score_bp__lte=MOST_BASIS_POINTS), name="score_of_a_package_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(saved_at__gte=F("started_at")), name="state_of_a_package_is_saved_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


#: The learner is through with a package.
DONE = (ScormState.Status.COMPLETED, ScormState.Status.FAILED, ScormState.Status.PASSED)


class PackageOutcome(BaseModel):
    """A learner has completed, passed or not passed a package, as it was when that was first said; nothing changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.ForeignKey(
        ScormState,
        models.PROTECT,
        related_name="outcomes",
        db_index=False,
        verbose_name=_("state of a content package"),
    )
    status = models.CharField(_("status"), max_length=11, choices=ScormState.Status)
    score_bp = models.PositiveIntegerField(_("score in basis points"), null=True, blank=True)
    seconds_spent = models.PositiveIntegerField(_("seconds spent"))
    reached_at = models.DateTimeField(_("reached at"))

    class Meta:
        verbose_name = _("outcome of a content package")
        verbose_name_plural = _("outcomes of content packages")
        constraints = [
            models.UniqueConstraint(fields=["state", "status"], name="learner_reaches_an_outcome_once"),
            models.CheckConstraint(condition=~Q(status="initialized"), name="outcome_of_a_package_ends_something"),
        ]
        indexes = [models.Index(fields=["reached_at"], name="package_outcome_by_time")]

    def __str__(self) -> str:
        return str(self.pk)
