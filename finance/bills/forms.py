"""The shape of what is typed about a bill."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.database.db import present
from core.forms import Digits, KeyedForm, Line, MoneyField, PhotoField
from core.money import Money, parse
from finance.bills.models import Biller, BillerParameter, BillFetch
from finance.bills.parameters import hint, label, parameters_of
from finance.fees.services import FeeQuote


class ParametersForm(KeyedForm):
    """What one biller asks its customers for, made of its parameter rows; the service checks the answers."""

    def __init__(self, *args: Any, biller: Biller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = []
        for row in parameters_of(biller):
            self.names.append(row.name)
            self.fields[row.name] = _field(row)

    @property
    def parameters(self) -> dict[str, str]:
        """The answers by parameter."""
        return {name: self.cleaned_data.get(name, "") for name in self.names}

    @property
    def typed(self) -> dict[str, Any]:
        """As `request_fetch` expects it."""
        return {"parameters": self.parameters}


class DirectForm(ParametersForm):
    """For a biller that cannot be asked: the amount is typed as well."""

    def __init__(self, *args: Any, biller: Biller, **kwargs: Any) -> None:
        super().__init__(*args, biller=biller, **kwargs)
        self.fields["amount"] = MoneyField(
            biller.currency,
            label=_("Amount"),
            least=Money(biller.min_amount_minor, biller.currency),
            most=Money(biller.max_amount_minor, biller.currency),
        )

    @property
    def typed(self) -> dict[str, Any]:
        """As `pay_bill` expects it."""
        return {**super().typed, "amount": self.cleaned_data["amount"], "key": self.cleaned_data["key"]}


class PayForm(KeyedForm):
    """The last page before money moves: what was shown, and the cash on the counter."""

    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)
    payer_phone = PhoneNumberField(
        required=False, label=_("Phone for the message"), help_text=_("So that the outcome reaches them.")
    )

    def __init__(self, *args: Any, fetch: BillFetch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fetch, currency = fetch, fetch.currency
        cast(PhoneNumberField, self.fields["payer_phone"]).region = fetch.biller.country
        self.initial["payer_phone"] = fetch.payer.phone if fetch.payer else ""
        if fetch.biller.amount_rule != Biller.AmountRule.EXACT:
            self.fields["amount"] = MoneyField(
                currency, label=_("Amount"), initial=fetch.amount, least=Money(1, currency)
            )
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash given"), required=False, help_text=_("To work out the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """As `pay_bill` expects it, and the proof where there is one. Raises `AmountMalformed`."""
        shown = {"agent_fee", "own_part"}
        typed = {name: value for name, value in super().typed.items() if name not in shown}
        return {
            **typed,
            "payer_phone": str(typed["payer_phone"] or ""),
            "amount": self.amount_to_pay,
            "expected": self.quote,
            "key": self.cleaned_data["key"],
        }

    @property
    def amount_to_pay(self) -> Money:
        """What was typed, or the bill's own amount."""
        typed = self.cleaned_data.get("amount") if self.is_bound else None
        return typed or present(self.fetch.amount)

    @property
    def quote(self) -> FeeQuote:
        """The quote that stood on the page, for the amount that was typed. Raises `AmountMalformed`."""
        fee, own = self.cleaned_data["agent_fee"], self.cleaned_data["own_part"]
        return FeeQuote(self.amount_to_pay, parse(fee, self.fetch.currency), parse(own, self.fetch.currency))

    def show(self, quote: FeeQuote) -> None:
        """Remember what the page shows, so that the next press confirms that and nothing older."""
        shown = {"agent_fee": str(quote.agent_fee), "own_part": str(quote.own_part)}
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)


class PayWithRefundForm(PayForm):
    """The same where money owed back pays; the rest is cash."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("amount", None)


class SpendForm(PayWithRefundForm):
    """Against the code on the payer's phone."""

    code = Digits(label=_("Code from the phone"), shortest=6, longest=6)


class SpendBySlipForm(PayWithRefundForm):
    """Against the earlier slip, with a witness and a photo."""

    slip_no = Line(label=_("Number on the earlier slip"), max_length=32)
    witness_card = Line(label=_("Witness: resident card or number"), required=False, max_length=40)
    photo = PhotoField(label=_("Photo of the slip and the person"))


def _field(row: BillerParameter) -> forms.Field:
    attrs = {"inputmode": "numeric"} if row.kind in {BillerParameter.Kind.DIGITS, BillerParameter.Kind.PHONE} else {}
    return Line(
        label=label(row),
        help_text=hint(row),
        required=row.is_required,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )
