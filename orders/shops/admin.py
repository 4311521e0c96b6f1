"""Shops in the administration: to be read; their rules are reference data."""

from django.contrib import admin

from core.administration import ReadAdmin, ReferenceAdmin
from orders.shops.models import Shop, ShopCheckout, ShopClaim, ShopOrder, ShopPolicy


@admin.register(Shop)
class ShopAdmin(ReadAdmin):
    """What may be done with a shop stands on its page of the console."""

    read_verb = "orders.read_shop"
    exclude = ("code_hash", "code_phone")
    list_display = ("status", "name_zh", "name", "owner", "station", "opened_at")
    list_filter = ("status",)
    list_select_related = ("owner", "station")
    search_fields = ("name_zh", "name")
    ordering = ("-id",)


@admin.register(ShopOrder)
class ShopOrderAdmin(ReadAdmin):
    """What may be done with an order stands on its page of the console."""

    read_verb = "orders.read_shop"
    list_display = ("status", "number", "shop", "total_minor", "pack_by_at", "send_by_at", "courier", "tracking_number")
    list_filter = ("status",)
    list_select_related = ("shop",)
    search_fields = ("=number", "=tracking_number")
    ordering = ("-id",)


@admin.register(ShopClaim)
class ShopClaimAdmin(ReadAdmin):
    """What buyers complain about; what may be done stands on the page of the order."""

    read_verb = "orders.read_shop"
    list_display = ("status", "order", "reason", "asked_minor", "accepted_minor", "bearer", "raised_at", "decided_by")
    list_filter = ("status", "reason")
    list_select_related = ("order", "decided_by")
    search_fields = ("=order__number",)
    ordering = ("-id",)


@admin.register(ShopCheckout)
class ShopCheckoutAdmin(ReadAdmin):
    """Payments of buyers in the city; who bought stands on the pages of their orders."""

    read_verb = "orders.read_shop"
    exclude = ("buyer_name", "buyer_phone", "address", "network")
    list_display = ("status", "number", "station", "total_minor", "currency", "made_at", "attempts")
    list_filter = ("status",)
    list_select_related = ("station",)
    search_fields = ("=number",)
    ordering = ("-id",)


@admin.register(ShopPolicy)
class ShopPolicyAdmin(ReferenceAdmin):
    read_verb, edit_verb = "orders.read_product", "orders.edit_product"
    fixed_fields = ("division", "currency")
    list_display = ("currency", "division", "platform_bp", "pack_help_bp", "freight_minor", "from_date", "to_date")
    list_select_related = ("division",)
    ordering = ("currency", "-from_date")
    raw_id_fields = ("division",)
