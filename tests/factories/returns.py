"""Goods that come back, as far as a test needs them."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from finance import chart
from orders.models import Fulfilment, FulfilmentLine, Order, Return, ReturnPolicy
from orders.returns.services import drop_return, inspect_return, receive_return, request_return, send_return
from stations.models import User
from tests.factories.finance import LONG_AGO_DATE
from tests.factories.purchases import Shop, at_station, handed_over, placed
from tests.factories.refunds import photo_by

VAN = chart.carrier("county-van")


def row_of(order: Order, by: User, **values: Any) -> Return:
    """A return of the first article of an order, in any state; nobody has had the goods in hand."""
    part = FulfilmentLine.objects.filter(order_line__order=order).order_by("pk")[0]
    given = {
        "number": f"{order.number}-{values.get('status', 'approved')[:3]}",
        "order": order,
        "station": order.station,
        "part": part,
        "quantity": part.quantity,
        "value_minor": part.goods_minor,
        "currency": order.currency,
        "is_instant": True,
        "status": "approved",
        "reason": "change_of_mind",
        "requested_at": now(),
        "requested_by": by,
        "decided_by": by,
    }
    key = f"{order.pk} {values.get('status', 'approved')}"
    return Return.objects.get_or_create(key=key, defaults={**given, **values})[0]


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
    line = part.lines.get().order_line
    given = {"line": line, "quantity": quantity, "reason": reason, "by": ready.partner, "at": now()}
    return request_return(**{**given, "key": uuid4().hex, **values})


def dropped(ready: Shop, found: Return, *, condition: str = "broken", at: dt.datetime | None = None) -> Return:
    photo = photo_by(ready.partner)
    return drop_return(goods_return=found, condition=condition, photo=photo, by=ready.partner, at=at or now())


def at_centre(ready: Shop, found: Return, *, condition: str = "broken", at: dt.datetime | None = None) -> Return:
    """It lies at the county centre."""
    found = send_return(
        goods_return=dropped(ready, found, condition=condition, at=at), by=ready.partner, at=at or now()
    )
    return receive_return(goods_return=found, by=ready.clerk, at=at or now())


def inspected(
    ready: Shop, found: Return, accepted: int = 1, *, condition: str = "broken", at: dt.datetime | None = None
) -> Return:
    return inspect_return(
        goods_return=found, accepted_quantity=accepted, condition=condition, by=ready.clerk, at=at or now()
    )
