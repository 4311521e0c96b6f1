"""A counter that buys together, and group orders in any state, made by the services of the field."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.days import day_in
from finance.models import Payment
from finance.payments.services import Tender
from orders.groups.services import (
    add_pledge,
    decide_group_order,
    open_group_order,
    settle_pledges,
    tell_pledgers,
)
from orders.models import GroupOrder, GroupPledge, GroupTier
from stations.models import Person, Station, User
from tests.factories.finance import payer_at
from tests.factories.goods import price, price_list, variant
from tests.factories.purchases import Shop, shop
from tests.factories.stations import county_manager_of

DAY = dt.timedelta(days=1)
#: Of the domain: from 10 on 48.00, from 20 on 45.00, in as many minor units in every currency.
TIERS = ((10, 48_00), (20, 45_00))


@dataclass
class Village(Shop):
    """A station that buys together: the article of its shop has prices for groups."""

    manager: User


def village(*, stock: int = 100, currency: str = "CNY", tiers: Any = TIERS, **station: Any) -> Village:
    """A counter with goods in the warehouse of its county, and a list of prices for groups."""
    ready = shop(stock=stock, minor=60_00, currency=currency, **station)
    listed = price_list(currency=currency, audience="group")
    for quantity, minor in tiers:
        price(ready.washer, minor, listed, min_quantity=quantity)
    manager = county_manager_of(ready.station.county)
    return Village(**ready.__dict__, manager=manager)


def opened(
    ready: Village, *, at: dt.datetime | None = None, cutoff: dt.timedelta = 3 * DAY, **values: Any
) -> GroupOrder:
    """Open for pledges for three days, to be collected two days after."""
    at = at or now()
    ends = at + cutoff
    return open_group_order(
        **{
            "station": ready.station,
            "variant": ready.washer,
            "cutoff_at": ends,
            "pickup_date": day_in(ready.station.zone, ends) + 2 * DAY,
            "max_quantity": None,
            "by": ready.partner,
            "at": at,
            "key": uuid4().hex,
            **values,
        }
    )


def resident(ready: Village) -> Person:
    """Another resident of the village, with a phone."""
    return payer_at(ready)


def pledged(
    ready: Village, group: GroupOrder, quantity: int = 1, *, at: dt.datetime | None = None, **values: Any
) -> GroupPledge:
    """A resident has put the money in."""
    villager = values.pop("villager", None) or resident(ready)
    return add_pledge(
        **{
            "group": group,
            "villager": villager,
            "quantity": quantity,
            "tender": Tender(payer=villager),
            "by": ready.partner,
            "at": at or now(),
            "key": uuid4().hex,
            **values,
        }
    )


def decided(group: GroupOrder, *, at: dt.datetime | None = None) -> GroupOrder:
    """Its cut-off has come, and every pledge is settled."""
    at = at or group.cutoff_at
    decide_group_order(group=group, at=at)
    while settle_pledges(group=group, at=at, most=3):
        pass
    tell_pledgers(group=group, at=at)
    group.refresh_from_db()
    return group


def group_row(station: Station, by: User, villager: Person, **values: Any) -> GroupOrder:
    """A group order in any state with one pledge, paid by a payment of the station: its drawer need not be open."""
    status = values.get("status", "open")
    known = GroupOrder.objects.filter(station=station, status=status, pledge_count__gt=0).first()
    if known is not None:
        return known
    ends = now() + 3 * DAY
    group = GroupOrder.objects.create(
        **{
            "key": uuid4().hex,
            "number": f"{station.code}-G-{uuid4().hex[:6]}",
            "station": station,
            "variant": variant(),
            "currency": station.currency,
            "opened_by": by,
            "opened_at": now(),
            "cutoff_at": ends,
            "cutoff_date": day_in(station.zone, ends),
            "pickup_date": day_in(station.zone, ends) + 2 * DAY,
            "min_quantity": 10,
            "held_price_minor": 48_00,
            **values,
        }
    )
    GroupTier.objects.bulk_create(
        GroupTier(group=group, min_quantity=quantity, price_minor=minor) for quantity, minor in TIERS
    )
    unused = Payment.objects.filter(station=station, group_pledge=None, status="succeeded").order_by("pk")
    GroupPledge.objects.create(
        key=uuid4().hex,
        group=group,
        villager=villager,
        quantity=1,
        held_minor=48_00,
        currency=station.currency,
        payment=unused[0],
        content_hash="0" * 64,
        taken_by=by,
        pledged_at=now(),
    )
    group.refresh_from_db()
    return group
