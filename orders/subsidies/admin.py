"""Subsidy programmes are reference data; what they gave is read."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from orders.subsidies.models import ParcelSubsidy, SubsidyProgramme


@admin.register(SubsidyProgramme)
class SubsidyProgrammeAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("code", "division", "currency")
    list_display = ("code", "division", "inbound_minor", "outbound_minor", "budget_minor", "used_minor", "from_date")
    list_select_related = ("division",)
    search_fields = ("code", "name")
    ordering = ("code",)
    raw_id_fields = ("division",)


@admin.register(ParcelSubsidy)
class ParcelSubsidyAdmin(ReadAdmin):
    read_verb = "orders.read_subsidy"
    list_display = ("accrued_at", "programme", "station", "partner", "direction", "amount_minor")
    list_filter = ("direction",)
    list_select_related = ("programme", "station", "partner")
    search_fields = ("=parcel__number",)
    ordering = ("-pk",)
