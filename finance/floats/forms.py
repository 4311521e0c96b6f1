"""The shape of what is typed about the float."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, MoneyField
from core.money import Money


class TopUpForm(KeyedForm):
    """How much the partner is going to transfer."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount"), least=Money(1, currency))


class MatchForm(KeyedForm):
    """Which bank line brought the money."""

    bank_line = forms.ChoiceField(label=_("Bank line"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_line"].choices = lines


class RejectForm(KeyedForm):
    """Why no such money will come."""

    reason = Line(label=_("Reason"), max_length=200)
