"""Goods that come back, as far as a test needs them."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import now

from finance import chart
from orders.models import Fulfilment, FulfilmentLine, Order, Return, ReturnLine, ReturnPolicy, Variant
from orders.purchases.services import Item
from orders.returns.services import (
    Inspected,
    ReturnItem,
    Seen,
    approve_return,
    drop_return,
    inspect_return,
    receive_return,
    request_return,
    send_return,
)
from stations.models import User
from tests.factories.finance import LONG_AGO_DATE
from tests.factories.purchases import Shop, at_station, handed_over, placed
from tests.factories.refunds import photo_by

VAN = chart.carrier("county-van")


@transaction.atomic
def row_of(order: Order, by: User, **values: Any) -> Return:
    """A return of the first article of an order, in any state; nobody has had the goods in hand."""
    part = FulfilmentLine.objects.filter(order_line__order=order).order_by("pk")[0]
    status, reason = values.get("status", "approved"), values.get("reason", "change_of_mind")
    given = {
        "number": f"{order.number}-{status[:3]}",
        "order": order,
        "station": order.station,
        "value_minor": part.goods_minor,
        "currency": order.currency,
        "is_instant": True,
        "status": "approved",
        "reason": "change_of_mind",
        "leg_bearer": Return.BEARERS[reason],
        "bring_until_date": dt.date(2099, 1, 1),
        "parcel": uuid4() if status in ("dropped", "in_transit", "received", "lost") else None,
        "requested_at": now(),
        "requested_by": by,
        "decided_by": by,
    }
    key = f"{order.pk} {status}"
    condition, accepted = values.pop("condition", ""), values.pop("accepted_quantity", None)
    found, is_new = Return.objects.get_or_create(key=key, defaults={**given, **values})
    if is_new:
        ReturnLine.objects.create(
            goods_return=found,
            part=part,
            quantity=part.quantity,
            value_minor=part.goods_minor,
            currency=order.currency,
            condition=condition,
            accepted_quantity=accepted,
        )
    return found


def rules(*, currency: str = "CNY", ceiling: int = 200_00, leg: int = 5_00) -> ReturnPolicy:
    """Up to 200.00 is refunded at the counter; the way back costs 5.00."""
    return ReturnPolicy.objects.create(
        currency=currency,
        instant_ceiling_minor=ceiling,
        leg_minor=leg,
        carrier="county-van",
        from_date=LONG_AGO_DATE,
    )


def bought(ready: Shop, quantity: int = 1, *, at: dt.datetime | None = None, **values: Any) -> Fulfilment:
    """Goods that the buyer has in hand."""
    return handed_over(ready, at_station(ready, placed(ready, quantity, at=at, **values), at=at), at=at)


def requested(ready: Shop, part: Fulfilment, quantity: int = 1, *, reason: str = "defect", **values: Any) -> Return:
    items = [ReturnItem(part.lines.get().order_line, quantity)]
    given = {"order": part.order, "items": items, "reason": reason, "by": ready.partner, "at": now()}
    return request_return(**{**given, "key": uuid4().hex, **values})


def dropped(ready: Shop, found: Return, *, condition: str = "broken", at: dt.datetime | None = None) -> Return:
    photo = photo_by(ready.partner)
    seen = [Seen(line.pk, condition, photo) for line in found.lines.all()]
    return drop_return(goods_return=found, seen=seen, by=ready.partner, at=at or now())


def at_centre(ready: Shop, found: Return, *, condition: str = "broken", at: dt.datetime | None = None) -> Return:
    """It lies at the county centre."""
    found = send_return(
        goods_return=dropped(ready, found, condition=condition, at=at), by=ready.partner, at=at or now()
    )
    return receive_return(goods_return=found, by=ready.clerk, at=at or now())


def inspected(
    ready: Shop, found: Return, accepted: int = 1, *, condition: str = "broken", at: dt.datetime | None = None
) -> Return:
    """So much of each line is accepted."""
    said = [Inspected(line.pk, accepted, condition) for line in found.lines.all()]
    return inspect_return(goods_return=found, inspected=said, by=ready.clerk, at=at or now())


def bought_together(
    ready: Shop, *articles: tuple[Variant, int], at: dt.datetime | None = None, **values: Any
) -> Fulfilment:
    """Several articles in one parcel that the buyer has in hand."""
    items = [Item(each, quantity) for each, quantity in articles]
    return bought(ready, at=at, items=items, **values)


def together(ready: Shop, part: Fulfilment, *quantities: int, reason: str = "defect", **values: Any) -> Return:
    """So much of each article of a parcel is asked to be taken back at once."""
    lines = [line.order_line for line in part.lines.select_related("order_line").order_by("order_line")]
    items = [ReturnItem(line, quantity) for line, quantity in zip(lines, quantities, strict=True)]
    given = {"order": part.order, "items": items, "reason": reason, "by": ready.partner, "at": now()}
    return request_return(**{**given, "key": uuid4().hex, **values})


def to_replace(ready: Shop, part: Fulfilment, quantity: int = 1, *, accepted: int | None = None) -> Return:
    """Goods with a fault that were inspected and are to be sent again."""
    found = requested(ready, part, quantity, resolution="replace")
    if found.status == "requested":
        found = approve_return(goods_return=found, by=ready.clerk, at=now())
    return inspected(ready, at_centre(ready, found), quantity if accepted is None else accepted)
