"""What is typed at the public register, and by the county about it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import KeyedForm, Line, PhotoField, Words
from stations.recruitment.models import Certificate, RegisterReport


class ReportForm(KeyedForm):
    """What is wrong with a certificate, told by anybody."""

    kind = forms.ChoiceField(label=_("What happened?"), choices=RegisterReport.Kind.choices, widget=forms.RadioSelect)
    text = Words(label=_("In words"), help_text=_("Where, when, who asked for what."), max_length=1000, required=False)
    phone = Line(
        label=_("Your phone"),
        help_text=_("Only if the county may call you back."),
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class AnswerForm(KeyedForm):
    """What the county found."""

    finding = Line(label=_("What did you find, and what was done?"), max_length=200)


class PhotographForm(KeyedForm):
    """The face that belongs to a certificate."""

    photo = PhotoField(label=_("Photo of the holder"), help_text=_("Anyone who scans the certificate sees it."))


class IssueForm(KeyedForm):
    """Who is certified, and for what."""

    holder = forms.ChoiceField(label=pgettext_lazy("certificate", "For whom"))
    subject = forms.ChoiceField(
        label=pgettext_lazy("certificate", "For what"), choices=Certificate.Subject.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, holders: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("holder", holders)
