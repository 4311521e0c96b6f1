"""The shape of what is typed about complaints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, Words
from finance.complaints.models import Complaint


class ComplainForm(KeyedForm):
    """What went wrong with a payment."""

    kind = forms.ChoiceField(label=_("What went wrong?"), choices=Complaint.Kind, widget=forms.RadioSelect)
    text = Words(label=_("In the person's own words"), required=False, max_length=500)


class DisputeForm(KeyedForm):
    """Why an entry is wrong."""

    text = Words(label=_("Why is it wrong?"), max_length=500)


class AssignForm(KeyedForm):
    """Who works on it."""

    assignee = forms.ChoiceField(label=_("Who handles it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("assignee", [(str(person.pk), person.shown_name) for person in people])


class NoteForm(KeyedForm):
    """A few words for the history."""

    note = Line(label=_("Note"), required=False, max_length=200)


class AnswerForm(KeyedForm):
    """How it ended, and why."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Complaint.Outcome, widget=forms.RadioSelect)
    answer = Words(label=_("Answer to the person"), max_length=500)
