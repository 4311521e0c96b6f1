"""A class of a station, its lessons on the calendar, and who is enrolled."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.courses.models.courses import Course, Lesson
from education.safeguarding.queries import checks_hold
from stations.accounts.models import Role
from stations.network.models import Station
from stations.people.models import Person
from stations.scope import StationScopedQuerySet, posts_granting

#: Times and numbers of classes; who learns in them is for their station alone.
READ_CLASS, READ_ROLL = "education.read_class", "education.read_class_roll"
#: Which rooms of a broadcast are open and see their teacher; not who learns in them.
READ_ROOMS = "education.read_rooms"
MOST_SEATS = 60


class TaughtQuerySet(StationScopedQuerySet):
    """Rows of a station; a teacher has those of the own classes, at whichever station.

    A teacher's post lies over a county: it reaches nothing of what is known of the learners there.
    """

    station_path = "run__station"
    teacher_path = "run__teacher"

    def scope_of(self, user: Any, verb: str) -> Q:
        """The condition that a post at the station carries the verb, or that the reader teaches there."""
        posts = posts_granting(user, verb)
        if not any(post.role == Role.TEACHER for post in posts):
            return super().scope_of(user, verb)
        stations = [post.station_id for post in posts if post.reach == "station"]
        reached = Q(**{f"{self.station_path}__in": stations})
        return reached | self.taught_by(user) if user.person_id else reached

    def taught_by(self, user: Any) -> Q:
        """The condition that the reader teaches there, under whichever record."""
        return Q(**{f"{self.teacher_path}__in": Person.objects.of_people(user.person_id).values("pk")})


class TaughtLearnersQuerySet(TaughtQuerySet):
    """What is known of learners: a teacher whose checks are not valid today reads nothing of it, nor judges it."""

    def taught_by(self, user: Any) -> Q:
        """The condition that the reader teaches there and may work with children today."""
        return super().taught_by(user) & checks_hold(user, timezone.localdate())


class ClassSessionQuerySet(TaughtQuerySet):
    read_verb = READ_ROLL


class ClassRunQuerySet(StationScopedQuerySet):
    read_verb = READ_CLASS

    def live(self) -> Self:
        """Those that take learners."""
        return self.filter(status__in=ClassRun.LIVE)

    def rooms_of(self, first: "ClassRun") -> Self:
        """All rooms of a broadcast, the first among them."""
        return self.filter(Q(pk=first.pk) | Q(broadcast=first.pk))

    def to_join(self, station: Station, *, at: dt.datetime) -> Self:
        """Broadcasts of the county that a station can join: before their first lesson, and once."""
        begun = ClassSession.objects.filter(slot__starts_at__lte=at).values("run")
        here = self.model.objects.live().filter(station=station)
        first = self.live().filter(mode=ClassRun.Mode.BROADCAST, broadcast=None, station__county=station.county_id)
        others = first.exclude(station=station).exclude(pk__in=begun)
        return others.exclude(pk__in=here.exclude(broadcast=None).values("broadcast"))


class ClassRun(BaseModel):
    """A version of a course that a teacher gives at a station, with so many seats. It keeps its version."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("class", "takes learners")
        RUNNING = "running", pgettext_lazy("class", "running")
        COMPLETED = "completed", pgettext_lazy("class", "completed")
        CANCELLED = "cancelled", pgettext_lazy("class", "cancelled")

    class Mode(models.TextChoices):
        ONLINE = "online", _("teacher on the screen")
        ONSITE = "onsite", _("teacher at the station")
        BROADCAST = "broadcast", _("teacher on the screens of many rooms")

    LIVE = (Status.OPEN, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.ForeignKey(Course, models.PROTECT, related_name="runs", verbose_name=_("course"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    teacher = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("teacher"))
    mode = models.CharField(_("how it is taught"), max_length=9, choices=Mode)
    broadcast = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rooms",
        verbose_name=_("first room of the broadcast"),
    )
    seats = models.PositiveSmallIntegerField(_("seats"))
    seats_taken = models.PositiveSmallIntegerField(_("seats taken"), default=0)
    starts_date = models.DateField(_("first lesson on"))
    ends_date = models.DateField(_("last lesson on"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    reason = LineField(_("reason"), max_length=200, blank=True)

    objects = ClassRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("school class")
        verbose_name_plural = _("classes")
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("seats")), name="class_never_has_more_learners_than_seats"
            ),
            models.CheckConstraint(condition=Q(seats__gt=0, seats__lte=MOST_SEATS), name="class_has_1_to_60_seats"),
            models.CheckConstraint(condition=Q(ends_date__gte=F("starts_date")), name="class_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(broadcast=None) | Q(mode="broadcast") & ~Q(broadcast=F("id")), name="room_joins_a_broadcast"
            ),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(reason=""), name="cancelled_class_says_why"),
        ]
        indexes = [models.Index(fields=["station", "status", "starts_date"], name="class_of_station")]

    def __str__(self) -> str:
        return str(self.pk)


