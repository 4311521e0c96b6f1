"""The shape of what is typed at the drawer: counts, words, signatures."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, MoneyField, PhotoField, Words
from core.language import formatting
from core.money import Money
from finance.tills.models import Denomination, LossCase, Remittance
from finance.tills.services import Outcome


class CountForm(KeyedForm):
    """Pieces by denomination; an empty field is none."""

    def __init__(self, *args: Any, denominations: Sequence[Denomination], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for denomination in denominations:
            value = Money(denomination.value_minor, denomination.currency)
            self.fields[f"v{denomination.value_minor}"] = forms.IntegerField(
                label=_("Pieces of %(value)s") % {"value": formatting.money(value)},
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
        return formatting.amount(Money(unit, self.currency)), self[name], unit, formatting.amount(self._sum(name))

    def _sum(self, name: str) -> Money:
        typed = str(self[name].value() or "").strip()
        return Money(int(name[1:]) * (int(typed) if typed.isascii() and typed.isdigit() else 0), self.currency)

    def clean(self) -> dict[str, Any]:
        """`lines`: pieces by value in minor units."""
        typed = self.cleaned_data
        lines = {int(name[1:]): pieces for name, pieces in typed.items() if name.startswith("v") and pieces}
        return {"key": typed.get("key"), "lines": lines}


class OpeningForm(CountForm):
    """A count that opens the day; `agreed` is the sum with which a difference was agreed to."""

    agreed = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def is_agreed(self, held: Money) -> bool:
        """Whether it agrees with the books, or the same sum was pressed a second time."""
        return self.counted == held or self["agreed"].value() == str(self.counted.minor)

    def ask_again(self) -> None:
        """The next press of the same sum agrees to the difference."""
        self.replace_sent({"agreed": str(self.counted.minor)})


class HandOverForm(KeyedForm):
    """Who goes on with the till."""

    to = forms.ChoiceField(label=_("Who takes the till"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [(str(user.pk), user.shown_name) for user in people])


class SayForm(KeyedForm):
    """Words, and a photo where there is one."""

    text = Words(label=_("In your own words"), max_length=2_000)
    photo = PhotoField(label=_("Photo"), required=False)


class ReasonForm(KeyedForm):
    """Why."""

    text = Words(label=_("Reason"), max_length=2_000)


class DisputeForm(ReasonForm):
    """How a dispute ends."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=Outcome.choices, widget=forms.RadioSelect)


class OwnerForm(ReasonForm):
    """Whose money it is."""

    slip_no = Line(label=_("Number on the slip"), max_length=40)


class DeclareForm(KeyedForm):
    """How much is brought, and by whom; an empty carrier is the bank."""

    def __init__(self, *args: Any, currency: str, carriers: Sequence[Any], by_bank: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount"))
        people = [(str(user.pk), user.shown_name) for user in carriers]
        choices = [*people, ("bank", _("I pay it in at the bank"))] if by_bank else people
        self.fields["carrier"] = forms.ChoiceField(label=_("Who carries it"), choices=choices, widget=forms.RadioSelect)


class PhotoForm(KeyedForm):
    """The bank's slip."""

    photo = PhotoField(label=_("Photo of the bank’s slip"))


class LineForm(KeyedForm):
    """Which bank line it is."""

    bank_line = Line(label=_("Reference of the bank’s line"), max_length=64)


class FilingForm(KeyedForm):
    """Under which number the authority has a report."""

    number = Line(label=_("Number that the authority gave"), max_length=60)


class LossForm(KeyedForm):
    """Cash that is gone."""

    kind = forms.ChoiceField(label=_("What kind of loss is it?"), widget=forms.RadioSelect)
    text = Words(label=_("How it happened"), max_length=2_000)
    police_number = Line(label=_("Number of the police report"), required=False, max_length=40)
    insurer = Line(label=_("Insurer"), required=False, max_length=80)
    photo = PhotoField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, currency: str, on_the_way: Sequence[Remittance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount lost"))
        kinds = [choice for choice in LossCase.Kind.choices if choice[0] != LossCase.Kind.LOST_REMITTANCE]
        lost = [
            (str(each.pk), _("cash %(reference)s, lost in transit") % {"reference": each.reference})
            for each in on_the_way
        ]
        self.offer("kind", [*kinds, *lost])
