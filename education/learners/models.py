"""A child's pictures, a device that a class uses, and each time that a child opened its own page there."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from education.courses.models import ClassRun, Enrolment
from education.courses.models.classes import READ_ROLL
from education.learners.pictures import Picture
from stations.people.models import EachRecordOfPerson
from stations.scope import StationScopedQuerySet

OPEN_SCREEN = "education.open_learner_screen"
#: So many wrong orders, and whoever runs the room unlocks the pictures.
TRIES = 5
#: So many wrong orders since they were chosen, and the pictures are chosen anew: a right order gives back the five
#: tries, so that without an end a neighbour would guess on between one lesson and the next. There are 990 orders.
WRONG_ORDERS = 20
#: So long without a press, and a child's page is over; so long after it was opened, a screen is.
IDLE, LONGEST_SCREEN = dt.timedelta(minutes=20), dt.timedelta(hours=4)


class LearnerPicturesQuerySet(StationScopedQuerySet):
    read_verb = READ_ROLL

    def locked(self) -> Self:
        """Those whose tries are used up, now or for good."""
        return self.filter(Q(tries__gte=TRIES) | Q(wrong__gte=WRONG_ORDERS))

    def locked_out(self) -> Self:
        """The locked ones of whoever has a seat in a class that goes on: of anybody else nobody waits for them.

        Pictures are those of the record that stands.
        """
        records = EachRecordOfPerson(OuterRef("learner"))
        seats = Enrolment.objects.filter(
            learner__in=records, status=Enrolment.Status.ENROLLED, run__status=ClassRun.Status.RUNNING
        )
        return self.locked().filter(Exists(seats), learner__merged_into=None)


class LearnerPictures(BaseModel):
    """What a child knows itself by: one picture beside its name, and three in their order that it keeps to itself."""

    class Status(models.TextChoices):
        """What the history of pictures says."""

        SET = "set", pgettext_lazy("pictures", "chosen")
        LOCKED = "locked", pgettext_lazy("pictures", "locked")
        UNLOCKED = "unlocked", pgettext_lazy("pictures", "unlocked")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.OneToOneField(
        "stations.Person", models.PROTECT, related_name="learner_pictures", verbose_name=_("learner")
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    emblem = models.CharField(_("picture beside the name"), max_length=8, choices=Picture)
    secret = models.BinaryField(editable=False)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    wrong = models.PositiveSmallIntegerField(_("wrong orders since they were chosen"), default=0)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set at"))

    objects = LearnerPicturesQuerySet.as_manager()

    class Meta:
        verbose_name = _("pictures of a learner")
        verbose_name_plural = _("pictures of learners")
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=TRIES), name="pictures_have_five_tries"),
            models.CheckConstraint(
                condition=Q(wrong__lte=WRONG_ORDERS), name="pictures_are_chosen_anew_after_twenty_wrong_orders"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_locked(self) -> bool:
        """Whether they open nothing until somebody has unlocked them, or they are chosen anew."""
        return self.tries >= TRIES or self.is_spent

    @property
    def is_spent(self) -> bool:
        """Whether nobody unlocks them any more."""
        return self.wrong >= WRONG_ORDERS


class LearnerScreenQuerySet(StationScopedQuerySet):
    station_path = "run__station"
    read_verb = READ_ROLL

    def open(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ended_at=None)


class LearnerScreen(BaseModel):
    """A device of the station on which the learners of one class open their own pages."""

    class Status(models.TextChoices):
        """What the history of a screen says; the instant of its end says it to the database."""

        OPEN = "open", pgettext_lazy("screen", "open")
        ENDED = "ended", pgettext_lazy("screen", "ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(ClassRun, models.PROTECT, related_name="screens", verbose_name=_("school class"))
    device = models.ForeignKey("stations.Device", models.PROTECT, related_name="+", verbose_name=_("device"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = LearnerScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("learners’ screen")
        verbose_name_plural = _("learners’ screens")
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(ended_at=None), name="device_is_the_screen_of_one_class"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("opened_at")), name="screen_ends_after_it_was_opened"
            ),
        ]
        indexes = [models.Index(fields=["run", "-opened_at"], name="screen_of_class")]

    def __str__(self) -> str:
        return str(self.pk)


class LearnerVisit(BaseModel):
    """A learner's own page, open on a screen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    screen = models.ForeignKey(LearnerScreen, models.PROTECT, related_name="visits", verbose_name=_("learners’ screen"))
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="visits", verbose_name=_("enrolment in a class")
    )
    opened_at = models.DateTimeField(_("opened at"))
    seen_at = models.DateTimeField(_("last press at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("learner’s page")
        verbose_name_plural = _("learners’ pages")
        constraints = [
            models.UniqueConstraint(
                fields=["screen"], condition=Q(ended_at=None), name="screen_shows_one_learner_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ended_at=None), name="page_of_a_learner_is_open_once"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__gte=F("opened_at")) & (Q(ended_at=None) | Q(ended_at__gte=F("seen_at"))),
                name="page_of_a_learner_ends_after_its_last_press",
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], name="page_of_a_learner_by_age")]

    def __str__(self) -> str:
        return str(self.pk)
