"""Days and statements to be read; tax rules and terms to be set."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import DatedAdmin, ReadAdmin, ReferenceAdmin
from finance.settlement.models import (
    DayClose,
    InstalledCountry,
    PayeeAccount,
    PayeeDay,
    SettleChunk,
    Statement,
    StatementTerms,
    TaxRule,
)
from finance.settlement.services import close_book_day
from finance.settlement.taxes import faults_in
from stations.models import Division
from stations.requests import signed_in

READ_DAY, CLOSE_DAY, READ_STATEMENT = "finance.read_book_day", "finance.close_book_day", "finance.read_statement"
READ_RULE, EDIT_RULE = "finance.read_tax_rule", "finance.edit_tax_rule"
READ_COUNTRY, EDIT_COUNTRY = "finance.read_installed_country", "finance.edit_installed_country"


class TaxRuleForm(forms.ModelForm):
    """A rule whose table fits its method."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        fault = faults_in(data.get("method", ""), data.get("table")) if "table" in self.fields else ""
        if fault:
            raise ValidationError({"table": _("This table does not fit the method: %(fault)s") % {"fault": fault}})
        return data


@admin.register(TaxRule)
class TaxRuleAdmin(DatedAdmin):
    read_verb, edit_verb = READ_RULE, EDIT_RULE
    form = TaxRuleForm
    list_display = ("country", "payee_kind", "currency", "method", "from_date", "to_date")
    list_filter = ("payee_kind",)
    ordering = ("country", "payee_kind", "-from_date")


@admin.register(StatementTerms)
class StatementTermsAdmin(DatedAdmin):
    read_verb, edit_verb = READ_RULE, EDIT_RULE
    list_display = ("country", "payee_kind", "currency", "period", "minimum_minor", "from_date", "to_date")
    list_filter = ("payee_kind",)
    ordering = ("country", "payee_kind", "-from_date")


class InstalledCountryForm(forms.ModelForm):
    """Banks of the country and its currency, and a county of it."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        country, currency = (data.get(name, getattr(self.instance, name)) for name in ("country", "currency"))
        for name in ("payout_provider", "collection_provider"):
            company = data.get(name)
            if company and (company.country, company.currency) != (country, currency):
                self.add_error(name, _("This company works in another country or in other money."))
        county = data.get("head_county")
        if county and (county.country, county.level) != (country, Division.Level.COUNTY):
            self.add_error("head_county", _("This is no county of the country."))
        return data


@admin.register(InstalledCountry)
class InstalledCountryAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ_COUNTRY, EDIT_COUNTRY
    form = InstalledCountryForm
    fixed_fields = ("country", "currency")
    list_display = (
        "country",
        "currency",
        "payout_provider",
        "payout_bank_account",
        "collection_provider",
        "head_county",
    )
    list_select_related = ("payout_provider", "collection_provider", "head_county")
    raw_id_fields = ("head_county",)
    ordering = ("country", "currency")


@admin.register(DayClose)
class DayCloseAdmin(ReadAdmin):
    read_verb = READ_DAY
    list_display = ("status", "county", "business_date", "stopped_by", "asked_by", "closed_at")
    list_filter = ("status",)
    list_select_related = ("county", "asked_by")
    search_fields = ("=county__code",)
    ordering = ("-business_date", "county")
    actions = ("close",)

    @admin.action(description=_("Close a day on hold: two people, one after the other"))
    def close(self, request: HttpRequest, queryset: Any) -> None:
        """The first person asks, another one closes."""
        self.each(
            request,
            queryset,
            CLOSE_DAY,
            lambda close, reason: close_book_day(close=close, reason=reason, by=signed_in(request), at=now()),
        )


@admin.register(SettleChunk)
class SettleChunkAdmin(ReadAdmin):
    read_verb = READ_DAY
    list_display = ("county", "business_date", "from_payee", "to_payee", "done_at")
    list_select_related = ("county",)
    ordering = ("-pk",)


@admin.register(PayeeAccount)
class PayeeAccountAdmin(ReadAdmin):
    read_verb = READ_STATEMENT
    list_display = ("account", "kind", "county")
    list_filter = ("kind",)
    list_select_related = ("account", "county")
    search_fields = ("=payee",)
    ordering = ("-pk",)


@admin.register(PayeeDay)
class PayeeDayAdmin(ReadAdmin):
    currency_path = "account.currency"
    read_verb = READ_STATEMENT
    list_display = ("account", "business_date", "matured_minor", "reversed_minor")
    list_select_related = ("account",)
    search_fields = ("=account__code",)
    ordering = ("-pk",)


@admin.register(Statement)
class StatementAdmin(ReadAdmin):
    read_verb = READ_STATEMENT
    list_display = ("status", "account", "payee_kind", "period_from", "period_to", "payable_minor", "carried_minor")
    list_filter = ("status", "payee_kind", "period")
    list_select_related = ("account",)
    search_fields = ("=payee", "=account__code")
    ordering = ("-pk",)
