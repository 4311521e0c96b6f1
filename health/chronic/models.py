"""Programmes for people who live with a chronic disease: enrolments, visits, judgements, referrals and calls."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, uuid7
from core.web.ranges import DateSpan
from health.hospitals.models import Hospital, staffed_by
from stations.accounts.models import User
from stations.people.models import Consent, StandingRecord
from stations.scope import StationScopedQuerySet

#: What is read over stations, by the place of the resident: dates without a reason, and numbers without names.
BY_PLACE = frozenset({"health.read_followup_date", "health.read_indicator"})


class Programme(models.TextChoices):
    """The diseases that are cared for by a rule."""

    HYPERTENSION = "hypertension", pgettext_lazy("disease", "hypertension")
    DIABETES = "type2_diabetes", pgettext_lazy("disease", "type 2 diabetes")


class Result(models.TextChoices):
    """What a visit means by the rule of the programme."""

    EMERGENCY = "emergency", _("emergency: to hospital today")
    COMPLICATION = "complication", _("complication: to hospital")
    UNCONTROLLED_REPEATED = "uncontrolled_repeated", _("above target again: to hospital")
    UNCONTROLLED_FIRST = "uncontrolled_first", _("above target: measure again in two weeks")
    CONTROLLED = "controlled", _("in target")
    NOT_JUDGED = "not_judged", _("recorded, not judged")


class Sign(models.TextChoices):
    """Signs of danger that are asked for at each visit."""

    CONSCIOUSNESS = "consciousness", _("confused or hard to wake")
    HEADACHE = "headache", _("severe headache or dizziness")
    VOMITING = "vomiting", _("vomiting")
    SIGHT = "sight", _("blurred sight or pain in the eye")
    CHEST = "chest", _("chest pain, or cannot lie flat")
    ACETONE = "acetone", _("breath smells of rotten apples")
    BREATHING = "breathing", _("breathes deeply and fast")
    PULSE = "pulse", _("pulse stays above 100")
    FEVER = "fever", _("temperature above 39 °C")
    PREGNANT = "pregnant", _("high values while pregnant or breastfeeding")


class ProtocolVersion(BaseModel):
    """The rule of a programme in a country, `[from_date, to_date)`. Its parameters never change: a new one is added.

    Thresholds stand in each unit and are compared in the unit that was entered, never converted.
    """

    code = models.CharField(_("code"), max_length=20)
    revision = models.PositiveSmallIntegerField(_("revision"))
    programme = models.CharField(_("programme"), max_length=16, choices=Programme)
    country = models.CharField(_("country"), max_length=2)
    parameters = models.JSONField(_("thresholds and periods"))
    source = LineField(_("source"), max_length=200)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="protocol_has_a_revision_once"),
            models.CheckConstraint(condition=~Q(source=""), name="protocol_names_its_source"),
            ExclusionConstraint(
                name="a_programme_has_one_protocol_at_a_time",
                expressions=[
                    (F("programme"), RangeOperators.EQUAL),
                    (F("country"), RangeOperators.EQUAL),
                    (DateSpan("from_date", "to_date", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.revision}"


class EnrolmentQuerySet(StationScopedQuerySet):
    station_path = "resident__home_station"
    read_verb = "health.read_enrolment"

    def open_to(self, user: User, verb: str) -> Self:
        """Those of the clinics on whose staff the user is; dates and numbers by the place of the resident."""
        if verb in BY_PLACE:
            return super().open_to(user, verb)
        return self.filter(staffed_by(user, verb, "clinic"))

    def agreed(self) -> Self:
        """Those of living residents who agree to a health record at this moment, under the record that stands."""
        stands = Case(When(resident__merged_into=None, then="resident"), default=StandingRecord("resident"))
        consents = Consent.objects.filter(person=OuterRef("stands"), purpose="health_record", withdrawn_at=None)
        return self.alias(stands=stands).filter(Exists(consents), resident__died_date=None)

    def cared_for(self) -> Self:
        """Those under care who agree to it."""
        return self.agreed().filter(status="active")


class Enrolment(BaseModel):
    """A resident in a programme of a clinic. `next_due_date` is a date of the clinic's zone, set by the rule.

    `is_at_risk` and `last_result` repeat what the last judged visit says.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("diagnosis to be confirmed")
        ACTIVE = "active", _("under care")
        FINISHED = "finished", _("care has ended")

    class Ending(models.TextChoices):
        DIED = "died", _("has died")
        MOVED = "moved", _("has moved away")
        REFUSED = "refused", _("does not want the visits")
        REFUTED = "diagnosis_refuted", _("does not have the disease")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    programme = models.CharField(_("programme"), max_length=16, choices=Programme)
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    status = models.CharField(_("state"), max_length=8, choices=Status, default=Status.PLANNED)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("put on the list by")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    started_date = models.DateField(_("under care since"), null=True, blank=True)
    next_due_date = models.DateField(_("next visit"), null=True, blank=True)
    hidden_until_date = models.DateField(_("not to be called before"), null=True, blank=True)
    last_result = models.CharField(_("last judgement"), max_length=21, choices=Result, blank=True)
    is_at_risk = models.BooleanField(_("last values are dangerous"), default=False)
    ended_because = models.CharField(_("why it ended"), max_length=17, choices=Ending, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("care enrolment")
        verbose_name_plural = _("care enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "programme"],
                condition=Q(status__in=["planned", "active"]),
                name="resident_is_in_a_programme_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | Q(confirmed_by__isnull=False, started_date__isnull=False, next_due_date__isnull=False),
                name="care_is_confirmed_by_a_doctor_and_has_a_next_visit",
            ),
            models.CheckConstraint(
                condition=(Q(status="finished") & ~Q(ended_because="")) | (~Q(status="finished") & Q(ended_because="")),
                name="care_that_ended_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "next_due_date"], condition=Q(status="active"), name="followup_due"),
            models.Index(
                fields=["clinic", "next_due_date"],
                condition=Q(status="active", is_at_risk=True),
                name="followup_due_at_risk",
            ),
            # The order of the lists, also of somebody whose clinics care for half a county.
            models.Index(fields=["next_due_date", "id"], condition=Q(status="active"), name="followup_in_order"),
            models.Index(fields=["clinic", "created_at"], condition=Q(status="planned"), name="diagnosis_to_confirm"),
            models.Index(fields=["resident"], name="enrolment_of_resident"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FollowUpVisit(BaseModel):
    """A visit of a resident at a clinic, or a call by phone, which is kept and never judged.

    Whoever records the same resident face to face on the same day adds to the visit that exists.
    """

    class Mode(models.TextChoices):
        FACE_TO_FACE = "face_to_face", _("face to face")
        PHONE = "phone", _("by phone")

    class Medicines(models.TextChoices):
        ALL = "all", pgettext_lazy("medicines", "takes all")
        SOME = "some", pgettext_lazy("medicines", "takes some")
        NONE = "none", pgettext_lazy("medicines", "takes none")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    local_date = models.DateField(_("day"))
    mode = models.CharField(_("how"), max_length=12, choices=Mode)
    medicines = models.CharField(_("medicines"), max_length=4, choices=Medicines)
    signs = ArrayField(models.CharField(max_length=16, choices=Sign), default=list, verbose_name=_("signs of danger"))
    has_adverse_reaction = models.BooleanField(_("reaction to a medicine"), default=False)
    has_complication = models.BooleanField(_("new or worse complication"), default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("follow-up visit")
        verbose_name_plural = _("follow-up visits")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "clinic", "local_date"],
                condition=Q(mode="face_to_face"),
                name="resident_has_one_visit_a_day_at_a_clinic",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SentVisit(BaseModel):
    """A visit as a device sent it, once however often it is sent. Append-only.

    `is_judged` is false where the resident had moved to another clinic: the values are kept in the record, and nothing
    else follows from them.
    """

    #: Made by the device: the same visit sent twice is one.
    op_id = models.UUIDField(primary_key=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+", verbose_name=_("care enrolment"))
    visit = models.ForeignKey(FollowUpVisit, models.PROTECT, related_name="sent", verbose_name=_("visit"))
    digest = models.CharField(_("SHA-256 of what was sent"), max_length=64)
    is_judged = models.BooleanField(_("judged"))
    device = LineField(_("device"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("made at, by the device’s clock"))
    received_at = models.DateTimeField(_("received at"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("visit sent by a device")
        verbose_name_plural = _("visits sent by devices")
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="sent_visit_has_a_digest"),
            models.CheckConstraint(
                condition=Q(made_at__lte=F("received_at")), name="visit_is_not_sent_before_it_was_made"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Judgement(BaseModel):
    """What a visit meant for an enrolment under a protocol. A later one replaces it and changes nothing in it."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="judgements", verbose_name=_("care enrolment")
    )
    visit = models.ForeignKey(FollowUpVisit, models.PROTECT, related_name="judgements", verbose_name=_("visit"))
    protocol = models.ForeignKey(ProtocolVersion, models.PROTECT, related_name="+", verbose_name=_("protocol"))
    result = models.CharField(_("result"), max_length=21, choices=Result)
    reasons = models.JSONField(_("reasons"), default=list)
    next_due_date = models.DateField(_("next visit"))
    made_at = models.DateTimeField(_("made at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "visit"], condition=Q(replaced_at=None), name="visit_has_one_judgement_that_holds"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Referral(BaseModel):
    """A resident is sent to a hospital. Only its answer ends it; it is asked for from `check_due_date` on."""

    class Priority(models.TextChoices):
        STAT = "stat", pgettext_lazy("referral", "today")
        URGENT = "urgent", pgettext_lazy("referral", "within two weeks")

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("referral", "waits for an answer")
        COMPLETED = "completed", pgettext_lazy("referral", "answered")
        REVOKED = "revoked", pgettext_lazy("referral", "lost its reason")

    class Outcome(models.TextChoices):
        TREATED = "treated", pgettext_lazy("referral", "treatment changed")
        ADMITTED = "admitted", pgettext_lazy("referral", "stayed in hospital")
        UNCHANGED = "unchanged", pgettext_lazy("referral", "nothing changed")
        NOT_GONE = "not_gone", pgettext_lazy("referral", "did not go")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="referrals", verbose_name=_("care enrolment"))
    visit = models.ForeignKey(FollowUpVisit, models.PROTECT, related_name="+", verbose_name=_("visit"))
    priority = models.CharField(_("how urgent"), max_length=6, choices=Priority)
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.ACTIVE)
    check_due_date = models.DateField(_("ask for the answer from"))
    outcome = models.CharField(_("answer"), max_length=9, choices=Outcome, blank=True)
    answer = LineField(_("what the hospital says"), max_length=200, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(status="active"), name="enrolment_has_one_open_referral"
            ),
            models.CheckConstraint(
                condition=(Q(status="completed", answered_by__isnull=False, answered_at__isnull=False) & ~Q(outcome=""))
                | (~Q(status="completed") & Q(outcome="", answered_by=None, answered_at=None)),
                name="referral_is_completed_exactly_by_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["check_due_date"], condition=Q(status="active"), name="referral_by_check")]

    def __str__(self) -> str:
        return str(self.pk)


class OutreachCall(BaseModel):
    """Somebody of the clinic called a resident who is overdue. Append-only."""

    class Outcome(models.TextChoices):
        WILL_COME = "will_come", pgettext_lazy("call", "will come")
        CALL_LATER = "call_later", pgettext_lazy("call", "call again in a month")
        NO_ANSWER = "no_answer", pgettext_lazy("call", "no answer")
        MOVED = "moved", pgettext_lazy("call", "has moved away")
        REFUSED = "refused", pgettext_lazy("call", "does not want the visits")

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="calls", verbose_name=_("care enrolment"))
    outcome = models.CharField(_("what was said"), max_length=10, choices=Outcome)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("called by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("call to a resident")
        verbose_name_plural = _("calls to residents")
        indexes = [models.Index(fields=["enrolment", "-id"], name="call_of_enrolment")]

    def __str__(self) -> str:
        return str(self.pk)
