"""Which records are decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm


class DecideForm(KeyedForm):
    """Some of those that are shown."""

    records = forms.MultipleChoiceField(label=_("Records"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, records: list[tuple[Any, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("records", records)
