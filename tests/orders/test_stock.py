"""Stock: what comes in, what is reserved, and that nothing is sold twice."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.timezone import now

from orders.models import Allocation, StockLevel, StockMovement
from orders.stock.services import (
    NotInOneWarehouse,
    OutOfStock,
    QuantityStep,
    StockIsReserved,
    WarehouseClosed,
    adjust_stock,
    receive_stock,
    release_stock,
    reserve_stock,
    take_out_stock,
)
from tests.factories.goods import product, stocked, supplier, variant, wanted, warehouse_for
from tests.factories.stations import StationFactory, UserFactory, county, county_clerk_of, division_below

pytestmark = pytest.mark.django_db
TABS = ("low", "enough", "suppliers")


def figures(level):
    level.refresh_from_db()
    return level.on_hand, level.allocated


@pytest.fixture
def station():
    return StationFactory()


def test_goods_come_in_are_reserved_and_taken_out_and_every_step_is_a_movement(station):
    rice = variant()
    level = stocked(rice, warehouse_for(station), 10)
    line, other = wanted(rice, 3), wanted(rice, 2)
    reserve_stock(station=station, lines=[line, other], at=now())
    assert figures(level) == (10, 5)
    release_stock(references=[other.reference], at=now())
    take_out_stock(references=[line.reference], warehouse=level.warehouse, at=now())
    assert figures(level) == (7, 0)
    moved = level.movements.order_by("pk").values_list("kind", "on_hand_delta", "allocated_delta")
    assert list(moved) == [
        ("receipt", 10, 0),
        ("allocation", 0, 3),
        ("allocation", 0, 2),
        ("release", 0, -2),
        ("sale", -3, -3),
    ]


def test_the_last_piece_can_be_reserved_and_one_more_cannot(station):
    rice = variant()
    level = stocked(rice, warehouse_for(station), 2)
    reserve_stock(station=station, lines=[wanted(rice, 2)], at=now())
    with pytest.raises(OutOfStock) as refused:
        reserve_stock(station=station, lines=[wanted(rice, 1)], at=now())
    assert refused.value.params["available"] == 0
    assert (figures(level), Allocation.objects.count()) == ((2, 2), 1)


def test_an_order_is_reserved_whole_or_not_at_all(station):
    rice, oil = variant(), variant()
    place = warehouse_for(station)
    level = stocked(rice, place, 5)
    stocked(oil, place, 1)
    with pytest.raises(OutOfStock):
        reserve_stock(station=station, lines=[wanted(rice, 5), wanted(oil, 2)], at=now())
    assert (figures(level), Allocation.objects.count()) == ((5, 0), 0)


@pytest.mark.parametrize("split", [False, True])
def test_scenario_1_two_warehouses_of_five_supply_six_only_where_they_may_split(station, split):
    rice = variant()
    centre = warehouse_for(station, may_split=split)
    hub = warehouse_for(
        station, priority=2, may_split=split, at=StationFactory(county=station.county, kind="township_hub")
    )
    levels = [stocked(rice, centre, 5), stocked(rice, hub, 5)]
    if split:
        made = reserve_stock(station=station, lines=[wanted(rice, 6)], at=now())
        assert [allocation.quantity for allocation in made] == [5, 1]
        assert [figures(level) for level in levels] == [(5, 5), (5, 1)]
    else:
        with pytest.raises(OutOfStock) as refused:
            reserve_stock(station=station, lines=[wanted(rice, 6)], at=now())
        assert refused.value.params["available"] == 5


def test_an_empty_first_warehouse_does_not_stand_before_a_full_second_one(station):
    rice = variant()
    stocked(rice, warehouse_for(station), 1)
    second = warehouse_for(station, priority=2, at=StationFactory(county=station.county, kind="township_hub"))
    level = stocked(rice, second, 4)
    [made] = reserve_stock(station=station, lines=[wanted(rice, 3)], at=now())
    assert (made.stock_level, figures(level)) == (level, (4, 3))


def test_goods_that_lie_in_two_places_are_ordered_separately(station):
    rice, oil = variant(), variant()
    stocked(rice, warehouse_for(station), 5)
    stocked(oil, warehouse_for(station, priority=2, at=StationFactory(county=station.county, kind="township_hub")), 5)
    with pytest.raises(NotInOneWarehouse):
        reserve_stock(station=station, lines=[wanted(rice), wanted(oil)], at=now())
    assert Allocation.objects.count() == 0


def test_the_stock_of_another_county_is_never_touched(station):
    rice = variant()
    elsewhere = StationFactory(village=division_below(county(), "village"))
    level = stocked(rice, warehouse_for(elsewhere), 5)
    with pytest.raises(OutOfStock):
        reserve_stock(station=station, lines=[wanted(rice)], at=now())
    assert figures(level) == (5, 0)


@pytest.mark.parametrize("quantity", [0, 250, 749])
def test_what_is_sold_in_steps_is_ordered_in_steps(station, quantity):
    peanuts = variant(unit="gram", quantity_step=500)
    stocked(peanuts, warehouse_for(station), 5_000)
    with pytest.raises(QuantityStep):
        reserve_stock(station=station, lines=[wanted(peanuts, quantity)], at=now())


def test_reserved_twice_with_the_same_lines_is_reserved_once(station):
    rice = variant()
    level = stocked(rice, warehouse_for(station), 5)
    line = wanted(rice, 2)
    first, second = (reserve_stock(station=station, lines=[line], at=now()) for _ in range(2))
    assert (first, figures(level)) == (second, (5, 2))


def test_released_or_taken_out_twice_changes_nothing(station):
    rice = variant()
    level = stocked(rice, warehouse_for(station), 5)
    line = wanted(rice, 2)
    reserve_stock(station=station, lines=[line], at=now())
    assert len(take_out_stock(references=[line.reference], warehouse=level.warehouse, at=now())) == 1
    assert take_out_stock(references=[line.reference], warehouse=level.warehouse, at=now()) == []
    assert release_stock(references=[line.reference], at=now()) == []
    assert figures(level) == (3, 0)


@pytest.mark.parametrize(("counted", "fine"), [(1, False), (2, True), (9, True)])
def test_a_count_below_what_is_reserved_is_refused(station, counted, fine):
    rice, clerk = variant(), UserFactory()
    level = stocked(rice, warehouse_for(station), 5)
    reserve_stock(station=station, lines=[wanted(rice, 2)], at=now())
    if fine:
        adjust_stock(level=level, counted=counted, reason="Counted.", by=clerk, at=now())
        assert figures(level) == (counted, 2)
    else:
        with pytest.raises(StockIsReserved):
            adjust_stock(level=level, counted=counted, reason="Counted.", by=clerk, at=now())
        assert figures(level) == (5, 2)


def test_a_closed_warehouse_takes_nothing_in_and_supplies_nothing(station):
    rice = variant()
    place = warehouse_for(station)
    stocked(rice, place, 5)
    place.is_active = False
    place.save()
    with pytest.raises(WarehouseClosed):
        receive_stock(warehouse=place, variant=rice, quantity=1, by=UserFactory(), at=now())
    with pytest.raises(OutOfStock):
        reserve_stock(station=station, lines=[wanted(rice)], at=now())


def test_the_database_refuses_more_reserved_than_there_is_and_a_level_beside_its_movements(station):
    rice = variant()
    level = stocked(rice, warehouse_for(station), 1)
    [held] = reserve_stock(station=station, lines=[wanted(rice)], at=now())
    other = Allocation.objects.create(reference=wanted(rice).reference, stock_level=level, quantity=1)
    wrong = [
        lambda: StockMovement.objects.create(
            stock_level=level, kind="allocation", allocated_delta=1, allocation=other, at=now()
        ),
        lambda: StockMovement.objects.create(
            stock_level=level, kind="release", allocated_delta=1, allocation=held, at=now()
        ),
        lambda: StockLevel.objects.filter(pk=level.pk).update(on_hand=9),
        lambda: StockLevel.objects.create(warehouse=level.warehouse, variant=variant(), on_hand=3),
        lambda: StockMovement.objects.filter(stock_level=level).delete(),
    ]
    for write in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    assert figures(level) == (1, 1)


def test_what_lies_here_of_a_supplier_says_whose_it_is_and_never_runs_low(station, client):
    keeper = supplier("cold", name="Cold works", name_zh="冷柜厂")
    level = stocked(variant(product("冰箱", "Fridge", supplier=keeper), supply="on_demand"), warehouse_for(station), 1)
    StockLevel.objects.filter(pk=level.pk).update(low_stock_at=5)
    clerk = county_clerk_of(station.county)
    client.force_login(clerk)

    def tabs():
        pages = {state: client.get(reverse("stock:stock"), {"state": state}).content.decode() for state in TABS}
        assert ["冰箱" in pages[state] for state in TABS] == [False, False, True]
        return pages

    pages = tabs()
    assert "冷柜厂的货" in pages["suppliers"]
    assert "冷柜厂备货" in client.get(reverse("stock:level", args=[level.pk])).content.decode()
    assert not StockLevel.objects.low().exists()
    adjust_stock(level=level, counted=0, reason="退回厂家", by=clerk, at=now())
    assert "由冷柜厂备货" in tabs()["suppliers"]
