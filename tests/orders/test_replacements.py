"""The same again for goods with a fault: nobody earns from it, nothing is paid, and money comes back where it fails."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import WrongState
from core.fields import uuid7
from core.models import Event, Notice
from finance import chart
from finance.models import CommissionLine, LineHold, PayableLine, Refund
from orders.models import Order, OrderLine, StockLevel
from orders.purchases.services import cancel_purchase, note_lost, shut_windows
from orders.returns import handlers
from orders.returns.services import (
    ReplacementNotOffered,
    ReturnedOnFirstOrder,
    refund_return,
    replace_return,
)
from orders.stock.services import OutOfStock
from tests.factories.purchases import at_station, handed_over, packed, placed, shop
from tests.factories.returns import VAN, at_centre, bought, inspected, requested, rules, to_replace
from tests.factories.stations import StationFactory, api_client, county, division_below, partner_of, send
from tests.finance.auditing import findings
from tests.races import together

DAY = dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    rules()
    return shop(minor=60_00)


def replaced(ready, quantity=1):
    """Goods of `quantity` pieces that were sent again."""
    found = to_replace(ready, bought(ready, quantity), quantity)
    return replace_return(goods_return=found, by=ready.clerk, at=now())


def heard(found):
    """What the event of its replacement does, which comes twice."""
    for event in Event.objects.filter(name="orders.replacement_moved").order_by("pk"):
        for _ in range(2):
            handlers.settle_replacement(event)
    found.refresh_from_db()
    return found


def shares(ready):
    keys = [ready.supplier_key(), ready.own_key, chart.commission_of_county(ready.station.county)]
    return [ready.holds(key) for key in [*keys, chart.platform("revenue")]]


def test_the_same_again_is_a_placed_order_that_costs_nothing_and_from_which_nobody_earns(ready):
    found = replaced(ready)
    again = Order.objects.get(replaces=found)
    assert (found.status, again.status, again.total_minor, again.payment_status) == ("replaced", "placed", 0, "voided")
    assert (again.consent.kind, again.consent.giver, again.villager) == ("replacement", ready.buyer, ready.buyer)
    assert Notice.objects.filter(template="return_replaced").count() == 1
    before, lines = shares(ready), CommissionLine.objects.count()
    part = handed_over(ready, at_station(ready, again))
    assert (part.cash_due_minor, shares(ready), CommissionLine.objects.count()) == (0, before, lines)
    assert before == [51_40, 2_16, 54, 90]  # 56.40 less the way back of a defect, and as at the hand-over
    assert (ready.holds(ready.till_key), ready.holds(VAN), Refund.objects.count()) == (60_00, 5_00, 0)
    found = heard(found)
    assert (found.status, found.refunded_minor, findings()) == ("closed", 0, [])
    assert Event.objects.filter(name="orders.purchase_placed").count() == 1


def test_while_it_is_on_its_way_what_was_earned_waits_and_then_goes_on_with_a_window_that_began_anew(ready):
    part = bought(ready, at=now() - 5 * DAY)
    first = OrderLine.objects.get(order=part.order)
    found = replace_return(goods_return=to_replace(ready, part), by=ready.clerk, at=now())
    code, ends_at = ready.station.county.code, first.window_ends_at
    assert (LineHold.objects.filter(released_at=None).count(), shut_windows(county=code, at=ends_at)) == (4, [])
    handed_over(ready, at_station(ready, Order.objects.get(replaces=found)))
    heard(found)
    first.refresh_from_db()
    assert not LineHold.objects.filter(released_at=None).exists()
    assert (first.quantity_returned, first.window_ends_at) == (0, ends_at + 5 * DAY)
    assert len(shut_windows(county=code, at=first.window_ends_at)) == 2
    settled = Event.objects.filter(name="orders.purchase_settled")
    assert [event.payload["amount_minor"] for event in settled] == [60_00]


def test_what_was_sent_again_comes_back_on_the_order_that_paid_for_it(ready):
    found = replaced(ready)
    again = handed_over(ready, at_station(ready, Order.objects.get(replaces=found)))
    heard(found)
    with pytest.raises(ReturnedOnFirstOrder):
        requested(ready, again)
    found = inspected(ready, at_centre(ready, requested(ready, found.lines.get().part.fulfilment)))
    assert (found.refunded_minor, shares(ready)) == (60_00, [-10_00, 0, 0, 0])


def test_without_stock_it_is_refused_with_nothing_moved_and_the_money_is_given_back_instead(ready):
    found = to_replace(ready, bought(ready))
    placed(ready, 9, pay_method="station_cash")
    with pytest.raises(OutOfStock):
        replace_return(goods_return=found, by=ready.clerk, at=now())
    found.refresh_from_db()
    assert (found.status, Order.objects.filter(replaces=found).exists(), ready.holds(VAN)) == ("inspected", False, 0)
    found = refund_return(goods_return=found, by=ready.clerk, at=now())
    assert (found.status, found.refunded_minor, ready.holds(VAN)) == ("refunded", 60_00, 5_00)
    for verb in (replace_return, refund_return):
        with pytest.raises(WrongState):
            verb(goods_return=found, by=ready.clerk, at=now())


def test_a_replacement_that_is_lost_or_cancelled_gives_the_money_back_and_pays_no_second_way_back(ready):
    lost, cancelled = replaced(ready), replaced(ready)
    note_lost(fulfilment=packed(ready, Order.objects.get(replaces=lost)), at=now())
    again = Order.objects.get(replaces=cancelled)
    cancel_purchase(order=again, reason="buyer wants the money", by=ready.partner, at=now())
    for found in (heard(lost), heard(cancelled)):
        assert (found.status, found.refunded_minor, found.withheld_minor) == ("refunded", 60_00, 0)
    assert (shares(ready), ready.holds(VAN), findings()) == ([-10_00, 0, 0, 0], 10_00, [])


def test_only_what_was_accepted_is_sent_again(ready):
    found = to_replace(ready, bought(ready, 3), 3, accepted=2)
    found = replace_return(goods_return=found, by=ready.clerk, at=now())
    assert (Order.objects.get(replaces=found).ordered, OrderLine.objects.earliest("pk").quantity_returned) == (2, 2)


def test_only_goods_with_a_fault_are_replaced_and_a_return_for_money_never_is(ready):
    part = bought(ready)
    for reason in ("change_of_mind", "late"):
        with pytest.raises(ReplacementNotOffered):
            requested(ready, part, reason=reason, resolution="replace")
    found = requested(ready, part)
    with pytest.raises(WrongState):
        replace_return(goods_return=found, by=ready.clerk, at=now())
    with pytest.raises(IntegrityError, match="only_goods_with_a_fault_are_replaced"), transaction.atomic():
        type(found).objects.filter(pk=found.pk).update(replaced_at=now())


def test_an_order_that_replaces_nothing_costs_something(ready):
    found = replaced(ready)
    again = Order.objects.get(replaces=found)
    again.pk, again.number, again.key, again.replaces = uuid7(), "another", "another", None
    with pytest.raises(IntegrityError, match="only_a_replacement_costs_nothing"), transaction.atomic():
        again.save(force_insert=True)


def test_two_clerks_send_it_again_once_and_the_last_piece_goes_to_a_buyer_or_to_the_replacement(own_database):
    rules()
    ready = shop(stock=2, minor=60_00)
    found = to_replace(ready, bought(ready))

    def again():
        return replace_return(goods_return=found, by=ready.clerk, at=now()).status

    answers = together(again, again, lambda: placed(ready, pay_method="station_cash").status)
    assert sorted(answers) in (["out_of_stock", "out_of_stock", "placed"], ["out_of_stock", "replaced", "wrong_state"])
    level = StockLevel.objects.get()
    assert (level.on_hand, level.allocated) == (1, 1)


def test_lost_and_handed_over_at_once_the_return_ends_once(own_database):
    rules()
    ready = shop(minor=60_00)
    found = replaced(ready, 2)
    again = at_station(ready, Order.objects.get(replaces=found))
    answers = together(lambda: handed_over(ready, again).status, lambda: note_lost(fulfilment=again, at=now()).status)
    found = heard(found)
    is_lost = Order.objects.get(replaces=found).status == "cancelled"
    assert (found.status, found.refunded_minor) == (("refunded", 120_00) if is_lost else ("closed", 0)), answers
    assert PayableLine.objects.filter(event_type="goods_line").exclude(reverses=None).exists() == is_lost


def test_over_api_and_page_the_county_sends_it_again_and_strangers_find_nothing(client, ready):
    found = to_replace(ready, bought(ready))
    one, clerk = f"/api/v1/goods-returns/{found.pk}/", api_client(ready.clerk)
    elsewhere = api_client(partner_of(StationFactory(village=division_below(county()))))
    assert elsewhere.get(one).status_code == 404
    assert send(api_client(ready.partner), f"{one}replace/").status_code == 403
    client.force_login(ready.clerk)
    page = reverse("returns:return", args=[found.pk])
    shown = client.get(page).content.decode()
    assert all(reverse(f"returns:return-{slug}", args=[found.pk]) in shown for slug in ("replace", "refund"))
    key = {"HTTP_IDEMPOTENCY_KEY": "one-press-of-a-clerk"}
    answers = [clerk.post(f"{one}replace/", {}, format="json", **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    again = Order.objects.get(replaces=found)
    assert answers[1].json()["replacement"] == str(again.pk)
    assert again.number in client.get(page).content.decode()
    assert page in client.get(reverse("purchases:purchase", args=[again.pk])).content.decode()
