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
from education.courses.models.classes import READ_ROLL, TaughtQuerySet
from education.courses.models.courses import MOST_BASIS_POINTS
from stations.accounts.models import User

READ = "education.read_package"


class ContentPackageQuerySet(models.QuerySet["ContentPackage"]):
    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those of courses in the counties in which a post carries the verb."""
        return self.filter(lesson__course__in=Course.objects.open_to(user, verb).values("pk"))


class ContentPackage(BaseModel):
    """A package as its author brought it; nothing of it changes. What is offered can be played by learners."""

    class Standard(models.TextChoices):
        SCORM_1_2 = "scorm_1_2", "SCORM 1.2"
        SCORM_2004 = "scorm_2004", "SCORM 2004"

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("package", "draft")
        OFFERED = "offered", pgettext_lazy("package", "can be played")
        CLOSED = "closed", pgettext_lazy("package", "closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="packages", verbose_name=_("lesson"))
    title = LineField(_("title"), max_length=80)
    standard = models.CharField(_("standard"), max_length=10, choices=Standard)
    launch = models.CharField(_("first page"), max_length=255)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, editable=False)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    added_at = models.DateTimeField(_("brought at"))

    objects = ContentPackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("content package")
        verbose_name_plural = _("content packages")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "sha256"], name="package_is_brought_to_a_lesson_once"),
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


class ScormStateQuerySet(TaughtQuerySet):
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
