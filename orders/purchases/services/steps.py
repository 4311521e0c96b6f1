"""What the verbs of orders share: states with a trace, and messages to the buyer."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db import models

from core.database.compiled_queries import compiled_query
from core.database.db import update_row
from core.database.many_rows import insert_rows
from core.events.services import publish
from core.history import change_rows, record_change
from core.models import StatusChange
from core.money import Money
from core.notices.services import notify
from orders.purchases.models import Fulfilment, Order, OrderLine
from stations.accounts.models import User
from stations.people.models import Person


def held(order: Order) -> Order:
    """The order's row, held until the transaction ends, with what services ask of it.

    What is joined to a row is from before the wait for it: a buyer whose record was merged meanwhile is read again.
    """
    found = _held.get(order.pk)
    if found.villager_id and found.villager is None:
        found.villager = Person.objects.get(pk=found.villager_id)
    return found


@compiled_query
def _held(pk: Any) -> models.QuerySet[Order]:
    rows = Order.objects.select_related("station__county", "villager", "ordered_by")
    return rows.filter(pk=pk).select_for_update(of=("self",), no_key=True)


def lines_of(order: Order) -> list[OrderLine]:
    """Its lines with their articles, in the order in which they were named."""
    return _lines.all(order.pk)


@compiled_query
def _lines(order: Any) -> models.QuerySet[OrderLine]:
    return OrderLine.objects.select_related("variant__product").filter(order=order).order_by("pk")


def move(order: Order, status: str, *, at: dt.datetime, by: User | None = None, reason: str = "") -> Order:
    """Store an order in its new state, with a trace."""
    insert_rows(store(order, status, at=at, by=by, reason=reason))
    return order


def store(
    order: Order, status: str, *, at: dt.datetime, by: User | None = None, reason: str = ""
) -> list[StatusChange]:
    """Store an order in its new state; the trace, for the caller to write with what else is new."""
    before, order.status = order.status, status
    update_row(order)
    actor = by.pk if by else None
    return change_rows([order], old=before, new=status, at=at, actor=actor, reason=reason[:200])


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


def supplier_asked(part: Fulfilment, *, at: dt.datetime) -> None:
    """A supplier is asked for what it keeps of an order."""
    publish("orders.supplier_asked", at=at, fulfilment=str(part.pk), order=str(part.order_id))


def replacement_moved(order: Order, *, at: dt.datetime) -> None:
    """Goods that replace others were handed over, or never will be: the return that waits for them hears it."""
    if order.is_replacement:
        publish("orders.replacement_moved", at=at, goods_return=str(order.replaces_id), order=str(order.pk))


def content_hash(order: Order, lines: Iterable[OrderLine]) -> str:
    """What the buyer agrees to: articles, quantities, prices, what is saved, total, way of paying and station."""
    rows = [
        (line.variant_id, line.quantity, line.unit_price_minor, line.goods_minor, line.discount_minor) for line in lines
    ]
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
