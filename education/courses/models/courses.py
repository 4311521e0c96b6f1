"""A version of a course and its lessons. Once submitted, nothing of it changes: a change makes the next version."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.subjects import Subject
from stations.accounts.models import User
from stations.network.models import Station
from stations.scope import DivisionScopedQuerySet, posts_granting
from stations.two_persons import TwoPersons

READ = "education.read_course"
MOST_BASIS_POINTS = 10_000
SHORTEST_LESSON, LONGEST_LESSON = 5, 180


class CourseQuerySet(DivisionScopedQuerySet):
    """The courses of a county: for the people of its stations, and for posts over a region that holds it."""

    division_path = "county__path"
    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the counties in which a post carries the verb."""
        stations = [post.station_id for post in posts_granting(user, verb) if post.reach == "station"]
        within = super().open_to(user, verb)
        if not stations:
            return within
        counties = Station.objects.filter(pk__in=stations).values("county")
        return within | self.filter(county__in=counties)

    def approved(self) -> Self:
        """Those of which a class can be opened."""
        return self.filter(status=Course.Status.APPROVED)


class Course(BaseModel):
    """What a teacher has put together and a manager of the county has approved."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("course", "draft")
        IN_REVIEW = "in_review", pgettext_lazy("course", "to be approved")
        APPROVED = "approved", pgettext_lazy("course", "approved")
        RETIRED = "retired", pgettext_lazy("course", "no longer offered")

    class Audience(models.TextChoices):
        CHILD = "child", pgettext_lazy("audience", "children")
        YOUTH = "youth", pgettext_lazy("audience", "young people")
        FARMER = "farmer", pgettext_lazy("audience", "farmers")
        OFFICIAL = "official", pgettext_lazy("audience", "officials")
        PARTNER = "partner", pgettext_lazy("audience", "people of stations")
        ANYONE = "anyone", pgettext_lazy("audience", "anyone")

    #: Nobody edits these any more: their lessons stay as they are, and something can be made for one of them.
    SETTLED = (Status.APPROVED, Status.RETIRED)
    #: For these a class is a training: those who come sign in, and its figures are those of trainings.
    TRAININGS = (Audience.YOUTH, Audience.FARMER, Audience.OFFICIAL, Audience.PARTNER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("code"), max_length=12)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    title = LineField(_("title"), max_length=80)
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    audience = models.CharField(_("for whom"), max_length=8, choices=Audience)
    age_from = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    minutes_required_bp = models.PositiveIntegerField(
        _("minutes needed for the certificate"), default=8_000, help_text=_("Basis points of the planned minutes.")
    )
    gives_certificate = models.BooleanField(_("ends with a certificate"), default=True)
    certificate_months = models.PositiveSmallIntegerField(
        _("months of the certificate"), null=True, blank=True, help_text=_("Empty: for ever.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="course_has_a_version_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9]{2,12}$"), name="course_code_is_short_latin"),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=F("age_from")),
                name="course_ages_are_a_range",
            ),
            models.CheckConstraint(
                condition=Q(minutes_required_bp__gt=0, minutes_required_bp__lte=MOST_BASIS_POINTS),
                name="course_needs_a_share_of_its_minutes",
            ),
            models.CheckConstraint(
                condition=Q(certificate_months=None) | Q(certificate_months__gt=0), name="course_certificate_lasts"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "retired"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_course_names_who_approved_it",
            ),
            TwoPersons(checker="approved_by", makers=("author",), name="course_is_approved_by_another_person"),
        ]
        indexes = [models.Index(fields=["county", "status", "code"], name="course_of_county")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def is_training(self) -> bool:
        """Whether those who come sign in."""
        return self.audience in self.TRAININGS


class Lesson(BaseModel):
    """One lesson of a course; one with a recording can be watched afterwards."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="lessons", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = LineField(_("title"), max_length=80)
    planned_minutes = models.PositiveSmallIntegerField(_("minutes"))
    has_recording = models.BooleanField(_("has a recording"), default=True)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint(fields=["course", "position"], name="lesson_has_its_position_alone"),
            models.CheckConstraint(
                condition=Q(planned_minutes__gte=SHORTEST_LESSON, planned_minutes__lte=LONGEST_LESSON),
                name="lesson_takes_5_to_180_minutes",
            ),
        ]
        ordering = ("course", "position")

    def __str__(self) -> str:
        return f"{self.position} {self.title}"
