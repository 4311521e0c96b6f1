"""Those who tutor: what they teach, how much of it a day and a week, and what the county pays them for an hour."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, uuid7
from core.money import Money
from education.subjects import Subject
from stations.network.models import Station
from stations.scope import DivisionScopedQuerySet, posts_granting
from stations.two_persons import TwoPersons

READ_TUTOR = "education.read_tutor"
MOST_PER_DAY, MOST_PER_WEEK = 4, 16
SHORTEST_LESSON, LONGEST_LESSON = 20, 120


class TutorQuerySet(DivisionScopedQuerySet):
    """The tutors of a county: for the people of its stations, and for posts over a region that holds it."""

    division_path = "county__path"
    read_verb = READ_TUTOR

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of the counties in which a post carries the verb."""
        within = super().open_to(user, verb)
        stations = [post.station_id for post in posts_granting(user, verb) if post.reach == "station"]
        if not stations:
            return within
        return within | self.filter(county__in=Station.objects.filter(pk__in=stations).values("county"))

    def bookable(self) -> Self:
        """Those with whom lessons can be booked."""
        return self.filter(status=Tutor.Status.ACTIVE, person__died_date=None)


class Tutor(BaseModel):
    """An adult who tutors learners of a county. `rate_minor` is for an hour of 60 minutes; none: it costs nothing.

    Free hours and the last day on which lessons can be booked are those of the resource in the calendar.
    """

    class Status(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("tutor", "to be approved")
        ACTIVE = "active", pgettext_lazy("tutor", "active")
        PAUSED = "paused", pgettext_lazy("tutor", "paused")
        ENDED = "ended", pgettext_lazy("tutor", "ended")

    class Language(models.TextChoices):
        CHINESE = "zh", pgettext_lazy("language of a tutor", "Chinese")
        ENGLISH = "en", pgettext_lazy("language of a tutor", "English")
        MONGOLIAN = "mn", pgettext_lazy("language of a tutor", "Mongolian")
        TIBETAN = "bo", pgettext_lazy("language of a tutor", "Tibetan")
        UYGHUR = "ug", pgettext_lazy("language of a tutor", "Uyghur")
        ZHUANG = "za", pgettext_lazy("language of a tutor", "Zhuang")

    #: The reason of a pause that nobody typed: three lessons were given up within 90 days.
    GAVE_UP = "gave-up-lessons"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField("stations.Person", models.PROTECT, related_name="tutor", verbose_name=_("person"))
    login = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("login"))
    county = models.ForeignKey("stations.Division", models.PROTECT, related_name="+", verbose_name=_("county"))
    subjects = ArrayField(models.CharField(max_length=16, choices=Subject), verbose_name=_("subjects"))
    languages = ArrayField(models.CharField(max_length=2, choices=Language), verbose_name=_("languages"))
    max_per_day = models.PositiveSmallIntegerField(_("lessons a day at most"), default=MOST_PER_DAY)
    max_per_week = models.PositiveSmallIntegerField(_("lessons a week at most"), default=MOST_PER_WEEK)
    rate_minor = models.BigIntegerField(_("rate for an hour"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.APPLIED)
    resource = models.OneToOneField("scheduling.Resource", models.PROTECT, related_name="+")
    offering = models.OneToOneField("scheduling.Offering", models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    active_since = models.DateTimeField(_("active since"), null=True, blank=True)
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = TutorQuerySet.as_manager()

    class Meta:
        verbose_name = _("tutor")
        verbose_name_plural = _("tutors")
        constraints = [
            models.CheckConstraint(
                condition=Q(subjects__len__gte=1, languages__len__gte=1), name="tutor_has_a_subject_and_a_language"
            ),
            models.CheckConstraint(
                condition=Q(max_per_day__gte=1, max_per_day__lte=MOST_PER_DAY), name="tutor_has_1_to_4_lessons_a_day"
            ),
            models.CheckConstraint(
                condition=Q(max_per_week__gte=1, max_per_week__lte=MOST_PER_WEEK),
                name="tutor_has_1_to_16_lessons_a_week",
            ),
            models.CheckConstraint(condition=Q(rate_minor=None) | Q(rate_minor__gt=0), name="tutor_rate_is_above_zero"),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(approved_by__isnull=False, active_since__isnull=False),
                name="active_tutor_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["paused", "ended"]) | ~Q(reason=""), name="tutor_who_stopped_has_a_reason"
            ),
            TwoPersons(
                checker="approved_by",
                makers=("person", "login", "recorded_by"),
                name="tutor_is_approved_by_another_person",
            ),
        ]
        indexes = [models.Index(fields=["county", "status"], name="tutor_of_county")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def rate(self) -> Money | None:
        """For an hour of 60 minutes; none where it costs nothing."""
        return Money(self.rate_minor, self.currency) if self.rate_minor is not None else None
