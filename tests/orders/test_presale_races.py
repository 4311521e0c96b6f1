"""At once: the last boxes are ordered once, a close and an order exclude each other, boxes are allotted once."""

import pytest
from django.db import transaction
from django.utils.timezone import now

from finance import chart
from finance.models import Payment, Refund
from orders.models import Lot, PresaleOrder
from orders.presales import services
from tests.factories.finance import payer_at
from tests.factories.presales import PRICE, boxes_of, fair, opened, ordered
from tests.finance.auditing import findings
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_the_last_boxes_are_ordered_by_one_of_six_and_one_press_orders_once():
    ready = fair()
    presale = opened(ready, boxes=10)
    ordered(ready, presale, 7)
    one, people = payer_at(ready), [payer_at(ready) for _number in range(5)]

    def order(villager, **values):
        return lambda: ordered(ready, presale, 2, villager=villager, **values).status

    assert together(*[order(one, key="one press")] * 2) == ["paid", "paid"]
    assert together(*[order(villager) for villager in people]) == ["presale_full"] * 5
    presale.refresh_from_db()
    assert (presale.ordered, Payment.objects.count(), ready.holds(ready.till_key)) == (9, 2, 9 * PRICE)
    assert findings() == []


def test_an_order_at_the_close_is_in_or_refused_and_boxes_are_allotted_once():
    ready = fair()
    at = now()
    presale = opened(ready, boxes=20)
    first = ordered(ready, presale, 8)
    villager = payer_at(ready)
    answers = together(
        *[
            lambda: ordered(ready, presale, 4, villager=villager).status,
            lambda: services.cancel_presale_order(order=first, by=ready.partner, at=at).status,
            *[lambda: services.close_presale(presale=presale, at=presale.closes_at).status] * 2,
        ]
    )
    assert set(answers[:1]) <= {"paid", "wrong_state"}
    assert set(answers[1:2]) <= {"withdrawn", "decline_too_late"}
    presale.refresh_from_db()
    live = sum(PresaleOrder.objects.filter(status="paid").values_list("boxes", flat=True))
    assert presale.ordered == live
    if not live:
        assert presale.status == "cancelled"
        return
    lots = [boxes_of(ready, 5, at=at) for _number in range(2)]
    boxes = min(live, 3)
    allot = [
        lambda lot=lot: (
            services.allot_presale(presale=presale, lot=lot, boxes=boxes, by=ready.clerk, at=presale.closes_at).status
        )
        for lot in lots
    ]
    assert sorted(together(*allot * 2)) == ["allotted", "wrong_state", "wrong_state", "wrong_state"]
    assert Lot.objects.exclude(set_aside_for="").count() == 1
    settle = [lambda: services.settle_presale(presale=presale, at=presale.closes_at, most=1)] * 3
    together(*settle)
    while services.settle_presale(presale=presale, at=presale.closes_at):
        pass
    returned = sum(PresaleOrder.objects.filter(status="allotted").values_list("returned_minor", flat=True))
    assert returned == (live - boxes) * PRICE
    assert findings() == []


def test_who_dies_in_the_middle_of_a_cancel_gives_nobody_their_money_back_twice():
    ready = fair()
    presale = opened(ready)
    for _number in range(3):
        ordered(ready, presale, 10)
    services.cancel_presale(presale=presale, reason="下冰雹了", by=ready.clerk, at=now())
    assert services.settle_presale(presale=presale, at=now(), most=2) == 2
    with pytest.raises(ConnectionError), transaction.atomic():
        _settled_and_dead(presale)
    assert Refund.objects.count() == 2
    while services.settle_presale(presale=presale, at=now(), most=2):
        pass
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 30 * PRICE
    assert ready.holds(chart.customer_funds(ready.station)) == 30 * PRICE
    assert findings() == []


def _settled_and_dead(presale):
    services.settle_presale(presale=presale, at=now(), most=2)
    raise ConnectionError
