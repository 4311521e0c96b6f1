"""The shape of what is typed about payouts."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import KeyedForm, Line, Option
from finance.payouts.models import PayoutAccount

ACCOUNT_NO = re.compile(r"[0-9A-Z]{6,34}")
BANK_FIELDS = ("bank_code", "account_no", "holder_name")
EVERYBODY = "all"
NEEDED = _("Fill this in.")
BANK_CODE = re.compile(r"[0-9A-Z]{3,14}")


def account_number(typed: str) -> str:
    """A bank account's number as it is stored: full-width characters as usual ones, no blanks, no dashes.

    Raises `ValidationError`.
    """
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if not ACCOUNT_NO.fullmatch(number):
        raise ValidationError(_("Check the number: 6 to 34 digits or letters."), code="account_no")
    return number


def bank_code(typed: str) -> str:
    """A bank's code as it is stored. Raises `ValidationError`."""
    code = unicodedata.normalize("NFKC", typed).strip().upper()
    if not BANK_CODE.fullmatch(code):
        raise ValidationError(_("Check the bank's code: 3 to 14 digits or letters."), code="bank_code")
    return code


class OwnAccountForm(KeyedForm):
    """Where I want to be paid: only what the chosen way needs is filled in."""

    kind = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect, choices=PayoutAccount.Kind)
    bank_code = Line(label=_("Code of the bank"), required=False, max_length=20)
    account_no = Line(label=_("Number of the bank account"), required=False, max_length=50)
    holder_name = Line(label=_("Name of the holder"), required=False, max_length=80)
    station = forms.ChoiceField(label=_("Station"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, floats: Any = (), stations: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_floats = [(station.code, Option(station.name, hint=_("your float"))) for station in floats]
        of_cash = [(station.code, Option(station.name, hint=_("cash to collect"))) for station in stations]
        self.offer("station", [*of_floats, *of_cash])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        needed = BANK_FIELDS if data.get("kind") == PayoutAccount.Kind.BANK else ("station",)
        for name in needed if data.get("kind") else ():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, NEEDED)
        return data

    def clean_account_no(self) -> str:
        typed = self.cleaned_data["account_no"]
        return account_number(typed) if typed else ""

    def clean_bank_code(self) -> str:
        typed = self.cleaned_data["bank_code"]
        return bank_code(typed) if typed else ""


class RegionForm(KeyedForm):
    """For whom a batch is put together."""

    region = forms.ChoiceField(label=_("Pay to whom"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, regions: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = [(str(region.pk), region.short_name) for region in regions]
        self.offer("region", [(EVERYBODY, _("Everyone")), *counties])
        self.fields["region"].initial = EVERYBODY

    def clean_region(self) -> int | None:
        chosen = self.cleaned_data["region"]
        return int(chosen) if chosen not in {"", EVERYBODY} else None


class EnteredAccountForm(KeyedForm):
    """The bank account of a county, a supplier or another organisation, entered by finance."""

    payee = Line(label=_("Payee"), max_length=64)
    bank_code = Line(label=_("Code of the bank"), max_length=20)
    account_no = Line(label=_("Number of the bank account"), max_length=50)
    holder_name = Line(label=_("Name of the holder"), max_length=80)

    def clean_account_no(self) -> str:
        return account_number(self.cleaned_data["account_no"])

    def clean_bank_code(self) -> str:
        return bank_code(self.cleaned_data["bank_code"])


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class MatchForm(KeyedForm):
    """Which payout came back: one of those that it can be."""

    payout = forms.ChoiceField(label=_("Which payout was it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, payouts: list[tuple[str, Option]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("payout", payouts)
