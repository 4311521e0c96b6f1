"""What a resident allows one hospital or one doctor: to open the health record until a day."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from core.base import BaseModel
from core.days import day_in
from core.fields import uuid7
from core.web.ranges import InstantSpan
from health.hospitals.models import Doctor, Hospital
from stations.people.models import Consent, EachRecordOfPerson, StandingRecord

if TYPE_CHECKING:
    from health.records.models.records import HealthRecord

KEEP, SHARE = "health_record", "share_with_hospital"


class GranteeQuerySet(models.QuerySet["GranteeConsent"]):
    def holding(self, at: dt.datetime) -> Self:
        """Those in force at an instant.

        None is where the resident does not agree to a record any more, or has withdrawn since that it is kept or shared
        at all, also where they agreed to that again later. One that ended with a newer text is not withdrawn. Of a
        record that became part of another, what is agreed to there decides.
        """
        own = Consent.objects.filter(person=StandingRecord(OuterRef("record__resident")))
        kept = own.filter(purpose=KEEP, withdrawn_at=None)
        about = {"person": OuterRef("person"), "purpose": OuterRef("purpose")}
        newer = Consent.objects.filter(**about, given_at=OuterRef("withdrawn_at"))
        ended = own.filter(purpose__in=(KEEP, SHARE), withdrawn_at__gte=OuterRef("from_at"))
        taken_back = ended.filter(~Exists(newer))
        found = self.filter(withdrawn_at=None, from_at__lte=at, to_at__gt=at)
        return found.filter(Exists(kept), ~Exists(taken_back))

    def of_resident(self, record: "HealthRecord") -> Self:
        """What the resident of a record allows, under whichever record of theirs it was said."""
        return self.filter(record__resident__in=EachRecordOfPerson(Value(record.resident_id)))


class GranteeConsent(BaseModel):
    """A resident allows one hospital, or one doctor alone, to open the health record, `[from_at, to_at)`.

    It stands without the general consent `share_with_hospital`, opens the record to nobody else, and can be withdrawn
    alone. Nobody who reads the record by it records it (a trigger refuses them): not the staff of that hospital or of
    the doctor's, not the doctor. It is proved by a code to the phone of who agrees, or by a photo of the signed paper,
    which a trigger asks for and which goes when the resident is erased.
    """

    class Manner(models.TextChoices):
        CODE = Consent.Manner.CODE, _("code by SMS")
        PAPER = Consent.Manner.PAPER, _("paper")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(
        "health.HealthRecord", models.PROTECT, related_name="grantees", verbose_name=_("health record")
    )
    hospital = models.ForeignKey(
        Hospital, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hospital")
    )
    doctor = models.ForeignKey(
        Doctor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("doctor")
    )
    given_by = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("who agreed"))
    manner = models.CharField(_("how"), max_length=9, choices=Manner)
    evidence = models.ForeignKey(
        "core.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("photo of the paper"),
    )
    from_at = models.DateTimeField(_("from"))
    to_at = models.DateTimeField(_("to"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawal recorded by"),
    )

    objects = GranteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent for one hospital or doctor")
        verbose_name_plural = _("consents for one hospital or doctor")
        constraints = [
            models.CheckConstraint(
                condition=Q(hospital__isnull=False, doctor=None) | Q(hospital=None, doctor__isnull=False),
                name="consent_is_for_a_hospital_or_a_doctor",
            ),
            models.CheckConstraint(condition=Q(to_at__gt=F("from_at")), name="consent_for_one_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__gte=F("from_at"), withdrawn_by__isnull=False),
                name="consent_for_one_is_withdrawn_by_somebody",
            ),
            *(
                ExclusionConstraint(
                    name=f"record_has_one_consent_for_a_{grantee}_at_a_time",
                    expressions=[
                        (F("record"), RangeOperators.EQUAL),
                        (F(grantee), RangeOperators.EQUAL),
                        (InstantSpan("from_at", "to_at", RangeBoundary()), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(withdrawn_at=None),
                )
                for grantee in ("hospital", "doctor")
            ),
        ]
        indexes = [models.Index(fields=["record", "-from_at"], name="grantee_of_record")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def last_date(self) -> dt.date:
        """The last day on which the record may be opened, in the zone of the clinic that keeps it."""
        return day_in(self.record.clinic.zone, self.to_at - dt.timedelta(microseconds=1))

    @property
    def grantee(self) -> str:
        """Who may open the record, in the reader's language."""
        if self.hospital:
            return self.hospital.title
        return f"{self.doctor}, {self.doctor.department.hospital.title}" if self.doctor else ""
