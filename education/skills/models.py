"""Who signed in to a training, photos of what was signed on paper, and the courses that certificates need."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7
from education.courses.models import ClassRun, ClassSession
from education.courses.models.classes import READ_ROLL
from stations.recruitment.models import Certificate
from stations.scope import StationScopedQuerySet
from stations.two_persons import TwoPersons


class SignInQuerySet(StationScopedQuerySet):
    station_path = "session__run__station"
    read_verb = READ_ROLL


class SignIn(BaseModel):
    """Somebody came to a session of a training. The roll call has a mark with the same id."""

    class Method(models.TextChoices):
        CARD = "card", pgettext_lazy("sign-in", "card scanned")
        PHONE_TAIL = "phone_tail", pgettext_lazy("sign-in", "end of the phone number")
        MANUAL = "manual", pgettext_lazy("sign-in", "name chosen")

    #: Made by the device or the page: the same sign-in sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(
        ClassSession, models.PROTECT, related_name="sign_ins", verbose_name=_("session of a training")
    )
    learner = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("learner"))
    method = models.CharField(_("how"), max_length=10, choices=Method)
    came_at = models.DateTimeField(_("came at"))
    received_at = models.DateTimeField(_("received at"))
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed in by")
    )

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in to a training")
        verbose_name_plural = _("sign-ins to trainings")
        constraints = [
            models.UniqueConstraint(fields=["session", "learner"], name="learner_signs_in_to_a_session_once"),
            TwoPersons(checker="signed_in_by", makers=("learner",), name="nobody_signs_in_alone"),
        ]
        indexes = [models.Index(fields=["learner"], name="sign_in_of_learner")]

    def __str__(self) -> str:
        return str(self.pk)


class SignInSheetQuerySet(StationScopedQuerySet):
    station_path = "session__run__station"
    read_verb = READ_ROLL


class SignInSheet(BaseModel):
    """A photo of a page that was signed by hand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(
        ClassSession, models.PROTECT, related_name="sheets", verbose_name=_("session of a training")
    )
    photo = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("photo"))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kept by"))
    kept_at = models.DateTimeField(_("kept at"))

    objects = SignInSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed sheet of a training")
        verbose_name_plural = _("signed sheets of trainings")
        constraints = [models.UniqueConstraint(fields=["photo"], name="photo_is_of_one_sign_in_sheet")]

    def __str__(self) -> str:
        return str(self.pk)


READ_GATE, READ_FIGURES = "education.read_gate", "education.read_training_figures"


class GateQuerySet(models.QuerySet["Gate"]):
    def on(self, day: dt.date) -> Self:
        """Those that hold on this day."""
        return self.filter(Q(to_date=None) | Q(to_date__gte=day), from_date__lte=day)


class Gate(BaseModel):
    """The courses that a certificate of stations needs in a country, and the one that renews it; dated."""

    country = models.CharField(_("country"), max_length=2)
    subject = models.CharField(
        pgettext_lazy("certificate", "subject"), max_length=24, choices=Certificate.Subject.choices
    )
    courses = ArrayField(
        models.CharField(max_length=12), verbose_name=_("codes of the courses"), help_text=_("INS1,TILL1")
    )
    refresher = models.CharField(
        _("code of the course that renews it"),
        max_length=12,
        blank=True,
        help_text=_("Empty: all of them again."),
    )
    renewed_days_before = models.PositiveSmallIntegerField(_("can be renewed so many days before its end"), default=60)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    objects = GateQuerySet.as_manager()

    class Meta:
        verbose_name = _("courses of a certificate")
        verbose_name_plural = _("courses of certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["country", "subject", "from_date"], name="courses_of_certificate_begin_once"
            ),
            models.CheckConstraint(condition=Q(courses__len__gt=0), name="certificate_needs_a_course"),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")),
                name="courses_of_certificate_end_after_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.subject} {self.from_date}"


class OutcomeFactQuerySet(StationScopedQuerySet):
    station_path = "run__station"
    read_verb = READ_FIGURES


class OutcomeFact(BaseModel):
    """Somebody did something within 90 days after a training: after it, which does not say because of it."""

    class Kind(models.TextChoices):
        SHOP_OPENED = "shop_opened", pgettext_lazy("after a training", "shop opened")

    #: The shop counts to the last training that was completed at most so many days before.
    WITHIN_DAYS = 90

    person = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    run = models.ForeignKey(ClassRun, models.PROTECT, related_name="outcomes", verbose_name=_("training"))
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    at = models.DateTimeField(_("at"))

    objects = OutcomeFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome after a training")
        verbose_name_plural = _("outcomes after trainings")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="outcome_counts_once_for_a_person")]
        indexes = [models.Index(fields=["run", "kind"], name="outcome_of_training")]

    def __str__(self) -> str:
        return f"{self.kind} {self.run_id}"
