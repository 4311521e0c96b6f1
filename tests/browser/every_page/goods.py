"""The catalogue and the warehouses."""

from orders.models import Product, ProductImport, StockLevel, Warehouse
from tests.browser.every_page.page import Pages, Story, one


class Goods(Story):
    """A product, a list that was imported, and the warehouse of the county."""

    def product(self, code: str = "RICE") -> Product:
        return Product.objects.get(code=code)

    def product_import(self) -> ProductImport:
        return ProductImport.objects.latest("pk")

    def warehouse(self) -> Warehouse:
        return Warehouse.objects.get(station__county=self.station.county)

    def level(self, sku: str) -> StockLevel:
        return StockLevel.objects.get(warehouse=self.warehouse(), variant__sku=sku)


PAGES: Pages = {
    "catalog:products": lambda house: [
        one("partner", "catalog:products"),
        one("partner", "catalog:products", query="?q=dami"),
        one("partner", "catalog:products", query="?q=nothing"),
        one("admin", "catalog:products"),
    ],
    "catalog:product": lambda house: [
        one("partner", "catalog:product", house.product().pk),
        one("auditor", "catalog:product", house.product("BEANS").pk),
    ],
    "catalog:import_list": lambda house: [one("admin", "catalog:import_list")],
    "catalog:import": lambda house: [one("admin", "catalog:import", house.product_import().pk)],
    "stock:stock": lambda house: [
        one("clerk", "stock:stock"),
        one("clerk", "stock:stock", query="?state=low"),
        one("manager", "stock:stock"),
    ],
    "stock:warehouse": lambda house: [
        one("clerk", "stock:warehouse", house.warehouse().pk),
        one("manager", "stock:warehouse", house.warehouse().pk),
    ],
    "stock:level": lambda house: [
        one("clerk", "stock:level", house.level("RICE-25").pk),
        one("clerk", "stock:level", house.level("OIL-5").pk),
    ],
}

NOT_PAGES = {"catalog:file"}
