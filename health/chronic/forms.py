"""What is typed about programmes: who is enrolled, a visit, a call, an answer."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import KeyedForm, Line
from health.chronic.models import Enrolment, FollowUpVisit, OutreachCall, Programme, Referral, Sign
from health.hospitals.models import Hospital
from health.records.models import Condition, Unit
from health.records.services import Glucose, Pressure, Reading
from stations.people.models import Consent

ALSO = (Condition.Icd.INFARCTION, Condition.Icd.STROKE, Condition.Icd.KIDNEY)
_M = Consent.Manner
#: Before a unit, whose first letter is never capitalised.
UNCHANGED = "\u2060"
_PAIRS = (("systolic", "diastolic"), ("systolic_again", "diastolic_again"))


class EnrolForm(KeyedForm):
    """Who comes into which programme, and how they agreed."""

    clinic = forms.ModelChoiceField(label=_("Clinic"), queryset=Hospital.objects.none())
    id_number = Line(label=_("Number of the identity card"), max_length=24)
    programme = forms.ChoiceField(label=_("Programme"), choices=Programme, widget=forms.RadioSelect)
    manner = forms.ChoiceField(
        label=_("How did the resident agree?"),
        choices=[("", _("has agreed before")), *((each.value, each.label) for each in (_M.SIGNATURE, _M.PAPER))],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )

    def __init__(self, *args: Any, clinics: QuerySet[Hospital], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].queryset = clinics  # type: ignore[attr-defined]
        self.fields["clinic"].initial = clinics.first()


class ConfirmForm(KeyedForm):
    """The diagnosis of the programme, and what else changes targets and risk."""

    conditions = forms.MultipleChoiceField(
        label=_("Also confirmed"),
        choices=[(each.value, each.label) for each in ALSO],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def _number(label: Any, hint: Any = "") -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, help_text=hint, required=False, min_value=1, max_value=999, widget=widget)


class VisitForm(KeyedForm):
    """A follow-up visit: numbers first, then three questions."""

    systolic = _number(_("Upper pressure, mmHg"))
    diastolic = _number(_("Lower pressure, mmHg"))
    systolic_again = _number(_("Upper pressure, second time"), _("Measure again after two minutes if it was high."))
    diastolic_again = _number(_("Lower pressure, second time"))
    glucose = forms.DecimalField(
        label=_("Glucose"),
        required=False,
        max_digits=6,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(
        label=_("Unit of the glucose"),
        choices=[(Unit.MMOL.value, f"{UNCHANGED}mmol/L"), (Unit.MG.value, f"{UNCHANGED}mg/dL")],
        widget=forms.RadioSelect,
        initial=Unit.MMOL,
    )
    when = forms.ChoiceField(
        label=_("When was the last meal?"),
        choices=[("fasting", pgettext_lazy("glucose", "fasting")), ("eaten", pgettext_lazy("glucose", "has eaten"))],
        widget=forms.RadioSelect,
        initial="fasting",
    )
    signs = forms.MultipleChoiceField(
        label=_("Anything of this today?"), choices=Sign, widget=forms.CheckboxSelectMultiple, required=False
    )
    medicines = forms.ChoiceField(
        label=_("Medicines"), choices=FollowUpVisit.Medicines, widget=forms.RadioSelect, initial="all"
    )
    has_adverse_reaction = forms.BooleanField(label=_("Reaction to a medicine"), required=False)
    has_complication = forms.BooleanField(label=_("New or worse complication"), required=False)
    mode = forms.ChoiceField(
        label=_("How?"), choices=FollowUpVisit.Mode, widget=forms.RadioSelect, initial="face_to_face"
    )

    def clean(self) -> dict[str, Any]:
        """Both numbers of a pressure come together."""
        typed = super().clean()
        for first, second in _PAIRS:
            if (typed.get(first) is None) != (typed.get(second) is None):
                self.add_error(first, _("Enter both numbers of the pressure."))
        return typed

    @property
    def typed(self) -> dict[str, Any]:
        """The numbers as readings, and the answers."""
        known = self.cleaned_data
        readings: list[Reading] = [Pressure(known[high], known[low]) for high, low in _PAIRS if known[high]]
        if known["glucose"] is not None:
            readings.append(Glucose(known["glucose"], known["unit"], known["when"] == "fasting"))
        names = ("signs", "medicines", "has_adverse_reaction", "has_complication", "mode")
        return {"readings": readings, **{name: known[name] for name in names}}


class CallForm(KeyedForm):
    """What a resident said on the phone."""

    outcome = forms.ChoiceField(label=_("What was said?"), choices=OutreachCall.Outcome, widget=forms.RadioSelect)


class AnswerForm(KeyedForm):
    """What the hospital answered."""

    outcome = forms.ChoiceField(label=_("What came of it?"), choices=Referral.Outcome, widget=forms.RadioSelect)
    answer = Line(label=_("What the hospital says"), max_length=200, required=False)


class FinishForm(KeyedForm):
    """Why care ends."""

    ending = forms.ChoiceField(label=_("Why?"), choices=Enrolment.Ending, widget=forms.RadioSelect)
