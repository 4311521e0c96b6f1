"""Payout accounts, batches and payouts in the administration: to be read."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.administration import ReadAdmin
from finance.payouts.models import PayoutAccount, PayoutBatch, PayoutLine


@admin.register(PayoutAccount)
class PayoutAccountAdmin(ReadAdmin):
    """The number itself is shown to nobody; its end is enough to recognise it."""

    read_verb = "finance.read_payout_account"
    list_display = ("status", "payee", "kind", "bank_code", "account_tail", "usable_from", "replaced_at")
    list_filter = ("status", "kind")
    search_fields = ("=payee",)
    ordering = ("-id",)
    exclude = ("account_cipher", "account_key_no")


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ReadAdmin):
    read_verb = "finance.read_payout_batch"
    list_display = ("status", "number", "division", "line_count", "total_now", "created_by", "approved_by")
    list_filter = ("status",)
    list_select_related = ("division", "created_by", "approved_by")
    search_fields = ("=number",)
    ordering = ("-id",)
    exclude = ("file_cipher", "file_key_no")

    @admin.display(description=_("total"))
    def total_now(self, batch: PayoutBatch) -> str:
        """With its currency."""
        return batch.total.display()


@admin.register(PayoutLine)
class PayoutLineAdmin(ReadAdmin):
    read_verb = "finance.read_payout"
    list_display = ("status", "our_ref", "payee", "amount_now", "batch", "return_code", "made_at")
    list_filter = ("status",)
    list_select_related = ("batch",)
    search_fields = ("=our_ref", "=payee")
    ordering = ("-our_ref",)

    @admin.display(description=_("amount"))
    def amount_now(self, line: PayoutLine) -> Any:
        """With its currency."""
        return line.amount.display()
