"""At once: the last piece is promised once, a code and its expiry exclude each other, cash is taken once."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.money import Money
from finance.models import Payment
from finance.payments.services import Tender
from orders.models import CodStanding, Order
from orders.purchases.services import expire_purchase, give_consent, hand_over_purchase, request_consent
from tests.factories.parcels import code_of as pickup_code_of
from tests.factories.purchases import asked, at_station, begun, code_of, parcel_of, placed, shop
from tests.races import together

pytestmark = pytest.mark.usefixtures("own_database")


def test_fifty_buyers_ask_for_the_last_ten_pieces_and_exactly_ten_are_asked_back():
    ready = shop(stock=10, minor=50_00)
    orders = [begun(ready, pay_method="station_cash") for _ in range(50)]

    def ask(order):
        return lambda: request_consent(order=order, kind="printed_slip", by=ready.partner, at=now()).status

    answers = together(*[ask(order) for order in orders])
    assert (answers.count("awaiting_consent"), answers.count("out_of_stock")) == (10, 40)
    ready.level.refresh_from_db()
    assert (ready.level.on_hand, ready.level.allocated) == (10, 10)


def test_two_orders_at_once_never_pass_what_a_buyer_may_owe():
    ready = shop(stock=10, minor=2_600_00)
    orders = [asked(ready) for _ in range(2)]
    codes = {order.pk: code_of(order) for order in orders}

    def agree(order):
        return lambda: give_consent(order=order, code=codes[order.pk], by=ready.partner, at=now()).status

    assert sorted(together(*[agree(order) for order in orders])) == ["cod_above_ceiling", "placed"]
    assert CodStanding.objects.get().outstanding_minor == 2_600_00


def test_a_code_and_the_end_of_its_time_exclude_each_other():
    ready = shop(stock=20, minor=10_00)
    at = now()
    for _ in range(6):
        order = asked(ready, at=at - dt.timedelta(minutes=29))
        # The code itself is asked again, so that it is fresh while the reservation ends.
        request_consent(order=order, kind="sms_code", by=ready.partner, at=at)
        Order.objects.filter(pk=order.pk).update(expires_at=at)
        order.refresh_from_db()
        code = code_of(order)
        together(
            *[
                lambda order=order, code=code: give_consent(order=order, code=code, by=ready.partner, at=at).status,
                lambda order=order: expire_purchase(order=order, at=at).status,
            ]
        )
    states = list(Order.objects.values_list("status", flat=True))
    assert set(states) <= {"placed", "expired"}
    ready.level.refresh_from_db()
    assert ready.level.allocated == states.count("placed")


def test_a_parcel_handed_over_on_two_phones_takes_the_cash_once():
    ready = shop()
    part = at_station(ready, placed(ready))
    code = pickup_code_of(parcel_of(part))

    def hand_over():
        return hand_over_purchase(
            fulfilment=part,
            code=code,
            tender=Tender(cash_given=Money(1_200_00, "CNY")),
            by=ready.partner,
            at=now(),
            key=uuid4().hex,
        ).status

    assert sorted(together(*[hand_over] * 2)) == ["already_collected", "delivered"]
    assert (Payment.objects.count(), ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (1, 1_200_00, 0)
