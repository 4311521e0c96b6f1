"""A consultation, seen by its station without content and by its clinic with it, and the messages in it."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import WordsField, uuid7
from core.money import Money
from health.hospitals.models import HOSPITAL_ROLES, Doctor, Hospital, Sensitivity, staffed_by
from stations.accounts.models import User
from stations.scope import StationScopedQuerySet, posts_granting

READ_CASE, ADD_MESSAGE = "health.read_case", "health.add_message"
#: After its end, those who worked on it read it for so long.
AFTERWARDS = dt.timedelta(days=30)


class Sign(models.TextChoices):
    """What is asked before anything is typed; the rule of the country says which of them are an emergency."""

    CHEST = "chest", pgettext_lazy("sign", "strong pain in the chest")
    BREATHING = "breathing", pgettext_lazy("sign", "cannot get enough air")
    STROKE = "stroke", pgettext_lazy("sign", "face, arm or speech suddenly weak")
    UNCONSCIOUS = "unconscious", pgettext_lazy("sign", "unconscious or hard to wake")
    BLEEDING = "bleeding", pgettext_lazy("sign", "bleeding that does not stop")
    POISON = "poison", pgettext_lazy("sign", "has swallowed poison")
    SEIZURE = "seizure", pgettext_lazy("sign", "cramps of the whole body")
    FEVER = "fever", pgettext_lazy("sign", "fever above 39 °C")
    PAIN = "pain", pgettext_lazy("sign", "strong pain elsewhere")
    PREGNANT = "pregnant", pgettext_lazy("sign", "pregnant")


class ConsultationQuerySet(StationScopedQuerySet):
    """Without content: those of the own station."""

    read_verb = "health.read_consultation"

    def open_to(self, user: User, verb: str) -> Self:
        """Those that the own station asked for."""
        posts = [each for each in posts_granting(user, verb) if each.role not in HOSPITAL_ROLES]
        return self.filter(station__in=[post.station_id for post in posts if post.reach == "station"])


class CaseQuerySet(models.QuerySet):
    """With content: who answers it, and the clinic that keeps the resident's record."""

    read_verb = READ_CASE

    def open_to(self, user: User, verb: str) -> Self:
        """While no doctor has it, those of the clinics on whose staff the user is; then the doctor's own.

        The clinic that keeps the resident's record reads and adds messages, unless a department that is never named
        has the case, or has answered or prescribed in it. Thirty days after its end nobody else reads it any more.
        `claim_case` reaches what a colleague has just taken, so that the second one is told.
        """
        asked, kept = staffed_by(user, verb, "clinic"), staffed_by(user, verb, "resident__health_record__clinic")
        recent = Q(ended_at=None) | Q(ended_at__gt=now() - AFTERWARDS)
        if verb == "health.claim_case":
            return self.filter(asked & recent)
        reach = asked & recent & (Q(doctor=None) | Q(doctor__user=user.pk))
        if verb in {READ_CASE, ADD_MESSAGE}:
            is_named = Q(doctor=None) | Q(doctor__department__sensitivity=Sensitivity.NORMAL)
            reach |= kept & is_named & ~_was_restricted()
        return self.filter(reach)


def _was_restricted() -> Q:
    """Whether a doctor of a department that is never named has answered or prescribed, whoever has the case now."""
    doctors = Doctor.objects.filter(department__sensitivity=Sensitivity.RESTRICTED, user__isnull=False)
    own = Consultation.objects.filter(pk=OuterRef("pk"))
    said = own.filter(messages__side=Message.Side.DOCTOR, messages__author__in=doctors.values("user"))
    return Q(Exists(said)) | Q(Exists(own.filter(prescriptions__is_restricted=True)))


