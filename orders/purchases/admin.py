"""Orders in the administration: to be read; the rules for cash on delivery are reference data."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from orders.purchases.models import CodPolicy, CodRefusal, CodWaiver, Fulfilment, Order, PaymentLink

READ = "orders.read_purchase"


@admin.register(Order)
class OrderAdmin(ReadAdmin):
    """What may be done with an order stands on its page of the console, and who bought."""

    read_verb = READ
    exclude = ("walk_in_name", "walk_in_phone")
    list_display = ("status", "number", "station", "pay_method", "total_minor", "received_minor", "price_as_of_at")
    list_filter = ("status", "payment_status", "fulfilment_status")
    list_select_related = ("station",)
    search_fields = ("=number",)
    ordering = ("-id",)


@admin.register(Fulfilment)
class FulfilmentAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("status", "order", "warehouse", "supplier", "parcel_number", "cash_due_minor", "allocated_at")
    list_filter = ("status",)
    list_select_related = ("order", "warehouse__station", "supplier")
    search_fields = ("=parcel_number",)
    ordering = ("-id",)


@admin.register(PaymentLink)
class PaymentLinkAdmin(ReadAdmin):
    read_verb = READ
    exclude = ("phone",)
    list_display = ("status", "order", "amount_minor", "currency", "attempts", "made_at", "expires_at")
    list_filter = ("status",)
    list_select_related = ("order",)
    search_fields = ("=order__number",)
    ordering = ("-id",)


@admin.register(CodRefusal)
class CodRefusalAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("at", "order", "reason", "points")
    list_select_related = ("order",)
    ordering = ("-pk",)


@admin.register(CodWaiver)
class CodWaiverAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("at", "refusal", "reason", "waived_by")
    list_select_related = ("refusal", "waived_by")
    ordering = ("-pk",)


@admin.register(CodPolicy)
class CodPolicyAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("division", "currency")
    list_display = ("currency", "division", "order_ceiling_minor", "villager_ceiling_minor", "from_date", "to_date")
    list_select_related = ("division",)
    ordering = ("currency", "-from_date")
    raw_id_fields = ("division",)
