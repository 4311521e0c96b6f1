"""Lessons with a tutor: a booking, who learns in it, and what the county owes the tutor for it."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import CurrencyField, LineField, WordsField, uuid7
from core.money import Money
from education.subjects import Subject
from education.tutoring.models.tutors import LONGEST_LESSON, SHORTEST_LESSON, Tutor
from stations.accounts.models import Role
from stations.network.models import Station
from stations.people.models import Person
from stations.scope import REGION_COLUMNS, StationScopedQuerySet, posts_granting
from stations.two_persons import TwoPersons

READ_TUTORING = "education.read_tutoring"
#: The county decides without reading who learns.
DECIDE_TUTORING = "education.decide_contested_lesson"
MOST_LEARNERS = 5
#: Where the station says nothing within this time, the county decides.
ANSWERED_WITHIN = dt.timedelta(days=14)
#: What its tutor has ended, and of which the station has said that it did not take place.
CONTESTED = Q(ended_at__isnull=False, confirmed_at=None, stipend_minor=0, rate_minor__isnull=False)


class TutoringSessionQuerySet(StationScopedQuerySet):
    """Lessons of the own station; a tutor has those that are the tutor's own, at whichever station.

    A post over a region reaches those of its stations where it carries the verb: to decide, not to read who learns.
    """

    read_verb = READ_TUTORING

    def open_to(self, user: Any, verb: str) -> Self:
        """Those of stations where a post carries the verb, and the reader's own as a tutor."""
        posts = posts_granting(user, verb)
        stations = [post.station_id for post in posts if post.reach == "station" and post.role != Role.TEACHER]
        reached = Q(station__in=stations)
        for post in posts:
            if post.reach == "region" and post.role != Role.TEACHER:
                reached |= Q(**{f"station__{REGION_COLUMNS[post.division_level]}_id": post.division_id})
        if user.person_id and any(post.role == Role.TEACHER for post in posts):
            reached |= Q(tutor__person__in=Person.objects.of_people(user.person_id).values("pk"))
        return self.filter(reached)

    def in_state(self, *statuses: str) -> Self:
        """Those whose booking has one of these states."""
        return self.filter(booking__status__in=statuses)

    def unconfirmed(self) -> Self:
        """Those that their tutor has ended and nobody has confirmed or contested yet."""
        return self.in_state("fulfilled").filter(stipend_minor=None)

    def undecided(self, *, at: dt.datetime) -> Self:
        """Those that the county decides: contested, or ended where nobody answers for the station any more."""
        silent = ~Q(station__status=Station.Status.ACTIVE) | Q(ended_at__lte=at - ANSWERED_WITHIN)
        unanswered = Q(booking__status="fulfilled", stipend_minor=None) & silent
        return self.filter(CONTESTED | unanswered, decision="")

    def unfunded(self) -> Self:
        """Those whose stipend waits for money of the county."""
        return self.filter(is_unfunded=True)


