"""Warehouses are reference data; stock is only read."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from orders.stock.models import Allocation, StockLevel, StockMovement, Warehouse, WarehouseRoute

READ = "orders.read_stock"


class WarehousesAdmin(ReferenceAdmin):
    """Read by all who sell, edited for the whole network."""

    read_verb = "orders.read_product"
    edit_verb = "orders.edit_product"


@admin.register(Warehouse)
class WarehouseAdmin(WarehousesAdmin):
    list_display = ("station", "is_active")
    list_select_related = ("station",)
    ordering = ("station__code",)
    raw_id_fields = ("station",)
    fixed_fields = ("station",)


@admin.register(WarehouseRoute)
class WarehouseRouteAdmin(WarehousesAdmin):
    list_display = ("division", "priority", "warehouse", "may_split")
    list_select_related = ("division", "warehouse__station")
    ordering = ("division", "priority")
    raw_id_fields = ("division",)


@admin.register(StockLevel)
class StockLevelAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("warehouse", "variant", "on_hand", "allocated", "low_stock_at", "moved_at")
    list_select_related = ("warehouse__station", "variant")
    search_fields = ("variant__sku",)
    ordering = ("-pk",)


@admin.register(StockMovement)
class StockMovementAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("at", "stock_level", "kind", "on_hand_delta", "allocated_delta", "made_by", "reason")
    list_filter = ("kind",)
    list_select_related = ("stock_level", "made_by")
    ordering = ("-pk",)


@admin.register(Allocation)
class AllocationAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("reference", "stock_level", "quantity", "status")
    list_filter = ("status",)
    list_select_related = ("stock_level",)
    search_fields = ("=reference",)
    ordering = ("-pk",)
