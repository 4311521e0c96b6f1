"""At once: a budget and a limit that many reach for, a code that several choose, a draft that is cancelled twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.utils.timezone import now

from orders.models import Order, PromotionUse
from orders.purchases.services import cancel_purchase, expire_purchase
from tests.factories.people import resident
from tests.factories.promotions import prepared, running
from tests.factories.purchases import begun, placed, shop
from tests.races import together, wait_until_somebody_waits

pytestmark = pytest.mark.usefixtures("own_database")


def test_twelve_orders_reach_for_a_budget_of_six_and_exactly_six_get_it():
    ready = shop(minor=100_00)
    given = running(ready, value=1_000, needs_coupon=True, budget_minor=59_99)
    other = running(ready, code="ALWAYS", value=500)
    people = [ready.buyer, *(resident(station=ready.station, by=ready.partner) for _ in range(3))]

    def begin(number):
        return lambda: begun(ready, villager=people[number % 4], coupon="SPRING10").discount_minor

    answers = together(*[begin(number) for number in range(12)])
    # Five percent of 100.00, and then ten of the 95.00 that are left.
    assert (answers.count(14_50), answers.count("promotion_used_up")) == (6, 6)
    given.refresh_from_db()
    other.refresh_from_db()
    assert (given.used_minor, other.used_minor, Order.objects.count()) == (57_00, 30_00, 6)


def test_one_resident_in_two_orders_at_once_uses_it_once():
    ready = shop(minor=100_00)
    given = running(ready, value=1_000, needs_coupon=True, per_villager_limit=1)
    answers = together(*[lambda: begun(ready, coupon="SPRING10").discount_minor] * 4)
    assert sorted(answers, key=str) == [10_00, "promotion_used_up", "promotion_used_up", "promotion_used_up"]
    given.refresh_from_db()
    assert given.used_minor == 10_00


def test_who_waits_for_the_last_of_a_budget_gets_the_next_best_and_nobody_else_waits():
    ready = shop(minor=100_00)
    best = running(ready, value=1_000, budget_minor=10_00)
    running(ready, code="ALWAYS", value=500)
    running(ready, code="DEAR", value=2_000, min_goods_minor=500_00)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert begun(ready).discount_minor == 10_00
            waiting = pool.submit(together, lambda: begun(ready).discount_minor)
            wait_until_somebody_waits()
            # What other goods get is another promotion, which nobody holds.
            assert together(lambda: begun(ready, 5).discount_minor) == [100_00]
        assert waiting.result() == [5_00]
    best.refresh_from_db()
    assert best.used_minor == best.budget_minor == 10_00


def test_two_who_choose_one_code_at_once_get_one_promotion():
    ready = shop()
    answers = together(*[lambda: prepared(ready).status] * 4)
    assert sorted(answers) == ["prepared", *["promotion_code_taken"] * 3]


def test_cancelling_and_expiring_at_once_gives_the_budget_back_once():
    ready = shop(minor=100_00)
    given = running(ready, value=1_000)
    order, stays = placed(ready, pay_method="station_cash"), begun(ready)
    late = now() + dt.timedelta(days=2)
    together(
        lambda: cancel_purchase(order=order, reason="不要了", by=ready.partner, at=now()).status,
        lambda: expire_purchase(order=order, at=late).status,
    )
    given.refresh_from_db()
    assert (given.used_minor, PromotionUse.objects.get(order=stays).standing.minor) == (10_00, 10_00)
