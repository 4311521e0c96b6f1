"""Orders until they leave the warehouse: begun, agreed, paid in advance, cancelled, expired."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, SamePerson, WrongState
from core.models import Event, Job
from finance.models import Payment, Refund
from finance.payments.services import Tender
from orders.models import CodPolicy, CodRefusal, CodStanding, Order, OrderLine
from orders.purchases.services import (
    AlreadyPicked,
    CodAboveCeiling,
    CodNotOffered,
    CodPrepayOnly,
    ConsentNotPossible,
    NotForSale,
    NothingDue,
    PaymentMissing,
    PriceChanged,
    WitnessMissing,
    cancel_purchase,
    expire_purchase,
    give_consent,
    offer_payment_link,
    pick_fulfilment,
    recall_purchase,
    request_consent,
    sign_consent,
    take_purchase_payment,
)
from orders.purchases.services.cash_rules import lower_outstanding, raise_again
from orders.stock.services import OutOfStock
from stations.people.models import Person
from stations.people.services import record_death
from stations.people.services.registration import PersonGone
from tests.factories.people import resident
from tests.factories.purchases import Item, asked, begun, code_of, paid_in_advance, picked, placed, shop, variant

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def ready():
    return shop()


def stock(ready):
    ready.level.refresh_from_db()
    return ready.level.on_hand, ready.level.allocated


def outstanding(ready):
    found = CodStanding.objects.filter(villager=ready.buyer).first()
    return found.outstanding_minor if found else 0


def points(ready, number, *, at):
    order = placed(ready, at=at - 10 * DAY)
    for _ in range(number):
        CodRefusal.objects.create(
            parcel=uuid4(), order=order, villager=ready.buyer, reason="refused", points=1, at=at - 5 * DAY
        )
    cancel_purchase(order=order, reason="changed", by=ready.partner, at=at - 9 * DAY)


def test_an_order_is_agreed_by_the_code_on_the_buyers_phone_and_its_goods_stay_reserved(ready):
    order = asked(ready, 2)
    assert (order.status, order.total_minor, stock(ready), outstanding(ready)) == (
        "awaiting_consent",
        2_400_00,
        (10, 2),
        0,
    )
    order = give_consent(order=order, code=code_of(order), by=ready.partner, at=now())
    assert (order.status, order.payment_status, order.fulfilment_status) == ("placed", "cash_due", "unfulfilled")
    assert (stock(ready), outstanding(ready)) == ((10, 2), 2_400_00)
    part = order.fulfilments.get()
    assert (part.status, part.goods_minor, part.cash_due_minor) == ("allocated", 2_400_00, 2_400_00)
    assert Event.objects.filter(name="orders.purchase_placed").count() == 1


def test_what_is_owed_on_delivery_in_another_currency_since_then_is_left_alone(ready):
    order = placed(ready)
    CodStanding.objects.update(currency="KWD", outstanding_minor=7)  # it was paid, and something ordered abroad
    raise_again(order, order.total)
    lower_outstanding(order, order.total)
    assert CodStanding.objects.values_list("currency", "outstanding_minor").get() == ("KWD", 7)


def test_the_prices_are_those_of_the_beginning_and_what_was_agreed_never_changes(ready):
    at = now()
    order = begun(ready, at=at)
    with pytest.raises(PriceChanged):
        request_consent(order=order, kind="sms_code", by=ready.partner, at=at + DAY)
    asked_in_time = request_consent(order=order, kind="sms_code", by=ready.partner, at=at + DAY - MINUTE)
    assert asked_in_time.status == "awaiting_consent"
    with pytest.raises(IntegrityError, match="goods_minor"), transaction.atomic():
        OrderLine.objects.update(goods_minor=1)


def test_nothing_is_ordered_for_the_dead_under_whichever_record_nor_agreed_to_by_them(ready):
    order, alive = begun(ready), ready.buyer
    record = resident("张桂兰", ready.station)
    Person.objects.filter(pk=record.pk).update(merged_into=alive)
    record_death(person=alive, died_date=day_in(ready.station.zone, now()), by=ready.partner, at=now())
    order.refresh_from_db()
    with pytest.raises(PersonGone):
        request_consent(order=order, kind="sms_code", by=ready.partner, at=now())
    for person in (alive, record):
        with pytest.raises(PersonGone):
            begun(ready, villager=Person.objects.get(pk=person.pk))
    assert Order.objects.count() == 1


def test_who_dies_after_the_draft_agrees_to_nothing_and_nobody_is_asked_to_pay_for_them(ready):
    by_code, by_slip = asked(ready), begun(ready)
    by_slip = request_consent(order=by_slip, kind="printed_slip", by=ready.partner, at=now())
    by_link = begun(ready, pay_method="online")
    record_death(person=ready.buyer, died_date=day_in(ready.station.zone, now()), by=ready.partner, at=now())
    for order in (by_code, by_slip, by_link):
        order.refresh_from_db()
    with pytest.raises(PersonGone):
        give_consent(order=by_code, code=code_of(by_code), by=ready.partner, at=now())
    with pytest.raises(PersonGone):
        sign_consent(order=by_slip, witness=resident("李四", ready.station), by=ready.partner, at=now())
    with pytest.raises(PersonGone):
        offer_payment_link(order=by_link, by=ready.partner, at=now())
    assert set(Order.objects.values_list("status", flat=True)) == {"awaiting_consent", "draft"}


def test_five_wrong_codes_lock_an_order_and_a_late_code_is_void(ready):
    at = now()
    order = asked(ready, at=at)
    code = code_of(order)
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refusal:
            give_consent(order=order, code=wrong, by=ready.partner, at=at)
        assert refusal.value.params["tries_left"] == left
    with pytest.raises(CodeLocked):
        give_consent(order=order, code=code, by=ready.partner, at=at)
    request_consent(order=order, kind="sms_code", by=ready.partner, at=at)
    with pytest.raises(CodeWrong):
        give_consent(order=order, code=code, by=ready.partner, at=at)  # the code of before is void
    with pytest.raises(CodeExpired):
        give_consent(order=order, code=code_of(order), by=ready.partner, at=at + 10 * MINUTE)
    assert give_consent(order=order, code=code_of(order), by=ready.partner, at=at + 9 * MINUTE).status == "placed"


def test_who_has_no_file_signs_the_slip_before_a_witness_and_orders_little_by_cash(ready):
    witness = resident("李四", ready.station)
    order = begun(ready, walk_in_name="赵六")
    with pytest.raises(CodAboveCeiling):
        request_consent(order=order, kind="printed_slip", by=ready.partner, at=now())
    order = begun(ready, walk_in_name="赵六", pay_method="station_cash")
    with pytest.raises(ConsentNotPossible):
        request_consent(order=order, kind="sms_code", by=ready.partner, at=now())
    request_consent(order=order, kind="printed_slip", by=ready.partner, at=now())
    with pytest.raises(WitnessMissing):
        sign_consent(order=order, witness=None, by=ready.partner, at=now())
    ready.partner.person = witness
    ready.partner.save()
    with pytest.raises(SamePerson):
        sign_consent(order=order, witness=witness, by=ready.partner, at=now())
    other = resident("王五", ready.station)
    assert sign_consent(order=order, witness=other, by=ready.partner, at=now()).status == "placed"


def test_points_ask_for_a_deposit_and_then_for_all_in_advance(ready):
    at = now()
    for number, expected in ((0, 0), (1, 0), (1, 360_00), (1, 360_00)):
        points(ready, number, at=at)
        order = asked(ready, at=at)
        assert order.deposit_minor == expected
        cancel_purchase(order=order, reason="test", by=ready.partner, at=at)
    points(ready, 1, at=at)
    order = begun(ready, at=at)
    with pytest.raises(CodPrepayOnly):
        request_consent(order=order, kind="sms_code", by=ready.partner, at=at)
    assert asked(ready, at=at + 176 * DAY).deposit_minor == 0  # after 180 days no parcel counts


def test_the_ceilings_of_cash_on_delivery_hold_at_and_above_them():
    ready = shop(minor=100_00, stock=100)
    with pytest.raises(CodAboveCeiling):
        asked(ready, 31)  # 3,100.00 in one order
    placed(ready, 30)  # 3,000.00 is allowed
    with pytest.raises(CodAboveCeiling):
        asked(ready, 21)  # 5,100.00 in all
    placed(ready, 20)
    assert outstanding(ready) == 5_000_00
    with pytest.raises(CodAboveCeiling):
        asked(ready, 1)
    assert asked(ready, 1, pay_method="station_cash").deposit_minor == 0


def test_where_the_county_has_no_rule_goods_are_paid_in_advance(ready):
    order = begun(ready)
    CodPolicy.objects.all().delete()
    with pytest.raises(CodNotOffered):
        request_consent(order=order, kind="sms_code", by=ready.partner, at=now())


def test_an_order_in_advance_is_paid_before_it_is_picked_and_its_money_comes_back_when_it_is_cancelled(ready):
    order = placed(ready, pay_method="station_cash")
    with pytest.raises(PaymentMissing):
        picked(ready, order)
    paid_in_advance(ready, order)
    assert (order.payment_status, order.expires_at, ready.holds(ready.till_key)) == ("paid", None, 1_200_00)
    assert ready.holds(ready.funds_key) == 1_200_00
    with pytest.raises(NothingDue):
        take_purchase_payment(order=order, tender=Tender(), by=ready.partner, at=now(), key=uuid4().hex)
    order = cancel_purchase(order=order, reason="not needed", by=ready.partner, at=now())
    refund = Refund.objects.get()
    assert (order.status, order.payment_status, order.fulfilment_status) == ("cancelled", "refunded", "cancelled")
    assert (refund.amount_minor, refund.reason, stock(ready)) == (1_200_00, "cancelled", (10, 0))
    assert Payment.objects.get().status == "refunded"


def test_a_picked_order_is_stopped_by_the_county_alone(ready):
    order = placed(ready)
    picked(ready, order)
    with pytest.raises(AlreadyPicked):
        cancel_purchase(order=order, reason="not needed", by=ready.partner, at=now())
    order = recall_purchase(order=order, reason="not needed", by=ready.clerk, at=now())
    assert (order.status, order.payment_status, stock(ready), outstanding(ready)) == ("cancelled", "voided", (10, 0), 0)
    with pytest.raises(WrongState):
        cancel_purchase(order=order, reason="again", by=ready.partner, at=now())
    with pytest.raises(WrongState):
        pick_fulfilment(fulfilment=order.fulfilments.get(), by=ready.clerk, at=now())


def test_what_nobody_agrees_to_or_pays_in_time_ends_and_frees_its_goods(ready):
    at = now()
    order = asked(ready, at=at)
    assert expire_purchase(order=order, at=at + 30 * MINUTE - MINUTE).status == "awaiting_consent"
    assert Job.objects.filter(kind="purchases.expire_purchase", run_at=at + 30 * MINUTE).exists()
    order = expire_purchase(order=order, at=at + 30 * MINUTE)
    assert (order.status, stock(ready)) == ("expired", (10, 0))
    with pytest.raises(WrongState):
        give_consent(order=order, code=code_of(order), by=ready.partner, at=at + 31 * MINUTE)
    unpaid = placed(ready, pay_method="station_cash", at=at)
    assert expire_purchase(order=unpaid, at=at + DAY).status == "cancelled"
    paid = paid_in_advance(ready, placed(ready, pay_method="station_cash", at=at), at=at)
    assert expire_purchase(order=paid, at=at + DAY).status == "placed"


def test_the_same_key_is_one_order_and_what_has_no_price_is_not_sold(ready):
    first, second = (begun(ready, key="once") for _ in range(2))
    assert first == second
    with pytest.raises(NotForSale):
        begun(ready, items=[Item(variant(), 1)])
    with pytest.raises(OutOfStock):
        asked(ready, 11, pay_method="station_cash")


def test_an_order_in_dinars_has_three_decimals_to_the_last():
    ready = shop(minor=120_000, currency="KWD")
    order = paid_in_advance(ready, placed(ready, pay_method="station_cash"))
    assert (str(order.total), order.currency, ready.holds(ready.funds_key)) == ("120.000", "KWD", 120_000)
