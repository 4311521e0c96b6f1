"""Presales in the administration: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin
from orders.presales.models import PresaleClaim, PresaleCycle, PresaleOrder


@admin.register(PresaleCycle)
class PresaleCycleAdmin(ReadAdmin):
    """What may be done with one stands on its page of the console."""

    read_verb = "orders.read_presale"
    list_display = ("status", "number", "station", "crop", "ordered", "available", "price_minor", "closes_at")
    list_filter = ("status",)
    list_select_related = ("station", "crop")
    search_fields = ("=number",)
    ordering = ("-id",)


@admin.register(PresaleOrder)
class PresaleOrderAdmin(ReadAdmin):
    read_verb = "orders.read_presale_order"
    list_display = ("status", "presale", "station", "boxes", "allotted", "held_minor", "returned_minor", "ordered_at")
    list_filter = ("status",)
    list_select_related = ("presale", "station")
    search_fields = ("=presale__number",)
    ordering = ("-id",)


@admin.register(PresaleClaim)
class PresaleClaimAdmin(ReadAdmin):
    """Claims are decided on the page of their order."""

    read_verb = "orders.read_presale_order"
    list_display = ("status", "order", "boxes", "amount_minor", "reason", "bearer", "raised_at")
    list_filter = ("status", "bearer")
    list_select_related = ("order",)
    search_fields = ("=order__presale__number",)
    ordering = ("-id",)
