"""What the verbs of orders share: states with a trace, and messages to the buyer."""

import datetime as dt
import hashlib
from typing import Any

from core.database.db import lock
from core.events.services import publish
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from orders.purchases.models import Fulfilment, Order
from stations.accounts.models import User


def held(order: Order) -> Order:
    """The order's row, held until the transaction ends, with what services ask of it."""
    lock(order)
    return Order.objects.select_related("station__county", "villager", "ordered_by", "consent", "replaces__order").get(
        pk=order.pk
    )


def move(order: Order, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Order:
    """Store an order in its new state, with a trace."""
    before, order.status = order.status, status
    order.save()
    record_change(order, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    order.refresh_from_db(fields=["payment_status", "fulfilment_status"])
    return order


def move_fulfilment(
    fulfilment: Fulfilment, status: str, *, at: dt.datetime, by: User | None = None, reason: str = ""
) -> Fulfilment:
    """The same for what is sent."""
    before, fulfilment.status = fulfilment.status, status
    fulfilment.save()
    record_change(fulfilment, old=before, new=status, at=at, actor=by.pk if by else None, reason=reason[:200])
    return fulfilment


def announce_cancelled(order: Order, *, at: dt.datetime) -> None:
    """Report that nothing of a placed order is delivered."""
    publish("orders.purchase_cancelled", at=at, order=str(order.pk), station=order.station_id)


def replacement_moved(order: Order, *, at: dt.datetime) -> None:
    """Goods that replace others were handed over, or never will be: the return that waits for them hears it."""
    if order.is_replacement:
        publish("orders.replacement_moved", at=at, goods_return=str(order.replaces_id), order=str(order.pk))


def content_hash(order: Order) -> str:
    """What the buyer agrees to: articles, quantities, prices, what is saved, total, way of paying and station."""
    names = ("variant", "quantity", "unit_price_minor", "goods_minor", "discount_minor")
    rows = order.lines.order_by("pk").values_list(*names)
    content = [order.station.code, order.pay_method, order.currency, order.total_minor, *rows]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def in_words(params: dict[str, Any], language: str) -> dict[str, Any]:
    """What a message says, amounts as its language writes them."""
    return {name: value.display(language) if isinstance(value, Money) else value for name, value in params.items()}


def tell_buyer(order: Order, template: str, params: dict[str, Any], *, at: dt.datetime, turn: str = "") -> None:
    """A message to the buyer's phone, where there is one."""
    phone, villager = order.buyer_phone, order.villager
    if not phone:
        return
    language = villager.language if villager else order.ordered_by.language
    notify(
        template=template,
        params=in_words({"station": order.station.name, **params}, language),
        language=language,
        phone=phone,
        dedupe_key=f"{template}:{order.pk}:{turn}",
        at=at,
        zone=order.station.zone,
    )
