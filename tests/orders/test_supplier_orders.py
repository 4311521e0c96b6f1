"""What a supplier keeps is asked of its system over HTTP: once, whatever is lost, late or contradicted."""

import datetime as dt
from json import dumps
from uuid import uuid4

import httpx
import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.gateways.client import Answer, NoAnswer
from core.gateways.services import Effect
from core.models import Callback, Notice
from ecomnet.simulation.company import Company
from ecomnet.simulation.deliveries import SupplierOfLoad, differences, wait_until_heard
from orders.models import Fulfilment, SupplierOrder
from orders.purchases.services import cancel_purchase, lapse_fulfilment
from orders.suppliers.confirmations import read_confirmation
from orders.suppliers.services import (
    GoodsUndecided,
    NotConfirmedYet,
    NotToExamine,
    begin_call,
    end_call,
    hear_supplier,
    note_examined,
    place_supplier_order,
)
from tests.factories.goods import supplier
from tests.factories.purchases import shop
from tests.factories.stations import platform_admin
from tests.factories.suppliers import with_system
from tests.factories.supplies import confirmed, fridge, ordered, sent_on
from tests.jobs import run_jobs

pytestmark = pytest.mark.usefixtures("sandbox")
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return shop()


@pytest.fixture
def cold(db):
    """A supplier with a system."""
    return with_system(supplier("cold"))


def wish(sandbox, do, kind="supplier_order", **values):
    sandbox.wish(do, kind=kind, **values)


def known(sandbox):
    """What the supplier has decided: how often it was asked, decided and released, and its answer."""
    rows = sandbox.ask("GET", "supplier-orders?provider=MILL")
    return [(row["asked"], row["decided"], row["released"], row["answer"]["status"]) for row in rows]


def state(part):
    part.refresh_from_db()
    found = SupplierOrder.objects.get(fulfilment=part)
    return part.status, found.status, found.last_error


def said(part, word, *, at=None, event=None, **data):
    """An event of the supplier's system, as it is applied when it has come."""
    order = part.supplier_order
    callback = event or Callback.objects.create(
        provider=part.supplier.system,
        event_id=uuid4().hex,
        event_type=f"supplier_order.{word}",
        our_ref=str(order.pk),
        headers={},
        body=b"{}",
        received_at=at or now(),
    )
    return hear_supplier(callback=callback, said={"our_ref": str(order.pk), **data}, at=at or now())


def test_what_a_supplier_s_system_confirms_is_confirmed_once_also_in_part(sandbox, ready, cold):
    order, part = ordered(ready, fridge(by=cold), 2)
    run_jobs()
    assert state(part) == ("allocated", "confirmed", "")
    assert SupplierOrder.objects.get().supplier_ref.startswith("SO-")
    assert place_supplier_order(fulfilment=part, at=now()) is None
    body = str(SupplierOrder.objects.get().body)
    assert ready.buyer.full_name not in body
    assert order.number in body
    wish(sandbox, "partly")
    _order, other = ordered(ready, fridge(minor=100_00, by=cold), 4)
    run_jobs()
    assert state(other) == ("allocated", "partly", "")
    assert other.lines.get().quantity == 2
    assert known(sandbox) == [(1, 1, 0, "confirmed"), (1, 1, 0, "partly")]


def test_a_run_under_load_asks_for_parts_tells_of_goods_and_finds_what_our_books_do_not_say(sandbox, ready, cold):
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        mill, article = SupplierOfLoad(Company(http), "MILL"), fridge(by=cold)
        mill.look()
        parts = [ordered(ready, article, 2)[1] for _number in range(2)]
        run_jobs()
        mill.look()
        ours = SupplierOrder.objects.all()
        assert sorted(order.status for order in ours) == ["confirmed", "partly"]
        assert len(sandbox.ask("GET", "events")) == 8  # each order was sent and has arrived, and is told of twice
        assert len(differences(mill.orders(), mill.told, ours=ours)) == 2
        for part in parts:
            assert said(Fulfilment.objects.get(pk=part.pk), "arrived") == Effect.APPLIED
        assert differences(mill.orders(), mill.told, ours=ours) == []
        assert wait_until_heard(mill, since=now() - DAY, seconds=0) == []
        one = ours.filter(fulfilment=parts[0])
        assert differences([], {}, ours=one) == [f"{one.get().pk}: the supplier was never asked"]


