"""What is typed about insurance."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, KeyedForm, Line, MoneyField
from finance.insurance.models import EnrolmentBatch, Fund, InsuranceProductVersion

#: Bytes of a list of people.
LARGEST = 1_000_000


class EnrolForm(KeyedForm):
    """A list of people as a file."""

    version = forms.TypedChoiceField(label=_("Which insurance"), coerce=int)
    start_date = DayField(label=_("Insured from"))
    source = forms.ChoiceField(
        label=_("What kind of list"),
        choices=[each for each in EnrolmentBatch.Source.choices if each[0] != "single"],
        widget=forms.RadioSelect,
    )
    content = forms.FileField(label=_("List of people"), help_text=_("CSV in UTF-8: id_number,full_name"))

    def __init__(self, *args: Any, versions: list[InsuranceProductVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {row.pk: row for row in versions}
        self.offer("version", [(row.pk, row.product.shown_name) for row in versions])

    def clean_content(self) -> str:
        """The text of the file."""
        file: Any = self.cleaned_data["content"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than a list of people can be."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the file as CSV in UTF-8.")) from error

    @property
    def typed(self) -> dict[str, Any]:
        """The version itself in place of its number."""
        values = super().typed
        return values | {"version": self.versions[values["version"]]}


class EnrolPersonForm(KeyedForm):
    """One person."""

    version = forms.TypedChoiceField(label=_("Which insurance"), coerce=int)
    start_date = DayField(label=_("Insured from"))

    def __init__(self, *args: Any, versions: list[InsuranceProductVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {row.pk: row for row in versions}
        self.offer("version", [(row.pk, row.product.shown_name) for row in versions])

    @property
    def typed(self) -> dict[str, Any]:
        """The version itself in place of its number."""
        values = super().typed
        return values | {"version": self.versions[values["version"]]}


class FundForm(KeyedForm):
    """Which fund pays which part of the premiums."""

    poverty_fund = forms.TypedChoiceField(label=_("Poverty fund"), coerce=int)
    crowd_fund = forms.TypedChoiceField(label=_("Crowd fund"), coerce=int)

    def __init__(self, *args: Any, funds: list[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funds = {fund.pk: fund for fund in funds}
        for kind in ("poverty", "crowd"):
            self.offer(f"{kind}_fund", [(fund.pk, fund.shown_name) for fund in funds if fund.kind == kind])

    @property
    def typed(self) -> dict[str, Any]:
        """The funds by their source."""
        return {"funds": {source: self.funds[pk] for source, pk in super().typed.items()}}


class ReasonForm(KeyedForm):
    """Why."""

    reason = Line(label=_("Reason"), max_length=200)


class ContributionForm(KeyedForm):
    """What arrived for a fund."""

    giver_name = Line(label=_("Given by"), max_length=80)
    giver_public = forms.BooleanField(label=_("The name may be shown"), required=False)
    amount = MoneyField(label=_("Amount"))
    receipt_ref = Line(label=_("Reference of the bank"), max_length=64)
    received_date = DayField(label=_("Received on"))

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].use_currency(currency)  # type: ignore[attr-defined]
