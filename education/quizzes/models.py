"""Quizzes of lessons, the attempts of learners, and what they answered. Marks are whole points, given by the server."""

from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from education.courses.models import ClassSession, Course, Enrolment, Lesson
from education.courses.models.classes import TaughtLearnersQuerySet
from education.courses.models.courses import MOST_BASIS_POINTS

#: Quizzes are read in their county; who took them, by the station of the class and by its teacher.
READ_QUIZ, READ_RESULT = "education.read_quiz", "education.read_quiz_result"
MOST_ATTEMPTS, MOST_POINTS, LONGEST_TEXT, MOST_OPTIONS = 20, 100, 200, 10
#: Seconds: half a minute and three hours.
SHORTEST_LIMIT, LONGEST_LIMIT = 30, 3 * 60 * 60


class QuizQuerySet(models.QuerySet["Quiz"]):
    read_verb = READ_QUIZ

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of courses in the counties in which a post carries the verb."""
        return self.filter(lesson__course__in=Course.objects.open_to(user, verb).values("pk"))

    def required_in(self, *runs: UUID) -> Self:
        """Mandatory ones that were offered when these classes began; what is asked for later binds later classes.

        A quiz is there once for each class that needs it: `run` says for which.
        """
        sessions = ClassSession.objects.filter(run=OuterRef("run")).order_by("slot__starts_at")
        rows = self.filter(lesson__course__runs__in=runs, is_mandatory=True).annotate(run=F("lesson__course__runs"))
        rows = rows.annotate(begins_at=Subquery(sessions.values("slot__starts_at")[:1]))
        return rows.filter(Q(closed_at=None) | Q(closed_at__gt=F("begins_at")), activated_at__lte=F("begins_at"))


class Quiz(BaseModel):
    """Questions about a lesson. Once active, nothing of them changes. The best attempt of a learner counts."""

    class Purpose(models.TextChoices):
        PRACTICE = "practice", pgettext_lazy("quiz", "practice")
        GRADED = "graded", pgettext_lazy("quiz", "graded")
        PRE = "pre", pgettext_lazy("quiz", "before the training")
        POST = "post", pgettext_lazy("quiz", "after the training")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("quiz", "draft")
        ACTIVE = "active", pgettext_lazy("quiz", "can be taken")
        CLOSED = "closed", pgettext_lazy("quiz", "closed")

    #: The certificate may ask for these.
    MANDATORY = (Purpose.GRADED, Purpose.POST)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="quizzes", verbose_name=_("lesson"))
    title = LineField(_("title"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    seed = models.PositiveIntegerField(_("seed of the order"), help_text=_("Each learner has an order of questions."))
    max_attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    time_limit_s = models.PositiveIntegerField(_("time limit in seconds"), null=True, blank=True)
    pass_mark_bp = models.PositiveIntegerField(
        _("pass mark"), default=6_000, help_text=_("Basis points of all points.")
    )
    is_mandatory = models.BooleanField(_("needed for the certificate"), default=False)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    activated_at = models.DateTimeField(_("offered since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_attempts__gte=1, max_attempts__lte=MOST_ATTEMPTS), name="quiz_has_1_to_20_attempts"
            ),
            models.CheckConstraint(
                condition=Q(time_limit_s=None) | Q(time_limit_s__gte=SHORTEST_LIMIT, time_limit_s__lte=LONGEST_LIMIT),
                name="quiz_takes_half_a_minute_to_three_hours",
            ),
            models.CheckConstraint(
                condition=Q(pass_mark_bp__gt=0, pass_mark_bp__lte=MOST_BASIS_POINTS),
                name="quiz_is_passed_with_a_share_of_its_points",
            ),
            models.CheckConstraint(
                condition=Q(is_mandatory=False) | Q(purpose__in=["graded", "post"]),
                name="only_what_is_graded_is_mandatory",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", activated_at=None) | ~Q(status="draft") & Q(activated_at__isnull=False),
                name="quiz_that_is_offered_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__gte=F("activated_at"))
                | ~Q(status="closed") & Q(closed_at=None),
                name="quiz_is_closed_exactly_when_it_says_when",
            ),
        ]
        indexes = [models.Index(fields=["lesson", "status"], name="quiz_of_lesson")]

    def __str__(self) -> str:
        return self.title


class Question(BaseModel):
    """One question. Its key never leaves the server except to those who write quizzes.

    `key` holds the positions of the right options (from 1), the number, or each spelling that counts as right.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", pgettext_lazy("question", "one of several")
        MULTIPLE = "multiple", pgettext_lazy("question", "several of several")
        NUMERIC = "numeric", pgettext_lazy("question", "a number")
        TEXT = "text", pgettext_lazy("question", "a word")

    #: Those with options.
    CHOICES = (Kind.SINGLE, Kind.MULTIPLE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="questions", verbose_name=_("quiz"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = LineField(_("question"), max_length=300)
    options = ArrayField(models.CharField(max_length=LONGEST_TEXT), default=list, blank=True, verbose_name=_("options"))
    key = ArrayField(models.CharField(max_length=LONGEST_TEXT), verbose_name=_("right answer"))
    tolerance = models.DecimalField(_("tolerance"), max_digits=12, decimal_places=4, null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("points"), default=1)

    class Meta:
        verbose_name = _("question of a quiz")
        verbose_name_plural = _("questions of quizzes")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "position"], name="question_has_its_position_alone"),
            models.CheckConstraint(
                condition=Q(points__gte=1, points__lte=MOST_POINTS), name="question_gives_1_to_100_points"
            ),
            models.CheckConstraint(condition=Q(key__len__gte=1), name="question_has_a_right_answer"),
            models.CheckConstraint(
                condition=Q(kind__in=["single", "multiple"], options__len__gte=2)
                | Q(kind__in=["numeric", "text"], options__len=0),
                name="question_of_choice_has_options",
            ),
            models.CheckConstraint(
                condition=Q(tolerance=None) | Q(kind="numeric", tolerance__gte=0), name="only_a_number_has_a_tolerance"
            ),
        ]
        ordering = ("quiz", "position")

    def __str__(self) -> str:
        return str(self.pk)


