"""The shape of what is typed about a recharge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Line, MoneyField
from core.money import Money, parse
from finance.fees.services import FeeQuote
from finance.payments.forms import SaleForm
from finance.recharge.models import Operator

TELEPHONE = {"inputmode": "tel", "autocomplete": "off"}


class NumberForm(forms.Form):
    """Whose phone. Nothing is written here, so nothing is keyed."""

    use_required_attribute = False
    phone = Line(
        label=_("Phone number"),
        max_length=20,
        widget=forms.TextInput(attrs=TELEPHONE),
        error_messages={"required": _("Fill this in.")},
    )
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    operator = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)


class MovedForm(forms.Form):
    """One press on the company that a number is with now."""

    phone = forms.CharField(widget=forms.HiddenInput, max_length=20)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)


class ShelfForm(forms.Form):
    """One press on a plan of the operator whose shelf was shown, or another amount."""

    use_required_attribute = False
    phone = forms.CharField(widget=forms.HiddenInput, max_length=20)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    operator = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, operator: Operator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = operator.currency
        self.fields["amount"] = MoneyField(
            currency,
            label=_("Other amount"),
            required=False,
            least=Money(operator.min_amount_minor, currency),
            most=Money(operator.max_amount_minor, currency),
        )


class PayForm(SaleForm):
    """The last page before a phone is recharged."""

    phone = forms.CharField(widget=forms.HiddenInput, max_length=20)
    operator = forms.CharField(widget=forms.HiddenInput, max_length=20)
    plan = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, operator: Operator, **kwargs: Any) -> None:
        super().__init__(*args, country=operator.country, currency=operator.currency, **kwargs)
        self.chosen = operator
        self.fields["confirmed"] = forms.BooleanField(
            required=False, label=_("Yes, the number was ported to %(operator)s") % {"operator": operator.title}
        )

    @property
    def typed(self) -> dict[str, Any]:
        """As `recharge_phone` expects it; a plan has its own price. Raises `AmountMalformed`."""
        amount = None if self.cleaned_data["plan"] else self.price
        return {**super().typed, "amount": amount, "confirmed_operator": self.confirmed_operator}

    @property
    def confirmed_operator(self) -> str:
        """The operator that the villager says the number has moved to."""
        return self.chosen.code if self.cleaned_data["confirmed"] else ""

    @property
    def price(self) -> Money:
        """What stood on the page as the price. Raises `AmountMalformed`."""
        return parse(self.data.get(self.add_prefix("amount"), ""), self.chosen.currency)

    def shown(self, quote: FeeQuote) -> dict[str, str]:
        """With the price, which the page shows and does not ask for."""
        return {"amount": str(quote.amount), **super().shown(quote)}
