"""Orders that two warehouses supply: one part is lost or goes back, and the money still adds up."""

from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.models import Event
from finance.models import Refund
from logistics.parcels.services import (
    load_parcel,
    receive_at_station,
    receive_return_leg,
    refuse_parcel,
    report_exception,
    return_to_sender,
)
from orders.models import CodRefusal, CodStanding, WarehouseRoute
from orders.purchases import handlers
from orders.purchases.services import dispatch_fulfilment, note_lost, pack_fulfilment, pick_fulfilment
from tests.factories.goods import price, product, stocked, variant, warehouse_for
from tests.factories.purchases import Item, handed_over, packed, paid_in_advance, parcel_of, placed, shop
from tests.factories.stations import StationFactory

pytestmark = pytest.mark.django_db


def in_two_parts(*, cheap: int = 1_200_00):
    """A washing machine here and another article in a second warehouse, with a deposit of 30 % paid."""
    ready = shop(stock=1)
    WarehouseRoute.objects.update(may_split=True)
    place = ready.station
    hub = StationFactory(kind="township_hub", county=place.county, parent=place.parent)
    other = variant(product("水壶", "Kettle"))
    price(other, cheap)
    stocked(other, warehouse_for(place, priority=2, may_split=True, at=hub), 1)
    before = placed(ready, pay_method="station_cash")
    for _ in range(2):
        CodRefusal.objects.create(
            parcel=uuid4(), order=before, villager=ready.buyer, reason="uncollected", points=1, at=now()
        )
    stocked(ready.washer, before.fulfilments.get().warehouse, 1)
    order = placed(ready, items=[Item(ready.washer, 1), Item(other, 1)])
    order = paid_in_advance(ready, order)
    return ready, order, list(order.fulfilments.order_by("-goods_minor", "pk"))


def on_the_way(ready, part):
    part = pick_fulfilment(fulfilment=part, by=ready.clerk, at=now())
    part = pack_fulfilment(fulfilment=part, weight_g=1_000, by=ready.clerk, at=now())
    return dispatch_fulfilment(fulfilment=part, by=ready.clerk, at=now())


def test_when_a_part_is_lost_the_deposit_counts_for_the_other_which_costs_what_is_left():
    ready, order, (first, second) = in_two_parts()
    assert (order.due.minor, first.cash_due_minor, second.cash_due_minor) == (1_680_00, 840_00, 840_00)
    first, second = on_the_way(ready, first), on_the_way(ready, second)
    note_lost(fulfilment=first, at=now())
    order.refresh_from_db()
    second.refresh_from_db()
    assert (order.due.minor, second.cash_due_minor, parcel_of(second).cash_due_minor) == (480_00, 480_00, 480_00)
    receive_at_station(parcel=parcel_of(second), by=ready.partner, at=now())
    handed_over(ready, second)
    order.refresh_from_db()
    assert (order.payment_status, order.received_minor, Refund.objects.count()) == ("paid", 1_200_00, 0)
    assert CodStanding.objects.get(villager=ready.buyer).outstanding_minor == 0
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (1_200_00, 0)


def test_when_the_deposit_is_more_than_what_is_left_the_rest_is_owed_back_and_no_cash_is_taken():
    ready, order, (dear, cheap) = in_two_parts(cheap=100_00)
    dear, cheap = on_the_way(ready, dear), on_the_way(ready, cheap)
    note_lost(fulfilment=dear, at=now())
    cheap.refresh_from_db()
    assert (cheap.cash_due_minor, parcel_of(cheap).cash_due_minor, Refund.objects.get().amount_minor) == (0, 0, 290_00)
    receive_at_station(parcel=parcel_of(cheap), by=ready.partner, at=now())
    handed_over(ready, cheap)
    order.refresh_from_db()
    assert (order.received_minor, order.refunded_minor, order.fulfilment_status) == (390_00, 290_00, "delivered")
    assert CodStanding.objects.get(villager=ready.buyer).outstanding_minor == 0


def test_a_parcel_that_went_astray_before_anybody_noted_it_as_sent_comes_back_into_the_warehouse():
    ready = shop()
    order = placed(ready)
    part = packed(ready, order)
    parcel = load_parcel(parcel=parcel_of(part), by=ready.clerk, at=now())
    parcel = receive_at_station(parcel=parcel, by=ready.partner, at=now())
    parcel = report_exception(parcel=parcel, exception="misrouted", reason="", by=ready.partner, at=now())
    parcel = return_to_sender(parcel=parcel, by=ready.partner, at=now())
    receive_return_leg(parcel=parcel, by=ready.clerk, at=now())
    handlers.take_back(Event.objects.get(name="logistics.parcel_returned"))
    order.refresh_from_db()
    ready.level.refresh_from_db()
    assert (order.status, ready.level.on_hand, ready.level.allocated) == ("cancelled", 10, 0)
    assert CodStanding.objects.get().outstanding_minor == 0


def test_a_refusal_that_is_heard_of_before_the_arrival_still_counts():
    ready = shop()
    part = packed(ready, placed(ready))
    parcel = load_parcel(parcel=parcel_of(part), by=ready.clerk, at=now())
    parcel = receive_at_station(parcel=parcel, by=ready.partner, at=now())
    refuse_parcel(parcel=parcel, reason="not_ordered", by=ready.partner, at=now())
    handlers.note_refused(Event.objects.get(name="logistics.parcel_refused"))
    part.refresh_from_db()
    assert (part.status, CodRefusal.objects.get().points) == ("not_taken", 1)