def test_a_refusal_cancels_and_a_supplier_that_takes_its_time_is_asked_again(sandbox, ready, cold):
    wish(sandbox, "decline", code="out_of_stock")
    order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    order.refresh_from_db()
    assert (*state(part), order.status) == ("cancelled", "refused", "", "cancelled")
    wish(sandbox, "pending")
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    assert state(part) == ("pending", "pending", "")
    run_jobs(now() + MINUTE)
    assert state(part) == ("allocated", "confirmed", "")
    assert known(sandbox) == [(1, 1, 0, "refused"), (1, 1, 0, "confirmed")]


@pytest.mark.parametrize(
    ("fault", "asked"),
    [("lose_answer", 1), ("lose_request", 1), ("error_500", 1), ("bad_signature", 1), ("clock_skew", 1)],
)
def test_silence_is_unknown_and_enquired_and_never_confirmed_twice(sandbox, ready, cold, fault, asked):
    wish(sandbox, fault, seconds=400 if fault == "clock_skew" else 0)
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    assert state(part)[:2] == ("pending", "unknown")
    for minutes in (1, 2, 3):
        run_jobs(now() + minutes * MINUTE)
    assert state(part) == ("allocated", "confirmed", "")
    assert known(sandbox) == [(asked, 1, 0, "confirmed")]


def test_an_answer_that_is_late_for_the_clock_is_released_there(sandbox, ready, cold):
    wish(sandbox, "lose_answer")
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    late = part.confirm_by_at
    lapse_fulfilment(fulfilment=part, at=late)
    run_jobs(now() + MINUTE)
    assert state(part) == ("cancelled", "released", "")
    assert known(sandbox) == [(1, 1, 1, "refused")]


def test_a_buyer_who_cancels_releases_what_was_confirmed_and_a_release_is_repeated_until_it_is_answered(
    sandbox, ready, cold
):
    order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    wish(sandbox, "lose_answer", kind="supplier_release")
    cancel_purchase(order=order, reason="不要了", by=ready.partner, at=now())
    run_jobs()
    assert state(part)[:2] == ("cancelled", "releasing")
    for minutes in (1, 2):
        run_jobs(now() + minutes * MINUTE)
    assert state(part) == ("cancelled", "released", "")
    assert known(sandbox)[0][2:] == (2, "refused")


def test_a_hand_that_was_faster_stands_and_another_word_of_the_system_is_examined(sandbox, ready, cold):
    wish(sandbox, "pending")
    _order, part = ordered(ready, fridge(minor=100_00, by=cold), 2)
    run_jobs()
    part.refresh_from_db()
    confirmed(ready, part, 1)
    run_jobs(now() + MINUTE)
    assert state(part) == ("allocated", "failed", "contradicts")
    assert part.lines.get().quantity == 1
    assert begin_call(order=SupplierOrder.objects.get().pk, round=1, at=now()) is None


def test_deliveries_move_the_goods_as_a_clerk_would_in_any_order_and_once(sandbox, ready, cold):
    wish(sandbox, "pending")
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    part.refresh_from_db()
    with pytest.raises(NotConfirmedYet):
        said(part, "shipped")
    assert said(part, "confirmed") == Effect.APPLIED
    assert said(part, "confirmed") == Effect.IGNORED
    assert said(part, "shipped") == Effect.APPLIED
    assert said(part, "shipped") == Effect.IGNORED
    part.refresh_from_db()
    assert (part.status, part.shipped_at is not None) == ("allocated", True)
    assert said(part, "arrived") == Effect.APPLIED
    assert said(part, "arrived") == Effect.IGNORED
    assert said(part, "shipped") == Effect.IGNORED
    assert said(part, "sold") == Effect.MALFORMED
    assert state(part)[:2] == ("picked", "confirmed")


