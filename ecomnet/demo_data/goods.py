"""Goods that the stations order: a small catalogue with prices, and a warehouse at each county's centre.

Suppliers, articles and prices are invented; the barcodes have right check digits and belong to nobody.
"""

import csv
import datetime as dt
import io
from typing import Any

from core.models import Provider
from ecomnet.demo_data.reference import SUPPLIER_SYSTEM
from ecomnet.demo_data.stations import Cast
from orders.catalog.models import Category, PriceList, Supplier, Variant
from orders.catalog.product_list import COLUMNS
from orders.catalog.services import import_products
from orders.stock.models import Warehouse, WarehouseRoute
from orders.stock.services import receive_stock
from stations.models import Station, User

DAY = dt.timedelta(days=1)
CATEGORIES = [
    ("grain", "Grain and oil", "粮油"),
    ("daily", "Daily goods", "日用品"),
    ("farm", "Seed and farm supplies", "农资"),
    ("appliances", "Appliances", "家电"),
]
#: code, names, days of payment, the code of its order system
SUPPLIERS = [
    ("SUQIAN-GRAIN", "Suqian grain company", "宿迁粮油公司", 7, ""),
    ("JIANGHUAI-TRADE", "Jianghuai trading", "江淮商贸", 14, SUPPLIER_SYSTEM),
    ("XUZHOU-COLD", "Xuzhou cold appliances", "徐州制冷电器", 14, ""),
]
GRAIN, TRADE, COLD = "SUQIAN-GRAIN", "JIANGHUAI-TRADE", "XUZHOU-COLD"
#: product: category, supplier, names, grams, fragile
PRODUCTS: dict[str, tuple[Any, ...]] = {
    "RICE": ("grain", GRAIN, "Northeast rice", "东北大米", 25_000, 0),
    "OIL": ("grain", GRAIN, "Peanut oil", "花生油", 5_000, 1),
    "BEANS": ("grain", GRAIN, "Mung beans", "绿豆", 0, 0),
    "POWDER": ("daily", TRADE, "Washing powder", "洗衣粉", 1_800, 0),
    "PAPER": ("daily", TRADE, "Paper towels", "抽纸", 900, 0),
    "KETTLE": ("appliances", TRADE, "Electric kettle", "电热水壶", 1_100, 1),
    "WASHER": ("appliances", TRADE, "Washing machine", "洗衣机", 42_000, 1),
    "FRIDGE": ("appliances", COLD, "Fridge", "冰箱", 38_000, 1),
    "FREEZER": ("appliances", COLD, "Chest freezer", "冰柜", 45_000, 1),
    "PUMP": ("farm", TRADE, "Water pump", "水泵", 9_000, 0),
    "SEED": ("farm", TRADE, "Vegetable seed", "蔬菜种子", 20, 0),
    "FILM": ("farm", TRADE, "Mulch film", "地膜", 5_000, 0),
}
#: product, article, barcode, labels, unit, step, price in yuan; and how much lies in each warehouse
ARTICLES: list[tuple[tuple[Any, ...], int]] = [
    (("RICE", "RICE-25", "6900014567817", "25 kg", "25公斤", "piece", 1, "128.00"), 40),
    (("RICE", "RICE-5", "6900024567821", "5 kg", "5公斤", "piece", 1, "29.90"), 60),
    (("OIL", "OIL-5", "6900034567835", "5 litres", "5升", "piece", 1, "89.90"), 4),
    (("BEANS", "BEANS", "", "", "", "gram", 500, "13.60"), 30_000),
    (("POWDER", "POWDER-2", "6900044567849", "1.8 kg", "1.8公斤", "piece", 1, "17.50"), 80),
    (("PAPER", "PAPER-10", "6900054567853", "10 packs", "10包", "piece", 1, "19.90"), 0),
    (("KETTLE", "KETTLE-17", "6900064567867", "1.7 litres", "1.7升", "piece", 1, "69.00"), 12),
    (("WASHER", "WASHER-8", "6900074567871", "8 kg", "8公斤", "piece", 1, "1200.00"), 3),
    (("FRIDGE", "FRIDGE-180", "", "180 litres", "180升", "piece", 1, "899.00"), 0),
    (("FREEZER", "FREEZER-200", "", "200 litres", "200升", "piece", 1, "1099.00"), 0),
    (("PUMP", "PUMP-750", "", "750 W", "750瓦", "piece", 1, "268.00"), 0),
    (("SEED", "SEED-CAB", "6900084567885", "cabbage", "大白菜", "piece", 1, "6.50"), 200),
    (("FILM", "FILM-5", "6900094567899", "5 kg", "5公斤", "piece", 1, "58.00"), 25),
]
#: What its supplier keeps, and no warehouse has.
KEPT_BY_SUPPLIERS = frozenset({"FRIDGE-180", "FREEZER-200", "PUMP-750"})
#: Below a quarter of what comes in first, the clerk is warned; of oil always.
ALWAYS_LOW = "OIL-5"


