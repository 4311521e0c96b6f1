"""The money rules of stations: reference data. Top-ups: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from finance.floats.models import FloatTopUp, StationMoney


@admin.register(StationMoney)
class StationMoneyAdmin(ReferenceAdmin):
    read_verb = "finance.read_float"
    edit_verb = "finance.edit_station_money"
    list_display = ("station", "mode", "ceiling_minor", "float_min_minor", "float_max_minor", "from_date", "to_date")
    list_filter = ("mode",)
    list_select_related = ("station",)
    raw_id_fields = ("station",)
    ordering = ("-pk",)


@admin.register(FloatTopUp)
class FloatTopUpAdmin(ReadAdmin):
    read_verb = "finance.read_topup"
    list_display = ("status", "reference", "station", "amount_minor", "requested_at", "matched_by", "credited_by")
    list_filter = ("status",)
    list_select_related = ("station", "matched_by", "credited_by")
    search_fields = ("=reference",)
    ordering = ("-id",)
