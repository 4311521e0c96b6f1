"""Presales: boxes of a harvest are paid before it is brought, shared when it gives fewer, and delivered."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from core.days import day_in, instant_of
from core.errors import SamePerson, WrongState
from core.models import Event, Job, Notice
from core.money import Money
from core.notices.services import message_of
from finance import chart
from finance.models import Payment, Refund
from finance.payments.services import notify_refund
from orders.models import FarmerStatement, Lot, LotSale, PresaleCycle, PresaleOrder, ProduceBuyer
from orders.presales import handlers, services
from orders.presales.closing_checks import presales_left
from orders.presales.console import CONSOLE
from orders.presales.data_subject import obligations, orders
from orders.presales.services.allotting import allotment
from orders.presales.services.steps import decline_until
from orders.produce import services as produce
from tests.factories.finance import switch_on
from tests.factories.people import resident
from tests.factories.presales import BOX_G, DAY, PRICE, allotted, boxes_of, fair, opened, ordered, promised, settled
from tests.factories.produce import crop_of_apples, sold
from tests.factories.produce import opened as lot_opened
from tests.factories.refunds import coded, hand_back
from tests.factories.stations import StationFactory, partner_of
from tests.finance.auditing import assert_balanced, findings

pytestmark = pytest.mark.django_db
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


@pytest.fixture
def ready():
    return fair()


def texts_of(template: str) -> list[str]:
    rows = Notice.objects.filter(template=template).order_by("pk")
    return [message_of(row.our_ref)["text"] for row in rows]


def status_of(row) -> str:
    row.refresh_from_db()
    return row.status


def test_seventy_three_boxes_for_fifty_thirty_and_twenty_are_shared_paid_delivered_and_collected(ready):
    presale = opened(ready)
    rows = [ordered(ready, presale, boxes) for boxes in (50, 30, 20)]
    funds = chart.customer_funds(ready.station)
    assert (ready.holds(funds), ready.holds(ready.till_key)) == (100 * PRICE, 100 * PRICE)
    presale = allotted(ready, presale, 73)
    for row in rows:
        row.refresh_from_db()
    assert [row.allotted for row in rows] == [36, 22, 15]
    assert [row.returned_minor for row in rows] == [14 * PRICE, 8 * PRICE, 5 * PRICE]
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 27 * PRICE
    assert (presale.status, presale.available, presale.lot.set_aside_for) == ("allotted", 73, presale.number)
    cut = texts_of("presale_cut")
    assert (len(cut), "36" in cut[0], "50" in cut[0]) == (3, True, True)
    over = decline_until(presale)
    with pytest.raises(services.DeclineDaysOpen):
        services.deliver_presale(presale=presale, by=ready.clerk, at=over - SECOND)
    services.deliver_presale(presale=presale, by=ready.clerk, at=over)
    services.tell_of_state(presale=presale, at=over)
    assert len(texts_of("presale_arrived")) == 3
    gross = 73 * PRICE
    statement, sale = FarmerStatement.objects.get(), LotSale.objects.get()
    assert (statement.gross_minor, sale.amount_minor, sale.grams) == (gross, gross, 73 * BOX_G)
    assert sale.price_minor == 7_80
    assert ready.holds(ready.farmer_key) == statement.net_minor > 0
    assert ready.holds(chart.buyer(ProduceBuyer.objects.get(is_active=False).code)) == 0
    assert ready.holds(funds) == 27 * PRICE  # owed back, until it is fetched
    with pytest.raises(produce.NoClaimOfPresale):
        produce.raise_claim(sale=sale, amount=Money(1, sale.currency), reason="坏果", by=ready.clerk, at=over)
    services.hand_over_presale_order(order=rows[0], by=ready.partner, at=over + HOUR)
    with pytest.raises(WrongState):
        services.hand_over_presale_order(order=rows[0], by=ready.partner, at=over + HOUR)
    assert (status_of(rows[0]), status_of(rows[1])) == ("handed_over", "allotted")
    assert "36" in texts_of("presale_handed_over")[0]
    assert findings() == []
    assert_balanced()


@given(
    st.lists(st.integers(1, 10_000), min_size=1, max_size=60).flatmap(
        lambda ordered: st.tuples(st.just(ordered), st.integers(0, sum(ordered) + 5))
    )
)
def test_an_allotment_gives_all_that_there_is_and_nobody_more_than_ordered_or_a_box_less_than_fair(case):
    wanted, available = case
    parts = allotment(wanted, available)
    whole = sum(wanted)
    assert sum(parts) == min(available, whole)
    for part, boxes in zip(parts, wanted, strict=True):
        assert 0 <= part <= boxes
        assert abs(part * whole - boxes * min(available, whole)) < whole
    alike = {boxes: [part for part, each in zip(parts, wanted, strict=True) if each == boxes] for boxes in wanted}
    assert all(same == sorted(same, reverse=True) for same in alike.values())  # ties to the older order


def test_boxes_are_ordered_before_the_close_and_never_more_than_the_harvest_gives(ready):
    presale = opened(ready, boxes=10)
    first = ordered(ready, presale, 8, key="press")
    assert ordered(ready, presale, 8, villager=first.villager, key="press") == first
    with pytest.raises(services.PresaleFull) as refused:
        ordered(ready, presale, 3)
    assert "2" in str(refused.value)
    ordered(ready, presale, 2, at=presale.opens_at + SECOND)
    services.cancel_presale_order(order=first, by=ready.partner, at=presale.closes_at - SECOND)
    presale.refresh_from_db()
    assert (status_of(first), presale.ordered, presale.order_count, Payment.objects.count()) == ("withdrawn", 2, 1, 2)
    with pytest.raises(services.PresaleClosed):
        ordered(ready, presale, 1, at=presale.closes_at)
    second = PresaleOrder.objects.get(status="paid")
    with pytest.raises(services.DeclineTooLate):
        services.cancel_presale_order(order=second, by=ready.partner, at=presale.closes_at)
    elsewhere = StationFactory()
    switch_on(elsewhere, "goods_order")
    with pytest.raises(services.PresaleClosed):
        ordered(ready, presale, 1, station=elsewhere, by=partner_of(elsewhere))
    assert findings() == []


def test_a_presale_closes_when_its_time_has_come_however_late_the_job_runs_and_ends_where_nobody_ordered(ready):
    presale = opened(ready)
    job = Job.objects.get(kind="presales.close_presale")
    assert (job.run_at, job.payload["presale"]) == (presale.closes_at, str(presale.pk))
    services.close_presale(presale=presale, at=presale.closes_at - SECOND)
    assert status_of(presale) == "open"
    services.close_presale(presale=presale, at=presale.closes_at + 5 * DAY)
    assert status_of(presale) == "cancelled"
    other = opened(ready)
    ordered(ready, other, 1)
    services.close_presale(presale=other, at=other.closes_at + 5 * DAY)
    services.close_presale(presale=other, at=other.closes_at + 6 * DAY)
    assert (status_of(other), other.closed_at) == ("closed", other.closes_at + 5 * DAY)


def test_who_is_cut_may_give_all_of_it_up_for_a_day_and_the_boxes_are_for_sale_again(ready):
    presale = opened(ready)
    big, small = ordered(ready, presale, 50), ordered(ready, presale, 50)
    presale = allotted(ready, presale, 60)
    ends = decline_until(presale)
    services.cancel_presale_order(order=big, by=ready.partner, at=ends - SECOND)
    with pytest.raises(services.DeclineTooLate):
        services.cancel_presale_order(order=small, by=ready.partner, at=ends)
    big.refresh_from_db()
    assert (big.status, big.returned_minor) == ("declined", 50 * PRICE)
    assert sum(Refund.objects.filter(payment=big.payment_id).values_list("amount_minor", flat=True)) == 50 * PRICE
    services.deliver_presale(presale=presale, by=ready.clerk, at=ends)
    assert LotSale.objects.get().amount_minor == 30 * PRICE
    rest = Lot.objects.get(status="closed")
    assert (rest.set_aside_for, rest.grades.get().free_g) == ("", 30 * BOX_G)
    assert ready.holds(chart.customer_funds(ready.station)) == 70 * PRICE
    assert findings() == []


def test_a_cancelled_presale_gives_everybody_all_of_their_money_back_also_after_its_lot_was_recalled(ready):
    presale = opened(ready)
    rows = [ordered(ready, presale, boxes) for boxes in (40, 40, 20)]
    presale = allotted(ready, presale, 99)
    lot, at = presale.lot, presale.allotted_at
    produce.recall_lot(lot=lot, reason="农残超标", by=ready.manager, at=at)
    handlers.note_recalled(Event.objects.get(name="orders.lot_recalled"))
    services.tell_of_recall(presale=presale, at=at)
    assert Job.objects.filter(kind="presales.tell_of_recall").count() == 1
    assert len(texts_of("presale_recalled")) == 3
    with pytest.raises(WrongState):
        services.deliver_presale(presale=presale, by=ready.clerk, at=decline_until(presale))
    services.cancel_presale(presale=presale, reason="农残超标", by=ready.manager, at=at + DAY)
    presale = settled(presale, at=at + DAY)
    assert [status_of(row) for row in rows] == ["returned"] * 3
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == 100 * PRICE
    assert len(texts_of("presale_cancelled")) == 3
    lot.refresh_from_db()
    assert (lot.set_aside_for, presale.settled_at) == ("", at + DAY)
    with pytest.raises(WrongState):
        services.cancel_presale(presale=presale, reason="again", by=ready.clerk, at=at + DAY)
    assert presales_left(ready.station) == presales_left(ready.centre) == []
    assert findings() == []


def test_the_hours_to_give_boxes_up_begin_when_buyers_are_told_and_that_is_not_at_night(ready):
    presale = opened(ready)
    big, small = ordered(ready, presale, 50), ordered(ready, presale, 50)
    zone = ready.centre.zone
    day = day_in(zone, presale.closes_at) + DAY
    presale = allotted(ready, presale, 60, at=instant_of(zone, day, dt.time(22)))
    ends = instant_of(zone, day + 2 * DAY, dt.time(8))
    with pytest.raises(services.DeclineDaysOpen):
        services.deliver_presale(presale=presale, by=ready.clerk, at=ends - SECOND)
    services.cancel_presale_order(order=big, by=ready.partner, at=ends - SECOND)
    with pytest.raises(services.DeclineTooLate):
        services.cancel_presale_order(order=small, by=ready.partner, at=ends)
    services.deliver_presale(presale=presale, by=ready.clerk, at=ends)
    assert status_of(presale) == "delivered"


def test_a_cancel_is_told_once_the_money_is_owed_back_with_what_the_buyer_has_not_fetched_yet(ready):
    presale = opened(ready)
    first, second = ordered(ready, presale, 50), ordered(ready, presale, 50)
    presale = allotted(ready, presale, 60)
    at = presale.allotted_at
    paid_out = Refund.objects.get(payment=first.payment_id)  # the 20 boxes of the cut
    notify_refund(refund=paid_out, at=now())
    hand_back(paid_out, ready, coded(paid_out), notes="drawer")
    services.cancel_presale(presale=presale, reason="下冰雹了", by=ready.manager, at=at)
    services.tell_of_state(presale=presale, at=at)  # the job of the allotment comes late
    assert texts_of("presale_cancelled") == []
    settled(presale, at=at)
    told = texts_of("presale_cancelled")
    assert [amount in text for amount, text in zip(["1,170.00", "1,950.00"], told, strict=True)] == [True, True]
    assert [status_of(row) for row in (first, second)] == ["returned"] * 2


def test_many_buyers_are_told_in_as_many_statements_as_a_few(ready):
    counts = []
    for buyers in (2, 9):
        presale = opened(ready)
        for _number in range(buyers):
            ordered(ready, presale, 5)
        presale = allotted(ready, presale, buyers * 5)
        services.deliver_presale(presale=presale, by=ready.clerk, at=presale.allotted_at)
        with CaptureQueriesContext(connection) as told:
            services.tell_of_state(presale=presale, at=presale.allotted_at)
        counts.append(len(told))
    assert (counts[0] == counts[1], len(texts_of("presale_arrived"))) == (True, 11)


def test_no_box_of_a_lot_that_is_stopped_or_called_back_is_handed_over(ready):
    presale = opened(ready)
    first, second = ordered(ready, presale, 5), ordered(ready, presale, 5)
    presale = allotted(ready, presale, 10)
    at = presale.allotted_at
    services.deliver_presale(presale=presale, by=ready.clerk, at=at)
    [need] = [need for need in CONSOLE.needs if need.name == "presales.hand_over"]
    produce.hold_lot(lot=presale.lot, reason="抽检", by=ready.clerk, at=at)
    with pytest.raises(WrongState):
        services.hand_over_presale_order(order=first, by=ready.partner, at=at)
    assert need.rows(user=ready.partner, at=at).count() == 0
    produce.release_lot(lot=presale.lot, reason="合格", by=ready.clerk, at=at)
    assert need.rows(user=ready.partner, at=at).count() == 2
    services.hand_over_presale_order(order=first, by=ready.partner, at=at)
    produce.recall_lot(lot=presale.lot, reason="农残超标", by=ready.manager, at=at)
    with pytest.raises(WrongState):
        services.hand_over_presale_order(order=second, by=ready.partner, at=at)
    assert [status_of(row) for row in (first, second)] == ["handed_over", "allotted"]


def test_a_cancelled_harvest_tells_the_county_and_the_buyers(ready):
    kept, lost = promised(ready, 250_000), promised(ready, 250_000)
    presale = opened(ready, notices=[kept, lost])
    order = ordered(ready, presale, 60)
    at = now()
    produce.cancel_harvest(notice=lost, reason="下冰雹了", by=ready.clerk, at=at)
    event = Event.objects.get(name="orders.harvest_cancelled")
    handlers.note_harvest_cancelled(event)
    handlers.note_harvest_cancelled(event)
    assert Job.objects.filter(kind="presales.tell_of_harvest").count() == 1
    for _turn in range(2):
        services.tell_of_harvest(presale=presale, notice=lost, at=at)
    assert len(texts_of("presale_may_be_short")) == 1
    assert Notice.objects.filter(template="presale_harvest_lost", user=ready.clerk.pk).count() == 1
    assert (len(obligations(order.villager)), orders(order.villager)[0]["boxes"]) == (1, 60)
    assert (len(presales_left(ready.station)), len(presales_left(ready.centre))) == (1, 1)


def test_a_presale_is_refused_that_could_not_be_kept(ready):
    at = now()
    notice = promised(ready, 500_000, at=at)
    _crop, pear, _second = crop_of_apples("pear")
    good = {"notices": [notice], "at": at}
    for refusal, values in (
        (services.HarvestUnfit, {"grade": pear}),
        (services.BoxImpossible, {"box_g": 50_001}),
        (services.CloseNotPossible, {"closes_at": at + HOUR - SECOND}),
        (services.DeliveryNotPossible, {"delivery_date": day_in(ready.centre.zone, at + 3 * DAY)}),
        (produce.PriceBelowDeductions, {"price": Money(3_75, "CNY")}),
    ):
        with pytest.raises(refusal):
            opened(ready, **good, **values)
    presale = opened(ready, **good, key="press", closes_at=at + HOUR)
    assert opened(ready, **good, key="press", closes_at=at + HOUR) == presale
    with pytest.raises(services.HarvestUnfit):
        opened(ready, **good)
    assert PresaleCycle.objects.count() == 1
    with pytest.raises(IntegrityError, match="ordered_is_the_sum_of_its_orders"), transaction.atomic():
        PresaleCycle.objects.update(ordered=3)


def test_what_is_set_aside_is_sold_to_nobody_else_and_only_a_fit_lot_is_set_aside(ready):
    presale = opened(ready)
    ordered(ready, presale, 100)
    at = presale.closes_at
    with pytest.raises(WrongState):
        services.allot_presale(presale=presale, lot=boxes_of(ready, 1, at=at), boxes=1, by=ready.clerk, at=at)
    services.close_presale(presale=presale, at=at)
    lot, empty = boxes_of(ready, 40, at=at), lot_opened(ready, at=at)
    for refusal, chosen, boxes in (
        (services.MoreThanOrdered, lot, 101),
        (produce.LotTooSmall, lot, 41),
        (services.LotUnfit, empty, 1),
    ):
        with pytest.raises(refusal):
            services.allot_presale(presale=presale, lot=chosen, boxes=boxes, by=ready.clerk, at=at)
    services.allot_presale(presale=presale, lot=lot, boxes=40, by=ready.clerk, at=at)
    presale = PresaleCycle.objects.get()
    with pytest.raises(produce.LotSetAside):
        sold(ready, presale.lot, ready.first, BOX_G, 7_00, at=at)
    with pytest.raises(produce.LotSetAside):
        produce.split_lot(lot=presale.lot, grams={ready.first: BOX_G}, by=ready.clerk, at=at, key="other")
    with pytest.raises(services.NotSettledYet):
        services.deliver_presale(presale=presale, by=ready.clerk, at=at + 2 * DAY)
    PresaleCycle.objects.update(available=39)
    with pytest.raises(IntegrityError, match="allotted_boxes_are_what_there_is"):
        connection.check_constraints()


def test_nobody_hands_boxes_to_themselves(ready):
    presale = opened(ready)
    own = resident("陈站长", ready.station, by=ready.partner)
    ready.partner.person = own
    ready.partner.save()
    order = ordered(ready, presale, 5, villager=own)
    presale = allotted(ready, presale, 5)
    services.deliver_presale(presale=presale, by=ready.clerk, at=presale.allotted_at)
    with pytest.raises(SamePerson):
        services.hand_over_presale_order(order=order, by=ready.partner, at=presale.allotted_at)
    assert status_of(order) == "allotted"


def test_in_another_currency_the_boxes_cost_as_many_minor_units():
    ready = fair(currency="JPY")
    presale = opened(ready)
    ordered(ready, presale, 10)
    presale = allotted(ready, presale, 10)
    services.deliver_presale(presale=presale, by=ready.clerk, at=presale.allotted_at)
    assert (LotSale.objects.get().currency, FarmerStatement.objects.get().gross_minor) == ("JPY", 10 * PRICE)
    assert findings() == []
