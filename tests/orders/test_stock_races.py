"""Many orders at once: the last piece is reserved once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils.timezone import now

from orders.stock.services import OutOfStock, release_stock, reserve_stock
from tests.factories.goods import stocked, variant, wanted, warehouse_for
from tests.factories.stations import StationFactory

pytestmark = pytest.mark.usefixtures("own_database")


def figures(level):
    level.refresh_from_db()
    return level.on_hand, level.allocated


def test_fifty_orders_for_the_last_ten_pieces_get_exactly_ten():
    station, rice = StationFactory(), variant()
    level = stocked(rice, warehouse_for(station), 10)

    def order(_number):
        try:
            reserve_stock(station=station, lines=[wanted(rice)], at=now())
        except OutOfStock as refusal:
            return refusal.code
        finally:
            connection.close()
        return "reserved"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(order, range(50)))
    assert sorted(set(answers)) == ["out_of_stock", "reserved"]
    assert (answers.count("reserved"), figures(level)) == (10, (10, 10))


def test_orders_that_name_the_same_goods_in_another_order_do_not_wait_for_each_other_forever():
    station, goods = StationFactory(), [variant() for _ in range(4)]
    place = warehouse_for(station)
    levels = [stocked(each, place, 6) for each in goods]

    def order(number):
        lines = [wanted(each) for each in (goods if number % 2 else reversed(goods))]
        try:
            reserve_stock(station=station, lines=lines, at=now())
            if number % 3 == 0:
                release_stock(references=[line.reference for line in lines], at=now())
            return number % 3 != 0
        except OutOfStock:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        stay = sum(pool.map(order, range(24)))
    # What was released last may have come too late for an order that was refused before.
    assert 0 < stay <= 6
    assert {figures(level) for level in levels} == {(6, stay)}


def test_one_order_sent_twice_at_once_is_reserved_once():
    station, rice = StationFactory(), variant()
    level, line = stocked(rice, warehouse_for(station), 9), wanted(rice, 2)

    def order(_number):
        try:
            return [made.pk for made in reserve_stock(station=station, lines=[line], at=now())]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(order, range(6)))
    assert all(answer == answers[0] for answer in answers)
    assert figures(level) == (9, 2)
