"""What is typed about premiums to insurers, readings of weather stations, and windows."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line
from core.language import formatting
from finance.insurance.forms import LARGEST
from finance.insurance.models import Benefit, IndexSource, Insurer
from finance.payouts.forms import account_number, bank_code
from stations.people.models import Person


class StatementForm(KeyedForm):
    """Of which insurer, and which month."""

    insurer = forms.TypedChoiceField(label=_("Insurer"), coerce=int)
    month = forms.TypedChoiceField(label=_("Month"), coerce=dt.date.fromisoformat)

    def __init__(self, *args: Any, insurers: list[Insurer], months: list[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.insurers = {row.pk: row for row in insurers}
        self.offer("insurer", [(row.pk, row.shown_name) for row in insurers])
        self.offer("month", [(month.isoformat(), formatting.month(month)) for month in months])

    @property
    def typed(self) -> dict[str, Any]:
        """The insurer itself in place of its number."""
        values = super().typed
        return values | {"insurer": self.insurers[values["insurer"]]}


class BankAccountForm(KeyedForm):
    """A bank account as it stands on paper or card."""

    bank_code = Line(label=_("Code of the bank"), max_length=20)
    account_no = Line(label=_("Number of the bank account"), max_length=50)
    holder_name = Line(label=_("Name of the holder"), max_length=80)

    def clean_bank_code(self) -> str:
        return bank_code(self.cleaned_data["bank_code"])

    def clean_account_no(self) -> str:
        return account_number(self.cleaned_data["account_no"])


class PolicyAccountForm(BankAccountForm):
    """Whose account it is: the insured's, a guardian's, or that of the head of the household."""

    payee = forms.ChoiceField(label=_("Who gets the money?"), widget=forms.RadioSelect)
    field_order = ("payee", "bank_code", "account_no", "holder_name")

    def __init__(self, *args: Any, payees: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.payees = {str(person.pk): person for person in payees}
        self.offer("payee", [(pk, person.full_name) for pk, person in self.payees.items()])

    @property
    def typed(self) -> dict[str, Any]:
        """The payee in place of the number."""
        values = super().typed
        return values | {"payee": self.payees[values["payee"]]}


class NoHeirForm(KeyedForm):
    """Which paper says that nobody inherits."""

    paper = Line(
        label=_("Paper"), max_length=200, help_text=_("Which paper says so: who wrote it, its number and date.")
    )


class HeirForm(NoHeirForm):
    """Who inherits, and which paper says so."""

    id_number = Line(label=_("Number of the heir's identity card"), max_length=24)
    field_order = ("id_number", "paper")


class ReadingsForm(KeyedForm):
    """Readings as a file."""

    content = forms.FileField(label=_("File of readings"), help_text=_("CSV in UTF-8: source,date,value"))

    def clean_content(self) -> str:
        """The text of the file."""
        file: Any = self.cleaned_data["content"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is too large."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as CSV in UTF-8.")) from error


class WindowForm(KeyedForm):
    """In which days the index of a weather station decides."""

    benefit = forms.TypedChoiceField(label=_("Which insurance"), coerce=int)
    source = forms.TypedChoiceField(label=_("Weather station"), coerce=int)
    start_date = DayField(label=_("First day"))
    end_date = DayField(label=_("Last day"))

    def __init__(self, *args: Any, benefits: list[Benefit], sources: list[IndexSource], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.benefits = {row.pk: row for row in benefits}
        self.sources = {row.pk: row for row in sources}
        self.offer(
            "benefit",
            [(row.pk, f"{row.version.product.shown_name} · {row.get_index_kind_display()}") for row in benefits],
        )
        self.offer("source", [(row.pk, f"{row.shown_name} · {row.get_kind_display()}") for row in sources])

    @property
    def typed(self) -> dict[str, Any]:
        """Benefit and weather station in place of their numbers."""
        values = super().typed
        return values | {"benefit": self.benefits[values["benefit"]], "source": self.sources[values["source"]]}
