"""What stands in a record: encounters, diagnoses, allergies, medicines. Nothing changes; what is wrong is marked so."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.base import BaseModel
from core.fields import LineField, WordsField, uuid7
from health.hospitals.models import Department, Hospital
from health.records.models.drugs import Allergen, Drug


class EntryQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """All but what was entered in error."""
        return self.filter(wrong_at=None)


def _user(words: Any, **how: Any) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=words, **how)


class Entry(BaseModel):
    """Something that a clinic wrote into a resident's record. A restricted one is shown to that clinic only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    resident = models.ForeignKey("stations.Person", models.PROTECT, related_name="+", verbose_name=_("resident"))
    clinic = models.ForeignKey(Hospital, models.PROTECT, related_name="+", verbose_name=_("clinic"))
    is_restricted = models.BooleanField(_("is restricted"), default=False)
    wrong_because = LineField(_("why it is wrong"), max_length=200, blank=True)
    wrong_by = _user(_("marked wrong by"), null=True, blank=True)
    wrong_at = models.DateTimeField(_("marked wrong at"), null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)


def _marked(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(wrong_at=None, wrong_by=None, wrong_because="")
        | (Q(wrong_at__isnull=False, wrong_by__isnull=False) & ~Q(wrong_because="")),
        name=name,
    )


class Encounter(Entry):
    """A resident met a doctor or nurse: at the clinic, at home, by video or at a field day."""

    class Kind(models.TextChoices):
        CLINIC = "AMB", pgettext_lazy("encounter", "at the clinic")
        ONLINE = "VR", pgettext_lazy("encounter", "online")
        HOME = "HH", pgettext_lazy("encounter", "at home")
        FIELD = "FLD", pgettext_lazy("encounter", "field day")

    kind = models.CharField(_("where it was"), max_length=3, choices=Kind)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    summary = WordsField(pgettext_lazy("encounter", "findings"), max_length=2000)
    advice = WordsField(_("advice"), max_length=1000, blank=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"))
    recorded_by = _user(_("recorded by"))

    class Meta:
        verbose_name = _("encounter")
        verbose_name_plural = _("encounters")
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="encounter_ends_after_it_begins"),
            _marked("encounter_that_is_wrong_says_why"),
        ]
        indexes = [models.Index(fields=["resident", "-started_at"], name="encounter_of_resident")]


#: Diagnoses that are never named outside of the clinic that made them: infections, mental illness.
RESTRICTED_CODES = ("A15", "A53", "B18", "B20", "F10", "F20", "F31", "F32", "F41")