class Consultation(BaseModel):
    """A resident asks a clinic at a distance. `due_at` is the clock of its state; after `give_up_at` it has failed.

    `resident` is the record that stands: where two records of one person were merged, `asked_for` is the one it began
    with. The station that asked sees place, number, days, state and fee. The fee is that of the day, in minor units.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("consultation", "is being looked at")
        ACCEPTED = "accepted", pgettext_lazy("consultation", "waits for a doctor")
        IN_PROGRESS = "in_progress", pgettext_lazy("consultation", "a doctor has it")
        ON_HOLD = "on_hold", pgettext_lazy("consultation", "waits for the resident")
        COMPLETED = "completed", pgettext_lazy("consultation", "completed")
        REJECTED = "rejected", pgettext_lazy("consultation", "not possible online")
        FAILED = "failed", pgettext_lazy("consultation", "not held")
        CANCELLED = "cancelled", pgettext_lazy("consultation", "cancelled")

    class Because(models.TextChoices):
        EMERGENCY = "emergency", pgettext_lazy("consultation", "emergency: call at once")
        FIRST_VISIT = "first_visit", pgettext_lazy("consultation", "the first visit must be in person")
        NOT_SUITABLE = "not_suitable", pgettext_lazy("consultation", "cannot be judged at a distance")
        NO_DOCTOR = "no_doctor", pgettext_lazy("consultation", "no doctor answered in time")
        REFERRED = "referred", pgettext_lazy("consultation", "must be seen in person")
        SILENT = "silent", pgettext_lazy("consultation", "the resident did not answer")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=8)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    asked_for = models.ForeignKey(
        "stations.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("asked for under the record"),
    )
    station = models.ForeignKey("stations.Station", models.PROTECT, related_name="+", verbose_name=_("station"))
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for at"))
    signs = ArrayField(models.CharField(max_length=12, choices=Sign), default=list, verbose_name=_("signs"))
    is_urgent = models.BooleanField(_("urgent"), default=False)
    status = models.CharField(_("state"), max_length=11, choices=Status, default=Status.REQUESTED)
    doctor = models.ForeignKey(
        Doctor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("doctor")
    )
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    give_up_at = models.DateTimeField(_("has failed at"))
    replied_at = models.DateTimeField(_("first answered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    closed_because = models.CharField(_("why it ended"), max_length=12, choices=Because, blank=True)
    encounter = models.OneToOneField(
        "health.Encounter", models.PROTECT, null=True, blank=True, related_name="consultation"
    )
    fee_minor = models.BigIntegerField(_("fee"))
    currency = models.CharField(_("currency"), max_length=3)
    payment = models.OneToOneField(
        "finance.Payment", models.PROTECT, null=True, blank=True, related_name="consultation", verbose_name=_("payment")
    )
    key = models.CharField(_("key"), max_length=64, unique=True)

    objects = ConsultationQuerySet.as_manager()
    cases = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="consultation_number_stands_once_in_a_clinic"),
            models.UniqueConstraint(
                fields=["resident", "clinic"],
                condition=Q(ended_at=None),
                name="resident_has_one_open_consultation_with_a_clinic",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["requested", "accepted", "in_progress", "on_hold"], ended_at=None, due_at__isnull=False
                )
                | Q(status__in=["completed", "rejected", "failed", "cancelled"], ended_at__isnull=False, due_at=None),
                name="consultation_has_a_clock_exactly_while_it_is_open",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_progress", "on_hold", "completed"]) | Q(doctor__isnull=False),
                name="consultation_that_is_answered_has_a_doctor",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["requested", "accepted"]) | Q(doctor=None),
                name="consultation_that_waits_has_no_doctor",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["rejected", "failed"]) | ~Q(closed_because=""),
                name="consultation_that_was_not_held_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(encounter__isnull=False) | Q(closed_because="silent"),
                name="consultation_is_completed_with_a_summary",
            ),
            models.CheckConstraint(condition=Q(fee_minor__gte=0), name="consultation_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(fee_minor=0, payment=None) | Q(fee_minor__gt=0, payment__isnull=False),
                name="consultation_with_a_fee_is_paid",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "due_at"], condition=Q(ended_at=None), name="consultation_by_clock"),
            models.Index(fields=["resident"], condition=Q(ended_at=None), name="consultation_open_of_resident"),
            models.Index(fields=["station", "-requested_at"], name="consultation_of_station"),
        ]

    def __str__(self) -> str:
        return str(self.pk)  # never a name: this text reaches logs

    @property
    def fee(self) -> Money:
        """What it costs."""
        return Money(self.fee_minor, self.currency)

    @property
    def must_call(self) -> bool:
        """Whether the clinic has found an emergency: the only thing of its content that the station is told."""
        return self.closed_because == self.Because.EMERGENCY


class Message(BaseModel):
    """What the resident or the doctor says, with photos. Append-only; never shown to the station."""

    class Side(models.TextChoices):
        RESIDENT = "resident", pgettext_lazy("message", "resident")
        DOCTOR = "doctor", pgettext_lazy("message", "doctor")

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="messages", verbose_name=_("consultation")
    )
    side = models.CharField(_("who says it"), max_length=8, choices=Side)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    text = WordsField(_("text"), max_length=1000)
    photos = models.ManyToManyField("core.StoredFile", related_name="+", blank=True, verbose_name=_("photos"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("message of a consultation")
        verbose_name_plural = _("messages of consultations")
        indexes = [models.Index(fields=["consultation", "id"], name="message_of_consultation")]

    def __str__(self) -> str:
        return str(self.pk)
