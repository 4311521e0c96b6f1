"""Suppliers without an order system get to know that goods are not needed; the county ends single parts of an order."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Notice
from core.notices.services import message_of
from finance.models import Refund
from orders.models import Fulfilment, OrderLine, StockLevel
from orders.purchases.console import CONSOLE
from orders.purchases.services import (
    cancel_fulfilment,
    cancel_purchase,
    lapse_fulfilment,
    note_message_arrived,
    note_supplier_informed,
    refuse_fulfilment,
)
from tests.factories.goods import supplier
from tests.factories.purchases import Item, at_station, handed_over, paid_in_advance, placed, shop
from tests.factories.supplies import fridge, ordered
from tests.finance.auditing import findings

HOUR = dt.timedelta(hours=1)
CONTACT = "+8613900139001"


@pytest.fixture
def ready(db):
    return shop()


def fresh(row):
    row.refresh_from_db()
    return row


def to_tell(user, *, later=0 * HOUR):
    need = next(each for each in CONSOLE.needs if each.name == "purchases.tell")
    return list(need.rows(user=user, at=now() + later))


def test_a_contact_is_written_to_and_the_county_calls_only_if_the_message_does_not_arrive(ready, client):
    keeper = supplier("cold", name="Cold works", name_zh="冷柜厂", contact_phone=CONTACT)
    parts = []
    for _ in range(2):
        order, part = ordered(ready, fridge(by=keeper), 2)
        cancel_purchase(order=order, reason="买重了", by=ready.partner, at=now())
        parts.append(fresh(part))
    notices = [Notice.objects.get(dedupe_key=f"supplier_goods_cancelled:{part.pk}") for part in parts]
    words = message_of(notices[0].our_ref)
    assert words["phone"] == CONTACT
    assert parts[0].order.number in words["text"]
    assert "冰箱" in words["text"]
    assert (to_tell(ready.clerk), len(to_tell(ready.clerk, later=12 * HOUR))) == ([], 2)
    Notice.objects.filter(pk=notices[0].pk).update(state="delivered")
    Notice.objects.filter(pk=notices[1].pk).update(state="failed")
    told, untold = (note_message_arrived(fulfilment=part, at=now()) for part in parts)
    assert (told.supplier_told_at is not None, told.supplier_told_by, untold.supplier_told_at) == (True, None, None)
    assert to_tell(ready.clerk, later=12 * HOUR) == [untold]
    client.force_login(ready.clerk)
    page = reverse("purchases:part", args=[untold.pk])
    assert page in client.get(reverse("purchases:warehouse") + "?state=tell").content.decode()
    assert "139 0013 9001" in client.get(page).content.decode()
    for _ in range(2):
        assert client.post(f"{page}supplier-told/", {"key": "t" * 16}).status_code == 303
    assert (fresh(untold).supplier_told_by, to_tell(ready.clerk, later=12 * HOUR)) == (ready.clerk, [])


def test_without_a_phone_the_county_calls_at_once_and_what_a_supplier_has_refused_it_knows(ready):
    _order, part = ordered(ready, fridge())
    with pytest.raises(WrongState):
        note_supplier_informed(fulfilment=part, by=ready.clerk, at=now())
    lapse_fulfilment(fulfilment=part, at=part.confirm_by_at)
    assert (to_tell(ready.clerk), Notice.objects.filter(template="supplier_goods_cancelled").count()) == ([part], 0)
    first = note_supplier_informed(fulfilment=part, by=ready.clerk, at=now())
    again = note_supplier_informed(fulfilment=part, by=ready.partner, at=now() + HOUR)
    assert (again.supplier_told_at, again.supplier_told_by) == (first.supplier_told_at, ready.clerk)
    _order, refused = ordered(ready, fridge())
    refused = refuse_fulfilment(fulfilment=refused, reason="厂家缺货", by=ready.clerk, at=now())
    assert (refused.not_needed_at, to_tell(ready.clerk)) == (None, [])
    with pytest.raises(WrongState):
        note_supplier_informed(fulfilment=refused, by=ready.clerk, at=now())


def test_the_county_ends_a_part_whose_goods_are_broken_and_the_other_goes_its_way(ready):
    order, kept = ordered(ready, fridge(), 1, Item(ready.washer, 2), pay_method="station_cash")
    order = paid_in_advance(ready, order)
    broken = order.fulfilments.get(supplier=None)
    before = StockLevel.objects.get(pk=ready.level.pk).allocated
    cancel_fulfilment(fulfilment=broken, reason="货架上的都是坏的", by=ready.clerk, at=now())
    order = fresh(order)
    assert (order.status, order.cancelled, order.due.minor) == ("placed", 2, 0)
    assert (before, StockLevel.objects.get(pk=ready.level.pk).allocated) == (2, 0)
    assert [each.amount_minor for each in Refund.objects.all()] == [2_400_00]
    assert Notice.objects.filter(template="purchase_part_cancelled_paid").count() == 1
    assert (fresh(kept).status, fresh(broken).not_needed_at) == ("pending", None)
    with pytest.raises(WrongState):
        cancel_fulfilment(fulfilment=broken, reason="货架上的都是坏的", by=ready.clerk, at=now())
    assert findings() == []


def test_goods_of_a_warehouse_are_paid_to_who_sold_the_article_when_the_order_was_begun(ready):
    order = placed(ready)
    ready.washer.product.supplier = supplier("other")
    ready.washer.product.save()
    part = handed_over(ready, at_station(ready, order))
    assert Fulfilment.objects.get(pk=part.pk).lines.get().supplier.code == "mill"
    assert ready.holds(ready.supplier_key()) == 0  # who sells it by now has earned nothing
    ready.washer.product.supplier = OrderLine.objects.get(order=order).supplier
    assert ready.holds(ready.supplier_key()) == 1_128_00
