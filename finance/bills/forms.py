"""The shape of what is typed about a bill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.database.db import present
from core.forms import Digits, KeyedForm, Line, MoneyField, PhotoField
from core.money import Money
from finance.bills.models import Biller, BillerParameter, BillFetch
from finance.bills.parameters import hint, label, parameters_of
from finance.payments.forms import SaleForm

PROOF = ("code", "slip_no", "witness_card", "photo")


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


class PayForm(SaleForm):
    """The last page before a bill is paid."""

    def __init__(self, *args: Any, fetch: BillFetch, **kwargs: Any) -> None:
        super().__init__(*args, payer=fetch.payer, country=fetch.biller.country, currency=fetch.currency, **kwargs)
        self.fetch = fetch
        if fetch.biller.amount_rule != Biller.AmountRule.EXACT:
            self.fields["amount"] = MoneyField(
                fetch.currency, label=_("Amount"), initial=fetch.amount, least=Money(1, fetch.currency)
            )

    @property
    def typed(self) -> dict[str, Any]:
        """As `pay_bill` expects it. Raises `AmountMalformed`."""
        return {**super().typed, "amount": self.price}

    @property
    def price(self) -> Money:
        """What was typed, or the bill's own amount."""
        typed = self.cleaned_data.get("amount") if self.is_bound else None
        return typed or present(self.fetch.amount)


class PayWithRefundForm(PayForm):
    """The same where money owed back pays; the rest is cash. What is typed besides proves that it is the payer's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("amount", None)

    @property
    def typed(self) -> dict[str, Any]:
        """As `pay_bill` expects it, and what proves."""
        proved = {name: self.cleaned_data[name] for name in PROOF if name in self.fields}
        return {**super().typed, "proved": proved}


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
