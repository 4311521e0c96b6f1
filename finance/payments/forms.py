"""The shape of what is typed about payments and refunds."""

from abc import abstractmethod
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Digits, KeyedForm, Line, MoneyField, PhotoField
from core.money import Money, parse
from finance.fees.services import FeeQuote
from finance.payments.models import PaymentDecision, Refund, RefundCall, Reversal
from finance.payments.phone_fields import KnownPhoneField
from finance.payments.services import Tender
from stations.people.models import Person


class SaleForm(KeyedForm):
    """The last page before money moves: what was shown, and the cash on the counter. A trade adds what is sold."""

    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)
    payer_phone = KnownPhoneField(
        required=False, label=_("Phone for the message"), help_text=_("We text the result here.")
    )

    def __init__(
        self, *args: Any, payer: Person | None, country: str, currency: str, phone: Any = "", **kwargs: Any
    ) -> None:
        """`phone` is where the message goes when the payer has none of their own; both are shown masked."""
        super().__init__(*args, **kwargs)
        self.payer, self.currency = payer, currency
        field = cast(KnownPhoneField, self.fields["payer_phone"])
        field.region = country
        self.initial["payer_phone"] = field.offer((payer.phone if payer else "") or phone)
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    @abstractmethod
    def price(self) -> Money:
        """What is sold costs so much, without the fee. Raises `AmountMalformed`."""

    @property
    def quote(self) -> FeeQuote:
        """The quote that stood on the page. Raises `AmountMalformed`."""
        fee, own = self.cleaned_data["agent_fee"], self.cleaned_data["own_part"]
        return FeeQuote(self.price, parse(fee, self.currency), parse(own, self.currency))

    @property
    def typed(self) -> dict[str, Any]:
        """What every sale is called with. Raises `AmountMalformed`."""
        tender = Tender(
            payer=self.payer,
            payer_phone=str(self.cleaned_data["payer_phone"] or ""),
            cash_given=self.cleaned_data["cash_given"],
            expected=self.quote,
        )
        return {"tender": tender, "key": self.cleaned_data["key"]}

    def show(self, quote: FeeQuote) -> None:
        """Remember what the page shows, so that the next press confirms that and nothing older."""
        shown = self.shown(quote)
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)

    def shown(self, quote: FeeQuote) -> dict[str, str]:
        """The hidden fields that hold a quote."""
        return {"agent_fee": str(quote.agent_fee), "own_part": str(quote.own_part)}


class FindSlipForm(forms.Form):
    """Finding a slip again: number, amount, or the last digits of the payer's phone."""

    number = Line(label=_("Number on the slip"), required=False, max_length=32)
    phone_tail = Digits(label=_("End of the phone"), required=False, shortest=4, longest=11)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency, label=_("Amount"), required=False)


class CodeForm(KeyedForm):
    """Handing money back against the code on the payer's phone."""

    notes = forms.ChoiceField(label=_("Which cash"), choices=Refund.Notes, widget=forms.RadioSelect)
    code = Digits(label=_("Code from the phone"), shortest=6, longest=6)


class BackByCodeForm(KeyedForm):
    """Asking a company to take a payment back, against the code on the payer's phone."""

    reason = forms.ChoiceField(label=_("What was wrong"), choices=Reversal.Reason, widget=forms.RadioSelect)
    code = Digits(label=_("Code from the phone"), shortest=6, longest=6)


class BackBySlipForm(KeyedForm):
    """The same, against the slip."""

    reason = forms.ChoiceField(label=_("What was wrong"), choices=Reversal.Reason, widget=forms.RadioSelect)
    slip_no = Line(label=_("Number on the slip"), max_length=32)


class WitnessForm(KeyedForm):
    """Handing money back against the slip, with a witness and a photo."""

    notes = forms.ChoiceField(label=_("Which cash"), choices=Refund.Notes, widget=forms.RadioSelect)
    slip_no = Line(label=_("Number on the slip"), max_length=32)
    witness_card = Line(label=_("Witness: resident card or number"), required=False, max_length=40)
    photo = PhotoField(label=_("Photo of the slip and the person"))


class DocumentForm(KeyedForm):
    """Handing money back where the slip is lost: whose document was seen, with a witness and a photo."""

    notes = forms.ChoiceField(label=_("Which cash"), choices=Refund.Notes, widget=forms.RadioSelect)
    recipient_card = Line(label=_("Who gets it: resident card or number"), max_length=40)
    witness_card = Line(label=_("Witness: resident card or number"), max_length=40)
    photo = PhotoField(label=_("Photo of the document and the person"))
    seen = forms.BooleanField(label=_("I have seen the recipient's ID"))

    def __init__(self, *args: Any, knows_recipient: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if knows_recipient:
            del self.fields["recipient_card"]


class CallForm(KeyedForm):
    """What came of a call about money owed back."""

    outcome = forms.ChoiceField(label=_("What was the outcome?"), choices=RefundCall.Outcome, widget=forms.RadioSelect)
    note = Line(label=_("Note"), required=False, max_length=200)


class RecoverForm(KeyedForm):
    """Why the company bears a compensation."""

    reason = Line(label=_("Why the company bears it"), max_length=200)


class GoodwillForm(KeyedForm):
    """What is given beside a payment, and why."""

    reason = Line(label=_("Why?"), max_length=200)

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = Money(1, most.currency)
        self.fields["amount"] = MoneyField(most.currency, label=_("Amount"), least=least, most=most)


class ApproveGoodwillForm(KeyedForm):
    """The offer that the second person has read."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(currency)
        self.fields["amount"].widget = forms.HiddenInput()


class ProposeForm(KeyedForm):
    """How a payment ended that nobody knew of, and the paper that says so."""

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=PaymentDecision.ENDS, widget=forms.RadioSelect)
    reason = Line(label=_("Why?"), max_length=300)
    evidence = forms.FileField(
        label=_("The company's written answer"), required=False, help_text=_("A PDF, or a photo of the letter.")
    )


class TakenBackForm(ProposeForm):
    """That the company has taken a success back, and the paper that says so."""

    outcome = forms.ChoiceField(
        choices=[PaymentDecision.TAKEN_BACK], initial=PaymentDecision.Outcome.REVERSED, widget=forms.HiddenInput
    )


class ConfirmForm(KeyedForm):
    """The proposed end that the second person has read."""

    outcome = forms.ChoiceField(choices=PaymentDecision.Outcome, widget=forms.HiddenInput)
