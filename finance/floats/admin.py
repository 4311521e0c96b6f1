"""Floats: to be read. Rules of stations change by the service alone; bank days are reference data."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin, ReferenceAdmin
from core.errors import Refused
from finance.floats.models import (
    BankDay,
    FloatDay,
    FloatForecast,
    FloatTopUp,
    FloatTransfer,
    StationMoney,
    TopUpCash,
    TopUpUndo,
)
from finance.floats.services import LIMITS, check_rules, set_station_money
from stations.requests import signed_in

READ, EDIT = "finance.read_float", "finance.edit_station_money"


class RulesForm(forms.ModelForm):
    """New rules from a date on; the service refuses them here and saves them afterwards."""

    reason = forms.CharField(label=_("Reason"), max_length=200)

    class Meta:
        model = StationMoney
        fields = ("station", "from_date", "mode", *LIMITS)

    @property
    def changes(self) -> dict[str, Any]:
        """What is to hold."""
        return {name: self.cleaned_data[name] for name in ("mode", *LIMITS)}

    def clean(self) -> dict[str, Any]:
        super().clean()
        typed = self.cleaned_data
        if not self.errors:
            try:
                check_rules(station=typed["station"], changes=self.changes, from_date=typed["from_date"], at=now())
            except Refused as refusal:
                raise ValidationError(str(refusal), code=refusal.code) from refusal
        return typed

    def _post_clean(self) -> None:
        """Rules that run on are no fault here: the service ends them on the day."""


@admin.register(StationMoney)
class StationMoneyAdmin(ReferenceAdmin):
    currency_path = "station.currency"
    read_verb, edit_verb = READ, EDIT
    is_reference = False
    list_display = ("station", "mode", "ceiling_minor", "float_min_minor", "float_max_minor", "from_date", "to_date")
    list_filter = ("mode",)
    list_select_related = ("station",)
    search_fields = ("=station__code",)
    raw_id_fields = ("station",)
    ordering = ("-pk",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What held, held: a change is a new row."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs |= {"form": RulesForm, "fields": None}
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: StationMoney, form: Any, change: bool) -> None:
        typed = form.cleaned_data
        rules = set_station_money(
            station=typed["station"],
            changes=form.changes,
            from_date=typed["from_date"],
            reason=typed["reason"],
            by=signed_in(request),
            at=now(),
        )
        obj.pk = rules.pk
        obj.refresh_from_db()


@admin.register(FloatTopUp)
class FloatTopUpAdmin(ReadAdmin):
    read_verb = "finance.read_topup"
    list_display = (
        "status",
        "via",
        "reference",
        "station",
        "amount_minor",
        "requested_at",
        "matched_by",
        "credited_by",
    )
    list_filter = ("status", "via")
    list_select_related = ("station", "matched_by", "credited_by")
    search_fields = ("=reference",)
    ordering = ("-id",)


@admin.register(TopUpCash)
class TopUpCashAdmin(ReadAdmin):
    read_verb = "finance.read_topup"
    belongs_to = "topup"
    fields = ("topup", "centre", "counted_minor", "lines", "counted_by", "counted_at", "signed_with", "signed_by")
    list_display = ("topup", "centre", "counted_minor", "counted_by", "signed_with", "signed_by", "signed_at")
    list_select_related = ("topup", "centre", "counted_by", "signed_by")
    ordering = ("-pk",)


@admin.register(TopUpUndo)
class TopUpUndoAdmin(ReadAdmin):
    read_verb = "finance.read_topup"
    belongs_to = "topup"
    fields = ("topup", "bank_line", "reason", "asked_by", "asked_at", "done_by", "done_at", "transfer")
    list_display = ("topup", "reason", "asked_by", "asked_at", "done_by", "done_at")
    list_select_related = ("topup", "asked_by", "done_by")
    ordering = ("-pk",)


@admin.register(FloatTransfer)
class FloatTransferAdmin(ReadAdmin):
    read_verb = "finance.read_float_transfer"
    list_display = ("status", "from_station", "to_station", "amount_minor", "sent_by", "sent_at", "answered_at")
    list_filter = ("status",)
    list_select_related = ("from_station", "to_station", "sent_by")
    search_fields = ("=from_station__code", "=to_station__code")
    ordering = ("-id",)


@admin.register(FloatForecast)
class FloatForecastAdmin(ReadAdmin):
    read_verb = READ
    list_display = (
        "station",
        "date",
        "level",
        "need_minor",
        "available_minor",
        "days_of_cover",
        "suggested_minor",
        "until_date",
    )
    list_filter = ("level",)
    list_select_related = ("station",)
    search_fields = ("=station__code",)
    ordering = ("-pk",)


@admin.register(FloatDay)
class FloatDayAdmin(ReadAdmin):
    currency_path = "station.currency"
    read_verb = READ
    list_display = ("station", "date", "is_open", "used_minor", "refusals")
    list_filter = ("is_open",)
    list_select_related = ("station",)
    search_fields = ("=station__code",)
    ordering = ("-pk",)


@admin.register(BankDay)
class BankDayAdmin(ReferenceAdmin):
    read_verb, edit_verb = "finance.read_bank_day", "finance.edit_bank_day"
    list_display = ("date", "country", "is_working", "name", "name_zh")
    list_filter = ("country", "is_working")
    ordering = ("country", "-date")
