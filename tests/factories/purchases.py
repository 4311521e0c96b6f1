"""A counter that sells goods, and orders in any state, made by the services that make them in the field."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.models import Notice
from core.notices.services import message_of
from finance import chart
from finance.payments.services import Tender
from logistics.parcels.models import Parcel
from logistics.parcels.services import receive_at_station
from orders.models import CodPolicy, CodRefusal, Fulfilment, Order, StockLevel, Variant
from orders.purchases.services import (
    Item,
    dispatch_fulfilment,
    give_consent,
    hand_over_purchase,
    note_available,
    pack_fulfilment,
    pick_fulfilment,
    request_consent,
    start_purchase,
    take_purchase_payment,
)
from stations.models import Person, Station, User
from tests.factories.finance import LONG_AGO_DATE, Desk, desk, payer_at, plan_of, switch_on
from tests.factories.goods import price, price_list, product, stocked, variant, warehouse_for
from tests.factories.parcels import code_of as pickup_code_of
from tests.factories.stations import county_clerk_of

#: As many minor units in every currency.
CEILINGS = {
    "order_ceiling_minor": 3_000_00,
    "villager_ceiling_minor": 5_000_00,
    "walk_in_ceiling_minor": 200_00,
}
#: Example A: 6 % of the goods, partner 60 % of it, county centre 15 %, the rest to the platform.
SIX_PERCENT = {
    "service": "goods_order",
    "total_kind": "percent",
    "total_value": 600,
    "window_days": 7,
    "shares": [("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_500)],
}


@dataclass
class Shop(Desk):
    """A station that sells goods: a washing machine for 1,200.00 in the warehouse of the county."""

    clerk: User
    buyer: Person
    washer: Variant
    level: StockLevel

    def supplier_key(self) -> chart.AccountKey:
        return chart.supplier(self.washer.product.supplier.code)


def shop(*, stock: int = 10, minor: int = 1_200_00, currency: str = "CNY", **station: Any) -> Shop:
    """A station with a partner under contract, its till open, goods in the warehouse, and a buyer with a phone."""
    ready = desk(mode="postpaid", currency=currency, **station)
    place: Station = ready.station
    country = place.county.country
    plan_of(dict(SIX_PERCENT), currency=currency, country=country)
    switch_on(place, "goods_order")
    washer = variant(product("洗衣机", "Washing machine"))
    price(washer, minor, price_list(currency=currency))
    level = stocked(washer, warehouse_for(place), stock)
    CodPolicy.objects.create(currency=currency, from_date=LONG_AGO_DATE, **CEILINGS)
    clerk = county_clerk_of(place.county)
    return Shop(place, ready.partner, clerk=clerk, buyer=payer_at(ready), washer=washer, level=level)


def begun(ready: Shop, quantity: int = 1, *, at: dt.datetime | None = None, **values: Any) -> Order:
    """An order that nobody has agreed to yet."""
    buyer = {} if "walk_in_name" in values else {"villager": ready.buyer}
    return start_purchase(
        **{
            "station": ready.station,
            "items": [Item(ready.washer, quantity)],
            "pay_method": "cash_on_delivery",
            "by": ready.partner,
            "at": at or now(),
            "key": uuid4().hex,
            **buyer,
            **values,
        }
    )


def asked(ready: Shop, quantity: int = 1, *, at: dt.datetime | None = None, **values: Any) -> Order:
    """An order whose buyer has a code on the phone."""
    order = begun(ready, quantity, at=at, **values)
    return request_consent(order=order, kind="sms_code", by=values.get("by", ready.partner), at=at or now())


def with_points(ready: Shop, number: int) -> None:
    """The buyer has not taken so many parcels of late."""
    order = begun(ready)
    CodRefusal.objects.bulk_create(
        CodRefusal(parcel=uuid4(), order=order, villager=ready.buyer, reason="uncollected", points=1, at=now())
        for _ in range(number)
    )


def code_of(order: Order) -> str:
    """The code that the buyer received last."""
    consent = order.consents.order_by("-pk")[0]
    text = message_of(Notice.objects.get(dedupe_key=f"purchase_code:{consent.pk}").our_ref)["text"]
    return re.findall(r"(?<!\d)\d{6}(?!\d)", text)[0]


def placed(ready: Shop, quantity: int = 1, *, at: dt.datetime | None = None, **values: Any) -> Order:
    """An order that its buyer has agreed to."""
    order = asked(ready, quantity, at=at, **values)
    return give_consent(order=order, code=code_of(order), by=values.get("by", ready.partner), at=at or now())


def paid_in_advance(ready: Shop, order: Order, *, at: dt.datetime | None = None) -> Order:
    """What must be paid before the goods are picked is paid."""
    take_purchase_payment(order=order, tender=Tender(), by=ready.partner, at=at or now(), key=uuid4().hex)
    order.refresh_from_db()
    return order


def picked(ready: Shop, order: Order, *, at: dt.datetime | None = None) -> Fulfilment:
    """The goods of an order are taken from the shelf."""
    return pick_fulfilment(fulfilment=order.fulfilments.get(), by=ready.clerk, at=at or now())


def packed(ready: Shop, order: Order, *, at: dt.datetime | None = None) -> Fulfilment:
    """The goods of an order lie in a parcel."""
    part = picked(ready, order, at=at)
    return pack_fulfilment(fulfilment=part, weight_g=42_000, by=ready.clerk, at=at or now())


def at_station(ready: Shop, order: Order, *, at: dt.datetime | None = None) -> Fulfilment:
    """The parcel of an order waits at the station, and its buyer has the pick-up code."""
    return on_shelf(ready, order.fulfilments.get(), at=at)


def on_shelf(ready: Shop, part: Fulfilment, *, at: dt.datetime | None = None) -> Fulfilment:
    """The same of one part of an order, which lies in a warehouse."""
    part = pick_fulfilment(fulfilment=part, by=ready.clerk, at=at or now())
    part = pack_fulfilment(fulfilment=part, weight_g=42_000, by=ready.clerk, at=at or now())
    part = dispatch_fulfilment(fulfilment=part, by=ready.clerk, at=at or now())
    receive_at_station(parcel=parcel_of(part), by=ready.partner, at=at or now())
    return note_available(fulfilment=part, at=at or now())


def parcel_of(part: Fulfilment) -> Parcel:
    return Parcel.objects.get(pk=part.parcel)


def handed_over(ready: Shop, part: Fulfilment, *, at: dt.datetime | None = None, **values: Any) -> Fulfilment:
    """The buyer has the goods, and the till the cash."""
    code = values.pop("code", "") or pickup_code_of(parcel_of(part))
    return hand_over_purchase(
        **{
            "fulfilment": part,
            "code": code,
            "tender": Tender(),
            "by": ready.partner,
            "at": at or now(),
            "key": uuid4().hex,
            **values,
        }
    )
