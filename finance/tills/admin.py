"""Notes, thresholds and known errors: reference data. Days, differences, cash on its way, reports: to be read."""

from django.contrib import admin

from core.administration import DatedAdmin, ReadAdmin, ReferenceAdmin
from finance.tills.models import (
    CashCount,
    CashDay,
    CashDue,
    CashReport,
    CashThreshold,
    CashWatch,
    Denomination,
    KnownError,
    LossCase,
    OverShort,
    OverShortMove,
    Remittance,
)


@admin.register(Denomination)
class DenominationAdmin(ReferenceAdmin):
    read_verb = "finance.read_cash_day"
    edit_verb = "finance.edit_biller"
    list_display = ("currency", "value_minor", "from_date", "to_date")
    ordering = ("currency", "-value_minor")


@admin.register(CashThreshold)
class CashThresholdAdmin(DatedAdmin):
    read_verb, edit_verb = "finance.read_cash_threshold", "finance.edit_cash_threshold"
    list_display = ("country", "currency", "threshold_minor", "from_date", "to_date")
    ordering = ("country", "-from_date")


@admin.register(KnownError)
class KnownErrorAdmin(ReferenceAdmin):
    read_verb, edit_verb = "finance.read_known_error", "finance.edit_known_error"
    list_display = ("title", "title_zh", "provider", "from_at", "to_at")
    list_select_related = ("provider",)
    ordering = ("-from_at",)


@admin.register(CashDay)
class CashDayAdmin(ReadAdmin):
    read_verb = "finance.read_cash_day"
    list_display = ("status", "station", "business_date", "counted_minor", "expected_minor", "over_short_minor")
    list_filter = ("status",)
    list_select_related = ("station",)
    ordering = ("-pk",)


@admin.register(CashCount)
class CashCountAdmin(ReadAdmin):
    currency_path = "cash_day.currency"
    read_verb = "finance.read_cash_day"
    belongs_to = "cash_day"
    list_display = ("cash_day", "counted_at", "total_minor", "is_opening")
    list_select_related = ("cash_day",)
    ordering = ("-pk",)


@admin.register(OverShort)
class OverShortAdmin(ReadAdmin):
    read_verb = "finance.read_over_short"
    list_display = ("status", "station", "found_at", "holder", "amount_minor", "late_minor", "notice_at")
    list_filter = ("status", "found")
    list_select_related = ("station", "holder")
    exclude = ("files",)
    ordering = ("-id",)


@admin.register(OverShortMove)
class OverShortMoveAdmin(ReadAdmin):
    read_verb = "finance.read_over_short"
    list_display = ("posted_at", "kind", "over_short_account", "account", "amount_minor", "over_short", "loss_case")
    list_select_related = ("over_short_account", "account", "over_short", "loss_case")
    ordering = ("-pk",)


@admin.register(Remittance)
class RemittanceAdmin(ReadAdmin):
    read_verb = "finance.read_remittance"
    list_display = ("status", "reference", "station", "direction", "via", "amount_minor", "received_minor")
    list_filter = ("status", "direction", "via")
    list_select_related = ("station",)
    search_fields = ("=reference",)
    ordering = ("-id",)


@admin.register(LossCase)
class LossCaseAdmin(ReadAdmin):
    read_verb = "finance.read_loss_case"
    list_display = ("status", "station", "kind", "amount_minor", "insured_minor", "police_number", "reported_at")
    list_filter = ("status", "kind")
    list_select_related = ("station",)
    exclude = ("files",)
    ordering = ("-id",)


@admin.register(CashDue)
class CashDueAdmin(ReadAdmin):
    read_verb = "finance.read_cash_day"
    list_display = ("station", "oldest_date", "due_date", "held_minor", "cleared_date")
    list_select_related = ("station",)
    ordering = ("-pk",)


@admin.register(CashWatch)
class CashWatchAdmin(ReadAdmin):
    """What one person brought in a day; the person stands here as a number."""

    read_verb = "finance.read_cash_watch"
    list_display = ("business_date", "person_id", "currency", "cash_minor")
    fields = ("business_date", "person_id", "currency", "cash_minor")
    readonly_fields = ("person_id",)
    ordering = ("-pk",)


@admin.register(CashReport)
class CashReportAdmin(ReadAdmin):
    currency_path = "watch.currency"
    read_verb = "finance.read_cash_report"
    list_display = ("opened_at", "watch", "threshold_minor", "filing_number", "entered_by", "filed_by", "filed_at")
    list_select_related = ("watch", "entered_by", "filed_by")
    ordering = ("-pk",)
