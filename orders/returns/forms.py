"""What is typed about returns."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, PhotoField
from orders.catalog.queries import quantity_words
from orders.purchases.models import OrderLine
from orders.returns.display import LineRow
from orders.returns.models import Return, ReturnLine
from orders.returns.services import Inspected, ReturnItem
from orders.stock.forms import MOST


class RequestReturnForm(KeyedForm):
    """How much of each article of an order comes back, why, and what the buyer wants for it."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Return.Reason, widget=forms.RadioSelect)
    resolution = forms.ChoiceField(
        label=_("What does the buyer want?"),
        choices=Return.Resolution,
        widget=forms.RadioSelect,
        initial=Return.Resolution.REFUND,
    )

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {_quantity_of(line.pk): line for line in lines}
        for name, line in self.lines.items():
            self.fields[name] = forms.IntegerField(
                label=line.variant.title,
                min_value=0,
                max_value=MOST,
                required=False,
                initial=1 if len(lines) == 1 else None,
                help_text=_left_of(line),
            )
        self.order_fields(["key", *self.lines])

    def clean(self) -> dict[str, Any]:
        """At least one article comes back."""
        data = super().clean()
        if not self.errors and not any(data.get(name) for name in self.lines):
            self.add_error(next(iter(self.lines), None), _("Say how much of which article comes back."))
        return data

    @property
    def typed(self) -> dict[str, Any]:
        """As `request_return` expects it."""
        data = self.cleaned_data
        items = [ReturnItem(line, data[name]) for name, line in self.lines.items() if data[name]]
        return {"items": items, "reason": data["reason"], "resolution": data["resolution"]}


class DropForm(KeyedForm):
    """How each article looks that lies on the counter.

    Photos that were chosen are lost with a refusal, so the form asks by itself for those that the service wants.
    """

    def __init__(self, *args: Any, rows: Sequence[LineRow], needs_photo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[_condition_of(row.line.pk)] = _condition(row)
            label = _("%(article)s: photo of what is wrong") % {"article": row.title}
            self.fields[_photo_of(row.line.pk)] = PhotoField(label=label, required=needs_photo)

    @property
    def typed(self) -> dict[str, Any]:
        """Of each line its condition and photo."""
        data = self.cleaned_data
        return {
            "looks": [
                (row.line.pk, data[_condition_of(row.line.pk)], data[_photo_of(row.line.pk)]) for row in self.rows
            ]
        }


class InspectForm(KeyedForm):
    """What the county centre accepts of each article."""

    def __init__(self, *args: Any, rows: Sequence[LineRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[_accepted_of(row.line.pk)] = forms.IntegerField(
                label=_("%(article)s: accepted quantity") % {"article": row.title},
                min_value=0,
                max_value=MOST,
                help_text=_("0: it goes back to the buyer."),
            )
            self.fields[_condition_of(row.line.pk)] = _condition(row)

    @property
    def typed(self) -> dict[str, Any]:
        """As `inspect_return` expects it."""
        data = self.cleaned_data
        return {
            "inspected": [
                Inspected(row.line.pk, data[_accepted_of(row.line.pk)], data[_condition_of(row.line.pk)])
                for row in self.rows
            ]
        }


class RejectForm(KeyedForm):
    """Why the buyer keeps the goods."""

    reason = Line(label=_("Why?"), max_length=200)


class EndUnpaidForm(KeyedForm):
    """Why the buyer gets nothing from us."""

    reason = Line(label=_("Where does the buyer have the money from?"), max_length=200)


def _quantity_of(pk: Any) -> str:
    return f"quantity_{pk}"


def _condition_of(pk: Any) -> str:
    return f"condition_{pk}"


def _photo_of(pk: Any) -> str:
    return f"photo_{pk}"


def _accepted_of(pk: Any) -> str:
    return f"accepted_{pk}"


def _condition(row: LineRow) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("%(article)s, %(quantity)s: condition") % {"article": row.title, "quantity": row.quantity},
        choices=ReturnLine.Condition,
        widget=forms.RadioSelect,
    )


def _left_of(line: OrderLine) -> Any:
    left = quantity_words(line.variant, line.quantity_delivered - line.quantity_returned)
    return _("In pieces, or in grams. The buyer has %(left)s.") % {"left": left}
