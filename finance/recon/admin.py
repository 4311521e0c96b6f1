"""Bank lines, provider files and what does not agree: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin
from finance.recon.models import BankStatementLine, ProviderFile, ProviderLine, ReconItem


@admin.register(BankStatementLine)
class BankStatementLineAdmin(ReadAdmin):
    read_verb = "finance.read_bank_statement"
    list_display = ("value_date", "direction", "amount_minor", "currency", "counterparty", "text", "line_ref")
    search_fields = ("=line_ref",)
    ordering = ("-id",)


@admin.register(ProviderFile)
class ProviderFileAdmin(ReadAdmin):
    read_verb = "finance.read_recon_item"
    list_display = ("provider", "file_date", "sequence", "line_count", "total_minor", "imported_at")
    list_select_related = ("provider",)
    ordering = ("-pk",)


@admin.register(ProviderLine)
class ProviderLineAdmin(ReadAdmin):
    read_verb = "finance.read_recon_item"
    list_display = ("file", "line_no", "status", "kind", "amount_minor", "our_ref", "completed_at")
    list_select_related = ("file",)
    search_fields = ("=our_ref",)
    ordering = ("-pk",)


@admin.register(ReconItem)
class ReconItemAdmin(ReadAdmin):
    read_verb = "finance.read_recon_item"
    list_display = ("status", "kind", "provider", "our_ref", "amount_diff_minor", "opened_at")
    list_filter = ("status", "kind")
    list_select_related = ("provider",)
    search_fields = ("=our_ref",)
    ordering = ("-pk",)
