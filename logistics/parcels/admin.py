"""Parcels are read; rules of storage are reference data."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from logistics.parcels.models import Parcel, ParcelEvent, PickupCode, StoragePolicy

READ = "logistics.read_parcel"


@admin.register(Parcel)
class ParcelAdmin(ReadAdmin):
    """Names and phones of receivers stand on the console's pages, not here."""

    read_verb = READ
    exclude = ("receiver_name", "receiver_phone", "outside_address")
    list_display = (
        "status",
        "number",
        "exception",
        "from_station",
        "to_station",
        "storage_until_date",
        "registered_at",
    )
    list_filter = ("status", "exception", "goes_outside")
    list_select_related = ("from_station", "to_station")
    search_fields = ("=number", "=contents_ref")
    ordering = ("-id",)


@admin.register(ParcelEvent)
class ParcelEventAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("made_at", "parcel", "sequence", "kind", "new_status", "place", "actor", "is_out_of_order")
    list_filter = ("kind", "is_out_of_order")
    list_select_related = ("parcel", "place", "actor")
    search_fields = ("=parcel__number",)
    ordering = ("-pk",)


@admin.register(PickupCode)
class PickupCodeAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("parcel", "status", "tries", "issued_at", "expires_at")
    list_filter = ("status",)
    list_select_related = ("parcel",)
    search_fields = ("=parcel__number",)
    ordering = ("-pk",)
    exclude = ("code_hash", "proxy_name")


@admin.register(StoragePolicy)
class StoragePolicyAdmin(ReferenceAdmin):
    read_verb = "logistics.read_storage_policy"
    edit_verb = "logistics.edit_storage_policy"
    list_display = ("division", "valid_from_date", "days", "extension_days", "reminder_days")
    list_select_related = ("division",)
    ordering = ("division", "-valid_from_date")
    raw_id_fields = ("division",)
