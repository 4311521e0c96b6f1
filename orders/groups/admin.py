"""Group orders in the administration: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin
from orders.groups.models import GroupOrder, GroupPledge

READ = "orders.read_group_order"


@admin.register(GroupOrder)
class GroupOrderAdmin(ReadAdmin):
    """What may be done with one stands on its page of the console."""

    read_verb = READ
    list_display = (
        *("status", "number", "station", "variant", "pledged_quantity", "held_price_minor"),
        *("reached_price_minor", "cutoff_at"),
    )
    list_filter = ("status",)
    list_select_related = ("station", "variant")
    search_fields = ("=number",)
    ordering = ("-id",)


@admin.register(GroupPledge)
class GroupPledgeAdmin(ReadAdmin):
    read_verb = READ
    list_display = ("status", "group", "quantity", "held_minor", "returned_minor", "pledged_at")
    list_filter = ("status",)
    list_select_related = ("group",)
    search_fields = ("=group__number",)
    ordering = ("-id",)
