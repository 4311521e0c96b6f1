"""The shape of what is typed about a recharge."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.forms import KeyedForm, Line, MoneyField
from core.money import Money, parse
from finance.fees.services import FeeQuote
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
            label=_("Another amount"),
            required=False,
            least=Money(operator.min_amount_minor, currency),
            most=Money(operator.max_amount_minor, currency),
        )


class PayForm(KeyedForm):
    """The last page before money moves: what was shown, and the cash on the counter."""

    phone = forms.CharField(widget=forms.HiddenInput, max_length=20)
    operator = forms.CharField(widget=forms.HiddenInput, max_length=20)
    plan = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    person = forms.UUIDField(widget=forms.HiddenInput, required=False)
    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)
    payer_phone = PhoneNumberField(
        required=False,
        label=_("Phone for the message"),
        help_text=_("So that the outcome reaches them."),
    )

    def __init__(self, *args: Any, operator: Operator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = operator
        cast(PhoneNumberField, self.fields["payer_phone"]).region = operator.country
        self.fields["cash_given"] = MoneyField(
            operator.currency, label=_("Cash given"), required=False, help_text=_("To work out the change.")
        )
        self.fields["confirmed"] = forms.BooleanField(
            required=False, label=_("Yes, the number has moved to %(operator)s") % {"operator": operator.title}
        )

    @property
    def typed(self) -> dict[str, Any]:
        """As `recharge_phone` expects it; a plan has its own price. Raises `AmountMalformed`."""
        typed = super().typed
        return {
            "amount": None if typed["plan"] else self.price,
            "payer_phone": str(typed["payer_phone"] or ""),
            "cash_given": typed["cash_given"],
            "confirmed_operator": self.confirmed_operator,
            "expected": self.quote,
            "key": self.cleaned_data["key"],
        }

    @property
    def confirmed_operator(self) -> str:
        """The operator that the villager says the number has moved to."""
        return self.chosen.code if self.cleaned_data["confirmed"] else ""

    @property
    def price(self) -> Money:
        """What stood on the page as the price. Raises `AmountMalformed`."""
        return parse(self.data.get(self.add_prefix("amount"), ""), self.chosen.currency)

    @property
    def quote(self) -> FeeQuote:
        """The quote that stood on the page. Raises `AmountMalformed`."""
        fee, own = self.cleaned_data["agent_fee"], self.cleaned_data["own_part"]
        return FeeQuote(self.price, parse(fee, self.chosen.currency), parse(own, self.chosen.currency))

    def show(self, quote: FeeQuote) -> None:
        """Remember what the page shows, so that the next press confirms that and nothing older."""
        shown = {"amount": str(quote.amount), "agent_fee": str(quote.agent_fee), "own_part": str(quote.own_part)}
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)
