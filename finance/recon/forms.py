"""The shape of what finance types about differences and bank lines."""

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.defaults import default_country
from core.forms import KeyedForm, Line, MoneyField
from finance.countries import country_choices, currency_of
from finance.recon.models import BankExplanation

LARGEST_STATEMENT = 4 * 1024 * 1024


class ResolveForm(KeyedForm):
    """Why a difference is closed: one press, words only where they are needed."""

    reason = forms.ChoiceField(label=_("Why it is closed"), widget=forms.RadioSelect)
    text = Line(label=_("In words"), max_length=200, required=False)

    def __init__(self, *args: Any, reasons: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("reason", reasons)


class WriteOffForm(KeyedForm):
    """Why the company should bear it."""

    text = Line(label=_("Why the company should absorb it"), max_length=200)


class ExplainForm(KeyedForm):
    """What a bank line, or a part of it, was."""

    kind = forms.ChoiceField(label=_("What it was"), widget=forms.RadioSelect)
    amount = MoneyField(label=_("Amount"))
    of = Line(
        label=_("Owner"),
        help_text=_(
            "Code of the biller, operator, company or station; of a county’s programme as county-321324:education; "
            "for money sent out again, the reference of the incoming line."
        ),
        max_length=40,
        required=False,
    )
    text = Line(label=_("In words"), max_length=200, required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("kind", kinds)
        cast(MoneyField, self.fields["amount"]).use_currency(currency)


class StatementForm(KeyedForm):
    """A bank's file with its control total; CSV, camt.053 or MT940."""

    country = forms.ChoiceField(label=_("In which country"))
    bank_account = Line(
        label=_("Our bank account"), max_length=40, initial="main", validators=[RegexValidator(r"^[A-Za-z0-9-]+$")]
    )
    content = forms.FileField(label=_("The bank’s file"), help_text=_("CSV, camt.053 or MT940."), max_length=200)
    control_total = MoneyField(label=_("Total in minus total out"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("country", country_choices())
        self.fields["country"].initial = default_country()
        chosen = self.data.get("country") or default_country()
        cast(MoneyField, self.fields["control_total"]).use_currency(currency_of(chosen))

    def clean_content(self) -> Any:
        """A file of a size that a bank sends."""
        content = self.cleaned_data["content"]
        if content.size > LARGEST_STATEMENT:
            raise forms.ValidationError(_("This file is larger than a bank statement can be."))
        return content


#: What an officer may say of a line; a float is filled by its top-up.
BY_HAND = [kind for kind in BankExplanation.Kind if kind != BankExplanation.Kind.FLOAT]
