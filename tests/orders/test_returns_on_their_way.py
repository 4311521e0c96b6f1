"""Goods that come back travel in a parcel, are waited for so long, and their money always ends somewhere."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import Refused, SamePerson
from core.models import Event, Notice
from finance import chart
from finance.models import LineHold, Refund
from finance.payments.services import refund_payment
from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.services import LossForCounty, report_exception
from logistics.routes.services import name_exception, reconcile_run
from orders.models import Order, OrderLine, Return
from orders.purchases.services import cancel_purchase
from orders.returns import handlers, tasks
from orders.returns.console import CONSOLE
from orders.returns.services import (
    approve_return,
    drop_return,
    end_return_unpaid,
    expire_return,
    receive_return,
    replace_return,
    send_return,
    settle_return,
)
from tests.factories.finance import gateway, helper_at
from tests.factories.payment_links import fresh, gateway_says, offered, pressed
from tests.factories.purchases import at_station, handed_over, shop
from tests.factories.returns import VAN, at_centre, bought, dropped, inspected, requested, rules, to_replace
from tests.factories.routes import go, run, scanned
from tests.factories.stations import county_manager_of, helper_of
from tests.finance.auditing import findings
from tests.races import together

HOUR, DAY, SECOND = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture
def ready(db):
    rules()
    return shop()


def heard(name, handle):
    """What an event does, which comes twice."""
    for event in Event.objects.filter(name=name).order_by("pk"):
        for _ in range(2):
            handle(event)


def accounts(ready):
    keys = [ready.supplier_key(), ready.own_key, chart.commission_of_county(ready.station.county), VAN]
    return [ready.holds(key) for key in [*keys, chart.platform("revenue"), chart.platform("expense")]]


def on_board(ready, found, *, at):
    """The goods are in a van that has stopped at their station."""
    ride = go(run(ready.station, at=at, driver=helper_of(ready.station)), steps=3, at=at)
    assert scanned(ride, "load", found.parcel_number, at=at) == ["accepted"]
    heard("logistics.goods_set_off_back", handlers.note_left)
    found.refresh_from_db()
    return ride


def test_from_the_counter_to_the_centre_goods_are_a_parcel_that_the_van_scans_and_there_they_are_inspected(
    client, ready
):
    at = now()
    found = approve_return(goods_return=requested(ready, bought(ready), at=at), by=ready.clerk, at=at)
    client.force_login(ready.partner)
    slip = reverse("returns:slip", args=[found.pk])
    assert slip in client.get(reverse("returns:return", args=[found.pk])).content.decode()
    assert "先验货" not in client.get(slip).content.decode()
    found = dropped(ready, found, at=at)
    assert "先验货" in client.get(slip).content.decode()
    parcel = Parcel.objects.get(pk=found.parcel)
    places = (parcel.from_station, parcel.to_station, parcel.receiver)
    assert places == (ready.station.parent, ready.station, ready.buyer)
    assert (parcel.status, parcel.brings_back, parcel.contents_ref) == ("return_to_sender", True, found.pk)
    label = client.get(reverse("parcels:label", args=[parcel.pk])).content.decode()
    assert ready.station.parent.name in label
    assert parcel.number in label
    assert parcel.number in client.get(slip).content.decode()
    assert parcel.number in client.get(reverse("returns:return", args=[found.pk])).content.decode()
    ride = on_board(ready, found, at=at + HOUR)
    assert found.status == "in_transit"
    ride = go(ride, steps=2, at=at + 2 * HOUR)
    assert scanned(ride, "unload", parcel.number, at=at + 2 * HOUR) == ["accepted"]
    heard("logistics.parcel_returned", handlers.note_received)
    heard("logistics.goods_set_off_back", handlers.note_left)
    reconcile_run(run=ride, by=ready.clerk, at=at + 2 * HOUR)
    found.refresh_from_db()
    parcel.refresh_from_db()
    kinds = list(ParcelEvent.objects.filter(parcel=parcel).order_by("sequence").values_list("kind", flat=True))
    assert (found.status, parcel.status, kinds) == ("received", "returned", ["created", "loaded", "returned"])
    assert inspected(ready, found).status == "refunded"


def test_without_a_van_the_counter_says_that_it_left_and_the_county_that_it_came(ready):
    found = dropped(ready, approve_return(goods_return=requested(ready, bought(ready)), by=ready.clerk, at=now()))
    found = send_return(goods_return=found, by=ready.partner, at=now())
    found = receive_return(goods_return=found, by=ready.clerk, at=now())
    heard("logistics.parcel_returned", handlers.note_received)
    places = ParcelEvent.objects.filter(parcel=found.parcel).order_by("sequence").values_list("kind", "actor")
    people = [ready.partner.pk, ready.partner.pk, ready.clerk.pk]
    assert list(places) == list(zip(["created", "loaded", "returned"], people, strict=True))
    with pytest.raises(IntegrityError, match="goods_on_their_way_back_have_a_parcel"), transaction.atomic():
        Return.objects.filter(pk=found.pk).update(parcel=None)


def test_what_a_van_has_loaded_is_not_loaded_by_hand_once_more_so_its_run_balances(ready):
    found = dropped(ready, approve_return(goods_return=requested(ready, bought(ready)), by=ready.clerk, at=now()))
    ride = go(run(ready.station, driver=helper_of(ready.station)), steps=3)
    assert scanned(ride, "load", found.parcel_number) == ["accepted"]
    # The event of the scan was not heard yet.
    assert send_return(goods_return=found, by=ready.partner, at=now()).status == "in_transit"
    ride = go(ride, steps=2)
    assert scanned(ride, "unload", found.parcel_number) == ["accepted"]
    ride = reconcile_run(run=ride, by=ready.clerk, at=now())
    assert (ride.status, ride.scanned_in, ride.scanned_out) == ("reconciled", 1, 1)


def test_goods_lost_in_a_van_are_refunded_the_supplier_loses_nothing_and_the_carrier_pays_once(ready):
    before, at = accounts(ready), now()
    found = approve_return(goods_return=requested(ready, bought(ready), at=at), by=ready.clerk, at=at)
    found = dropped(ready, found, at=at)
    ride = on_board(ready, found, at=at + HOUR)
    ride = go(ride, steps=2, at=at + 2 * HOUR)
    about = {"kind": "lost", "reason": "door was open", "at": at + 2 * HOUR}
    with pytest.raises(SamePerson):
        name_exception(run=ride, number=found.parcel_number, by=ready.partner, **about)
    name_exception(run=ride, number=found.parcel_number, by=county_manager_of(ready.station.county), **about)
    heard("logistics.parcel_lost", handlers.note_lost)
    found.refresh_from_db()
    assert (found.status, found.refunded_minor, found.withheld_minor) == ("lost", 1_200_00, 0)
    assert accounts(ready) == [before[0] + 1_128_00, 0, 0, -1_128_00, 0, 0]
    assert Notice.objects.filter(template="return_lost").count() == 1
    assert (Refund.objects.get().amount_minor, LineHold.objects.filter(released_at=None).count()) == (1_200_00, 0)
    assert findings() == []


def test_goods_lost_at_the_station_after_the_counter_refunded_them_are_the_platforms_loss_in_dinars(db):
    rules(currency="KWD", ceiling=60_000, leg=500)
    ready = shop(minor=60_000, currency="KWD")
    found = dropped(ready, requested(ready, bought(ready), reason="wrong_item"))
    assert (found.status, found.refunded_minor) == ("dropped", 60_000)
    parcel = Parcel.objects.get(pk=found.parcel)
    with pytest.raises(SamePerson):
        report_exception(parcel=parcel, exception="lost", reason="shelf is empty", by=ready.partner, at=now())
    with pytest.raises(LossForCounty):
        report_exception(parcel=parcel, exception="lost", reason="空了", by=helper_of(ready.station), at=now())
    report_exception(parcel=parcel, exception="lost", reason="shelf is empty", by=ready.clerk, at=now())
    heard("logistics.parcel_lost", handlers.note_lost)
    found.refresh_from_db()
    assert (found.status, Refund.objects.count()) == ("lost", 1)
    # The supplier has what it had; the way back stays paid by the platform, which lost the goods.
    assert accounts(ready) == [56_400, 0, 0, 500, 0, 56_900]
    assert Notice.objects.filter(template="return_lost").count() == 0


def test_goods_that_nobody_brings_end_after_the_last_day_and_come_too_late_then(ready):
    at = now()
    found = approve_return(goods_return=requested(ready, bought(ready), at=at), by=ready.clerk, at=at)
    zone = ready.station.zone
    assert found.bring_until_date == day_in(zone, at) + 14 * DAY
    end = instant_of(zone, found.bring_until_date + DAY, dt.time())
    assert expire_return(goods_return=found, at=end - SECOND).status == "approved"
    assert LineHold.objects.filter(released_at=None).count() == 4
    with pytest.raises(Refused) as refused:
        dropped(ready, found, at=end)
    assert refused.value.code == "brought_too_late"
    for _ in range(2):
        tasks.expire_return({"goods_return": str(found.pk)}, end)
    found.refresh_from_db()
    assert (found.status, LineHold.objects.filter(released_at=None).count()) == ("expired", 0)
    assert OrderLine.objects.get().quantity_returned == 0
    assert set(Notice.objects.filter(template__startswith="return_").values_list("template", flat=True)) == {
        "return_approved",
        "return_expired",
    }
    with pytest.raises(Refused) as refused:
        drop_return(goods_return=found, seen=[], by=ready.partner, at=end)
    assert refused.value.code == "brought_too_late"


def test_many_small_returns_of_an_order_or_of_a_buyer_do_not_pass_the_county_by(db):
    rules(currency="KWD", ceiling=12_000)
    ready = shop(stock=30, minor=4_000, currency="KWD")
    first = bought(ready, 4)
    begun = now()
    of_order = [requested(ready, first, at=begun).status for _ in range(4)]
    assert of_order == ["approved"] * 3 + ["requested"]
    # 12 of 36 dinars within 30 days; a cancelled return counts no more.
    others = [requested(ready, bought(ready, 3), 3, at=begun) for _ in range(2)]
    assert [each.status for each in others] == ["approved"] * 2
    part = bought(ready, 3)
    assert requested(ready, part, at=begun).status == "requested"
    OrderLine.objects.update(window_ends_at=begun + 60 * DAY)
    assert requested(ready, part, at=begun + 30 * DAY - SECOND).is_instant is False
    assert requested(ready, part, at=begun + 30 * DAY).is_instant is True


def test_two_orders_of_a_buyer_at_once_stay_below_the_ceiling_of_the_buyer(own_database):
    rule = rules(ceiling=60_00)
    rule.person_ceilings = 1
    rule.save()
    ready = shop(minor=60_00)
    parts = [bought(ready), bought(ready)]
    answers = together(*[lambda part=part: requested(ready, part).is_instant for part in parts])
    assert sorted(answers) == [False, True]


def unsettled(ready):
    """A replacement that was cancelled after the payment of the goods had gone back by hand."""
    found = replace_return(goods_return=to_replace(ready, bought(ready)), by=ready.clerk, at=now())
    payment = found.order.payments.get().payment
    given = {"reason": Refund.Reason.CANCELLED, "at": now(), "key": "by hand"}
    refund_payment(payment=payment, amount=payment.total, **given)
    again = Order.objects.get(replaces=found)
    cancel_purchase(order=again, reason="buyer wants the money", by=ready.partner, at=now())
    heard("orders.replacement_moved", handlers.settle_replacement)
    found.refresh_from_db()
    return found


def needs(user, name="returns.unsettled"):
    need = next(each for each in CONSOLE.needs if each.name == name)
    return list(need.rows(user=user, at=now()))


def test_a_settlement_that_is_refused_waits_for_the_county_which_tries_again_or_ends_it_without_money(client, db):
    rules()
    ready = shop(minor=60_00)
    found = unsettled(ready)
    assert (found.status, found.unsettled_code, found.refunded_minor) == ("replaced", "wrong_state", 0)
    assert (needs(ready.clerk), needs(helper_at(ready))) == ([found], [])
    with pytest.raises(Refused) as refused:
        settle_return(goods_return=found, by=ready.clerk, at=now())
    assert refused.value.code == "wrong_state"
    client.force_login(ready.clerk)
    shown = client.get(reverse("returns:return", args=[found.pk])).content.decode()
    assert reverse("returns:return-settle", args=[found.pk]) in shown
    with pytest.raises(SamePerson):
        end_return_unpaid(goods_return=found, reason="已由银行退回", by=ready.partner, at=now())
    found = end_return_unpaid(goods_return=found, reason="已由银行退回", by=ready.clerk, at=now())
    assert (found.status, found.refunded_minor, found.unsettled_at) == ("closed", 0, None)
    assert LineHold.objects.filter(released_at=None).count() == 0
    with pytest.raises(Refused):
        end_return_unpaid(goods_return=found, reason="已由银行退回", by=ready.clerk, at=now())
    assert needs(ready.clerk) == []


def test_lost_goods_whose_money_could_not_move_are_neither_sent_nor_received_and_end_without_it(client, ready):
    found = dropped(ready, approve_return(goods_return=requested(ready, bought(ready)), by=ready.clerk, at=now()))
    payment = found.order.payments.get().payment
    refund_payment(payment=payment, amount=payment.total, reason=Refund.Reason.CANCELLED, at=now(), key="by hand")
    assert needs(ready.partner, "returns.send") == [found]
    report_exception(
        parcel=Parcel.objects.get(pk=found.parcel), exception="lost", reason="空了", by=ready.clerk, at=now()
    )
    heard("logistics.parcel_lost", handlers.note_lost)
    assert (needs(ready.partner, "returns.send"), needs(ready.clerk)) == ([], [found])
    client.force_login(ready.partner)
    shown = client.get(reverse("returns:return", args=[found.pk])).content.decode()
    assert reverse("returns:return-send", args=[found.pk]) not in shown
    found = end_return_unpaid(goods_return=found, reason="已由银行退回", by=ready.clerk, at=now())
    assert (found.status, found.refunded_minor, LineHold.objects.filter(released_at=None).count()) == ("lost", 0, 0)


def test_goods_are_lost_whose_payment_the_bank_had_taken_back_nobody_is_promised_money(ready):
    gateway()
    link, payment = pressed(offered(ready))
    gateway_says(payment, "succeeded")
    part = handed_over(ready, at_station(ready, fresh(link.order)))
    gateway_says(pressed(offered(ready))[1], "succeeded")  # else nothing is here that the bank could take back
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    assert fresh(link).status == "reversed"
    found = dropped(ready, approve_return(goods_return=requested(ready, part), by=ready.clerk, at=now()))
    report_exception(
        parcel=Parcel.objects.get(pk=found.parcel), exception="lost", reason="空了", by=ready.clerk, at=now()
    )
    heard("logistics.parcel_lost", handlers.note_lost)
    found.refresh_from_db()
    assert (found.status, found.refunded_minor, found.refunds.count()) == ("lost", 0, 0)
    assert Notice.objects.filter(template="return_lost").count() == 0
    assert findings() == []


def test_goods_whose_payment_was_given_back_by_hand_are_accepted_and_their_return_ends_without_money(client, ready):
    found = at_centre(ready, approve_return(goods_return=requested(ready, bought(ready)), by=ready.clerk, at=now()))
    payment = found.order.payments.get().payment
    refund_payment(payment=payment, amount=payment.total, reason=Refund.Reason.CANCELLED, at=now(), key="by hand")
    found = inspected(ready, found)
    assert (found.status, found.unsettled_code, found.refunds.count()) == ("inspected", "wrong_state", 0)
    assert (found.lines.get().accepted_quantity, needs(ready.clerk)) == (1, [found])
    with pytest.raises(Refused):
        settle_return(goods_return=found, by=ready.clerk, at=now())
    client.force_login(ready.clerk)
    shown = client.get(reverse("returns:return", args=[found.pk])).content.decode()
    assert reverse("returns:return-end-unpaid", args=[found.pk]) in shown
    assert reverse("returns:return-replace", args=[found.pk]) not in shown
    found = end_return_unpaid(goods_return=found, reason="已由财务退回", by=ready.clerk, at=now())
    assert (found.status, found.refunded_minor, needs(ready.clerk)) == ("closed", 0, [])
    assert LineHold.objects.filter(released_at=None).count() == 0


def test_goods_that_left_without_a_scan_and_are_lost_charge_no_carrier(ready):
    found = dropped(ready, approve_return(goods_return=requested(ready, bought(ready)), by=ready.clerk, at=now()))
    send_return(goods_return=found, by=ready.partner, at=now())
    report_exception(
        parcel=Parcel.objects.get(pk=found.parcel), exception="lost", reason="没到县里", by=ready.clerk, at=now()
    )
    heard("logistics.parcel_lost", handlers.note_lost)
    found.refresh_from_db()
    assert (found.status, found.refunded_minor) == ("lost", 1_200_00)
    assert accounts(ready) == [1_128_00, 0, 0, 0, 0, 1_128_00]
    assert findings() == []
