"""Many buyers and lots at once: no gram is sold or packed twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from django.utils.timezone import now

from orders.models import LotGrade, LotSale, LotSource
from orders.produce import services
from orders.produce.queries import waiting_for_a_lot
from tests.factories.produce import accepted, closed, opened, orchard, sold

pytestmark = pytest.mark.usefixtures("own_database")


def at_once(count, act):
    def one(number):
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(count)))


def test_the_last_kilograms_of_a_lot_are_sold_once():
    ready = orchard()
    accepted(ready, 10_000, 0, 0)
    lot = closed(ready)

    def sell(_number):
        try:
            return sold(ready, lot, ready.first, 3_000, 6_50).grams
        except services.LotTooSmall as refusal:
            return refusal.code

    answers = at_once(12, sell)
    assert sorted(answers, key=str) == [3_000] * 3 + ["lot_too_small"] * 9
    assert LotGrade.objects.get().grams_sold == 9_000

    def insert(number):
        """What a service that forgets the lock would do."""
        sale = LotSale.objects.order_by("pk")[0]
        sale.pk, sale.key, sale.grams = None, f"beside {number}", 600
        sale.pk = LotSale._meta.pk.get_default()
        try:
            sale.save(force_insert=True)
        except IntegrityError as refused:
            return refused.__cause__.diag.constraint_name
        return "sold"

    answers = at_once(6, insert)
    assert sorted(answers) == ["sold", *["sold_and_moved_grams_never_exceed_the_lot"] * 5]
    assert LotGrade.objects.get().grams_sold == 9_600


def test_fruit_of_one_intake_gets_into_one_lot():
    ready = orchard()
    accepted(ready, 10_000, 0, 0)
    lots = [opened(ready) for _ in range(6)]
    chosen = list(waiting_for_a_lot(lots[0]))

    def fill(number):
        try:
            services.fill_lot(lot=lots[number], intake_grades=chosen, by=ready.clerk, at=now())
        except services.NothingToAdd as refusal:
            return refusal.code
        return "filled"

    assert sorted(at_once(6, fill)) == ["filled", *["nothing_to_add"] * 5]
    assert [source.grams for source in LotSource.objects.all()] == [10_000]
