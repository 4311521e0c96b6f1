"""The shape of a count: so many pieces of each note and coin."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import writing
from core.forms import KeyedForm
from core.money import Money
from finance.tills.models import Denomination


class PressForm(KeyedForm):
    """A button that writes and asks nothing."""


class CountForm(KeyedForm):
    """Pieces by denomination; an empty field is none."""

    def __init__(self, *args: Any, denominations: Sequence[Denomination], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for denomination in denominations:
            value = Money(denomination.value_minor, denomination.currency)
            self.fields[f"v{denomination.value_minor}"] = forms.IntegerField(
                label=_("Pieces of %(value)s") % {"value": writing.money(value)},
                required=False,
                min_value=0,
                max_value=100_000,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    @property
    def lines(self) -> dict[int, int]:
        """Pieces by value in minor units."""
        return {int(name[1:]): pieces for name, pieces in self.cleaned_data.items() if name.startswith("v") and pieces}
