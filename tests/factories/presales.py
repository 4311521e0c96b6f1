"""Presales of a county's harvests in any state, and orders in them, made by the services of the field."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.timezone import now

from core.days import day_in
from core.money import Money
from finance.models import Payment
from finance.payments.services import Tender
from orders.models import Grade, HarvestNotice, Lot, PresaleCycle, PresaleOrder
from orders.presales import services
from orders.produce import services as produce
from stations.models import Person, Station, User
from tests.factories.finance import payer_at, switch_on
from tests.factories.produce import Orchard, accepted, closed, orchard

DAY = dt.timedelta(days=1)
#: A box of 5 kg of grade 1 costs 39.00, in as many minor units in every currency.
BOX_G, PRICE = 5_000, 39_00


@dataclass
class Fair(Orchard):
    """An orchard whose county sells boxes before the harvest."""


def fair(**values: Any) -> Fair:
    """An orchard with an open drawer where residents order."""
    ready = orchard(**values)
    switch_on(ready.station, "goods_order")
    return Fair(**ready.__dict__)


def promised(ready: Orchard, grams: int = 500_000, *, at: dt.datetime | None = None) -> HarvestNotice:
    """A harvest that the county has confirmed."""
    at = at or now()
    day = day_in(ready.station.zone, at)
    notice = produce.announce_harvest(
        station=ready.station,
        farmer=ready.farmer,
        crop=ready.crop,
        from_date=day + 5 * DAY,
        to_date=day + 9 * DAY,
        expected_g=grams,
        by=ready.partner,
        at=at,
    )
    return produce.confirm_harvest(notice=notice, confirmed_g=grams, by=ready.clerk, at=at)


def opened(ready: Orchard, *, at: dt.datetime | None = None, boxes: int = 100, **values: Any) -> PresaleCycle:
    """Open for three days, to be collected two days after its close."""
    at = at or now()
    ends = values.pop("closes_at", at + 3 * DAY)
    notices = values.pop("notices", None) or [promised(ready, boxes * BOX_G, at=at)]
    return services.open_presale(
        **{
            "station": ready.centre,
            "grade": ready.first,
            "notices": notices,
            "box_g": BOX_G,
            "price": Money(PRICE, ready.centre.currency),
            "closes_at": ends,
            "delivery_date": day_in(ready.centre.zone, ends) + 2 * DAY,
            "by": ready.clerk,
            "at": at,
            "key": uuid4().hex,
            **values,
        }
    )


def ordered(
    ready: Orchard, presale: PresaleCycle, boxes: int, *, at: dt.datetime | None = None, **values: Any
) -> PresaleOrder:
    """A resident with a phone has paid for so many boxes."""
    villager: Person = values.pop("villager", None) or payer_at(ready)
    return services.place_presale_order(
        **{
            "presale": presale,
            "station": ready.station,
            "villager": villager,
            "boxes": boxes,
            "tender": Tender(payer=villager),
            "by": ready.partner,
            "at": at or now(),
            "key": uuid4().hex,
            **values,
        }
    )


def boxes_of(ready: Orchard, boxes: int, *, at: dt.datetime | None = None) -> Lot:
    """A lot that is for sale with as much of grade 1 as fills so many boxes."""
    accepted(ready, boxes * BOX_G, 0, 0, at=at)
    return closed(ready, at=at)


def settled(presale: PresaleCycle, *, at: dt.datetime, most: int = 2) -> PresaleCycle:
    """What the jobs do."""
    while services.settle_presale(presale=presale, at=at, most=most):
        pass
    services.tell_of_state(presale=presale, at=at)
    presale.refresh_from_db()
    return presale


def allotted(ready: Orchard, presale: PresaleCycle, boxes: int, *, at: dt.datetime | None = None) -> PresaleCycle:
    """Its time has come, and a lot fills so many boxes."""
    at = at or presale.closes_at
    services.close_presale(presale=presale, at=at)
    lot = boxes_of(ready, boxes, at=at)
    services.allot_presale(presale=presale, lot=lot, boxes=boxes, by=ready.clerk, at=at)
    return settled(presale, at=at)


def presale_row(centre: Station, by: User) -> PresaleCycle:
    """A presale of the county of this warehouse that is open for orders; nothing else of it need be there."""
    known = PresaleCycle.objects.filter(station__county=centre.county_id, status="open").order_by("pk").first()
    if known is not None:
        return known
    grade, ends = Grade.objects.select_related("sheet").order_by("pk")[0], now() + 3 * DAY
    return PresaleCycle.objects.create(
        key=uuid4().hex,
        number=f"{centre.code}-P-{uuid4().hex[:6]}",
        station=centre,
        crop_id=grade.sheet.crop_id,
        grade=grade,
        currency=centre.currency,
        box_g=BOX_G,
        price_minor=PRICE,
        expected_g=100 * BOX_G,
        opened_by=by,
        opens_at=now(),
        closes_at=ends,
        closes_date=day_in(centre.zone, ends),
        delivery_date=day_in(centre.zone, ends) + 2 * DAY,
    )


def presale_order_row(station: Station, centre: Station, by: User, villager: Person) -> PresaleOrder:
    """An order in an open presale, paid by a payment of the station: its drawer need not be open."""
    known = PresaleOrder.objects.filter(station=station, status="paid").order_by("pk").first()
    if known is not None:
        return known
    presale = presale_row(centre, by)
    unused = Payment.objects.filter(station=station, presale_order=None, status="succeeded").order_by("pk")
    return PresaleOrder.objects.create(
        key=uuid4().hex,
        presale=presale,
        station=station,
        villager=villager,
        boxes=1,
        held_minor=presale.price_minor,
        currency=presale.currency,
        payment=unused[0],
        taken_by=by,
        ordered_at=now(),
    )
