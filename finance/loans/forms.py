"""What is typed about loans: at the counter, on a visit, at the desk of the lender."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, Digits, KeyedForm, Line, MoneyField, PhotoField, Words
from core.money import Money, parse
from finance.credit.models import Assessment, Reason, Reinstatement
from finance.loans.models import LoanAdjustment, LoanApplication, LoanProductVersion, LoanReceipt, LoanReversal
from finance.loans.services import Quote, Restructure, Stays
from finance.payouts.forms import account_number, bank_code


class QuoteForm(forms.Form):
    """Which loan, how much, in how many instalments; it only looks."""

    version = forms.TypedChoiceField(label=_("Which loan"), coerce=int)
    amount = MoneyField(label=_("Amount"))
    installments = forms.TypedChoiceField(label=_("In how many instalments"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, versions: list[LoanProductVersion], chosen: LoanProductVersion, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["version"].choices = [(row.pk, row.offered_as) for row in versions]  # type: ignore[attr-defined]
        numbers = sorted({number for row in versions for number in row.installments_offered})
        self.fields["installments"].choices = [(number, str(number)) for number in numbers]  # type: ignore[attr-defined]
        self.fields["amount"].use_currency(chosen.currency)  # type: ignore[attr-defined]
        self.fields["amount"].help_text = _("From %(least)s to %(most)s.") % {
            "least": chosen.smallest.display(),
            "most": chosen.largest.display(),
        }


class ApplyForm(KeyedForm):
    """Five fields: which loan, how much, how long, what for."""

    version = forms.TypedChoiceField(label=_("Which loan"), coerce=int)
    amount = MoneyField(label=_("How much does the borrower need"))
    installments = forms.TypedChoiceField(label=_("In how many instalments"), coerce=int, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=_("What is the money for"), choices=LoanApplication.Purpose)
    purpose_words = Line(label=_("In a few words"), max_length=120, required=False)

    def __init__(self, *args: Any, versions: list[LoanProductVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {row.pk: row for row in versions}
        self.offer("version", [(row.pk, row.offered_as) for row in versions])
        numbers = sorted({number for row in versions for number in row.installments_offered})
        self.offer("installments", [(number, str(number)) for number in numbers])
        if versions:
            amount = self.fields["amount"]
            amount.use_currency(versions[0].currency)  # type: ignore[attr-defined]
            first = Money(versions[0].amount_max_first_minor, versions[0].currency)
            amount.help_text = _("At most %(most)s the first time.") % {"most": first.display()}

    @property
    def typed(self) -> dict[str, Any]:
        """The version itself in place of its number."""
        values = super().typed
        return values | {"version": self.versions[values["version"]]}


class AssessForm(KeyedForm):
    """What was seen, with photos, and how the one who saw it stands to the borrower."""

    relationship = forms.ChoiceField(
        label=_("How are you related to the borrower?"), choices=Assessment.Relationship, widget=forms.RadioSelect
    )
    income = MoneyField(label=_("Household income in a month"))
    outgo = MoneyField(label=_("Household spending in a month"))
    other_debt = MoneyField(label=_("Debts elsewhere"))
    proofs_seen = forms.IntegerField(label=_("Proofs of land, house or shop that you saw"), min_value=0, max_value=20)
    years_in_village = forms.IntegerField(label=_("Years in the village"), min_value=0, max_value=120)
    activity = forms.ChoiceField(
        label=_("How does the business look?"), choices=Assessment.Activity, widget=forms.RadioSelect
    )
    references_called = forms.IntegerField(label=_("Independent people you asked"), min_value=0, max_value=20)
    recommended = MoneyField(label=_("Amount you recommend"))
    opinion = Words(label=_("Note"), max_length=500)
    photo1 = PhotoField(label=_("First photo"))
    photo2 = PhotoField(label=_("Second photo"))
    photo3 = PhotoField(label=_("One more photo"), required=False)

    AMOUNTS = ("income", "outgo", "other_debt", "recommended")
    COUNTS = ("proofs_seen", "years_in_village", "activity", "references_called")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.AMOUNTS:
            self.fields[name].use_currency(currency)  # type: ignore[attr-defined]

    @property
    def seen(self) -> dict[str, Any]:
        """The columns of what was seen."""
        typed = self.cleaned_data
        amounts = {f"{name}_minor": typed[name].minor for name in self.AMOUNTS}
        return amounts | {name: typed[name] for name in self.COUNTS}

    @property
    def photos(self) -> list[Any]:
        """The photos that were taken."""
        return [self.cleaned_data[name] for name in ("photo1", "photo2", "photo3") if self.cleaned_data[name]]


class ReasonsForm(KeyedForm):
    """Why less, or nothing."""

    reasons = forms.MultipleChoiceField(
        label=_("Reasons, at most four"), choices=Reason, widget=forms.CheckboxSelectMultiple
    )


class AppraiseForm(KeyedForm):
    """What to lend, in how many instalments, and what the second officer should know."""

    amount = MoneyField(label=_("Propose"))
    installments = forms.TypedChoiceField(label=_("In how many instalments"), coerce=int)
    reasons = forms.MultipleChoiceField(
        label=_("Reasons, if it is less than asked for"),
        choices=Reason,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    opinion = Words(label=_("Your opinion, which the second officer reads"), max_length=500)

    def __init__(self, *args: Any, application: LoanApplication, **kwargs: Any) -> None:
        usual = {"amount": application.requested, "installments": application.installments}
        super().__init__(*args, initial=usual, **kwargs)
        self.fields["amount"].use_currency(application.currency)  # type: ignore[attr-defined]
        self.offer("installments", [(n, str(n)) for n in application.version.installments_offered])


class SignForm(KeyedForm):
    """The code that the borrower reads aloud, or a photo of the signed paper."""

    code = Digits(label=_("Code that the borrower reads aloud"), shortest=6, longest=6, required=False)
    paper = PhotoField(label=_("Or a photo of the signed contract"), required=False)


class SignContractForm(SignForm):
    """The day of the plan that the borrower saw, and how they agree to it."""

    on = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, quote: Quote | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": quote.on if quote else None}, **kwargs)


class AccountForm(KeyedForm):
    """A bank account as it stands on the borrower's card."""

    bank_code = Line(label=_("Code of the bank"), max_length=20)
    account_no = Line(label=_("Number of the bank account"), max_length=50)
    holder_name = Line(label=_("Name of the holder"), max_length=80)

    def clean_bank_code(self) -> str:
        return bank_code(self.cleaned_data["bank_code"])

    def clean_account_no(self) -> str:
        return account_number(self.cleaned_data["account_no"])