def test_what_cannot_be_delivered_is_cancelled_and_what_contradicts_is_told_to_the_clerk(sandbox, ready, cold):
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    part = Fulfilment.objects.get(pk=part.pk)
    assert said(part, "undeliverable", note="车坏了") == Effect.APPLIED
    assert said(part, "undeliverable") == Effect.IGNORED
    assert not Notice.objects.filter(template="supplier_contradicts").exists()
    assert said(part, "arrived") == Effect.CONTRADICTS
    [told] = Notice.objects.filter(template="supplier_contradicts")
    assert told.user == ready.clerk.pk
    _order, other = ordered(ready, fridge(by=cold))
    run_jobs()
    other = Fulfilment.objects.get(pk=other.pk)
    sent_on(ready, other)
    assert said(other, "undeliverable") == Effect.CONTRADICTS
    assert said(other, "refused") == Effect.CONTRADICTS
    stranger = Callback(provider=cold.system, event_type="supplier_order.arrived", our_ref=str(uuid4()))
    assert hear_supplier(callback=stranger, said={}, at=now()) == Effect.STRAY


def test_fewer_than_was_confirmed_before_contradicts_and_the_same_again_is_no_news(sandbox, ready, cold):
    wish(sandbox, "partly")
    _order, part = ordered(ready, fridge(minor=100_00, by=cold), 4)
    run_jobs()
    part = Fulfilment.objects.get(pk=part.pk)
    line = str(part.lines.get().order_line_id)
    assert said(part, "partly", lines=[{"line": line, "quantity": 2}]) == Effect.IGNORED
    assert said(part, "partly", lines=[{"line": line, "quantity": 1}]) == Effect.CONTRADICTS
    assert Notice.objects.filter(template="supplier_contradicts").count() == 1
    assert state(part)[:2] == ("allocated", "partly")


@pytest.mark.parametrize("note", [" ", "\u200b", "司机 11010519491231002X"])
def test_words_that_nobody_sees_or_that_hold_an_identity_number_are_left_out_and_stop_nothing(
    sandbox, ready, cold, note
):
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    part = Fulfilment.objects.get(pk=part.pk)
    assert said(part, "undeliverable", note=note) == Effect.APPLIED
    assert state(part)[0] == "cancelled"
    refused = {"our_ref": str(part.pk), "status": "refused", "supplier_ref": note, "code": note}
    heard = read_confirmation(refused, our_ref=part.pk)
    assert (heard.supplier_ref, heard.code) == ("", "refused")


def test_a_supplier_that_takes_its_time_has_all_of_it_and_one_that_is_silent_three_days(sandbox, ready, cold):
    cold.confirms_within_hours = 24 * 5
    cold.save()
    wish(sandbox, "pending")
    _order, part = ordered(ready, fridge(by=cold))
    run_jobs()
    found, later = part.supplier_order, now() + 4 * DAY
    call = begin_call(order=found.pk, round=1, at=later)
    still = Answer(202, dumps({"our_ref": str(found.pk), "status": "pending"}).encode(), nonce="a" * 32)
    assert end_call(call=call, outcome=still, at=later) is not None
    SupplierOrder.objects.update(status="unknown")
    assert end_call(call=call, outcome=NoAnswer("timeout"), at=later) is None
    assert state(part)[1:] == ("failed", "timeout")


def test_what_people_have_examined_is_no_work_any_more_and_says_what_is_recorded(client, sandbox, ready, cold):
    wish(sandbox, "pending")
    _order, part = ordered(ready, fridge(minor=100_00, by=cold), 2)
    run_jobs()
    SupplierOrder.objects.update(status="failed", next_attempt_at=None, last_error="contradicts")
    found, by = SupplierOrder.objects.get(), platform_admin()
    with pytest.raises(GoodsUndecided):
        note_examined(order=found, reason="已电话核实", by=by, at=now())
    confirmed(ready, Fulfilment.objects.get(pk=part.pk), 1)
    by.is_staff = True
    by.save(update_fields=["is_staff"])
    client.force_login(by)
    listed = reverse("admin:orders_supplierorder_changelist")
    assert f"{listed}?status__exact=failed" in client.get("/").content.decode()
    pressed = {"action": "note_as_examined", "_selected_action": [str(found.pk)]}
    client.post(listed, pressed)
    assert state(part)[1] == "failed"  # nobody has said why
    client.post(listed, pressed | {"reason": "已电话核实"})
    assert state(part) == ("allocated", "partly", "")
    assert f"{listed}?status__exact=failed" not in client.get("/").content.decode()
    with pytest.raises(NotToExamine):
        note_examined(order=found, reason="已电话核实", by=by, at=now())
