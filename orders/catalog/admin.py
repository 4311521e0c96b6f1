"""The catalogue in the administration: reference data."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import now

from core.administration import ReadAdmin, ReferenceAdmin
from orders.catalog.models import Category, PriceItem, PriceList, Product, ProductImport, Supplier, Variant
from orders.catalog.services import write_search_keys


class CatalogueAdmin(ReferenceAdmin):
    """Read by all who sell, edited for the whole network."""

    read_verb = "orders.read_product"
    edit_verb = "orders.edit_product"


@admin.register(Category)
class CategoryAdmin(CatalogueAdmin):
    list_display = ("code", "name", "name_zh", "position")
    ordering = ("position", "code")
    fixed_fields = ("code",)


@admin.register(Supplier)
class SupplierAdmin(CatalogueAdmin):
    list_display = ("code", "name", "name_zh", "terms_days", "confirms_within_hours", "contact_phone", "system")
    list_select_related = ("system",)
    raw_id_fields = ("system",)
    search_fields = ("code", "name", "name_zh")
    ordering = ("code",)
    fixed_fields = ("code",)


@admin.register(Product)
class ProductAdmin(CatalogueAdmin):
    """Lists of products are read in on the console; here one is corrected."""

    list_display = ("code", "name", "name_zh", "category", "supplier", "status")
    list_filter = ("status", "category")
    list_select_related = ("category", "supplier")
    search_fields = ("code", "name", "name_zh")
    ordering = ("code",)
    fixed_fields = ("code",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        write_search_keys(products=[obj])


@admin.register(Variant)
class VariantAdmin(CatalogueAdmin):
    list_display = ("sku", "product", "label", "label_zh", "barcode", "unit", "quantity_step", "supply")
    list_filter = ("unit", "supply")
    list_select_related = ("product",)
    search_fields = ("sku", "=barcode", "product__name", "product__name_zh")
    ordering = ("sku",)
    autocomplete_fields = ("product",)
    fixed_fields = ("sku", "product", "unit")


@admin.register(PriceList)
class PriceListAdmin(CatalogueAdmin):
    """Of a list that applies only the end is still open."""

    list_display = ("code", "audience", "division", "currency", "priority", "valid_from_at", "valid_to_at")
    list_filter = ("audience",)
    list_select_related = ("division",)
    search_fields = ("code",)
    ordering = ("code",)
    raw_id_fields = ("division",)

    def read_only(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fixed = super().read_only(request, obj)
        if obj is None or not obj.has_begun(now()):
            return fixed
        return [*fixed, "code", "audience", "division", "currency", "priority", "valid_from_at"]


@admin.register(PriceItem)
class PriceItemAdmin(CatalogueAdmin):
    """A price of a list that applies stays; another price needs another list."""

    currency_path = "price_list.currency"
    list_display = ("price_list", "variant", "min_quantity", "price_minor")
    list_filter = ("price_list",)
    list_select_related = ("price_list", "variant")
    search_fields = ("variant__sku",)
    ordering = ("price_list", "variant", "min_quantity")
    autocomplete_fields = ("variant",)

    def read_only(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fixed = super().read_only(request, obj)
        if obj is None or not obj.price_list.has_begun(now()):
            return fixed
        return [*fixed, "price_list", "variant", "min_quantity", "price_minor"]


@admin.register(ProductImport)
class ProductImportAdmin(ReadAdmin):
    read_verb = "orders.read_product_import"
    list_display = ("made_at", "made_by")
    list_select_related = ("made_by",)
    ordering = ("-pk",)
