"""Operators and their plans: reference data. Phones recharged: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from finance.recharge.models import Operator, Plan, Recharge

EDIT = "finance.edit_operator"


@admin.register(Operator)
class OperatorAdmin(ReferenceAdmin):
    read_verb = "finance.read_operator"
    edit_verb = EDIT
    list_display = ("code", "name", "name_zh", "provider", "wholesale_bp", "is_active", "from_date")
    list_filter = ("is_active",)
    list_select_related = ("provider",)
    search_fields = ("code", "name", "name_zh")
    ordering = ("position", "code")
    # Accounts of the ledger are named after the code, and hold its currency.
    fixed_fields = ("code", "currency")


@admin.register(Plan)
class PlanAdmin(ReferenceAdmin):
    """A new price is a new row from its date on; the old one gets its end."""

    currency_path = "operator.currency"
    read_verb = "finance.read_operator"
    edit_verb = EDIT
    list_display = ("operator", "code", "kind", "name", "face_amount_minor", "wholesale_amount_minor", "from_date")
    list_filter = ("kind", "operator")
    list_select_related = ("operator",)
    search_fields = ("code", "name", "name_zh")
    ordering = ("operator", "kind", "face_amount_minor")


@admin.register(Recharge)
class RechargeAdmin(ReadAdmin):
    """Whose phone it is stays with the payment."""

    read_verb = "finance.read_payment"
    belongs_to = "payment"
    list_display = ("operator", "plan", "amount_minor", "wholesale_minor", "is_ported", "payment")
    list_select_related = ("operator", "plan", "payment")
    search_fields = ("=payment__our_ref",)
    ordering = ("-payment",)
    exclude = ("phone",)
