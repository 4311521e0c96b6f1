"""What is typed about group orders."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line
from core.money import Money, parse
from finance.payments.services import Tender
from orders.catalog.models import Variant
from orders.groups.services.pledging import MOST_QUANTITY
from orders.purchases.forms import CashForm
from stations.people.models import Person


class OpenForm(KeyedForm):
    """Which article, until when it can be joined, and from which day it is collected."""

    variant = forms.ChoiceField(label=_("What is bought together?"))
    cutoff_day = DayField(label=_("Last day for pledges"))
    cutoff_clock = forms.TimeField(
        label=_("Pledges until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    pickup_date = DayField(label=_("To be collected from"))
    max_quantity = forms.IntegerField(
        label=_("Maximum"),
        required=False,
        min_value=1,
        max_value=MOST_QUANTITY,
        help_text=_("In pieces, or in grams. Empty: without a limit."),
    )

    def __init__(self, *args: Any, variants: Sequence[Variant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("variant", [(each.sku, each.title) for each in variants])

    @property
    def typed(self) -> dict[str, Any]:
        """With the key: one press is one group order."""
        return self.cleaned_data


class QuantityForm(forms.Form):
    """How much of it. Nothing is written here, so nothing is keyed."""

    use_required_attribute = False
    person = forms.UUIDField(widget=forms.HiddenInput)
    group = forms.UUIDField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("How much?"), min_value=1, max_value=MOST_QUANTITY)

    def __init__(self, *args: Any, variant: Variant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_piece = variant.unit == Variant.Unit.PIECE
        self.fields["quantity"].help_text = _("In pieces.") if is_piece else _("In grams.")


class PledgeForm(CashForm):
    """The cash on the counter; `shown` is the amount of the page."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, villager: Person, amount: Money, **kwargs: Any) -> None:
        super().__init__(*args, currency=amount.currency, **kwargs)
        self.villager, self.amount = villager, amount
        self.initial["shown"] = str(amount)

    @property
    def typed(self) -> dict[str, Any]:
        """As `add_pledge` expects it. Raises `AmountMalformed`."""
        data = self.cleaned_data
        return {
            "expected": parse(data["shown"], self.amount.currency),
            "tender": Tender(
                payer=self.villager, payer_phone=str(self.villager.phone or ""), cash_given=data["cash_given"]
            ),
            "key": data["key"],
        }


class LeaveForm(KeyedForm):
    """Who leaves the group order."""

    pledge = forms.ChoiceField(label=_("Whose pledge?"))

    def __init__(self, *args: Any, pledges: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("pledge", pledges)


class WhyForm(KeyedForm):
    """Why it is stopped."""

    reason = Line(label=_("Why?"), max_length=200)