def load_goods(cast: Cast, *, at: dt.datetime) -> None:
    """The catalogue with a list for every county and one to come; warehouses with stock."""
    for position, (code, name, name_zh) in enumerate(CATEGORIES, start=1):
        Category.objects.get_or_create(code=code, defaults={"name": name, "name_zh": name_zh, "position": position})
    for code, name, name_zh, days, system in SUPPLIERS:
        values = {"name": name, "name_zh": name_zh, "terms_days": days}
        values["system"] = Provider.objects.filter(code=system).first()
        Supplier.objects.get_or_create(code=code, defaults=values)
    PriceList.objects.get_or_create(code="CN", defaults={"currency": "CNY", "valid_from_at": at - 90 * DAY})
    PriceList.objects.get_or_create(
        code="CN-SPRING", defaults={"currency": "CNY", "priority": 1, "valid_from_at": at + 60 * DAY}
    )
    if cast.admin is None:
        raise LookupError("somebody has to import the list of products")
    import_products(content=_list_of_products(), by=cast.admin, at=at)
    for centre in cast.stations:
        if centre.kind == Station.Kind.COUNTY_CENTRE and centre.county_id in cast.clerks:
            _fill(centre, cast.clerks[centre.county_id], at=at)


def _list_of_products() -> str:
    out = io.StringIO()
    sheet = csv.DictWriter(out, COLUMNS)
    sheet.writeheader()
    of_product = ("category", "supplier", "name", "name_zh", "weight_g", "is_fragile")
    of_article = ("product", "sku", "barcode", "label", "label_zh", "unit", "quantity_step", "price")
    for article, _stock in ARTICLES:
        values = {
            **dict(zip(of_article, article, strict=True)),
            **dict(zip(of_product, PRODUCTS[article[0]], strict=True)),
        }
        values["supply"] = "on_demand" if values["sku"] in KEPT_BY_SUPPLIERS else "stocked"
        for code in ("CN", "CN-SPRING"):
            sheet.writerow({**values, "status": "active", "price_list": code, "min_quantity": 1})
    return out.getvalue()


def _fill(centre: Station, clerk: User, *, at: dt.datetime) -> None:
    warehouse, is_new = Warehouse.objects.get_or_create(station=centre)
    if not is_new:
        return
    WarehouseRoute.objects.create(warehouse=warehouse, division=centre.county, priority=1)
    variants = {variant.sku: variant for variant in Variant.objects.select_related("product")}
    for (_product, sku, *_more), stock in ARTICLES:
        if stock:
            receive_stock(
                warehouse=warehouse,
                variant=variants[sku],
                quantity=stock,
                low_stock_at=stock * 2 if sku == ALWAYS_LOW else stock // 4,
                by=clerk,
                at=at - 6 * DAY,
            )
