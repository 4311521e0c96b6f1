"""Parcels to the city in the administration: to be read; tariffs are reference data."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from core.administration import ReadAdmin, ReferenceAdmin
from orders.shipping.models import Shipment, ShippingRegion, ShippingStep, ShippingTariff, ShippingZone

READ, EDIT = "orders.read_product", "orders.edit_product"


@admin.register(Shipment)
class ShipmentAdmin(ReadAdmin):
    """What may be done with one stands on its page of the console, and who sent it."""

    read_verb = "orders.read_shipment"
    exclude = ("sender_name", "sender_phone")
    list_display = ("status", "number", "station", "weight_g", "price_minor", "refunded_minor", "compensated_minor")
    list_filter = ("status",)
    list_select_related = ("station",)
    search_fields = ("=number",)
    ordering = ("-id",)


@admin.register(ShippingTariff)
class ShippingTariffAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, EDIT
    fixed_fields = ("division", "currency", "carrier")
    list_display = ("currency", "division", "carrier", "compensation_ceiling_minor", "from_date", "to_date")
    list_select_related = ("division", "carrier")
    search_fields = ("=carrier__code",)
    ordering = ("currency", "-from_date")
    raw_id_fields = ("division",)


@admin.register(ShippingZone)
class ShippingZoneAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, EDIT
    fixed_fields = ("tariff",)
    list_display = ("tariff", "position", "name", "name_zh")
    list_select_related = ("tariff",)
    search_fields = ("name", "name_zh")
    ordering = ("tariff", "position")


class RegionForm(forms.ModelForm):
    """A region and its zone are of one tariff."""

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        zone, tariff = self.cleaned_data.get("zone"), self.cleaned_data.get("tariff")
        if zone is not None and tariff is not None and zone.tariff_id != tariff.pk:
            self.add_error("zone", _("This zone belongs to another tariff."))
        return data


@admin.register(ShippingRegion)
class ShippingRegionAdmin(ReferenceAdmin):
    form = RegionForm
    read_verb, edit_verb = READ, EDIT
    list_display = ("tariff", "zone", "name")
    list_select_related = ("tariff", "zone")
    search_fields = ("name",)
    ordering = ("tariff", "name")


@admin.register(ShippingStep)
class ShippingStepAdmin(ReferenceAdmin):
    read_verb, edit_verb = READ, EDIT
    currency_path = "zone.tariff.currency"
    fixed_fields = ("zone",)
    list_display = ("zone", "up_to_g", "price_minor")
    list_select_related = ("zone__tariff",)
    ordering = ("zone", "up_to_g")
