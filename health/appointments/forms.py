"""What is typed about appointments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, MoneyField
from core.money import parse
from finance.fees.services import FeeQuote
from finance.payments.services import Tender
from health.appointments.services import Reason
from stations.people.models import Person


class PayForm(KeyedForm):
    """The last page before a place is booked: what was shown, and the cash on the counter."""

    slot = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, payer: Person | None, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer, self.currency = payer, currency
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """What the verb is called with. Raises `AmountMalformed`."""
        amount, fee, own = (
            parse(self.cleaned_data[name], self.currency) for name in ("amount", "agent_fee", "own_part")
        )
        tender = Tender(
            payer=self.payer, cash_given=self.cleaned_data["cash_given"], expected=FeeQuote(amount, fee, own)
        )
        return {"tender": tender, "key": self.cleaned_data["key"]}

    def show(self, quote: FeeQuote, slot: int) -> None:
        """Remember what the page shows, so that the next press confirms that and nothing older."""
        shown = {
            "slot": str(slot),
            "amount": str(quote.amount),
            "agent_fee": str(quote.agent_fee),
            "own_part": str(quote.own_part),
        }
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)


class LineForm(KeyedForm):
    """A place in the line of a full session."""

    @property
    def typed(self) -> dict[str, Any]:
        """The key alone."""
        return {"key": self.cleaned_data["key"]}


class TakeForm(KeyedForm):
    """The place that is offered is taken and paid."""

    def __init__(self, *args: Any, payer: Person | None, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer = payer
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """The cash on the counter, and the key."""
        tender = Tender(payer=self.payer, cash_given=self.cleaned_data["cash_given"])
        return {"tender": tender, "key": self.cleaned_data["key"]}


class CancelForm(KeyedForm):
    """Why a registration is given up."""

    reason = forms.ChoiceField(label=_("Why?"), choices=Reason, widget=forms.RadioSelect)


class CameForm(KeyedForm):
    """How the desk knows that a patient came after all."""

    reason = Line(label=_("How do you know?"), max_length=200)
