"""Parcels to the city: priced and paid at the counter, given to the carrier, delivered, brought back, lost, damaged."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.days import day_in, instant_of
from core.errors import SamePerson, WrongState
from core.models import Event, Notice
from core.money import Money
from finance import chart
from finance.models import Payment, Receipt, Refund
from logistics.models import Bag, Parcel
from logistics.parcels.services import (
    GoesOutside,
    LeftAlready,
    NotAtCentre,
    receive_at_station,
    receive_return_leg,
    report_exception,
)
from logistics.routes.services import pack_bag
from orders.models import Shipment, ShippingRegion, ShippingZone
from orders.shipping import handlers, tasks
from orders.shipping.console import CONSOLE
from orders.shipping.services import (
    CompensatedAlready,
    CompensationTooMuch,
    NotDamaged,
    RegionNotServed,
    TooHeavy,
    WaitsForSender,
    cancel_shipment,
    compensate_shipment,
    dispose_of_shipment,
    forget_senders,
    hand_back_shipment,
    hand_on_shipment,
    quote_shipment,
)
from orders.shipping.views import SHIPMENT_PAGE
from stations.network.services import ServiceNotOpen
from tests.factories.finance import pause_at
from tests.factories.routes import go, run, scanned
from tests.factories.shipping import CARRIER, accepted, at_centre, counter, handed_on, in_trouble, says, tariff
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture
def ready():
    """A counter that takes parcels; after each test the auditor finds nothing."""
    there = counter()
    yield there
    assert findings() == []


def heard(name, handler):
    """The event is delivered twice."""
    for event in Event.objects.filter(name=name):
        handler(event)
        handler(event)


def fresh(shipment):
    return Shipment.objects.select_related("parcel", "payment").get(pk=shipment.pk)


def money_of(ready):
    return {
        "till": ready.holds(ready.till_key),
        "funds": ready.holds(ready.funds_key),
        "carrier": ready.holds(CARRIER),
        "partner": ready.holds(ready.own_key),
        "county": ready.holds(chart.commission_of_county(ready.station.county)),
        "revenue": ready.holds(chart.platform("revenue")),
        "expense": ready.holds(chart.platform("expense")),
    }


NOTHING = dict.fromkeys(["till", "funds", "carrier", "partner", "county", "revenue", "expense"], 0)


def test_a_price_is_that_of_the_zone_and_of_the_step_of_weight(ready):
    def minor(region, grams):
        return quote_shipment(station=ready.station, region=region, weight_g=grams, at=now()).price.minor

    assert [minor("上海市", grams) for grams in (1, 1_000, 1_001, 2_000)] == [8_00, 8_00, 10_00, 10_00]
    assert minor("西藏自治区", 1_000) == 20_00
    with pytest.raises(TooHeavy):
        minor("西藏自治区", 1_001)
    with pytest.raises(RegionNotServed):
        minor("火星", 1_000)
    tariff(division=ready.station.county, ceiling=1_00)
    assert minor("上海市", 500) == 8_00


def test_a_region_lies_in_a_zone_of_its_own_tariff(ready):
    other = tariff(division=ready.station.county)
    zone = ShippingZone.objects.exclude(tariff=other).first()
    with pytest.raises(IntegrityError, match="region_lies_in_a_zone_of_its_tariff"), transaction.atomic():
        ShippingRegion.objects.create(tariff=other, zone=zone, name="北京市")


def test_a_parcel_is_paid_labelled_and_shared_out_when_the_carrier_has_it(ready):
    shipment = accepted(ready)
    parcel = shipment.parcel
    assert (parcel.status, parcel.custodian, parcel.outside_address) == (
        "pre_transit",
        ready.station,
        "上海市 张江路100号",
    )
    assert (shipment.payment.purpose, shipment.payment.subject_ref) == ("parcel", parcel.number)
    slip = Receipt.objects.get(payment=shipment.payment)
    assert parcel.number in str(slip.lines)
    assert money_of(ready) == NOTHING | {"till": 10_00, "funds": 10_00}
    with pytest.raises(NotAtCentre):
        hand_on_shipment(shipment=shipment, carrier_number="", by=ready.clerk, at=now())
    handed_on(ready, shipment)
    # 20 % of 10.00: partner 1.40, county 0.30, platform 0.30.
    assert money_of(ready) == NOTHING | {
        "till": 10_00,
        "carrier": 8_00,
        "partner": 1_40,
        "county": 30,
        "revenue": 30,
    }
    parcel.refresh_from_db()
    assert (parcel.is_with_carrier, parcel.carrier_number, parcel.custodian) == (True, "YT75", None)


def test_the_same_key_accepts_one_parcel_and_a_paused_service_none(ready):
    one, other = accepted(ready, key="a"), accepted(ready, key="a")
    assert (one.pk, Parcel.objects.count(), Payment.objects.count()) == (other.pk, 1, 1)
    pause_at(ready.station, "parcel_send")
    with pytest.raises(ServiceNotOpen):
        accepted(ready)


def test_it_travels_in_a_bag_of_a_run_and_the_carrier_delivers_it(ready):
    shipment = accepted(ready)
    centre = shipment.parcel.to_station
    bag = pack_bag(
        from_station=ready.station,
        to_station=centre,
        numbers=[shipment.number],
        by=ready.partner,
        at=now(),
        key="bag",
    )
    ride = go(run(ready.station), steps=3)
    assert scanned(ride, "load", bag.seal) == ["accepted"]
    parcel = fresh(shipment).parcel
    assert (parcel.status, parcel.run_id) == ("in_transit", ride.pk)
    ride = go(ride, steps=2)
    assert scanned(ride, "unload", bag.seal) == ["accepted"]
    parcel = fresh(shipment).parcel
    assert (parcel.status, parcel.custodian_id) == ("at_county_hub", centre.pk)
    with pytest.raises(GoesOutside):
        receive_at_station(parcel=parcel, by=ready.clerk, at=now())
    hand_on_shipment(shipment=shipment, carrier_number="YT75", by=ready.clerk, at=now())
    says(ready, shipment, "on_the_way")
    says(ready, shipment, "delivered")
    heard("logistics.parcel_delivered", handlers.note_delivered)
    found = fresh(shipment)
    assert (found.status, found.parcel.status, Bag.objects.get().contents.get().taken_out_at is None) == (
        "delivered",
        "delivered",
        False,
    )
    assert Notice.objects.filter(template="shipment_delivered").count() == 1
    with pytest.raises(WrongState):
        says(ready, shipment, "on_the_way")


def test_before_it_leaves_the_sender_takes_it_back_out_of_its_bag_and_is_owed_the_price(ready):
    shipment, stays = accepted(ready), accepted(ready)
    numbers = [shipment.number, stays.number]
    bag = pack_bag(
        from_station=ready.station,
        to_station=shipment.parcel.to_station,
        numbers=numbers,
        by=ready.partner,
        at=now(),
        key="bag",
    )
    cancel_shipment(shipment=shipment, by=ready.partner, at=now())
    found = fresh(shipment)
    assert (found.status, found.parcel.status, found.payment.status) == ("cancelled", "cancelled", "refunded")
    assert Refund.objects.get().amount == Money(10_00, "CNY")
    ride = go(run(ready.station), steps=3)
    assert scanned(ride, "load", bag.seal) == ["accepted"]
    assert (fresh(shipment).parcel.run, fresh(stays).parcel.run_id) == (None, ride.pk)
    with pytest.raises(LeftAlready):
        cancel_shipment(shipment=stays, by=ready.partner, at=now())
    with pytest.raises(WrongState):
        cancel_shipment(shipment=shipment, by=ready.partner, at=now())


@pytest.mark.parametrize("words", [["brought_back"], ["delivered", "brought_back"]])
def test_what_the_carrier_brings_back_also_after_it_said_delivered_goes_to_its_sender_without_the_price(ready, words):
    shipment = handed_on(ready)
    for word in words:
        says(ready, shipment, word)
        heard("logistics.parcel_delivered", handlers.note_delivered)
    ride = go(run(ready.station))
    assert scanned(ride, "load", shipment.number) == ["accepted"]
    ride = go(ride, steps=2)
    assert scanned(ride, "unload", shipment.number) == ["accepted"]
    heard("logistics.parcel_returned", handlers.note_returned)
    assert (fresh(shipment).status, fresh(shipment).refunded_minor) == ("returned", 0)
    assert Notice.objects.filter(template="shipment_returned").count() == 1
    hand_back_shipment(shipment=shipment, by=ready.partner, at=now())
    assert fresh(shipment).status == "handed_back"


def test_what_its_sender_does_not_fetch_is_asked_for_once_more_and_disposed_of_by_another_person_with_a_record(ready):
    shipment, at = handed_on(ready), now()
    says(ready, shipment, "brought_back")
    receive_return_leg(parcel=shipment.parcel, by=ready.partner, at=at)
    heard("logistics.parcel_returned", handlers.note_returned)
    found = fresh(shipment)
    assert found.fetch_until_date == day_in(ready.station.zone, found.parcel.ended_at) + 30 * DAY
    after = instant_of(ready.station.zone, found.fetch_until_date + DAY, dt.time())
    told = {"record": "两件旧衣服，已捐给镇敬老院，李主任在场"}
    for _ in range(2):
        tasks.remind_sender({"shipment": str(found.pk)}, after - 7 * DAY)
    assert Notice.objects.filter(template="shipment_waits").count() == 1
    with pytest.raises(WaitsForSender):
        dispose_of_shipment(shipment=found, **told, by=ready.clerk, at=after - SECOND)
    with pytest.raises(SamePerson):
        dispose_of_shipment(shipment=found, **told, by=ready.partner, at=after)
    need = next(each for each in CONSOLE.needs if each.name == "shipping.unfetched")
    assert [list(need.rows(user=ready.clerk, at=moment)) for moment in (at, after + DAY)] == [[], [found]]
    dispose_of_shipment(shipment=found, **told, by=ready.clerk, at=after)
    found = fresh(shipment)
    assert (found.status, found.ended_at, found.disposed_by) == ("disposed", after, ready.clerk)
    for verb in (dispose_of_shipment, hand_back_shipment):
        with pytest.raises(WrongState):
            verb(shipment=found, **(told if verb is dispose_of_shipment else {}), by=ready.clerk, at=after)
    assert (forget_senders(at=after + 180 * DAY), forget_senders(at=after + 180 * DAY + SECOND)) == (0, 1)
    assert fresh(shipment).sender_name == ""


def test_damage_that_was_reported_is_compensated_after_the_county_took_the_parcel_over(ready):
    shipment = handed_on(ready, accepted(ready, declared=60_00))
    in_trouble(ready, shipment, "damaged")
    says(ready, shipment, "brought_back")
    receive_return_leg(parcel=shipment.parcel, by=ready.clerk, at=now())
    heard("logistics.parcel_returned", handlers.note_returned)
    later = now() + 40 * DAY
    dispose_of_shipment(shipment=fresh(shipment), record="碎了，已清理", by=ready.clerk, at=later)
    about = {"amount": Money(60_00, "CNY"), "reason": "摔碎", "by": ready.manager, "at": later}
    found = compensate_shipment(shipment=fresh(shipment), **about)
    assert (found.status, found.compensated_minor, ready.holds(CARRIER)) == ("disposed", 60_00, 8_00 - 60_00)


def test_lost_before_the_carrier_had_it_the_price_comes_back_and_the_platform_pays(ready):
    shipment = at_centre(ready, accepted(ready, declared=60_00))
    in_trouble(ready, shipment, "lost")
    heard("logistics.parcel_lost", handlers.note_lost)
    found = fresh(shipment)
    assert (found.status, found.refunded_minor, found.compensated_minor) == ("lost", 10_00, 60_00)
    # Owed to the sender until it is fetched: price and compensation.
    assert money_of(ready) == NOTHING | {"till": 10_00, "funds": 70_00, "expense": 60_00}
    assert sorted(refund.amount_minor for refund in Refund.objects.all()) == [10_00, 60_00]


def test_lost_by_the_carrier_it_pays_price_and_compensation_and_the_partner_keeps_the_commission(ready):
    shipment = handed_on(ready)
    in_trouble(ready, shipment, "lost")
    heard("logistics.parcel_lost", handlers.note_lost)
    # Nobody declared a value: three times the price.
    assert fresh(shipment).compensated_minor == 30_00
    assert money_of(ready) == NOTHING | {
        "till": 10_00,
        "funds": 40_00,
        "carrier": 8_00 - 40_00,
        "partner": 1_40,
        "county": 30,
        "revenue": 30,
    }


def test_lost_by_our_own_van_on_the_way_back_the_platform_pays(ready):
    shipment = handed_on(ready)
    says(ready, shipment, "brought_back")
    in_trouble(ready, shipment, "lost")
    heard("logistics.parcel_lost", handlers.note_lost)
    held = money_of(ready)
    assert (held["carrier"], held["expense"], held["funds"]) == (8_00, 40_00, 40_00)


def test_damage_is_compensated_once_within_the_limit_by_another_person_who_has_seen_a_photo(ready):
    shipment = handed_on(ready, accepted(ready, declared=20_00))
    told = {"shipment": shipment, "reason": "碗碎了", "at": now()}
    with pytest.raises(WrongState):
        compensate_shipment(**told, amount=Money(5_00, "CNY"), by=ready.manager)
    says(ready, shipment, "delivered")
    heard("logistics.parcel_delivered", handlers.note_delivered)
    with pytest.raises(NotDamaged):
        compensate_shipment(**told, amount=Money(5_00, "CNY"), by=ready.manager)
    in_trouble(ready, shipment, "damaged")
    with pytest.raises(CompensationTooMuch):
        compensate_shipment(**told, amount=Money(20_01, "CNY"), by=ready.manager)
    with pytest.raises(SamePerson):
        compensate_shipment(**told, amount=Money(20_00, "CNY"), by=ready.partner)
    compensate_shipment(**told, amount=Money(20_00, "CNY"), by=ready.manager)
    with pytest.raises(CompensatedAlready):
        compensate_shipment(**told, amount=Money(1, "CNY"), by=ready.manager)
    held = money_of(ready)
    assert (held["funds"], held["carrier"], Refund.objects.get().reason) == (20_00, 8_00 - 20_00, "compensation")


def test_who_accepted_a_parcel_does_not_say_that_it_is_lost(ready):
    shipment = accepted(ready, declared=60_00)
    told = {"parcel": shipment.parcel, "exception": "lost", "reason": "找不到", "at": now()}
    with pytest.raises(SamePerson):
        report_exception(**told, by=ready.partner)
    assert (fresh(shipment).parcel.status, Event.objects.filter(name="logistics.parcel_lost").exists()) == (
        "pre_transit",
        False,
    )
    assert report_exception(**told, by=ready.clerk).status == "lost"


def test_later_trouble_of_another_kind_hides_no_damage(ready):
    shipment = handed_on(ready)
    in_trouble(ready, shipment, "damaged")
    in_trouble(ready, shipment, "delayed")
    says(ready, shipment, "delivered")
    heard("logistics.parcel_delivered", handlers.note_delivered)
    (waits,) = (each.rows for each in CONSOLE.needs if each.name == "shipping.damaged")
    assert list(waits(user=ready.manager, at=now())) == [shipment]
    offered = SHIPMENT_PAGE.actions["compensate"].is_open
    assert offered(fresh(shipment), ready.manager)
    compensate_shipment(shipment=shipment, amount=Money(1, "CNY"), reason="碗碎了", by=ready.manager, at=now())
    assert (list(waits(user=ready.manager, at=now())), offered(fresh(shipment), ready.manager)) == ([], False)


def test_damage_that_is_seen_when_it_is_back_is_reported_and_borne_by_the_platform(ready):
    shipment = handed_on(ready)
    says(ready, shipment, "brought_back")
    receive_return_leg(parcel=shipment.parcel, by=ready.partner, at=now())
    heard("logistics.parcel_returned", handlers.note_returned)
    for exception in ("delayed", "lost"):
        with pytest.raises(WrongState):
            in_trouble(ready, shipment, exception)
    in_trouble(ready, shipment, "damaged")
    told = {"shipment": shipment, "amount": Money(5_00, "CNY"), "reason": "碗碎了", "at": now()}
    compensate_shipment(**told, by=ready.manager)
    held = money_of(ready)
    assert (held["carrier"], held["expense"], held["funds"]) == (8_00, 5_00, 5_00)


def test_a_sender_does_not_decide_the_own_compensation(ready):
    ready.manager.person = ready.sender
    ready.manager.save()
    shipment = handed_on(ready)
    in_trouble(ready, shipment, "damaged")
    says(ready, shipment, "delivered")
    heard("logistics.parcel_delivered", handlers.note_delivered)
    told = {"shipment": shipment, "amount": Money(5_00, "CNY"), "reason": "碗碎了", "at": now()}
    with pytest.raises(SamePerson):
        compensate_shipment(**told, by=ready.manager)


def test_what_goes_astray_before_the_carrier_has_it_comes_back_with_its_price(ready):
    shipment = at_centre(ready, accepted(ready))
    Parcel.objects.filter(pk=shipment.parcel_id).update(status="return_to_sender", custodian=None)
    receive_return_leg(parcel=shipment.parcel, by=ready.clerk, at=now())
    heard("logistics.parcel_returned", handlers.note_returned)
    assert (fresh(shipment).status, fresh(shipment).refunded_minor) == ("returned", 10_00)


def test_another_currency_has_its_own_tariff():
    there = counter(currency="KWD")
    tariff(currency="CNY")
    shipment = accepted(there)
    assert (shipment.currency, shipment.tariff.currency, shipment.payment.currency) == ("KWD", "KWD", "KWD")
    handed_on(there, shipment)
    assert (there.holds(CARRIER), str(shipment.price), shipment.limit_minor) == (8_00, "1.000", 30_00)


def test_sender_receiver_and_address_are_forgotten_half_a_year_after_the_end(ready):
    shipment = accepted(ready)
    cancel_shipment(shipment=shipment, by=ready.partner, at=now())
    assert (forget_senders(at=now() + 179 * DAY), forget_senders(at=now() + 181 * DAY)) == (0, 1)
    assert (fresh(shipment).sender_name, fresh(shipment).sender_phone) == ("", "")
