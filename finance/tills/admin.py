"""Notes and coins: reference data. Cash days and counts: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from finance.tills.models import CashCount, CashDay, Denomination


@admin.register(Denomination)
class DenominationAdmin(ReferenceAdmin):
    read_verb = "finance.read_cash_day"
    edit_verb = "finance.edit_biller"
    list_display = ("currency", "value_minor", "from_date", "to_date")
    ordering = ("currency", "-value_minor")


@admin.register(CashDay)
class CashDayAdmin(ReadAdmin):
    read_verb = "finance.read_cash_day"
    list_display = ("status", "station", "business_date", "counted_minor", "expected_minor", "over_short_minor")
    list_filter = ("status",)
    list_select_related = ("station",)
    ordering = ("-pk",)


@admin.register(CashCount)
class CashCountAdmin(ReadAdmin):
    read_verb = "finance.read_cash_day"
    list_display = ("cash_day", "counted_at", "total_minor", "is_opening")
    list_select_related = ("cash_day",)
    ordering = ("-pk",)