class Condition(Entry):
    """A diagnosis (ICD-10) that a doctor has confirmed."""

    class Icd(models.TextChoices):
        HYPERTENSION = "I10", pgettext_lazy("disease", "hypertension")
        DIABETES = "E11", pgettext_lazy("disease", "type 2 diabetes")
        INFARCTION = "I25", pgettext_lazy("disease", "heart attack in the past")
        STROKE = "I64", pgettext_lazy("disease", "stroke in the past")
        KIDNEY = "N18", pgettext_lazy("disease", "kidney disease")
        HEART_FAILURE = "I50", pgettext_lazy("disease", "heart failure")
        FIBRILLATION = "I48", pgettext_lazy("disease", "atrial fibrillation")
        LIPIDS = "E78", pgettext_lazy("disease", "high blood lipids")
        GOUT = "M10", pgettext_lazy("disease", "gout")
        COPD = "J44", pgettext_lazy("disease", "chronic bronchitis with narrow airways")
        ASTHMA = "J45", pgettext_lazy("disease", "asthma")
        COLD = "J06", pgettext_lazy("disease", "cold")
        PNEUMONIA = "J18", pgettext_lazy("disease", "pneumonia")
        GASTRITIS = "K29", pgettext_lazy("disease", "gastritis")
        DIARRHOEA = "A09", pgettext_lazy("disease", "diarrhoea")
        ARTHROSIS = "M17", pgettext_lazy("disease", "worn knee joint")
        BACK = "M54", pgettext_lazy("disease", "back pain")
        SKIN = "L30", pgettext_lazy("disease", "eczema")
        URINARY = "N39", pgettext_lazy("disease", "urinary tract infection")
        ANAEMIA = "D64", pgettext_lazy("disease", "anaemia")
        TUBERCULOSIS = "A15", pgettext_lazy("disease", "tuberculosis of the lungs")
        SYPHILIS = "A53", pgettext_lazy("disease", "syphilis")
        HEPATITIS = "B18", pgettext_lazy("disease", "chronic viral hepatitis")
        HIV = "B20", pgettext_lazy("disease", "HIV disease")
        ALCOHOL = "F10", pgettext_lazy("disease", "alcohol dependence")
        SCHIZOPHRENIA = "F20", pgettext_lazy("disease", "schizophrenia")
        BIPOLAR = "F31", pgettext_lazy("disease", "bipolar disorder")
        DEPRESSION = "F32", pgettext_lazy("disease", "depression")
        ANXIETY = "F41", pgettext_lazy("disease", "anxiety disorder")

    code = models.CharField(_("disease"), max_length=4, choices=Icd)
    confirmed_by = _user(_("confirmed by"))
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("diagnosis")
        verbose_name_plural = _("diagnoses")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "code"],
                condition=Q(wrong_at=None, is_restricted=False),
                name="diagnosis_is_confirmed_once",
            ),
            # No other clinic learns from a refusal what is restricted here.
            models.UniqueConstraint(
                fields=["resident", "clinic", "code"],
                condition=Q(wrong_at=None, is_restricted=True),
                name="restricted_diagnosis_is_confirmed_once_by_a_clinic",
            ),
            models.CheckConstraint(
                condition=~Q(code__in=RESTRICTED_CODES) | Q(is_restricted=True),
                name="diagnosis_that_is_never_named_is_restricted",
            ),
            _marked("diagnosis_that_is_wrong_says_why"),
        ]


class Allergy(Entry):
    """What a resident must not get. It is shown to each reader of the record: it protects."""

    class Criticality(models.TextChoices):
        LOW = "low", pgettext_lazy("allergy", "mild")
        HIGH = "high", pgettext_lazy("allergy", "dangerous")

    allergen = models.CharField(_("allergic to"), max_length=14, choices=Allergen)
    drug = models.ForeignKey(Drug, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drug"))
    substance = LineField(_("what it is"), max_length=80, blank=True)
    criticality = models.CharField(_("how bad"), max_length=4, choices=Criticality)
    reaction = LineField(_("what happened"), max_length=200, blank=True)
    recorded_by = _user(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("allergy")
        verbose_name_plural = _("allergies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(allergen=Allergen.OTHER) | ~Q(substance="") | Q(drug__isnull=False),
                name="allergy_to_something_else_names_it",
            ),
            models.CheckConstraint(condition=Q(is_restricted=False), name="allergy_is_shown_to_each_reader"),
            _marked("allergy_that_is_wrong_says_why"),
        ]
        indexes = [models.Index(fields=["resident"], name="allergy_of_resident")]


class Medicine(Entry):
    """What a resident takes: a drug of the list, or one by its name, `[from_date, to_date]` of the clinic's zone."""

    drug = models.ForeignKey(Drug, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drug"))
    name = LineField(_("name of the medicine"), max_length=80, blank=True)
    dose = LineField(_("dose"), max_length=120)
    from_date = models.DateField(_("from"))
    to_date = models.DateField(_("to"), null=True, blank=True)
    recorded_by = _user(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("medicine")
        verbose_name_plural = _("medicines")
        constraints = [
            models.CheckConstraint(
                condition=Q(drug__isnull=False, name="") | (Q(drug=None) & ~Q(name="")),
                name="medicine_is_a_drug_or_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="medicine_ends_after_it_begins"
            ),
            _marked("medicine_that_is_wrong_says_why"),
        ]
        indexes = [models.Index(fields=["resident", "-from_date"], name="medicine_of_resident")]

    @property
    def title(self) -> str:
        """The name in the reader's language, where it is of the list."""
        return self.drug.title if self.drug else self.name
