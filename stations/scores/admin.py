"""Facts, days, scores and warnings in the administration: to read."""

from typing import ClassVar

from django.contrib import admin

from core.administration import ReadAdmin
from stations.scores.models import EarlyWarning, KpiScore, StationDay, StationFact


class OfStation(ReadAdmin):
    """Rows of a station within reach."""

    read_verb, belongs_to = "stations.read_score", "station"
    list_select_related: ClassVar[tuple[str, ...]] = ("station",)
    search_fields = ("station__code__startswith",)
    ordering = ("-pk",)


@admin.register(StationFact)
class StationFactTable(OfStation):
    """What events of other apps told."""

    list_display = ("kind", "station", "local_date", "quantity", "amount_minor", "currency", "event_id")
    list_filter = ("kind",)


@admin.register(StationDay)
class StationDayTable(OfStation):
    """Days in figures."""

    currency_path = "station.currency"
    list_display = ("station", "date", "open_minutes", "seen_minutes", "services", "float_outs", "income_minor")


@admin.register(KpiScore)
class KpiScoreTable(OfStation):
    """Monthly scores."""

    list_display = ("grade", "station", "month", "score", "formula_version")
    list_filter = ("grade",)


@admin.register(EarlyWarning)
class EarlyWarningTable(OfStation):
    """Signs that a station needs help."""

    list_display = ("kind", "station", "opened_at", "closed_at", "visit")
    list_filter = ("kind",)
    list_select_related = ("station", "visit__station")
