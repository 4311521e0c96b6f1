"""Billers and what they ask for: reference data. Bills fetched and paid: to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.administration import ReadAdmin, ReferenceAdmin
from finance.bills.models import BillCategory, Biller, BillerParameter, BillPayment

EDIT = "finance.edit_biller"


class BillerParameterInline(admin.StackedInline):
    """What a biller asks its customers for; a new row changes form and API at once."""

    model = BillerParameter
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site._registry[Biller].has_change_permission(request)

    has_change_permission = has_delete_permission = has_view_permission = has_add_permission


@admin.register(BillCategory)
class BillCategoryAdmin(ReferenceAdmin):
    read_verb = "finance.read_biller"
    edit_verb = EDIT
    list_display = ("code", "name", "name_zh", "position")
    ordering = ("position",)


@admin.register(Biller)
class BillerAdmin(ReferenceAdmin):
    read_verb = "finance.read_biller"
    edit_verb = EDIT
    list_display = ("code", "name", "category", "provider", "amount_rule", "is_active", "from_date")
    list_filter = ("is_active", "category")
    list_select_related = ("category", "provider")
    search_fields = ("code", "name", "name_zh")
    raw_id_fields = ("divisions",)
    inlines = (BillerParameterInline,)
    ordering = ("code",)
    # Accounts of the ledger are named after the code, and hold its currency.
    fixed_fields = ("code", "currency")


@admin.register(BillPayment)
class BillPaymentAdmin(ReadAdmin):
    read_verb = "finance.read_payment"
    belongs_to = "payment"
    list_display = ("biller", "bill_ref", "biller_receipt_no", "is_live", "payment")
    list_select_related = ("biller", "payment")
    search_fields = ("=bill_ref", "=biller_receipt_no")
    ordering = ("-payment",)
    exclude = ("parameters", "household")
