"""Orders of goods that a supplier keeps."""

from typing import Any

from django.utils.timezone import now

from orders.catalog.models import Supplier, Variant
from orders.models import Fulfilment, Order
from orders.purchases.services import Item, confirm_fulfilment, dispatch_fulfilment, pack_fulfilment, receive_fulfilment
from tests.factories.goods import price, price_list, product, supplier, variant
from tests.factories.purchases import Shop, placed

FRIDGE_MINOR = 900_00


def fridge(*, minor: int = FRIDGE_MINOR, by: Supplier | None = None, currency: str = "CNY", **values: Any) -> Variant:
    """An article that its supplier keeps: no warehouse has any of it."""
    keeper = by or supplier("cold", name="Cold works", name_zh="冷柜厂", terms_days=7)
    made = variant(product("冰箱", "Fridge", supplier=keeper), supply="on_demand", **values)
    price(made, minor, price_list(currency=currency))
    return made


def ordered(ready: Shop, of: Variant, quantity: int = 1, *items: Item, **values: Any) -> tuple[Order, Fulfilment]:
    """An order that its buyer has agreed to, with the part that the supplier keeps."""
    order = placed(ready, items=[Item(of, quantity), *items], **values)
    return order, order.fulfilments.get(supplier__isnull=False)


def confirmed(ready: Shop, part: Fulfilment, quantity: int | None = None) -> Fulfilment:
    """What the supplier delivers of the first line of a part; all of it where nothing is said."""
    line = part.lines.order_by("pk")[0]
    quantities = {} if quantity is None else {line.order_line_id: quantity}
    return confirm_fulfilment(fulfilment=part, quantities=quantities, by=ready.clerk, at=now())


def sent_on(ready: Shop, part: Fulfilment) -> Fulfilment:
    """Received at the county centre, packed, and on its way to the station."""
    part = receive_fulfilment(fulfilment=part, by=ready.clerk, at=now())
    part = pack_fulfilment(fulfilment=part, weight_g=60_000, by=ready.clerk, at=now())
    return dispatch_fulfilment(fulfilment=part, by=ready.clerk, at=now())
