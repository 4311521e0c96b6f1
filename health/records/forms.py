"""What is typed about health records."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import Digits, KeyedForm, Line, PhotoField, Words
from core.templatetags.written import when_words
from health.hospitals.models import Department, Hospital
from health.records.models import Allergen, Allergy, Code, Condition, Drug, EmergencyAccess, Encounter, GranteeConsent
from health.records.queries import Contents, doctor_to_allow
from health.records.services import GranteeNotPossible, Pressure, Reading, Vital
from stations.people.models import Consent

_M = Consent.Manner
MANNERS = [("", _("has agreed before")), *((each.value, each.label) for each in (_M.SIGNATURE, _M.PAPER))]
#: Of an encounter, besides the pressure: the field, and what was measured.
VITALS = {
    "temperature": Code.TEMPERATURE,
    "pulse": Code.PULSE,
    "oxygen": Code.OXYGEN,
    "weight": Code.WEIGHT,
    "height": Code.HEIGHT,
}
_UNITS = {"temperature": "°C", "pulse": "/min", "oxygen": "%", "weight": "kg", "height": "cm"}


class ClinicForm(KeyedForm):
    """From which clinic somebody acts."""

    clinic = forms.ModelChoiceField(label=_("Clinic"), queryset=Hospital.objects.none())

    def __init__(self, *args: Any, clinics: QuerySet[Hospital], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].queryset = clinics  # type: ignore[attr-defined]
        self.fields["clinic"].initial = clinics.first()


class OpenForm(ClinicForm):
    """Whose record is opened, and how the resident agreed."""

    id_number = Line(label=_("Number of the identity card"), max_length=24)
    manner = forms.ChoiceField(
        label=_("How did the resident agree?"), choices=MANNERS, widget=forms.RadioSelect, required=False, initial=""
    )


class EmergencyForm(ClinicForm):
    """Whose record is opened without consent, and why."""

    id_number = Line(label=_("Number of the identity card"), max_length=24)
    reason = Words(label=_("Why must it be opened now?"), max_length=300)


class EncounterForm(KeyedForm):
    """What was found, what was advised, what was measured."""

    kind = forms.ChoiceField(label=_("Where was it?"), choices=Encounter.Kind, widget=forms.RadioSelect, initial="AMB")
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none(), required=False)
    summary = Words(label=pgettext_lazy("encounter", "Findings"), max_length=2000)
    advice = Words(label=_("Advice"), max_length=1000, required=False)
    systolic = forms.IntegerField(label=_("Upper pressure, mmHg"), required=False, min_value=1, max_value=999)
    diastolic = forms.IntegerField(label=_("Lower pressure, mmHg"), required=False, min_value=1, max_value=999)

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        for name, code in VITALS.items():
            self.fields[name] = forms.DecimalField(
                label=_("%(what)s, %(unit)s") % {"what": code.label, "unit": _UNITS[name]},
                required=False,
                max_digits=6,
                decimal_places=2,
                min_value=Decimal("0.01"),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        """Both numbers of a pressure come together."""
        typed = super().clean()
        if (typed.get("systolic") is None) != (typed.get("diastolic") is None):
            self.add_error("systolic", _("Enter both numbers of the pressure."))
        return typed

    @property
    def typed(self) -> dict[str, Any]:
        """The numbers as readings, and the words."""
        known = self.cleaned_data
        readings: list[Reading] = [Vital(code, known[name]) for name, code in VITALS.items() if known[name] is not None]
        if known["systolic"]:
            readings.append(Pressure(known["systolic"], known["diastolic"]))
        names = ("kind", "department", "summary", "advice")
        return {"readings": readings, **{name: known[name] for name in names}}


class DiagnosisForm(KeyedForm):
    """A diagnosis that the doctor confirms."""

    code = forms.ChoiceField(label=_("Disease"), choices=Condition.Icd)


class _DrugForm(KeyedForm):
    drug = forms.ModelChoiceField(label=pgettext_lazy("medicine", "Drug"), queryset=Drug.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drug"].queryset = Drug.objects.filter(is_active=True).order_by("code")  # type: ignore[attr-defined]


class AllergyForm(_DrugForm):
    """What the resident must not get."""

    allergen = forms.ChoiceField(label=_("Allergic to"), choices=Allergen)
    substance = Line(label=_("What it is"), max_length=80, required=False, help_text=_("Such as shrimps, or a drug."))
    criticality = forms.ChoiceField(
        label=_("How bad is it?"), choices=Allergy.Criticality, widget=forms.RadioSelect, initial="high"
    )
    reaction = Line(label=_("What happened?"), max_length=200, required=False)
    field_order = ("allergen", "drug", "substance", "criticality", "reaction")


class MedicineForm(_DrugForm):
    """What the resident takes."""

    name = Line(label=_("Name, if it is not on the list"), max_length=80, required=False)
    dose = Line(label=_("How much, how often"), max_length=120)
    from_date = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_date"].initial = today


class GranteeForm(KeyedForm):
    """Whom the resident allows to open the record, and until when."""

    hospital = forms.ModelChoiceField(
        label=_("One hospital"), queryset=Hospital.objects.none(), required=False, empty_label=_("no hospital")
    )
    licence_no = Line(label=_("Or one doctor alone: the licence number"), max_length=30, required=False)
    until_date = forms.DateField(label=_("Until this day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, hospitals: QuerySet[Hospital], chosen: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hospital"].queryset = hospitals  # type: ignore[attr-defined]
        for name in self.fields.keys() & chosen.keys():
            self.fields[name].initial = chosen[name]

    def clean(self) -> dict[str, Any]:
        """One of both, also where nobody has the number: a hospital is more than the one doctor who was meant."""
        typed = super().clean()
        if typed.get("hospital") and typed.get("licence_no"):
            self.add_error("licence_no", GranteeNotPossible.message)
        return typed

    @property
    def typed(self) -> dict[str, Any]:
        """One of both; an unknown number is nobody, and is refused as that."""
        known = self.cleaned_data
        return {
            "hospital": known["hospital"],
            "doctor": doctor_to_allow(known["licence_no"]) if known["licence_no"] else None,
            "until_date": known["until_date"],
        }


class AllowForm(GranteeForm):
    """The same, and how the resident agreed: by the code that the phone got for exactly this, or on paper."""

    manner = forms.ChoiceField(
        label=_("How did the resident agree?"), choices=GranteeConsent.Manner, widget=forms.RadioSelect
    )
    code = Digits(
        label=_("Code from the message"),
        help_text=_("Only when they agree by code"),
        shortest=6,
        longest=6,
        required=False,
    )
    photo = PhotoField(
        label=_("Photo of the signed document"), help_text=_("Only when they agree on paper"), required=False
    )

    @property
    def typed(self) -> dict[str, Any]:
        """The grantee, and the proof."""
        return {**super().typed, **{name: self.cleaned_data[name] for name in ("manner", "code", "photo")}}


class TakeBackForm(KeyedForm):
    """Which consent for one hospital or doctor the resident takes back."""

    consent = forms.ChoiceField(label=_("Which one?"))

    def __init__(self, *args: Any, consents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("consent", consents)


class CorrectForm(KeyedForm):
    """Which entry of the own clinic is wrong, and why."""

    entry = forms.ChoiceField(label=_("Which entry?"))
    reason = Line(label=_("Why is it wrong?"), max_length=200)

    def __init__(self, *args: Any, entries: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("entry", entries)

    @property
    def typed(self) -> dict[str, Any]:
        """The kind and the number of the entry."""
        kind, _colon, entry = self.cleaned_data["entry"].partition(":")
        return {"kind": kind, "entry": entry, "reason": self.cleaned_data["reason"]}


class ReviewForm(KeyedForm):
    """Whether the record had to be opened."""

    verdict = forms.ChoiceField(
        label=_("Did it have to be opened?"), choices=EmergencyAccess.Verdict, widget=forms.RadioSelect
    )


def entries_of(contents: Contents, clinic: Hospital | None) -> list[tuple[str, str]]:
    """What this clinic wrote, as it reads in a choice."""
    if clinic is None:
        return []
    named = [
        *(("allergy", row, f"{row.get_allergen_display()} {row.substance}") for row in contents.allergies),
        *(("diagnosis", row, str(row.get_code_display())) for row in contents.conditions),
        *(("medicine", row, row.title) for row in contents.medicines),
        *(("encounter", row, f"{row.get_kind_display()}, {when_words(row.started_at)}") for row in contents.encounters),
    ]
    return [(f"{kind}:{row.pk}", words.strip()) for kind, row, words in named if row.clinic_id == clinic.pk]
