"""Measurements and diagnoses of residents: read by the staff of the clinic that cares for them, and by nobody else."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7

#: Possible values of a measurement by its UCUM unit, both ends included.
POSSIBLE = {"mmol/L": ("0.5", "60"), "mg/dL": ("9", "1081")}


class Unit(models.TextChoices):
    """Units of measurements as UCUM writes them."""

    MMHG = "mm[Hg]", "mmHg"
    MMOL = "mmol/L", "mmol/L"
    MG = "mg/dL", "mg/dL"


class Code(models.TextChoices):
    """What was measured: LOINC, which has a code of its own for each unit of glucose."""

    PRESSURE = "85354-9", _("blood pressure")
    FASTING_MMOL = "14770-2", _("fasting glucose")
    FASTING_MG = "41604-0", _("fasting glucose")
    GLUCOSE_MMOL = "14743-9", _("glucose after a meal")
    GLUCOSE_MG = "41653-7", _("glucose after a meal")


FASTING = frozenset({Code.FASTING_MMOL, Code.FASTING_MG})
IN_MMOL, IN_MG = [Code.FASTING_MMOL, Code.GLUCOSE_MMOL], [Code.FASTING_MG, Code.GLUCOSE_MG]


class Observation(BaseModel):
    """One measurement, with value and unit as they were entered. It never changes and is never deleted.

    Blood pressure has `systolic` (8480-6) and `diastolic` (8462-4) in mm[Hg], glucose a `value` in its unit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    visit = models.ForeignKey(
        "health.FollowUpVisit", models.PROTECT, related_name="observations", verbose_name=_("visit")
    )
    code = models.CharField(_("what was measured"), max_length=8, choices=Code)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit)
    systolic = models.PositiveSmallIntegerField(_("upper pressure"), null=True, blank=True)
    diastolic = models.PositiveSmallIntegerField(_("lower pressure"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=6, decimal_places=2, null=True, blank=True)
    measured_at = models.DateTimeField(_("measured at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.CheckConstraint(
                condition=(Q(code=Code.PRESSURE) & Q(unit=Unit.MMHG))
                | (Q(code__in=IN_MMOL) & Q(unit=Unit.MMOL))
                | (Q(code__in=IN_MG) & Q(unit=Unit.MG)),
                name="measurement_has_a_unit_of_its_code",
            ),
            models.CheckConstraint(
                condition=(Q(code=Code.PRESSURE, systolic__isnull=False, diastolic__isnull=False, value=None))
                | (~Q(code=Code.PRESSURE) & Q(systolic=None, diastolic=None, value__isnull=False)),
                name="pressure_has_two_values_and_glucose_one",
            ),
            models.CheckConstraint(
                condition=Q(systolic=None)
                | Q(systolic__range=(40, 350), diastolic__range=(20, 250), systolic__gt=F("diastolic")),
                name="pressure_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(value=None)
                | Q(unit=Unit.MMOL, value__range=("0.5", "60"))
                | Q(unit=Unit.MG, value__range=("9", "1081")),
                name="glucose_is_possible",
            ),
        ]
        indexes = [models.Index(fields=["resident", "code", "-measured_at"], name="measurement_of_resident")]

    def __str__(self) -> str:
        return str(self.pk)


class Condition(BaseModel):
    """A diagnosis (ICD-10) that a doctor has confirmed. It never changes and is never deleted."""

    class Icd(models.TextChoices):
        HYPERTENSION = "I10", pgettext_lazy("disease", "hypertension")
        DIABETES = "E11", pgettext_lazy("disease", "type 2 diabetes")
        INFARCTION = "I25", pgettext_lazy("disease", "heart attack in the past")
        STROKE = "I64", pgettext_lazy("disease", "stroke in the past")
        KIDNEY = "N18", pgettext_lazy("disease", "kidney disease")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    code = models.CharField(_("disease"), max_length=4, choices=Icd)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        constraints = [
            models.UniqueConstraint(fields=["resident", "code"], name="diagnosis_is_confirmed_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
