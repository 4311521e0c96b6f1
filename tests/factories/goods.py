"""Products, prices and warehouses for tests."""

import datetime as dt
import itertools
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from orders.catalog.models import Category, PriceItem, PriceList, Product, Supplier, Variant
from orders.catalog.product_list import COLUMNS
from orders.catalog.services import write_search_keys
from orders.stock.models import StockLevel, Warehouse, WarehouseRoute
from orders.stock.services import Wanted, receive_stock
from stations.network.models import Station
from tests.factories.stations import LONG_AGO, UserFactory

_numbers = itertools.count(1)


def category(code: str = "grain", **values: Any) -> Category:
    return Category.objects.get_or_create(code=code, defaults={"name": "Grain and oil", "name_zh": "粮油", **values})[0]


def supplier(code: str = "mill", **values: Any) -> Supplier:
    return Supplier.objects.get_or_create(code=code, defaults={"name": "Mill", "name_zh": "米厂", **values})[0]


def product(name_zh: str = "东北大米", name: str = "Northeast rice", **values: Any) -> Product:
    """A product that is found by its names."""
    made = Product.objects.create(
        **{
            "code": f"P{next(_numbers)}",
            "category": category(),
            "supplier": supplier(),
            "name": name,
            "name_zh": name_zh,
            **values,
        }
    )
    write_search_keys(products=[made])
    return made


def variant(of: Product | None = None, **values: Any) -> Variant:
    return Variant.objects.create(**{"product": of or product(), "sku": f"S{next(_numbers)}", **values})


def price_list(code: str = "", **values: Any) -> PriceList:
    """Prices for villagers in every county, since long ago."""
    number = next(_numbers)
    return PriceList.objects.create(
        **{"code": code or f"list-{number}", "currency": "CNY", "valid_from_at": LONG_AGO, **values}
    )


def price(of: Variant, minor: int, listed: PriceList | None = None, **values: Any) -> PriceItem:
    return PriceItem.objects.create(price_list=listed or price_list(), variant=of, price_minor=minor, **values)


def warehouse_for(
    station: Station, *, priority: int = 1, may_split: bool = False, at: Station | None = None
) -> Warehouse:
    """A warehouse, at the county's centre unless said otherwise, that serves this station's county."""
    made = Warehouse.objects.create(station=at or station.parent)
    WarehouseRoute.objects.create(warehouse=made, division=station.county, priority=priority, may_split=may_split)
    return made


def stocked(of: Variant, warehouse: Warehouse, quantity: int, **values: Any) -> StockLevel:
    """So much of a variant lies in the warehouse."""
    return receive_stock(
        warehouse=warehouse, variant=of, quantity=quantity, by=UserFactory(), at=values.pop("at", now()), **values
    )


def wanted(of: Variant, quantity: int = 1) -> Wanted:
    """One line of an order."""
    return Wanted(uuid4(), of, quantity)


def line(**values: Any) -> str:
    """One line of a list of products."""
    usual = {
        "product": "RICE", "category": "grain", "supplier": "mill", "name": "Northeast rice", "name_zh": "东北大米",
        "weight_g": "25000", "is_fragile": "0", "status": "active", "sku": "RICE-25", "barcode": "6901234567892",
        "label": "25 kg", "label_zh": "25公斤", "unit": "piece", "quantity_step": "1", "supply": "stocked",
        "price_list": "", "min_quantity": "", "price": "",
    }  # fmt: skip
    return ",".join(str({**usual, **values}[name]) for name in COLUMNS)


def product_list(*lines: str) -> str:
    """A file of these lines."""
    return "\r\n".join([",".join(COLUMNS), *lines, ""])


def tomorrow() -> dt.datetime:
    return now() + dt.timedelta(days=1)
