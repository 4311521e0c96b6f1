"""Promotions in the administration: to be read."""

from django.contrib import admin

from core.administration import ReadAdmin
from orders.promotions.models import Promotion, PromotionUse, ShopCouponUse

READ = "orders.read_promotion"


@admin.register(Promotion)
class PromotionAdmin(ReadAdmin):
    """What may be done with one stands on its page of the console."""

    read_verb = READ
    list_display = (
        *("status", "code", "name_zh", "kind", "value", "division", "budget_minor", "used_minor"),
        *("from_date", "to_date"),
    )
    list_filter = ("status", "kind")
    list_select_related = ("division",)
    search_fields = ("=code", "name", "name_zh")
    ordering = ("-id",)


@admin.register(PromotionUse)
class PromotionUseAdmin(ReadAdmin):
    read_verb = READ
    belongs_to = "promotion"
    list_display = ("used_at", "promotion", "order", "amount_minor", "back_minor")
    list_select_related = ("promotion", "order")
    search_fields = ("=promotion__code", "=order__number")
    ordering = ("-id",)


@admin.register(ShopCouponUse)
class ShopCouponUseAdmin(ReadAdmin):
    """The hash of the buyer's phone is shown to nobody."""

    read_verb = READ
    belongs_to = "promotion"
    exclude = ("buyer",)
    list_display = ("promotion", "order", "amount_minor", "seller_minor", "back_minor", "used_at")
    list_select_related = ("promotion", "order")
    search_fields = ("=promotion__code", "=order__number")
    ordering = ("-id",)
