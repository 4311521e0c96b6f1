"""Bank statements, companies' files, what does not agree and what stood out: to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from finance.recon.models import (
    BankExplanation,
    BankReturn,
    BankStatement,
    BankStatementLine,
    ProviderFile,
    ProviderLine,
    ProviderSum,
    ReconItem,
    RiskRow,
)
from finance.recon.services import assign_recon_item
from stations.requests import signed_in


@admin.register(BankStatement)
class BankStatementAdmin(ReadAdmin):
    read_verb = "finance.read_bank_statement"
    list_display = (
        "imported_at",
        "country",
        "bank_account",
        "format",
        "line_count",
        "new_count",
        "control_total_minor",
    )
    list_filter = ("format",)
    ordering = ("-pk",)


@admin.register(BankStatementLine)
class BankStatementLineAdmin(ReadAdmin):
    read_verb = "finance.read_bank_statement"
    list_display = ("value_date", "direction", "amount_minor", "explained_minor", "currency", "text", "line_ref")
    search_fields = ("=line_ref",)
    ordering = ("-id",)


@admin.register(BankExplanation)
class BankExplanationAdmin(ReadAdmin):
    read_verb = "finance.read_bank_statement"
    belongs_to = "line"
    list_display = ("made_at", "kind", "amount_minor", "currency", "account", "line")
    list_filter = ("kind",)
    list_select_related = ("account", "line")
    ordering = ("-pk",)


@admin.register(BankReturn)
class BankReturnAdmin(ReadAdmin):
    read_verb = "finance.read_bank_statement"
    belongs_to = "explanation"
    list_display = ("made_at", "explanation", "payout", "sent_out", "was_told", "made_by")
    list_filter = ("was_told",)
    list_select_related = ("explanation", "payout", "sent_out", "made_by")
    ordering = ("-pk",)


@admin.register(ProviderFile)
class ProviderFileAdmin(ReadAdmin):
    read_verb = "finance.read_recon_item"
    list_display = ("provider", "file_date", "sequence", "line_count", "to_decide_count", "total_minor", "imported_at")
    list_select_related = ("provider",)
    ordering = ("-pk",)


@admin.register(ProviderLine)
class ProviderLineAdmin(ReadAdmin):
    currency_path = "file.currency"
    read_verb = "finance.read_recon_item"
    belongs_to = "file"
    list_display = ("file", "line_no", "status", "kind", "amount_minor", "our_ref", "completed_at")
    list_select_related = ("file",)
    search_fields = ("=our_ref",)
    ordering = ("-pk",)


@admin.register(ProviderSum)
class ProviderSumAdmin(ReadAdmin):
    read_verb = "finance.read_recon_item"
    list_display = ("reference", "kind", "amount_minor", "fee_minor", "due_date", "settled_at", "ledger_minor")
    list_filter = ("kind",)
    search_fields = ("=reference",)
    ordering = ("-pk",)


@admin.register(ReconItem)
class ReconItemAdmin(ReadAdmin):
    read_verb, acting_verb = "finance.read_recon_item", "finance.assign_recon_item"
    list_display = ("status", "kind", "provider", "our_ref", "amount_diff_minor", "owner", "opened_at")
    list_filter = ("status", "kind")
    list_select_related = ("provider", "owner")
    search_fields = ("=our_ref",)
    ordering = ("-pk",)
    actions = ("take_on",)

    @admin.action(description=_("Take this case"))
    def take_on(self, request: HttpRequest, chosen: Any) -> None:
        """The reader works on these; each is closed on its page of the console."""
        self.each(
            request,
            chosen,
            self.acting_verb,
            lambda item, reason: assign_recon_item(item=item, to=signed_in(request), by=signed_in(request), at=now()),
        )


@admin.register(RiskRow)
class RiskRowAdmin(ReadAdmin):
    read_verb = "finance.read_risk_row"
    list_display = ("date", "kind", "station", "subject", "figures")
    list_filter = ("kind",)
    list_select_related = ("station",)
    ordering = ("-pk",)
