"""A bank takes a payment back while goods travel, or after they were handed over: nobody else's money pays for them."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.errors import SamePerson
from core.models import Notice
from finance import chart
from finance.models import Refund
from finance.payments.services import Tender
from orders.models import Order
from orders.purchases.console import CONSOLE
from orders.purchases.services import (
    NothingOwed,
    PaymentMissing,
    cancel_fulfilment,
    cancel_purchase,
    confirm_fulfilment,
    shut_windows,
    take_purchase_payment,
    write_off_purchase,
)
from orders.returns.services import approve_return
from tests.factories.finance import gateway, provider, works_with
from tests.factories.payment_links import fresh, gateway_quietly, gateway_says, offered, pressed, run_events
from tests.factories.purchases import Item, at_station, handed_over, on_shelf, shop
from tests.factories.returns import at_centre, inspected, requested, rules
from tests.factories.stations import county_manager_of
from tests.factories.supplies import fridge
from tests.finance.auditing import findings

EXPENSE = chart.platform("expense")
WINDOW = dt.timedelta(days=9)


@pytest.fixture
def ready(db):
    gateway()
    return shop()


def paid(ready, **values):
    """An order that somebody has paid by link, with that payment."""
    link, payment = pressed(offered(ready, **values))
    gateway_says(payment, "succeeded")
    return fresh(link.order), payment


def taken_back(payment):
    gateway_says(payment, "succeeded", event_type="transaction.reversed")


def needs(user, name):
    need = next(each for each in CONSOLE.needs if each.name == f"purchases.{name}")
    return list(need.rows(user=user, at=now()))


def test_of_a_mixed_order_the_part_that_travels_is_paid_at_its_hand_over_and_the_county_ends_the_other(ready, client):
    order, payment = paid(ready, items=[Item(ready.washer, 1), Item(fridge(), 1)])
    travels, waits = order.fulfilments.get(supplier=None), order.fulfilments.get(supplier__isnull=False)
    travels = on_shelf(ready, travels)
    taken_back(payment)
    assert needs(ready.clerk, "unpaid") == [waits]
    with pytest.raises(PaymentMissing):
        confirm_fulfilment(fulfilment=waits, by=ready.clerk, at=now())
    client.force_login(ready.clerk)
    page = reverse("purchases:part", args=[waits.pk])
    assert page in client.get(reverse("purchases:warehouse") + "?state=unpaid").content.decode()
    shown = client.get(page).content.decode()
    assert f"{page}cancel/" in shown
    assert "2,100.00" in shown
    cancel_fulfilment(fulfilment=waits, reason="没有再付款", by=ready.clerk, at=now())
    assert (needs(ready.clerk, "unpaid"), needs(ready.clerk, "tell")) == ([], [fresh(waits)])
    assert Notice.objects.filter(template="purchase_part_cancelled").count() == 1
    assert fresh(travels).cash_due_minor == 1_200_00
    handed_over(ready, travels)
    order = fresh(order)
    assert (order.payment_status, order.due.minor, ready.holds(EXPENSE)) == ("paid", 0, 0)
    assert findings() == []


def test_what_was_handed_over_the_platform_puts_in_and_gets_back_when_the_buyer_pays_at_the_counter(ready, client):
    order, payment = paid(ready)
    handed_over(ready, at_station(ready, order))
    paid(ready)  # money of another buyer lies at the station, and stays theirs
    taken_back(payment)
    order = fresh(order)
    assert (order.due.minor, order.covered_minor, ready.holds(EXPENSE)) == (1_200_00, 1_200_00, 1_200_00)
    assert (ready.holds(ready.funds_key), ready.holds(ready.supplier_key())) == (1_200_00, 1_128_00)
    assert needs(ready.partner, "owed") == [order]
    client.force_login(ready.partner)
    page = reverse("purchases:purchase", args=[order.pk])
    assert f"{page}pay/" in client.get(page).content.decode()
    assert page in client.get(reverse("purchases:purchases") + "?state=owed").content.decode()
    take_purchase_payment(order=order, tender=Tender(), by=ready.partner, at=now(), key=uuid4().hex)
    order = fresh(order)
    assert (order.payment_status, order.covered_minor, ready.holds(EXPENSE)) == ("paid", 0, 0)
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (1_200_00, 1_200_00)
    assert findings() == []


def test_of_dinars_that_were_all_passed_on_the_platform_pays_and_another_person_writes_the_debt_off(db):
    ready = shop(minor=1_200_555, currency="KWD")
    country = ready.station.county.country
    works_with(country, "KWD", collection_provider=provider("KNET", country=country, currency="KWD"))
    order, payment = paid(ready)
    handed_over(ready, at_station(ready, order))
    manager = county_manager_of(ready.station.county)
    with pytest.raises(NothingOwed):
        write_off_purchase(order=order, reason="付款人拒付", by=manager, at=now())
    taken_back(payment)
    assert (fresh(order).due.minor, ready.holds(EXPENSE), ready.holds(ready.funds_key)) == (1_200_555, 1_200_555, 0)
    with pytest.raises(SamePerson):
        write_off_purchase(order=order, reason="付款人拒付", by=ready.partner, at=now())
    assert shut_windows(county=ready.station.county.code, at=now() + WINDOW) == []
    order = write_off_purchase(order=order, reason="付款人拒付", by=manager, at=now())
    assert (order.payment_status, order.due.minor, order.waived_minor) == ("waived", 0, 1_200_555)
    with pytest.raises(NothingOwed):
        write_off_purchase(order=order, reason="付款人拒付", by=manager, at=now())
    assert [each.pk for each in shut_windows(county=ready.station.county.code, at=now() + WINDOW)] == [order.pk]
    assert (fresh(order).status, ready.holds(EXPENSE)) == (Order.Status.COMPLETED, 1_200_555)
    assert findings() == []


def test_goods_that_come_back_after_their_payment_was_taken_back_are_not_owed_and_nobody_pays_for_them(ready):
    rules()
    order, payment = paid(ready)
    part = handed_over(ready, at_station(ready, order))
    paid(ready)  # so that there is money to take
    gateway_quietly(payment, event_type="transaction.reversed")
    found = approve_return(goods_return=requested(ready, part, reason="wrong_item"), by=ready.clerk, at=now())
    found = inspected(ready, at_centre(ready, found))
    order = fresh(order)
    assert (found.status, found.refunded_minor, order.due.minor, order.covered_minor) == ("closed", 0, 0, 0)
    assert (order.payment_status, order.fulfilment_status) == ("waived", "returned")
    assert (ready.holds(ready.supplier_key()), ready.holds(ready.funds_key)) == (0, 1_200_00)
    assert ready.holds(EXPENSE) == 5_00  # the way back of a wrong article
    run_events(now())
    assert (fresh(order).payment_status, ready.holds(EXPENSE), findings()) == ("waived", 5_00, [])


def test_what_a_bank_took_back_a_moment_ago_is_not_given_back_again_by_a_cancellation_or_a_missing_part(ready):
    link, payment = pressed(offered(ready, items=[Item(ready.washer, 1), Item(fridge(), 1)]))
    gateway_says(payment, "succeeded")
    gateway_quietly(payment, event_type="transaction.reversed")
    here, waits = (fresh(link.order).fulfilments.get(supplier__isnull=each) for each in (True, False))
    county = county_manager_of(ready.station.county)
    cancel_fulfilment(fulfilment=here, reason="碰坏了", by=county, at=now())
    order = fresh(link.order)
    assert (order.received_minor, order.due.minor, order.refunded_minor) == (0, fresh(waits).cash_due_minor, 0)
    order = cancel_purchase(order=order, reason="买重了", by=ready.partner, at=now())
    run_events(now())
    order = fresh(order)
    assert (order.status, order.due.minor, Refund.objects.count(), findings()) == ("cancelled", 0, 0, [])