class QuizAttemptQuerySet(TaughtLearnersQuerySet):
    station_path = "enrolment__run__station"
    teacher_path = "enrolment__run__teacher"
    read_verb = READ_RESULT

    def open(self) -> Self:
        """Those that go on."""
        return self.filter(status=QuizAttempt.Status.INITIALIZED)


class QuizAttempt(BaseModel):
    """A learner of a class takes a quiz. The states are words of cmi5."""

    class Status(models.TextChoices):
        INITIALIZED = "initialized", pgettext_lazy("attempt", "goes on")
        PASSED = "passed", pgettext_lazy("attempt", "passed")
        FAILED = "failed", pgettext_lazy("attempt", "not passed")
        ABANDONED = "abandoned", pgettext_lazy("attempt", "given up")

    MARKED = (Status.PASSED, Status.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts", verbose_name=_("quiz"))
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="quiz_attempts", verbose_name=_("enrolment in a class")
    )
    number = models.PositiveSmallIntegerField(_("attempt"))
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.INITIALIZED)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"))
    ends_at = models.DateTimeField(_("time limit"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    earned = models.PositiveIntegerField(_("points earned"), null=True, blank=True)
    possible = models.PositiveIntegerField(_("points possible"), null=True, blank=True)

    objects = QuizAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt at a quiz")
        verbose_name_plural = _("attempts at quizzes")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="attempt_at_a_quiz_has_its_number"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                condition=Q(status="initialized"),
                name="learner_takes_a_quiz_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_ATTEMPTS), name="attempt_is_one_of_twenty"
            ),
            models.CheckConstraint(
                condition=Q(status="initialized", finished_at=None)
                | ~Q(status="initialized") & Q(finished_at__gte=F("started_at")),
                name="attempt_is_over_exactly_when_it_says_when",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["passed", "failed"], earned__lte=F("possible"), possible__gt=0)
                | Q(status__in=["initialized", "abandoned"], earned=None, possible=None),
                name="attempt_has_marks_exactly_when_it_is_marked",
            ),
        ]
        indexes = [
            models.Index(fields=["started_at"], condition=Q(status="initialized"), name="attempt_that_goes_on"),
            models.Index(fields=["quiz", "status"], name="attempt_at_quiz"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="attempt_by_end"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class QuizAnswer(BaseModel):
    """What was answered, as it arrived. Append-only; of several answers to a question the last that arrived counts.

    `value` holds positions of options (from 1), or one text.
    """

    #: Made by the device or the page: the same answer sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    attempt = models.ForeignKey(QuizAttempt, models.PROTECT, related_name="answers", verbose_name=_("attempt"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="+", verbose_name=_("question"))
    value = ArrayField(models.CharField(max_length=LONGEST_TEXT), verbose_name=_("answer"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    made_at = models.DateTimeField(_("made at, by the device’s clock"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("answer in a quiz")
        verbose_name_plural = _("answers in quizzes")
        indexes = [models.Index(fields=["attempt", "received_at"], name="answer_of_attempt")]

    def __str__(self) -> str:
        return str(self.pk)


class QuizWaiver(BaseModel):
    """The teacher excuses a learner of a class from a quiz, and says why. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="waivers", verbose_name=_("quiz"))
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="quiz_waivers", verbose_name=_("enrolment in a class")
    )
    reason = LineField(_("reason"), max_length=200)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("excused by")
    )
    waived_at = models.DateTimeField(_("excused at"))

    class Meta:
        verbose_name = _("excuse from a quiz")
        verbose_name_plural = _("excuses from quizzes")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz"], name="learner_is_excused_from_a_quiz_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="excuse_from_a_quiz_says_why"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
