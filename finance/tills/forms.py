"""The shape of a count: so many pieces of each note and coin."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import writing
from core.forms import KeyedForm
from core.money import Money
from finance.tills.models import Denomination


class CountForm(KeyedForm):
    """Pieces by denomination; an empty field is none."""

    def __init__(self, *args: Any, denominations: Sequence[Denomination], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
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
    def rows(self) -> list[tuple[str, forms.BoundField, int, str]]:
        """The count sheet: value, field, what one piece is worth in minor units, and the sum as written so far."""
        return [self._row(name) for name in self.fields if name.startswith("v")]

    @property
    def counted(self) -> Money:
        """What was typed so far, added up; what is no number counts as nothing."""
        return Money(sum(self._sum(name).minor for name in self.fields if name.startswith("v")), self.currency)

    def _row(self, name: str) -> tuple[str, forms.BoundField, int, str]:
        unit = int(name[1:])
        return writing.amount(Money(unit, self.currency)), self[name], unit, writing.amount(self._sum(name))

    def _sum(self, name: str) -> Money:
        typed = str(self[name].value() or "").strip()
        return Money(int(name[1:]) * (int(typed) if typed.isascii() and typed.isdigit() else 0), self.currency)

    @property
    def lines(self) -> dict[int, int]:
        """Pieces by value in minor units."""
        return {int(name[1:]): pieces for name, pieces in self.cleaned_data.items() if name.startswith("v") and pieces}
