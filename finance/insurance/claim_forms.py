"""What is typed about claims: at the counter with the camera, at the desk of the assessor, by who decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DayField, Digits, KeyedForm, Line, MoneyField, PhotoField, Words
from core.money import AmountMalformed, Money, parse
from finance.insurance.models import Benefit, Claim, ClaimReason, EvidenceKind
from finance.insurance.payout_forms import PolicyAccountForm
from finance.insurance.services import OF_COST, Bill, PayTo
from stations.accounts.models import User
from stations.people.models import Person

LARGEST_ACCOUNT = 30


class NewClaimForm(KeyedForm):
    """A claim: photos first, then what happened, and where the money shall go."""

    event_date = DayField(label=_("When did it happen?"))
    amount = MoneyField(label=_("Total on the paper"), required=False)
    public_cover = MoneyField(label=_("Of which paid by public insurance"), required=False)
    grade = forms.ChoiceField(label=_("How bad is it, as the paper says?"), required=False)
    payee = forms.ChoiceField(label=_("Who gets the money?"), widget=forms.RadioSelect)
    bank_code = Line(label=_("Bank"), max_length=14)
    account_no = Digits(label=pgettext_lazy("bank", "Account number"), shortest=6, longest=LARGEST_ACCOUNT)
    holder_name = Line(label=_("Name of the holder"), max_length=80)

    def __init__(self, *args: Any, benefit: Benefit, payees: list[Person], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payees = {str(person.pk): person for person in payees}
        self.papers: list[tuple[str, str]] = []
        photos: dict[str, forms.Field] = {}
        for rule in benefit.evidence_rules.order_by("pk"):
            for number in range(rule.min_count):
                name = f"photo_{rule.kind}_{number + 1}"
                label = rule.get_kind_display()
                photos[name] = PhotoField(label=str(label).capitalize(), required=False)
                self.papers.append((name, rule.kind))
        self.fields = {"key": self.fields.pop("key"), **photos, **self.fields}
        if benefit.formula not in OF_COST:
            del self.fields["amount"], self.fields["public_cover"]
        else:
            for name in ("amount", "public_cover"):
                self.fields[name].use_currency(currency)  # type: ignore[attr-defined]
        if benefit.formula == Benefit.Formula.GRADED:
            self.offer("grade", [(row.grade, row.get_grade_display()) for row in benefit.grades.order_by("pk")])
        else:
            del self.fields["grade"]
        self.offer("payee", [(pk, person.full_name) for pk, person in self.payees.items()])

    @property
    def photos(self) -> list[tuple[str, str, Any]]:
        """The photos that were taken: field, kind of paper, file."""
        return [(name, kind, self.cleaned_data[name]) for name, kind in self.papers if self.cleaned_data.get(name)]

    @property
    def typed(self) -> dict[str, Any]:
        """What is no photo; the payee in place of the number."""
        photos = {name for name, _kind in self.papers}
        values = {name: value for name, value in super().typed.items() if name not in photos}
        return values | {"payee": self.payees[values["payee"]]}


class CorrectAccountForm(PolicyAccountForm):
    """Where the money shall go instead."""

    @property
    def typed(self) -> dict[str, Any]:
        """Payee and account together."""
        return {"pay_to": PayTo(**super().typed)}


class PhotoOfClaimForm(KeyedForm):
    """One more photo, and what a bill on it says."""

    photo = PhotoField(label=_("Photo"))
    kind = forms.ChoiceField(label=_("What does it show?"), choices=EvidenceKind)
    bill_number = Line(label=_("Number of the bill"), max_length=40, required=False)
    issuer = Line(label=_("Issued by"), max_length=80, required=False)
    total = MoneyField(label=_("Total of the bill"), required=False)

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["total"].use_currency(claim.currency)  # type: ignore[attr-defined]

    @property
    def typed(self) -> dict[str, Any]:
        """The photo, its kind, and the bill."""
        values = super().typed
        bill = Bill(number=values["bill_number"], issuer=values["issuer"], total=values["total"] or None)
        return {"photo": values["photo"], "kind": values["kind"], "bill": bill}


class WordsForm(KeyedForm):
    """In words."""

    words = Words(label=_("In plain words"), max_length=500)


class VisitForm(KeyedForm):
    """What a visit found, with photos."""

    words = Words(label=_("What did you find?"), max_length=500)
    photo1 = PhotoField(label=_("First photo"), required=False)
    photo2 = PhotoField(label=_("Second photo"), required=False)


class ProcessForm(KeyedForm):
    """A proposal: what is accepted, or why it is declined."""

    accepted = MoneyField(label=_("Accept of the cost"), required=False)
    other_cover = MoneyField(label=_("Paid by others"), required=False)
    grade = forms.ChoiceField(label=_("Grade that the papers prove"), required=False)
    words = Words(label=_("What the second person should know"), max_length=500, required=False)
    override = Line(label=_("Why a check is overruled, if one is"), max_length=200, required=False)
    reasons = forms.MultipleChoiceField(
        label=_("Reasons, only to decline"),
        choices=ClaimReason,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        is_cost = claim.benefit.formula in OF_COST
        usual = {"accepted": claim.claimed, "other_cover": claim.other_cover, "grade": claim.grade}
        super().__init__(*args, initial=usual, **kwargs)
        for name in ("accepted", "other_cover"):
            self.fields[name].use_currency(claim.currency)  # type: ignore[attr-defined]
        if claim.benefit.formula == Benefit.Formula.GRADED:
            grades = claim.benefit.grades.order_by("pk")
            self.offer("grade", [(row.grade, row.get_grade_display()) for row in grades])
        else:
            del self.fields["grade"]
        if not is_cost:
            del self.fields["accepted"], self.fields["other_cover"]

    @property
    def typed(self) -> dict[str, Any]:
        """Amounts that were left empty, or are not asked for, are none."""
        values = super().typed
        return {
            **values,
            "accepted": values.get("accepted") or None,
            "other_cover": values.get("other_cover") or None,
            "grade": values.get("grade", ""),
        }


class ApproveForm(KeyedForm):
    """The amount that the decider sees beside the button."""

    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, amount: Money, **kwargs: Any) -> None:
        super().__init__(*args, initial={"amount": str(amount)}, **kwargs)
        self.currency = amount.currency

    def clean_amount(self) -> Money:
        """The amount in the currency of the claim."""
        try:
            return parse(self.cleaned_data["amount"], self.currency)
        except AmountMalformed as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class DeclineForm(KeyedForm):
    """Why, and what would help."""

    reasons = forms.MultipleChoiceField(
        label=_("Reasons, at most four"), choices=ClaimReason, widget=forms.CheckboxSelectMultiple
    )
    words = Words(label=_("To the family: what would help"), max_length=500)


class JudgeForm(KeyedForm):
    """Who judges."""

    judge = forms.ChoiceField(label=_("Who judges?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        self.offer("judge", [(pk, user.shown_name) for pk, user in self.people.items()])

    @property
    def typed(self) -> dict[str, Any]:
        """The judge in place of the number."""
        return {"judge": self.people[super().typed["judge"]]}
