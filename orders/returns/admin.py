"""Returns in the administration: to be read; their rules are reference data."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from orders.returns.models import Return, ReturnPolicy


@admin.register(Return)
class ReturnAdmin(ReadAdmin):
    """What may be done with a return stands on its page of the console."""

    read_verb = "orders.read_purchase"
    list_display = ("status", "number", "station", "reason", "resolution", "value_minor", "refunded_minor")
    list_filter = ("status", "reason", "resolution")
    list_select_related = ("station",)
    search_fields = ("=number",)
    ordering = ("-id",)


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("division", "currency")
    list_display = ("currency", "division", "instant_ceiling_minor", "leg_minor", "bring_days", "carrier", "from_date")
    list_select_related = ("division",)
    ordering = ("currency", "-from_date")
    raw_id_fields = ("division",)