class RepayForm(KeyedForm):
    """How much is paid; what is due today stands there already."""

    amount = MoneyField(label=_("Amount"))

    def __init__(self, *args: Any, due: Money, debt: Money, **kwargs: Any) -> None:
        super().__init__(*args, initial={"amount": due if due.minor > 0 else debt}, **kwargs)
        self.fields["amount"].use_currency(debt.currency)  # type: ignore[attr-defined]
        self.fields["amount"].help_text = _("At most %(most)s today: that ends the loan.") % {"most": debt.display()}

    @property
    def typed(self) -> dict[str, Any]:
        """With the key of the press."""
        return {**super().typed, "key": self.cleaned_data["key"]}


class ReverseForm(KeyedForm):
    """Why, of the payment that was shown and no other."""

    receipt = forms.UUIDField(widget=forms.HiddenInput)
    reason = Line(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, latest: LoanReceipt | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"receipt": latest.pk if latest else None}, **kwargs)
        if latest:
            self.fields["reason"].help_text = _("It reverses the payment of %(amount)s.") % {
                "amount": latest.amount.display()
            }


class DecideReversalForm(KeyedForm):
    """The proposal that was shown, so that no other is decided."""

    proposal = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: LoanReversal | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"proposal": asked.pk if asked else None}, **kwargs)


class ProposeWriteOffForm(KeyedForm):
    """Why nothing more is expected."""

    reason = Line(label=_("Why nothing more is expected"), max_length=200)


class ProposeReleaseForm(KeyedForm):
    """Why the others need not stand up for it any more."""

    reason = Line(label=_("Why the group is released"), max_length=200)


class ProposeWaiverForm(KeyedForm):
    """Penalties or interest, how much of what is due, and why."""

    kind = forms.ChoiceField(label=_("What is waived"), widget=forms.RadioSelect)
    amount = MoneyField(label=_("Amount"))
    reason = Line(label=_("Why it is waived"), max_length=200)

    def __init__(self, *args: Any, most: dict[str, Money], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = LoanAdjustment.Kind
        self.offer("kind", [(kind, f"{kinds(kind).label} ({due.display()})") for kind, due in most.items()])
        amount = cast(MoneyField, self.fields["amount"])
        amount.use_currency(currency)
        amount.least = Money(1, currency)


class ProposeRestructureForm(KeyedForm):
    """In how many instalments the rest is to be paid, and why."""

    installments = forms.IntegerField(label=_("Instalments of the new plan"), min_value=1)
    grace_principal = forms.IntegerField(label=_("Of these, without principal at first"), min_value=0)
    reason = Line(label=_("Why the borrower cannot pay as agreed"), max_length=200)

    def __init__(self, *args: Any, longest: int, grace: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"grace_principal": 0}, **kwargs)
        for name, most in (("installments", longest), ("grace_principal", grace)):
            self.fields[name].max_value = most  # type: ignore[attr-defined]
            self.fields[name].help_text = _("At most %(most)s.") % {"most": most}


