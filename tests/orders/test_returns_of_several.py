"""Several articles that come back together: one window each, one ceiling, one way back, every share to the cent."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection
from django.utils.timezone import now

from core.fields import uuid7
from finance import chart
from finance.models import LineHold, Refund
from logistics.parcels.services import receive_at_station
from orders.models import OrderLine, Return, WarehouseRoute
from orders.purchases.services import dispatch_fulfilment, pack_fulfilment, pick_fulfilment, shut_windows
from orders.returns.services import (
    Inspected,
    LinesIncomplete,
    NotReturnable,
    QuantityNotReturnable,
    ReasonNotAccepted,
    ReturnItem,
    ReturnWindowShut,
    Seen,
    approve_return,
    drop_return,
    inspect_return,
    request_return,
)
from tests.factories.goods import category, price, price_list, product, stocked, supplier, variant, warehouse_for
from tests.factories.purchases import handed_over, parcel_of, placed, shop
from tests.factories.returns import VAN, at_centre, bought, bought_together, dropped, requested, rules, together
from tests.factories.stations import StationFactory
from tests.finance.auditing import findings
from tests.races import together as at_once

SECOND = dt.timedelta(seconds=1)
KETTLER = chart.supplier("kettler")


@pytest.fixture
def ready(db):
    rules()
    return shop(minor=60_00)


def kettle(ready, minor=40_00, currency="CNY", **values):
    """A second article, of another supplier."""
    made = variant(product("水壶", "Kettle", supplier=supplier("kettler"), **values))
    price(made, minor, price_list(currency=currency))
    stocked(made, ready.level.warehouse, 10)
    return made


def shares(ready):
    keys = [ready.supplier_key(), KETTLER, ready.own_key, chart.commission_of_county(ready.station.county)]
    return [ready.holds(key) for key in [*keys, chart.platform("revenue")]]


def test_two_articles_of_two_suppliers_are_one_return_one_refund_and_one_way_back(ready):
    part = bought_together(ready, (ready.washer, 2), (kettle(ready), 1))
    assert shares(ready) == [112_80, 37_60, 5_76, 1_44, 2_40]
    found = together(ready, part, 2, 1)
    assert (found.value_minor, found.status, found.lines.count()) == (160_00, "approved", 2)
    assert LineHold.objects.filter(released_at=None).count() == 8
    found = dropped(ready, found)
    assert (found.refunded_minor, Refund.objects.get().amount_minor) == (160_00, 160_00)
    # The way back is one: its 5.00 are shared by the value of the goods, 120.00 and 40.00.
    assert shares(ready) == [-3_75, -1_25, 0, 0, 0]
    assert (ready.holds(VAN), ready.holds(chart.platform("expense")), findings()) == (5_00, 0, [])
    order = found.order
    order.refresh_from_db()
    assert (order.payment_status, order.fulfilment_status, order.returned) == ("refunded", "returned", 3)


@pytest.mark.parametrize(("kettle_minor", "is_at_once"), [(139_99, True), (140_00, True), (140_01, False)])
def test_the_ceiling_of_the_counter_is_that_of_the_whole_return(ready, kettle_minor, is_at_once):
    part = bought_together(ready, (ready.washer, 1), (kettle(ready, kettle_minor), 1))
    found = together(ready, part, 1, 1)
    assert (found.is_instant, found.status) == (is_at_once, "approved" if is_at_once else "requested")


def test_pieces_come_back_in_two_returns_and_every_share_ends_at_nothing_in_dinars(db):
    rules(currency="KWD", ceiling=1_000_000, leg=0)
    ready = shop(minor=40_001, currency="KWD")
    part = bought_together(ready, (ready.washer, 3), (kettle(ready, 7_777, "KWD"), 3))
    before = shares(ready)
    for quantities, left in (((1, 2), (2, 1)), ((2, 1), (0, 0))):
        dropped(ready, together(ready, part, *quantities))
        prices = [40_001 * left[0], 7_777 * left[1]]
        assert sum(shares(ready)) == sum(prices)
    assert (sum(before), shares(ready), findings()) == (143_334, [0, 0, 0, 0, 0], [])
    assert [each.currency for each in Refund.objects.all()] == ["KWD", "KWD"]


def test_what_is_not_as_new_keeps_the_money_of_all_that_come_with_it_waiting(ready):
    part = bought_together(ready, (ready.washer, 1), (kettle(ready), 1))
    found = together(ready, part, 1, 1, reason="change_of_mind")
    first, second = found.lines.order_by("pk")
    seen = [Seen(first.pk, "as_new"), Seen(second.pk, "opened")]
    for wrong in (seen[:1], [*seen, seen[0]]):
        with pytest.raises(LinesIncomplete):
            drop_return(goods_return=found, seen=wrong, by=ready.partner, at=now())
    found = drop_return(goods_return=found, seen=seen, by=ready.partner, at=now())
    assert (found.status, found.refunded_at) == ("dropped", None)


def test_of_each_article_so_much_is_refunded_as_was_accepted_and_the_rest_can_come_back_again(ready):
    part = bought_together(ready, (ready.washer, 1), (kettle(ready), 2))
    found = at_centre(ready, together(ready, part, 1, 2, reason="change_of_mind"), condition="opened")
    washer, kettles = found.lines.order_by("part__order_line")
    found = inspected_as(ready, found, {washer: 0, kettles: 1})
    assert (found.status, found.refunded_minor, found.withheld_minor) == ("refunded", 35_00, 5_00)
    left = list(OrderLine.objects.order_by("pk").values_list("quantity_returned", flat=True))
    assert left == [0, 1]
    assert not LineHold.objects.filter(released_at=None).exists()
    assert together(ready, part, 1, 1).value_minor == 100_00


def inspected_as(ready, found, accepted):
    """So much of each line."""
    said = [Inspected(line.pk, quantity, "opened") for line, quantity in accepted.items()]
    return inspect_return(goods_return=found, inspected=said, by=ready.clerk, at=now())


def test_each_article_keeps_its_own_window_and_rule_and_one_that_is_refused_refuses_all(ready):
    soap = category("soap", accepts_change_of_mind=False)
    part = bought_together(ready, (ready.washer, 1), (kettle(ready, category=soap), 1))
    first, second = OrderLine.objects.order_by("pk")
    with pytest.raises(ReasonNotAccepted):
        together(ready, part, 1, 1, reason="change_of_mind")
    with pytest.raises(QuantityNotReturnable):
        together(ready, part, 1, 2)
    OrderLine.objects.filter(pk=first.pk).update(window_ends_at=first.window_ends_at - SECOND)
    with pytest.raises(ReturnWindowShut):
        together(ready, part, 1, 1, at=second.window_ends_at - SECOND)
    assert (Return.objects.count(), LineHold.objects.count()) == (0, 0)
    assert set(OrderLine.objects.values_list("quantity_returned", flat=True)) == {0}


def test_an_article_of_another_order_and_nothing_at_all_are_refused_and_the_same_key_is_one_return(ready):
    part, other = bought(ready), placed(ready)
    about = {"order": part.order, "reason": "defect", "by": ready.partner, "at": now()}
    for items in ([], [ReturnItem(other.lines.get(), 1)], [ReturnItem(part.lines.get().order_line, 0)]):
        with pytest.raises((NotReturnable, QuantityNotReturnable)):
            request_return(**about, items=items, key="wrong")
    assert {requested(ready, part, key="once").pk for _ in range(2)} == {Return.objects.get().pk}


def test_an_article_that_came_in_two_parcels_comes_back_as_one_return(ready):
    WarehouseRoute.objects.update(may_split=True)
    hub = StationFactory(kind="township_hub", county=ready.station.county, parent=ready.station.parent)
    stocked(ready.washer, warehouse_for(ready.station, priority=2, may_split=True, at=hub), 5)
    order = placed(ready, 12)
    for part in order.fulfilments.order_by("pk"):
        handed_over(ready, brought(ready, part))
    found = requested(ready, order.fulfilments.earliest("pk"), 12, reason="wrong_item")
    assert sorted(found.lines.values_list("quantity", flat=True)) == [2, 10]
    found = approve_return(goods_return=found, by=ready.clerk, at=now())
    found = inspected_as(ready, at_centre(ready, found), {line: line.quantity for line in found.lines.all()})
    assert (found.refunded_minor, shares(ready), findings()) == (720_00, [0, 0, 0, 0, 0], [])


def brought(ready, part):
    """A parcel of an order in parts waits at the station."""
    part = pick_fulfilment(fulfilment=part, by=ready.clerk, at=now())
    part = pack_fulfilment(fulfilment=part, weight_g=1_000, by=ready.clerk, at=now())
    part = dispatch_fulfilment(fulfilment=part, by=ready.clerk, at=now())
    receive_at_station(parcel=parcel_of(part), by=ready.partner, at=now())
    return part


def test_the_database_refuses_a_return_that_names_no_goods(ready):
    found = requested(ready, bought(ready))
    Return.objects.filter(pk=found.pk).update(status="rejected")
    found.pk, found.number, found.key = uuid7(), "another", "another"
    found.save(force_insert=True)
    with pytest.raises(IntegrityError, match="return_names_its_goods"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_of_the_last_units_two_returns_take_each_once(own_database):
    rules()
    ready = shop(minor=60_00)
    part = bought_together(ready, (ready.washer, 2), (kettle(ready), 2))
    answers = at_once(*[lambda: together(ready, part, 2, 1).status, lambda: together(ready, part, 1, 2).status])
    assert sorted(answers) == ["approved", "quantity_not_returnable"]
    assert sum(OrderLine.objects.values_list("quantity_returned", flat=True)) == 3


def test_a_return_of_several_that_meets_the_end_of_its_windows_is_whole_or_refused(own_database):
    rules(ceiling=0)
    ready = shop(minor=60_00)
    part = bought_together(ready, (ready.washer, 1), (kettle(ready), 1))
    ends_at = OrderLine.objects.earliest("pk").window_ends_at
    asked, done = at_once(
        lambda: together(ready, part, 1, 1, at=ends_at - SECOND).status,
        lambda: len(shut_windows(county=ready.station.county.code, at=ends_at)),
    )
    assert (asked, done) in {("requested", 0), ("return_window_shut", 1)}
    assert LineHold.objects.filter(released_at=None).count() == (8 if asked == "requested" else 0)
