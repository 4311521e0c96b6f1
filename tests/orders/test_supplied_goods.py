"""Goods that a supplier keeps: confirmed whole or in part, refused, not confirmed in time, sent and received."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Job, Notice
from core.notices.services import message_of
from finance import chart
from finance.models import Refund
from logistics.parcels.services import receive_at_station
from orders.groups.services import OnDemandGoods, open_group_order
from orders.models import CodStanding, FulfilmentLine, GroupOrder, Promotion, StockLevel, WarehouseRoute
from orders.purchases.services import (
    AlreadyPicked,
    ConfirmedTooMuch,
    InWarehouse,
    NotArrived,
    NothingConfirmed,
    PaymentMissing,
    cancel_purchase,
    confirm_fulfilment,
    expire_purchase,
    lapse_fulfilment,
    offer_payment_link,
    pick_fulfilment,
    receive_fulfilment,
    refuse_fulfilment,
    ship_fulfilment,
)
from orders.stock.services import NoWarehouse, QuantityStep
from tests.factories.finance import gateway
from tests.factories.goods import price, price_list, supplier
from tests.factories.payment_links import fresh, gateway_says, offered, pressed
from tests.factories.promotions import running
from tests.factories.purchases import Item, asked, handed_over, paid_in_advance, parcel_of, shop, with_points
from tests.factories.supplies import confirmed, fridge, ordered, sent_on
from tests.finance.auditing import findings

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ready():
    return shop()


def told(template):
    return [message_of(each.our_ref)["text"] for each in Notice.objects.filter(template=template)]


def test_what_a_supplier_confirms_is_received_packed_and_handed_over_beside_goods_of_the_warehouse(ready):
    article = fridge()
    order, part = ordered(ready, article, 2, Item(ready.washer, 1))
    [stocked_part] = order.fulfilments.filter(supplier=None)
    assert (order.total_minor, part.status, stocked_part.status) == (3_000_00, "pending", "allocated")
    assert (part.cash_due_minor, stocked_part.cash_due_minor) == (1_800_00, 1_200_00)
    assert not StockLevel.objects.filter(variant=article).exists()
    assert part.confirm_by_at - part.asked_at == 48 * HOUR
    with pytest.raises(WrongState):
        pick_fulfilment(fulfilment=part, by=ready.clerk, at=now())
    part = confirmed(ready, part)
    assert (part.status, part.confirmed_at is not None) == ("allocated", True)
    with pytest.raises(NotArrived):
        pick_fulfilment(fulfilment=part, by=ready.clerk, at=now())
    with pytest.raises(InWarehouse):
        receive_fulfilment(fulfilment=stocked_part, by=ready.clerk, at=now())
    with pytest.raises(WrongState):
        confirmed(ready, part)
    part = sent_on(ready, part)
    assert (part.status, parcel_of(part).cash_due_minor) == ("dispatched", 1_800_00)
    receive_at_station(parcel=parcel_of(part), by=ready.partner, at=now())
    handed_over(ready, part)
    order.refresh_from_db()
    line = order.lines.get(variant=article)
    assert (order.fulfilment_status, line.quantity_delivered) == ("partially_delivered", 2)
    assert ready.holds(ready.till_key) == 1_800_00
    assert findings() == []


def test_what_is_confirmed_of_fewer_pieces_is_sold_and_the_rest_paid_in_advance_comes_back_to_the_last_cent(ready):
    article = fridge(minor=333_33)
    promotion = running(ready, kind="amount", value=100_01, min_goods_minor=500_00)
    order, part = ordered(ready, article, 3, pay_method="station_cash")
    assert (order.total_minor, part.asked_at) == (899_98, None)
    with pytest.raises(PaymentMissing):
        confirmed(ready, part)
    order = paid_in_advance(ready, order)
    part.refresh_from_db()
    assert part.asked_at is not None
    part = confirmed(ready, part, 1)
    rest = order.fulfilments.get(status="cancelled")
    assert [each.quantity for each in (part.lines.get(), rest.lines.get())] == [1, 2]
    assert (part.goods_minor, rest.goods_minor) == (333_33, 666_66)
    assert (part.discount_minor, rest.discount_minor) == (33_34, 66_67)
    [refund] = Refund.objects.all()
    assert (refund.amount_minor, refund.reason) == (599_99, "cancelled")
    order.refresh_from_db()
    assert (order.cancelled, order.cancelled_minor, order.status) == (2, 599_99, "placed")
    assert Promotion.objects.get(pk=promotion.pk).used_minor == 33_34
    [text] = told("purchase_short_paid")
    assert "599.99" in text
    part = sent_on(ready, part)
    receive_at_station(parcel=parcel_of(part), by=ready.partner, at=now())
    handed_over(ready, part)
    order.refresh_from_db()
    assert (order.fulfilment_status, order.payment_status, order.received_minor) == (
        *("delivered", "partially_refunded"),
        899_98,
    )
    # Six percent of 333.33 are 20.00: the supplier gets the rest of its goods.
    assert ready.holds(chart.supplier("cold")) == 313_33
    assert findings() == []


def test_a_refusal_cancels_the_part_lowers_what_is_owed_on_delivery_and_says_so(ready):
    order, part = ordered(ready, fridge(), 1, Item(ready.washer, 1))
    assert CodStanding.objects.get().outstanding_minor == 2_100_00
    part = refuse_fulfilment(fulfilment=part, reason="厂家缺货", by=ready.clerk, at=now())
    order.refresh_from_db()
    assert (part.status, order.status, order.due.minor) == ("cancelled", "placed", 1_200_00)
    assert CodStanding.objects.get().outstanding_minor == 1_200_00
    [text] = told("purchase_short")
    assert "900.00" in text
    with pytest.raises(WrongState):
        refuse_fulfilment(fulfilment=part, reason="x", by=ready.clerk, at=now())
    # What is left is still the buyer's to cancel, and then nothing of it is owed.
    order = cancel_purchase(order=order, reason="不要了", by=ready.partner, at=now())
    assert (order.status, order.cancelled_minor, CodStanding.objects.get().outstanding_minor) == (
        *("cancelled", order.total_minor),
        0,
    )
    ready.level.refresh_from_db()
    assert (ready.level.allocated, Refund.objects.count()) == (0, 0)


def test_an_order_that_its_only_supplier_refuses_after_all_is_cancelled_and_its_money_owed_back(ready):
    order, part = ordered(ready, fridge(), 1, pay_method="station_cash")
    paid_in_advance(ready, order)
    part = refuse_fulfilment(fulfilment=confirmed(ready, part), reason="运不来", by=ready.clerk, at=now())
    order.refresh_from_db()
    assert (part.status, order.status, order.payment_status) == ("cancelled", "cancelled", "refunded")
    assert Refund.objects.get().amount_minor == 900_00
    assert findings() == []


@pytest.mark.parametrize(("minutes", "ends"), [(-1, "pending"), (0, "cancelled")])
def test_what_nobody_confirms_in_time_is_cancelled_by_the_clock(ready, minutes, ends):
    order, part = ordered(ready, fridge(by=supplier("slow", confirms_within_hours=5)))
    assert Job.objects.get(kind="purchases.lapse_fulfilment").run_at == part.asked_at + 5 * HOUR
    at = part.confirm_by_at + dt.timedelta(minutes=minutes)
    assert lapse_fulfilment(fulfilment=part, at=at).status == ends
    order.refresh_from_db()
    assert order.status == ("placed" if ends == "pending" else "cancelled")
    if ends == "cancelled":
        assert lapse_fulfilment(fulfilment=part, at=at).status == "cancelled"
        with pytest.raises(WrongState):
            confirmed(ready, part)


def test_the_clock_leaves_what_was_confirmed(ready):
    _order, part = ordered(ready, fridge())
    part = confirmed(ready, part)
    assert lapse_fulfilment(fulfilment=part, at=part.confirm_by_at + HOUR).status == "allocated"


def test_the_buyer_cancels_until_the_supplier_has_sent_the_goods(ready):
    order, part = ordered(ready, fridge())
    part = ship_fulfilment(fulfilment=confirmed(ready, part), by=ready.clerk, at=now())
    sent_at = part.shipped_at
    assert ship_fulfilment(fulfilment=part, by=ready.clerk, at=now()).shipped_at == sent_at
    with pytest.raises(AlreadyPicked):
        cancel_purchase(order=order, reason="不要了", by=ready.partner, at=now())
    other, _part = ordered(ready, fridge())
    assert cancel_purchase(order=other, reason="不要了", by=ready.partner, at=now()).status == "cancelled"
    unpaid, _part = ordered(ready, fridge(), pay_method="station_cash")
    assert expire_purchase(order=unpaid, at=unpaid.expires_at).status == "cancelled"


def test_confirming_more_nothing_or_half_a_step_is_refused_and_changes_nothing(ready):
    _order, part = ordered(ready, fridge(minor=100_00, quantity_step=2), 4)
    [line] = part.lines.all()
    for quantity, refusal in ((6, ConfirmedTooMuch), (0, NothingConfirmed), (3, QuantityStep), (-2, QuantityStep)):
        with pytest.raises(refusal):
            confirm_fulfilment(fulfilment=part, quantities={line.order_line_id: quantity}, by=ready.clerk, at=now())
    part.refresh_from_db()
    assert (part.status, part.lines.get().quantity) == ("pending", 4)
    part = confirmed(ready, part, 2)
    with pytest.raises(DatabaseError, match="goods_to_send_stay_once_they_are_confirmed"), transaction.atomic():
        FulfilmentLine.objects.filter(fulfilment=part).delete()


def test_what_a_supplier_keeps_needs_a_warehouse_to_arrive_in_and_is_not_for_groups(ready):
    article, at = fridge(), now()
    price(article, 800_00, price_list(audience="group"), min_quantity=2)
    with pytest.raises(OnDemandGoods):
        open_group_order(
            station=ready.station,
            variant=article,
            cutoff_at=at + 24 * HOUR,
            pickup_date=(at + 96 * HOUR).date(),
            max_quantity=None,
            by=ready.partner,
            at=at,
            key=uuid4().hex,
        )
    assert not GroupOrder.objects.exists()
    WarehouseRoute.objects.all().delete()
    with pytest.raises(NoWarehouse):
        asked(ready, items=[Item(article, 1)])


def test_money_of_three_decimals_is_split_to_the_last_unit():
    ready = shop(currency="KWD")
    order, part = ordered(ready, fridge(minor=10_001, currency="KWD", unit="gram"), 1_500, pay_method="station_cash")
    assert order.total_minor == 15_002
    paid_in_advance(ready, order)
    part.refresh_from_db()
    part = confirmed(ready, part, 1_000)
    assert (part.goods_minor, Refund.objects.get().amount_minor) == (10_001, 5_001)
    order.refresh_from_db()
    assert order.total_minor - order.cancelled_minor == 10_001


def test_a_deposit_is_never_more_than_what_a_refusal_leaves_to_pay():
    ready = shop(minor=300_00)
    with_points(ready, 2)
    order, part = ordered(ready, fridge(), 3, Item(ready.washer, 1))
    assert (order.advance_due.minor, part.asked_at) == (900_00, None)
    refuse_fulfilment(fulfilment=part, reason="厂家缺货", by=ready.clerk, at=now())
    order.refresh_from_db()
    assert (order.advance_due.minor, paid_in_advance(ready, order).received_minor) == (300_00, 300_00)
    assert findings() == []


def test_who_has_confirmed_goods_is_paid_for_them_also_when_another_sells_the_article_by_now(ready):
    article = fridge()
    _order, part = ordered(ready, article)
    part = sent_on(ready, confirmed(ready, part))
    article.product.supplier = supplier("other")
    article.product.save()
    receive_at_station(parcel=parcel_of(part), by=ready.partner, at=now())
    handed_over(ready, part)
    assert ready.holds(chart.supplier("cold")) == 846_00
    assert part.lines.get().supplier.code == "cold"


def test_goods_that_set_off_after_the_bank_took_the_payment_back_are_paid_when_they_are_handed_over(ready):
    gateway()
    link, payment = pressed(offered(ready, items=[Item(fridge(), 1)]))
    gateway_says(payment, "succeeded")
    part = confirmed(ready, link.order.fulfilments.get())
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    order = fresh(link.order)
    assert order.expires_at is not None
    ship_fulfilment(fulfilment=part, by=None, at=now())
    order = expire_purchase(order=order, at=order.expires_at)
    assert (order.status, order.expires_at) == ("placed", None)
    part = sent_on(ready, fresh(part))
    assert parcel_of(part).cash_due_minor == 900_00


def test_a_link_that_asks_for_what_a_supplier_does_not_deliver_ends_with_it(ready):
    gateway()
    for items in ([], [Item(ready.washer, 1)]):
        order, part = ordered(ready, fridge(), 1, *items, pay_method="station_cash")
        link = offer_payment_link(order=order, by=ready.partner, at=now())
        refuse_fulfilment(fulfilment=part, reason="厂家缺货", by=ready.clerk, at=now())
        order = fresh(order)
        assert (fresh(link).status, order.status) == ("cancelled", "placed" if items else "cancelled")
        assert (order.expires_at is None, order.advance_due.minor) == ((False, 1_200_00) if items else (True, 0))