class ProposeRateChangeForm(KeyedForm):
    """Which rate, from when on, and why."""

    rate_ppm = forms.DecimalField(label=_("New rate a year (%)"), min_value=0, max_digits=9, decimal_places=4)
    valid_from = DayField(label=_("Holds from"))
    reason = Line(label=_("Why the rate changes"), max_length=200)

    def __init__(self, *args: Any, least: str, most: str, earliest: dt.date | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": earliest}, **kwargs)
        self.fields["rate_ppm"].help_text = _("From %(least)s to %(most)s.") % {"least": least, "most": most}

    def clean_rate_ppm(self) -> int:
        """In parts per million."""
        return int(self.cleaned_data["rate_ppm"].scaleb(4))


class SignPlanForm(SignForm):
    """The plan that the borrower saw, and how they agree to it."""

    left = forms.CharField(widget=forms.HiddenInput, max_length=20)
    on = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, quote: Restructure | None, currency: str, **kwargs: Any) -> None:
        shown = {"left": str(quote.left), "on": quote.on} if quote else {}
        super().__init__(*args, initial=shown, **kwargs)
        self.currency = currency

    @property
    def typed(self) -> dict[str, Any]:
        """As it was shown, with the code or the photo. Raises `AmountMalformed`."""
        typed = self.cleaned_data
        paper = typed["paper"].pk if typed["paper"] else None
        return {"left": parse(typed["left"], self.currency), "on": typed["on"], "code": typed["code"], "paper": paper}


class DecideAdjustmentForm(KeyedForm):
    """The change that was shown, so that no other is decided."""

    proposal = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: LoanAdjustment | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"proposal": asked.pk if asked else None}, **kwargs)


class ReinstateForm(KeyedForm):
    """Why somebody recommends loans again."""

    reason = Line(label=_("What has been done about the late loans"), max_length=200)


class DecideReinstatementForm(KeyedForm):
    """What the county has asked for and was shown, so that nothing else is decided."""

    proposal = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Reinstatement | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"proposal": asked.pk if asked else None}, **kwargs)


class RecoverForm(KeyedForm):
    """How much comes in on a loan that was written off."""

    amount = MoneyField(label=_("Amount"))

    def __init__(self, *args: Any, left: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].use_currency(left.currency)  # type: ignore[attr-defined]
        self.fields["amount"].help_text = _("At most %(most)s: so much is written off and still open.") % {
            "most": left.display()
        }

    @property
    def typed(self) -> dict[str, Any]:
        """With the key of the press."""
        return {**super().typed, "key": self.cleaned_data["key"]}


class PrepayQuoteForm(forms.Form):
    """How much is paid early, and what stays; it only looks."""

    amount = MoneyField(label=_("Amount"))
    stays = forms.ChoiceField(label=_("What stays"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, currency: str, most: Money, options: list[Stays], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].use_currency(currency)  # type: ignore[attr-defined]
        self.fields["amount"].help_text = _("Less than %(most)s: that would end the loan.") % {"most": most.display()}
        self.fields["stays"].choices = [(each.value, each.label) for each in options]  # type: ignore[attr-defined]


class PrepayForm(KeyedForm):
    """The plan that the borrower saw and agreed to."""

    amount = forms.CharField(widget=forms.HiddenInput, max_length=20)
    stays = forms.ChoiceField(widget=forms.HiddenInput, choices=Stays)
    left = forms.CharField(widget=forms.HiddenInput, max_length=20)
    on = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    @property
    def typed(self) -> dict[str, Any]:
        """As it was shown, and the key of the press. Raises `AmountMalformed`."""
        typed = self.cleaned_data
        return {
            **{name: parse(typed[name], self.currency) for name in ("amount", "left")},
            "stays": Stays(typed["stays"]),
            "on": typed["on"],
            "key": typed["key"],
        }


class PayOffForm(KeyedForm):
    """The amount that was shown, so that no other is taken."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(self, *args: Any, due: Money, debt: Money, **kwargs: Any) -> None:
        super().__init__(*args, initial={"shown": str(debt)}, **kwargs)
        self.currency = debt.currency

    @property
    def typed(self) -> dict[str, Any]:
        """The amount that was shown, and the key of the press. Raises `AmountMalformed`."""
        return {"expected": parse(self.cleaned_data["shown"], self.currency), "key": self.cleaned_data["key"]}
