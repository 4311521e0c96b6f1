"""Measurements with value and unit as they were entered."""

from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import uuid7

#: Possible values of a measurement by its UCUM unit, both ends included.
POSSIBLE = {
    "mmol/L": ("0.5", "60"),
    "mg/dL": ("9", "1081"),
    "Cel": ("30", "45"),
    "/min": ("20", "300"),
    "%": ("30", "100"),
    "kg": ("0.5", "350"),
    "cm": ("20", "260"),
}


class Unit(models.TextChoices):
    """Units of measurements as UCUM writes them."""

    MMHG = "mm[Hg]", "mmHg"
    MMOL = "mmol/L", "mmol/L"
    MG = "mg/dL", "mg/dL"
    CELSIUS = "Cel", "°C"
    PER_MINUTE = "/min", "/min"
    PERCENT = "%", "%"
    KILOGRAM = "kg", "kg"
    CENTIMETRE = "cm", "cm"


class Code(models.TextChoices):
    """What was measured: LOINC, which has a code of its own for each unit of glucose."""

    PRESSURE = "85354-9", _("blood pressure")
    FASTING_MMOL = "14770-2", _("fasting glucose")
    FASTING_MG = "41604-0", _("fasting glucose")
    GLUCOSE_MMOL = "14743-9", _("glucose after a meal")
    GLUCOSE_MG = "41653-7", _("glucose after a meal")
    TEMPERATURE = "8310-5", _("temperature")
    PULSE = "8867-4", _("pulse")
    OXYGEN = "59408-5", _("oxygen saturation")
    WEIGHT = "29463-7", pgettext_lazy("measurement", "weight")
    HEIGHT = "8302-2", _("height")


FASTING = frozenset({Code.FASTING_MMOL, Code.FASTING_MG})
#: The one unit of each code.
UNIT_OF = {
    Code.PRESSURE: Unit.MMHG,
    Code.FASTING_MMOL: Unit.MMOL,
    Code.GLUCOSE_MMOL: Unit.MMOL,
    Code.FASTING_MG: Unit.MG,
    Code.GLUCOSE_MG: Unit.MG,
    Code.TEMPERATURE: Unit.CELSIUS,
    Code.PULSE: Unit.PER_MINUTE,
    Code.OXYGEN: Unit.PERCENT,
    Code.WEIGHT: Unit.KILOGRAM,
    Code.HEIGHT: Unit.CENTIMETRE,
}


def _unit_of_its_code() -> Q:
    return reduce(or_, (Q(code=code, unit=unit) for code, unit in UNIT_OF.items()))


def _possible() -> Q:
    return reduce(or_, (Q(unit=unit, value__range=ends) for unit, ends in POSSIBLE.items()))


class ObservationQuerySet(models.QuerySet["Observation"]):
    def standing(self) -> Self:
        """Those that no later one corrects."""
        return self.filter(corrected_by=None)


class Observation(BaseModel):
    """One measurement, with value and unit as they were entered. It never changes and is never deleted.

    What was entered wrongly is corrected by another one (`corrects`), which counts in its place.
    Blood pressure has `systolic` (8480-6) and `diastolic` (8462-4) in mm[Hg], all else a `value` in its unit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    visit = models.ForeignKey(
        "health.FollowUpVisit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("visit"),
    )
    encounter = models.ForeignKey(
        "health.Encounter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("encounter"),
    )
    code = models.CharField(_("what was measured"), max_length=8, choices=Code)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit)
    systolic = models.PositiveSmallIntegerField(_("upper pressure"), null=True, blank=True)
    diastolic = models.PositiveSmallIntegerField(_("lower pressure"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=6, decimal_places=2, null=True, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    measured_at = models.DateTimeField(_("measured at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        constraints = [
            models.CheckConstraint(condition=_unit_of_its_code(), name="measurement_has_the_unit_of_its_code"),
            models.CheckConstraint(
                condition=Q(visit__isnull=False, encounter=None) | Q(visit=None, encounter__isnull=False),
                name="measurement_belongs_to_a_visit_or_an_encounter",
            ),
            models.CheckConstraint(
                condition=(Q(code=Code.PRESSURE, systolic__isnull=False, diastolic__isnull=False, value=None))
                | (~Q(code=Code.PRESSURE) & Q(systolic=None, diastolic=None, value__isnull=False)),
                name="pressure_has_two_values_and_all_else_one",
            ),
            models.CheckConstraint(
                condition=Q(systolic=None)
                | Q(systolic__range=(40, 350), diastolic__range=(20, 250), systolic__gt=F("diastolic")),
                name="pressure_is_possible",
            ),
            models.CheckConstraint(condition=Q(value=None) | _possible(), name="value_is_possible_in_its_unit"),
        ]
        indexes = [models.Index(fields=["resident", "code", "-measured_at"], name="measurement_of_resident")]

    def __str__(self) -> str:
        return str(self.pk)
