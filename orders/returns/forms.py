"""What is typed about returns."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, PhotoField
from orders.catalog.queries import quantity_words
from orders.purchases.models import OrderLine
from orders.returns.models import Return
from orders.stock.forms import MOST


class RequestReturnForm(KeyedForm):
    """Which article of an order comes back, how much of it, and why."""

    line = forms.ChoiceField(label=_("Article"), widget=forms.RadioSelect)
    quantity = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=MOST, initial=1, help_text=_("In pieces, or in grams.")
    )
    reason = forms.ChoiceField(label=_("Why?"), choices=Return.Reason, widget=forms.RadioSelect)

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("line", [(str(line.pk), _words_of(line)) for line in lines])
        self.lines = {str(line.pk): line for line in lines}
        if len(lines) == 1:
            self.fields["line"].initial = str(lines[0].pk)

    def clean_line(self) -> OrderLine:
        """The line that was chosen."""
        return self.lines[self.cleaned_data["line"]]


class DropForm(KeyedForm):
    """How the goods look that lie on the counter."""

    condition = forms.ChoiceField(label=_("Condition"), choices=Return.Condition, widget=forms.RadioSelect)
    photo = PhotoField(label=_("Photo of what is wrong"), required=False)


class InspectForm(KeyedForm):
    """What the county centre accepts."""

    accepted_quantity = forms.IntegerField(
        label=_("Accepted quantity"), min_value=0, max_value=MOST, help_text=_("0: it goes back to the buyer.")
    )
    condition = forms.ChoiceField(label=_("Condition"), choices=Return.Condition, widget=forms.RadioSelect)


class RejectForm(KeyedForm):
    """Why the buyer keeps the goods."""

    reason = Line(label=_("Why?"), max_length=200)


def _words_of(line: OrderLine) -> str:
    left = line.quantity_delivered - line.quantity_returned
    return f"{line.variant.title}, {quantity_words(line.variant, left)}"
