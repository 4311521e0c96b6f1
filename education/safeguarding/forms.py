"""What is typed about vettings, concerns and a child's file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, PhotoField, Words
from education.safeguarding.models import ChildFile, Concern, Vetting


class ConcernForm(KeyedForm):
    """One sentence is enough; everything else is already chosen."""

    text = Words(label=_("What worries you?"), help_text=_("One sentence is enough."), max_length=2000)
    urgency = forms.ChoiceField(
        label=_("How urgent is it?"), choices=Concern.Urgency, initial="today", widget=forms.RadioSelect
    )
    category = forms.ChoiceField(
        label=_("What is it about?"), choices=Concern.Category, initial="welfare", widget=forms.RadioSelect
    )
    about_user = forms.ChoiceField(
        label=_("Is it about someone who works here?"),
        help_text=_("This person will never see the report."),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, workers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(user.pk), user.shown_name) for user in workers]
        self.offer("about_user", [("", _("No")), *people])


class AuthorityForm(KeyedForm):
    """To whom it was passed on."""

    authority = Line(
        label=_("Authority"), help_text=_("For example the police or the civil affairs bureau."), max_length=120
    )
    reference = Line(label=_("Their reference"), required=False, max_length=60)


class OutcomeForm(KeyedForm):
    """What came of it."""

    outcome = Words(label=_("What came of it?"), max_length=2000)


class NoteForm(KeyedForm):
    """What was found or done."""

    text = Words(label=_("What was found or done?"), max_length=2000)


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class VettingForm(KeyedForm):
    """A document about an adult, as it stands on paper."""

    kind = forms.ChoiceField(label=_("Document"), choices=Vetting.Kind, widget=forms.RadioSelect)
    issued_date = DayField(label=_("Issued on"))
    valid_to_date = DayField(label=_("Valid through"))
    photo = PhotoField(label=_("Photo of the document"), required=False)


class ChildFileForm(KeyedForm):
    """How the child lives."""

    left_behind = forms.ChoiceField(label=_("Parents"), choices=ChildFile.LeftBehind, widget=forms.RadioSelect)
    carer = forms.ChoiceField(label=_("Who looks after the child?"), required=False, widget=forms.RadioSelect)
    parents_place = Line(label=_("Where the parents work"), required=False, max_length=120)
    school = Line(label=_("School"), required=False, max_length=120)
    grade = forms.IntegerField(label=_("School grade"), required=False, min_value=1, max_value=12)

    def __init__(self, *args: Any, carers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("carer", [("", _("not recorded")), *carers])


class WithdrawForm(KeyedForm):
    """Which consent a guardian withdraws, and why."""

    purpose = forms.ChoiceField(label=_("Consent to end"), widget=forms.RadioSelect)
    reason = Line(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, purposes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("purpose", purposes)