class TutoringSession(BaseModel):
    """A lesson with a tutor; its status is that of the booking.

    `rate_minor` is the tutor's rate for an hour when it was booked. `stipend_minor` is decided once, when the lesson
    took place, was missed or was cancelled; until the county has the money `is_unfunded` holds. Of a lesson that its
    tutor has ended nothing is owed until the station has confirmed it.
    """

    class Status(models.TextChoices):
        """What the history of a lesson says; how it stands is the status of its booking."""

        BOOKED = "booked", pgettext_lazy("booking", "booked")
        ARRIVED = "arrived", pgettext_lazy("tutoring", "going on")
        FULFILLED = "fulfilled", pgettext_lazy("booking", "took place")
        NOSHOW = "noshow", pgettext_lazy("booking", "did not come")
        CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")
        CONFIRMED = "confirmed", pgettext_lazy("tutoring", "confirmed by the station")
        CONTESTED = "contested", pgettext_lazy("tutoring", "contested by the station")
        HELD = "held", pgettext_lazy("tutoring", "the county has decided: it took place")
        NOT_HELD = "not_held", pgettext_lazy("tutoring", "the county has decided: it did not take place")

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("tutor at the station")
        REMOTE = "remote", _("tutor on the screen")

    class Decision(models.TextChoices):
        HELD = "held", pgettext_lazy("decision about a lesson", "took place")
        NOT_HELD = "not_held", pgettext_lazy("decision about a lesson", "did not take place")

    class Missing(models.TextChoices):
        LEARNERS = "learners", _("the learners")
        TUTOR = "tutor", _("the tutor")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    booking = models.OneToOneField("scheduling.Booking", models.PROTECT, related_name="tutoring")
    tutor = models.ForeignKey(Tutor, models.PROTECT, related_name="sessions", verbose_name=_("tutor"))
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    subject = models.CharField(_("subject"), max_length=16, choices=Subject)
    topic = LineField(_("topic"), max_length=80, blank=True)
    mode = models.CharField(_("how it is taught"), max_length=6, choices=Mode)
    minutes = models.PositiveSmallIntegerField(_("planned minutes"))
    rate_minor = models.BigIntegerField(_("rate for an hour"), null=True, blank=True)
    currency = CurrencyField(_("currency"))
    adult_present = models.ForeignKey(
        "stations.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adult present")
    )
    started_at = models.DateTimeField(_("began at"), null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    contested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contested by"),
    )
    decision = models.CharField(_("decision of the county"), max_length=8, choices=Decision, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    notes = WordsField(_("what was learnt"), max_length=1000, blank=True)
    missing = models.CharField(_("who was missing"), max_length=8, choices=Missing, blank=True)
    failed_at = models.DateTimeField(_("given up by the tutor at"), null=True, blank=True)
    stipend_minor = models.BigIntegerField(_("stipend"), null=True, blank=True)
    stipend_line = models.OneToOneField(
        "finance.PayableLine", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("stipend line")
    )
    is_unfunded = models.BooleanField(_("waits for money of the county"), default=False)

    objects = TutoringSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tutoring lesson")
        verbose_name_plural = _("tutoring lessons")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST_LESSON, minutes__lte=LONGEST_LESSON),
                name="tutoring_lesson_takes_20_to_120_minutes",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None, started_by=None) | Q(started_at__isnull=False, started_by__isnull=False),
                name="tutoring_that_began_names_who_began_it",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False, ended_at__gte=F("started_at")),
                name="tutoring_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, ended_at__isnull=False),
                name="tutoring_that_was_held_is_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(stipend_minor=None) | Q(stipend_minor=0) | Q(confirmed_at__isnull=False),
                name="stipend_of_a_held_lesson_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(decision="held", decided_by__isnull=False, decided_at__isnull=False, confirmed_at__isnull=False)
                | Q(decision="not_held", decided_by__isnull=False, decided_at__isnull=False, confirmed_at=None),
                name="decided_tutoring_says_by_whom_and_is_paid_accordingly",
            ),
            TwoPersons(
                checker="decided_by", makers=("contested_by",), name="contested_tutoring_is_decided_by_another_person"
            ),
            models.CheckConstraint(
                condition=Q(missing="") | Q(started_at=None), name="tutoring_that_began_was_not_missed"
            ),
            models.CheckConstraint(
                condition=Q(stipend_line=None, is_unfunded=False)
                | (Q(stipend_minor__gt=0) & (Q(stipend_line=None) | Q(is_unfunded=False))),
                name="stipend_is_paid_or_waits_for_money",
            ),
            models.CheckConstraint(
                condition=Q(stipend_minor=None) | Q(stipend_minor__gte=0), name="stipend_is_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["station", "-id"], name="tutoring_of_station"),
            models.Index(fields=["tutor", "-id"], name="tutoring_of_tutor"),
            models.Index(fields=["id"], condition=Q(is_unfunded=True), name="tutoring_without_funds"),
            models.Index(fields=["tutor", "failed_at"], condition=Q(failed_at__isnull=False), name="tutoring_given_up"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def status(self) -> str:
        """The status of the booking, which is the only truth."""
        return self.booking.status

    @property
    def is_contested(self) -> bool:
        """Whether the station has said that it did not take place, as `CONTESTED`."""
        is_decided = self.stipend_minor == 0 and self.rate_minor is not None
        return is_decided and self.ended_at is not None and self.confirmed_at is None

    @property
    def stipend(self) -> Money | None:
        """What the county owes the tutor for it; none while it is not decided."""
        return Money(self.stipend_minor, self.currency) if self.stipend_minor is not None else None


class SessionLearner(BaseModel):
    """Somebody who learns in a lesson. `consent` is the guardian's, and none for an adult; `place` is 1 to 5."""

    session = models.ForeignKey(
        TutoringSession, models.PROTECT, related_name="learners", verbose_name=_("tutoring lesson")
    )
    place = models.PositiveSmallIntegerField(editable=False)
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    consent = models.ForeignKey(
        "stations.Consent", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("consent")
    )
    was_present = models.BooleanField(_("was present"), null=True, blank=True)

    class Meta:
        verbose_name = _("learner of a tutoring lesson")
        verbose_name_plural = _("learners of tutoring lessons")
        constraints = [
            models.UniqueConstraint(fields=["session", "place"], name="learner_of_tutoring_has_a_place"),
            models.UniqueConstraint(fields=["session", "learner"], name="learner_is_once_in_a_tutoring_lesson"),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_LEARNERS), name="tutoring_has_1_to_5_learners"
            ),
        ]
        indexes = [models.Index(fields=["learner", "-session"], name="tutoring_of_learner")]

    def __str__(self) -> str:
        return str(self.learner_id)
