"""What is typed about inspections and visits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, PhotoField, Words
from stations.inspections.services import ANSWERS


class PlanForm(KeyedForm):
    """When somebody looks."""

    planned_date = DayField(label=_("Day"))


class LookForm(KeyedForm):
    """An answer to every question, a photo, and what to remember."""

    photo = PhotoField(label=_("Photo"), required=False)
    notes = Words(label=_("Remarks"), max_length=1000, required=False)
    followup_date = DayField(label=_("Next review"), required=False)

    def __init__(self, questions: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [question.code for question in questions]
        asked = {
            f"q_{question.code}": forms.ChoiceField(
                label=question.shown, choices=list(ANSWERS.items()), widget=forms.RadioSelect
            )
            for question in questions
        }
        self.fields = {**asked, **self.fields}
        for field in asked.values():
            field.error_messages["required"] = _("Choose one.")

    @property
    def answers(self) -> list[forms.BoundField]:
        """The fields of the questions, in their order."""
        return [self[f"q_{code}"] for code in self.questions]

    @property
    def answered(self) -> dict[str, str]:
        """Question -> answer."""
        return {code: self.cleaned_data[f"q_{code}"] for code in self.questions}


class CallOffForm(KeyedForm):
    """Why it does not take place."""

    reason = Line(label=_("Reason"), max_length=200)


class VisitForm(KeyedForm):
    """What was seen at a station, and what was agreed."""

    seen = Words(label=_("What did you see?"), max_length=1000)
    agreed = Line(label=_("What did you agree on?"), max_length=200)
    followup_date = DayField(label=_("Next review"), required=False)
