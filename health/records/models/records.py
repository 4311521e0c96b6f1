"""A resident's health record: which clinic keeps it, who else may open it and until when, and emergency access."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.fields import WordsField, uuid7
from health.appointments.models import Appointment
from health.hospitals.models import Hospital, HospitalStaff, staffed_by
from health.records.models.grantees import SHARE, GranteeConsent
from scheduling.bookings.models import Booking
from stations.accounts.models import User
from stations.people.models import Consent, StandingRecord
from stations.two_persons import PersonBehind, TwoPersons

READ, WRITE, REVIEW = "health.read_record", "health.record_encounter", "health.review_emergency_access"
#: What a consent for one hospital or doctor opens: reading, here and in the hospital's own system.
READS = frozenset({READ, "health.read_fhir"})
#: After an appointment or a visit the hospital may look up the record for so long.
AFTERWARDS = dt.timedelta(days=30)
EMERGENCY_LASTS = dt.timedelta(hours=4)
#: Unreviewed for so long, an emergency access is also with the head of the county's hospital.
REVIEW_WITHIN = dt.timedelta(hours=72)
#: One whose booking stands like this has an appointment, or came.
_PATIENT = [Booking.Status.BOOKED, Booking.Status.ARRIVED, Booking.Status.CHECKED_IN, Booking.Status.FULFILLED]


def appointments_of_patients(at: dt.datetime) -> models.QuerySet[Appointment]:
    """Those for which a hospital may look up the record now: from the booking until 30 days after the clinic."""
    return Appointment.objects.filter(booking__session__ends_at__gte=at - AFTERWARDS, booking__status__in=_PATIENT)


class RecordQuerySet(models.QuerySet):
    read_verb = READ

    def open_to(self, user: User, verb: str) -> Self:
        """Those that the user's clinics keep; with the resident's consent, those of their patients.

        A patient has an appointment, or came, and stays one for 30 days. In an emergency that the user has opened, the
        record can be read and written in, as long as they work at the clinic for which they opened it. A hospital or a
        doctor whom the resident allows alone reads it until the day that was agreed.
        """
        at = now()
        clinics = Hospital.objects.filter(staffed_by(user, verb)).values("pk")
        stands = StandingRecord(OuterRef("resident"))
        shared = Consent.objects.filter(person=stands, purpose=SHARE, withdrawn_at=None)
        booked = appointments_of_patients(at).filter(resident=OuterRef("resident"), hospital__in=clinics)
        granted = AccessGrant.objects.holding(at).filter(record=OuterRef("pk"), clinic__in=clinics)
        # Who stands for a resident is asked last: of patients only.
        reach = Q(clinic__in=clinics) | ((Q(Exists(booked)) | Q(Exists(granted))) & Q(Exists(shared)))
        if verb in READS:
            alone = Q(hospital__in=clinics) | Q(doctor__user=user.pk, doctor__department__hospital__in=clinics)
            allowed = GranteeConsent.objects.holding(at).filter(alone, record=OuterRef("pk"))
            reach |= Q(Exists(allowed))
        if verb in {READ, WRITE}:
            opened = EmergencyAccess.objects.holding(at).filter(opened_by=user.pk, clinic__in=clinics)
            reach |= Q(Exists(opened.filter(record=OuterRef("pk"))))
        return self.filter(reach)


class HealthRecord(BaseModel):
    """The record of one resident. `number` is not that of any document; `clinic` keeps it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.OneToOneField(
        "stations.Person", models.PROTECT, related_name="health_record", verbose_name=_("resident")
    )
    number = models.CharField(_("number of the record"), max_length=10, unique=True)
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("health record")
        verbose_name_plural = _("health records")
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{10}$"), name="record_number_has_ten_digits"),
        ]
        indexes = [models.Index(fields=["clinic", "-opened_at"], name="record_of_clinic")]

    def __str__(self) -> str:
        return str(self.pk)  # never a name: this text reaches logs

    @property
    def place(self) -> str:
        """The clinic that keeps it, in the reader's language; empty where it is never named."""
        return self.clinic.place_in(get_language() or "")


