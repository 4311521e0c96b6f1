"""What is typed about online consultations."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import KeyedForm, Line, MoneyField, PhotoField, Words
from core.money import parse
from finance.fees.services import FeeQuote
from finance.payments.services import Tender
from health.consultations.models import Prescription, Sign
from health.consultations.services import REJECTED_BECAUSE
from health.records.models import Drug
from stations.people.models import Person

PHOTOS = ("photo1", "photo2", "photo3")


class PhotosForm(KeyedForm):
    """Words and up to three photos."""

    @property
    def photos(self) -> list[UploadedFile]:
        """The photos that were taken."""
        return [self.cleaned_data[name] for name in PHOTOS if self.cleaned_data.get(name)]

    @property
    def typed(self) -> dict[str, Any]:
        """The words; photos under one name."""
        return {name: value for name, value in super().typed.items() if name not in PHOTOS} | {"uploads": self.photos}


class RequestForm(PhotosForm):
    """Danger first, then why the resident asks; the fee that was shown, and the cash on the counter."""

    signs = forms.MultipleChoiceField(
        label=_("Does one of these apply now? Ask for each."),
        choices=Sign.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    complaint = Words(label=_("What is the matter, in the resident’s words?"), max_length=1000)
    photo1 = PhotoField(label=_("Photo of the drug box or the hospital’s paper"), required=False)
    photo2 = PhotoField(label=_("Second photo"), required=False)
    photo3 = PhotoField(label=_("One more photo"), required=False)
    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    agent_fee = forms.CharField(widget=forms.HiddenInput, max_length=20)
    own_part = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, payer: Person, currency: str, signs: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payer, self.currency = payer, currency
        self.offer("signs", [(each, Sign(each).label) for each in signs])
        self.fields["cash_given"] = MoneyField(
            currency, label=_("Cash received"), required=False, help_text=_("To calculate the change.")
        )

    @property
    def typed(self) -> dict[str, Any]:
        """What the verb is called with. Raises `AmountMalformed`."""
        known = self.cleaned_data
        shown = FeeQuote(*(parse(known[name], self.currency) for name in ("amount", "agent_fee", "own_part")))
        return {
            "signs": known["signs"],
            "complaint": known["complaint"],
            "uploads": self.photos,
            "tender": Tender(payer=self.payer, cash_given=known["cash_given"], expected=shown),
            "key": known["key"],
        }

    def show(self, quote: FeeQuote) -> None:
        """Remember what the page shows, so that the next press confirms that and nothing older."""
        shown = {
            "amount": str(quote.amount),
            "agent_fee": str(quote.agent_fee),
            "own_part": str(quote.own_part),
        }
        self.initial.update(shown)
        if self.is_bound:
            self.replace_sent(shown)


class MessageForm(PhotosForm):
    """What the resident says besides."""

    text = Words(label=_("What does the resident say?"), max_length=1000)
    photo1 = PhotoField(label=pgettext_lazy("consultation", "Photo"), required=False)
    photo2 = PhotoField(label=_("Second photo"), required=False)


class RejectForm(KeyedForm):
    """Why it cannot be done online."""

    because = forms.ChoiceField(
        label=_("Why?"),
        choices=[(each.value, each.label) for each in REJECTED_BECAUSE],
        widget=forms.RadioSelect,
    )


class AnswerForm(KeyedForm):
    """What the doctor says."""

    text = Words(label=_("Your answer or question"), max_length=1000)


class CompleteForm(KeyedForm):
    """What stands in the record."""

    summary = Words(label=pgettext_lazy("encounter", "Findings"), max_length=2000)
    advice = Words(label=_("Advice"), max_length=1000, required=False)


class PrescriptionForm(KeyedForm):
    """Which drug, how much, how long."""

    drug = forms.ModelChoiceField(label=pgettext_lazy("medicine", "Drug"), queryset=Drug.objects.none())
    dose = Line(label=_("How much, how often"), max_length=120)
    days = forms.IntegerField(label=_("For how many days?"), min_value=1, max_value=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drugs = Drug.objects.filter(is_active=True, is_controlled=False).order_by("code")
        self.fields["drug"].queryset = drugs  # type: ignore[attr-defined]


class StopForm(KeyedForm):
    """Which prescription of a case ends now, and why."""

    prescription = forms.ModelChoiceField(
        label=_("Which prescription?"), queryset=Prescription.objects.none(), empty_label=None
    )
    reason = Line(label=_("Why does it end?"), max_length=200)

    def __init__(self, *args: Any, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.ModelChoiceField, self.fields["prescription"])
        # A second press names one that is stopped by now: the service answers it.
        rows = (
            case.prescriptions.all() if self.is_bound else case.prescriptions.filter(status__in=Prescription.IN_FORCE)
        )
        choice.queryset = rows.select_related("drug").order_by("-pk")
        choice.label_from_instance = lambda row: f"{row.drug.title} · {row.dose}"  # type: ignore[method-assign,assignment]


class ReturnForm(KeyedForm):
    """Why a prescription is not released."""

    reason = Line(label=_("What is wrong with it?"), max_length=200)
