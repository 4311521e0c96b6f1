"""The shape of what is typed about a recharge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Line, MoneyField
from core.money import Money, parse
from finance.fees.services import FeeQuote
from finance.payments.forms import SaleForm
from finance.payments.phone_fields import SealedPhoneField, is_mask_of, unseal
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
    known = SealedPhoneField(required=False)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    operator = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    @property
    def number(self) -> str:
        """The known number where its mask was left as it was, else what was typed; empty without one."""
        if not self.is_bound:
            return str(self.initial.get("known") or "")
        typed, known = self.cleaned_data.get("phone", ""), self.cleaned_data.get("known", "")
        return known if is_mask_of(typed, known) else typed

    @property
    def shows_mask(self) -> bool:
        """Whether the page has the number from our records, so that nobody has typed it."""
        return is_mask_of(self["phone"].value(), unseal(self["known"].value() or ""))


class MovedForm(forms.Form):
    """One press on the company that a number is with now."""

    phone = SealedPhoneField()
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)


class ShelfForm(forms.Form):
    """One press on a plan of the operator whose shelf was shown, or another amount."""

    use_required_attribute = False
    phone = SealedPhoneField()
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

    phone = SealedPhoneField()
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
