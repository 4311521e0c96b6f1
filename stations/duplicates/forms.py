"""What is typed about two records of one person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line


class ProposeForm(KeyedForm):
    """Which record stays, and how one knows."""

    keep = forms.ChoiceField(label=_("Which record stays?"), widget=forms.RadioSelect)
    reason = Line(label=_("How do you know that it is one person?"), max_length=200)

    def __init__(self, records, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = records


class MergeReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)