class GrantQuerySet(models.QuerySet):
    def holding(self, at: dt.datetime) -> Self:
        """Those that hold at an instant."""
        return self.filter(Q(to_at=None) | Q(to_at__gt=at), from_at__lte=at)


class AccessGrant(BaseModel):
    """A clinic that does not keep the record may open it, `[from_at, to_at)`, as long as the resident agrees."""

    class Reason(models.TextChoices):
        VISIT = "visit", pgettext_lazy("access", "came to the clinic")
        CONSULTATION = "consultation", pgettext_lazy("access", "online consultation")

    record = models.ForeignKey(HealthRecord, models.PROTECT, related_name="grants", verbose_name=_("health record"))
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("access to a record")
        verbose_name_plural = _("accesses to records")
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="access_to_a_record_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["record", "clinic"], name="access_of_record")]

    def __str__(self) -> str:
        return str(self.pk)


class EmergencyQuerySet(models.QuerySet):
    read_verb = REVIEW

    def holding(self, at: dt.datetime) -> Self:
        """Those that are open at an instant."""
        return self.filter(opened_at__lte=at, closes_at__gt=at)

    def open_to(self, user: Any, verb: str) -> Self:
        """What the head of a clinic reviews: what other persons opened there.

        The head of the county's hospital has those of clinics without another head at once, and all others that
        waited for three days.
        """
        headed = Hospital.objects.filter(staffed_by(user, verb), head=user.pk)
        place = ExpressionWrapper(OuterRef("clinic__division__path"), output_field=models.CharField())
        above = headed.filter(level=Hospital.Level.COUNTY).alias(place=place)
        is_above = Exists(above.filter(place__startswith=F("division__path")))
        # Where nobody reviews, or only the person who opened it, it waits for nobody.
        at_work = Exists(
            HospitalStaff.objects.at_work(now()).filter(hospital=OuterRef("clinic"), user=OuterRef("clinic__head"))
        )
        own = Q(head_person=F("opener"))
        late = Q(opened_at__lte=now() - REVIEW_WITHIN) | ~Q(at_work) | own
        found = self.alias(opener=PersonBehind("opened_by"), head_person=PersonBehind("clinic__head"))
        mine = Q(opener=PersonBehind(Value(user.pk)))
        return found.filter(Q(clinic__in=headed.values("pk")) | (Q(is_above) & late)).exclude(mine)


class EmergencyAccess(BaseModel):
    """A doctor or nurse opened a record that was not open to them, for four hours and a reason. Reviewed afterwards."""

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", pgettext_lazy("emergency access", "justified")
        NOT_JUSTIFIED = "not_justified", pgettext_lazy("emergency access", "not justified")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(HealthRecord, models.PROTECT, related_name="emergencies", verbose_name=_("record"))
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    reason = WordsField(_("reason"), max_length=300)
    opened_at = models.DateTimeField(_("opened at"))
    closes_at = models.DateTimeField(_("closes at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=13, choices=Verdict, blank=True)

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=F("opened_at") + EMERGENCY_LASTS), name="emergency_access_lasts_four_hours"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None, verdict="")
                | (Q(reviewed_by__isnull=False, reviewed_at__isnull=False) & ~Q(verdict="")),
                name="emergency_access_is_reviewed_with_a_verdict",
            ),
            TwoPersons(checker="reviewed_by", makers=("opened_by",), name="emergency_access_is_reviewed_by_another"),
        ]
        indexes = [
            models.Index(fields=["record", "opened_by", "-closes_at"], name="emergency_of_record"),
            models.Index(fields=["opened_at"], condition=Q(reviewed_at=None), name="emergency_to_review"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_reviewed(self) -> bool:
        """Whether the head has looked at it."""
        return self.reviewed_at is not None