class ClassSession(BaseModel):
    """A lesson of a class on the calendar; its times are those of the scheduler's session."""

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("lesson", "planned")
        OPEN = "open", pgettext_lazy("lesson", "going on")
        CLOSED = "closed", pgettext_lazy("lesson", "over")
        MISSED = "missed", pgettext_lazy("lesson", "did not take place")
        CANCELLED = "cancelled", pgettext_lazy("lesson", "cancelled")

    class WhyMissed(models.TextChoices):
        """Why a lesson did not take place, as its history says it."""

        UNCHECKED = "teacher_unchecked", _("the teacher’s checks had ended")
        NO_LEARNERS = "no_learners", _("no one was enrolled")
        NOT_BEGUN = "not_begun", _("no one at the station began it")

    TO_COME = (Status.PLANNED, Status.OPEN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ClassRun, models.PROTECT, related_name="sessions", verbose_name=_("school class"))
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="+", verbose_name=_("lesson"))
    slot = models.OneToOneField(
        "scheduling.Session", models.PROTECT, related_name="+", verbose_name=_("place in the calendar")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    adult_present = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adult present")
    )
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    roll_called_at = models.DateTimeField(_("roll called at"), null=True, blank=True)
    differs = models.BooleanField(_("two roll calls differ"), default=False)

    objects = ClassSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson of a class")
        verbose_name_plural = _("lessons of classes")
        constraints = [
            models.UniqueConstraint(fields=["run", "lesson"], name="class_has_a_lesson_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["open", "closed"]) | Q(adult_present__isnull=False, opened_at__isnull=False),
                name="lesson_takes_place_with_an_adult",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__gte=F("opened_at")) | ~Q(status="closed") & Q(closed_at=None),
                name="lesson_is_over_exactly_when_it_says_when",
            ),
        ]
        indexes = [models.Index(fields=["run", "status"], name="lesson_of_class")]

    def __str__(self) -> str:
        return str(self.pk)


class ClassEnrolmentQuerySet(TaughtLearnersQuerySet):
    read_verb = READ_ROLL

    def live(self) -> Self:
        """Those with a seat or in the line for one."""
        return self.filter(status__in=Enrolment.LIVE)

    def seated(self) -> Self:
        """Those whose names are called."""
        return self.filter(status__in=Enrolment.CALLED)


class Enrolment(BaseModel):
    """A learner in a class, or in the line for a seat. A minor has the consent of a guardian."""

    class Status(models.TextChoices):
        ENROLLED = "enrolled", pgettext_lazy("class", "enrolled")
        WAITLISTED = "waitlisted", pgettext_lazy("class", "waits for a seat")
        WITHDRAWN = "withdrawn", pgettext_lazy("class", "withdrawn")
        COMPLETED = "completed", pgettext_lazy("class", "completed")
        EXPIRED = "expired", pgettext_lazy("class", "not completed")

    LIVE = (Status.ENROLLED, Status.WAITLISTED)
    CALLED = (Status.ENROLLED, Status.COMPLETED, Status.EXPIRED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ClassRun, models.PROTECT, related_name="enrolments", verbose_name=_("school class"))
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    consent = models.ForeignKey(
        "stations.Consent", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent")
    )
    is_minor = models.BooleanField(_("is a minor"))
    requested_at = models.DateTimeField(_("asked for at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes learnt"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status)

    objects = ClassEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment in a class")
        verbose_name_plural = _("enrolments in classes")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "learner"],
                condition=Q(status__in=["enrolled", "waitlisted", "completed", "expired"]),
                name="learner_is_in_a_class_once",
            ),
            models.CheckConstraint(
                condition=Q(is_minor=False) | Q(consent__isnull=False), name="minor_learns_with_a_guardians_consent"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["enrolled", "waitlisted"], ended_at=None)
                | Q(status__in=["withdrawn", "completed", "expired"], ended_at__isnull=False),
                name="enrolment_that_is_over_says_since_when",
            ),
        ]
        indexes = [
            models.Index(fields=["run", "status", "requested_at"], name="enrolment_of_class"),
            models.Index(fields=["learner", "status"], name="enrolment_of_learner"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
