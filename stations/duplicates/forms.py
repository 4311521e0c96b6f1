"""What is typed about two records of one person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line


class ProposeForm(KeyedForm):
    """Which record stays, and how one knows."""

    keep = forms.ChoiceField(label=_("Which record stays?"), widget=forms.RadioSelect)
    reason = Line(label=_("How do you know that it is one person?"), max_length=200)

    def __init__(self, records: list[tuple[Any, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("keep", records)


class MergeReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)
