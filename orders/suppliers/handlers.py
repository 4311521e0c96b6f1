"""What suppliers are told of orders and returns, and asked for; a second delivery of an event changes nothing."""

import datetime as dt

from core.events.models import Event
from orders.purchases.models import Fulfilment, Order
from orders.returns.models import Return
from orders.suppliers import services
from orders.suppliers.models import SupplierWebhook

_K = SupplierWebhook.Kind


def push_placed(event: Event) -> None:
    """A buyer has agreed to an order, or goods are sent again in place of others."""
    services.push_order(order=_order(event), kind=_K.PLACED, at=_at(event))


def push_cancelled(event: Event) -> None:
    """Nothing of an order is delivered."""
    services.push_order(order=_order(event), kind=_K.CANCELLED, at=_at(event))


def push_returned(event: Event) -> None:
    """Goods that a buyer has brought back were accepted."""
    rows = Return.objects.select_related("order__station__county")
    services.push_return(goods_return=rows.get(pk=event.payload["goods_return"]), at=_at(event))


def place_supplier_order(event: Event) -> None:
    """A supplier is asked for what it keeps."""
    services.place_supplier_order(fulfilment=_fulfilment(event), at=_at(event))


def release_supplier_order(event: Event) -> None:
    """Nobody wants what a supplier was asked for any more."""
    services.release_supplier_order(fulfilment=_fulfilment(event), at=_at(event))


def _fulfilment(event: Event) -> Fulfilment:
    rows = Fulfilment.objects.select_related("order__station__county", "supplier")
    return rows.get(pk=event.payload["fulfilment"])


def _order(event: Event) -> Order:
    return Order.objects.select_related("station__county", "replaces").get(pk=event.payload["order"])


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])
