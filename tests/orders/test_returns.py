"""Goods that come back: who pays for them, to the cent, and what is refused."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import Refused, SamePerson, WrongState
from core.models import Event
from finance import chart
from finance.models import CommissionLine, LineHold, Refund
from finance.payments.services import notify_refund
from orders.models import Order, OrderLine, Return
from orders.purchases.services import shut_windows
from orders.returns import handlers
from orders.returns.console import CONSOLE
from orders.returns.services import (
    AcceptedTooMuch,
    Inspected,
    InspectorIsRequester,
    LinesIncomplete,
    PhotoNeeded,
    QuantityNotReturnable,
    ReasonNotAccepted,
    ReturnWindowShut,
    Seen,
    approve_return,
    cancel_return,
    drop_return,
    inspect_return,
    receive_return,
    reject_return,
    send_back_return,
    send_return,
)
from stations.models import User
from tests.factories.finance import helper_at
from tests.factories.purchases import shop
from tests.factories.refunds import coded, hand_back, photo_by
from tests.factories.returns import VAN, at_centre, bought, dropped, inspected, requested, rules
from tests.factories.stations import (
    StationFactory,
    api_client,
    county,
    county_clerk_of,
    division_below,
    partner_of,
    send,
)

DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)


@pytest.fixture
def ready(db):
    rules()
    return shop()


def shares(ready, helper=None):
    """What everybody holds of the goods."""
    keys = [ready.supplier_key(), ready.own_key, chart.commission_of_county(ready.station.county)]
    keys += [chart.commission_of_user(helper.pk)] if helper else []
    return [ready.holds(key) for key in [*keys, chart.platform("revenue")]]


def test_example_a_comes_back_whole_every_line_is_reversed_and_the_till_is_what_it_was(ready):
    helper = helper_at(ready)
    part = bought(ready, by=helper)
    assert shares(ready, helper) == [1_128_00, 34_56, 10_80, 8_64, 18_00]
    found = requested(ready, part)
    assert (found.status, found.value_minor, found.is_instant) == ("requested", 1_200_00, False)
    found = at_centre(ready, approve_return(goods_return=found, by=ready.clerk, at=now()))
    assert Refund.objects.count() == 0
    found = inspected(ready, found)
    order = found.order
    order.refresh_from_db()
    assert (found.status, found.refunded_minor, found.withheld_minor) == ("refunded", 1_200_00, 0)
    assert shares(ready, helper) == [-5_00, 0, 0, 0, 0]  # a defect: the supplier pays the way back
    assert (ready.holds(VAN), ready.holds(chart.platform("expense"))) == (5_00, 0)
    assert (order.payment_status, order.fulfilment_status) == ("refunded", "returned")
    ready.level.refresh_from_db()
    assert ready.level.on_hand == 9  # broken: written off
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount_minor) == ("return", 1_200_00)
    ready.buyer.phone_verified_at = now() - 9 * DAY
    ready.buyer.save()
    refund = notify_refund(refund=refund, at=now())
    hand_back(refund, ready, coded(refund), notes="drawer")
    for _ in range(2):
        handlers.close_paid(Event.objects.get(name="finance.refund_paid_out"))
    found.refresh_from_db()
    assert (found.status, ready.holds(ready.till_key), ready.holds(ready.funds_key)) == ("closed", 0, 0)


def test_three_pieces_come_back_one_by_one_and_after_the_last_everything_is_zero(db):
    rules(ceiling=120_00)
    ready = shop(minor=40_00)
    helper = helper_at(ready)
    part = bought(ready, 3, by=helper)
    assert shares(ready, helper) == [112_80, 3_46, 1_08, 86, 1_80]
    left = []
    for _ in range(3):
        found = dropped(ready, requested(ready, part, reason="wrong_item"))
        assert (found.status, found.refunded_minor) == ("dropped", 40_00)
        left.append(shares(ready, helper))
    assert left == [[75_20, 2_31, 72, 57, 1_20], [37_60, 1_15, 36, 29, 60], [0, 0, 0, 0, 0]]
    assert (ready.holds(ready.funds_key), ready.holds(VAN)) == (120_00, 15_00)
    with pytest.raises(QuantityNotReturnable):
        requested(ready, part)


@pytest.mark.parametrize(("minor", "is_at_once"), [(199_99, True), (200_00, True), (200_01, False)])
def test_up_to_the_ceiling_the_money_is_owed_at_the_counter(db, minor, is_at_once):
    rules()
    ready = shop(minor=minor)
    found = requested(ready, bought(ready))
    assert found.status == ("approved" if is_at_once else "requested")
    if is_at_once:
        assert dropped(ready, found).refunded_minor == minor


def test_a_buyer_who_changed_their_mind_pays_the_way_back_and_waits_for_the_inspection_of_opened_goods(db):
    rules()
    ready = shop(minor=100_00, currency="KWD")
    rules(currency="KWD")
    first = dropped(ready, requested(ready, bought(ready), reason="change_of_mind"), condition="as_new")
    assert (first.refunded_minor, first.withheld_minor, first.currency) == (95_00, 5_00, "KWD")
    second = at_centre(ready, requested(ready, bought(ready), reason="change_of_mind"), condition="opened")
    assert second.refunded_at is None
    second = inspected(ready, second, condition="as_new")
    assert (second.refunded_minor, ready.holds(VAN), Refund.objects.count()) == (95_00, 10_00, 2)
    ready.level.refresh_from_db()
    assert ready.level.on_hand == 9  # ten, two sold, one back
    order = second.order
    order.refresh_from_db()
    assert (order.payment_status, order.returned_minor, order.withheld_minor) == ("partially_refunded", 100_00, 5_00)


def test_what_is_not_accepted_goes_back_to_the_buyer_and_nobody_gives_anything_back(ready):
    part = bought(ready)
    found = at_centre(ready, approve_return(goods_return=requested(ready, part), by=ready.clerk, at=now()))
    assert LineHold.objects.filter(released_at=None).count() == 4
    found = inspected(ready, found, 0)
    assert found.status == "not_accepted"
    found = send_back_return(goods_return=found, by=ready.clerk, at=now())
    assert (found.status, Refund.objects.count()) == ("sent_back", 0)
    assert not LineHold.objects.filter(released_at=None).exists()
    assert not CommissionLine.objects.exclude(reverses=None).exists()
    assert requested(ready, part).status == "requested"


def test_rejected_and_cancelled_returns_free_the_goods_and_what_was_earned(ready):
    part = bought(ready)
    rejected = reject_return(goods_return=requested(ready, part), reason="拆封了", by=ready.clerk, at=now())
    cancelled = cancel_return(goods_return=requested(ready, part), by=ready.partner, at=now())
    assert (rejected.status, cancelled.status) == ("rejected", "cancelled")
    assert OrderLine.objects.get().quantity_returned == 0
    assert not LineHold.objects.filter(released_at=None).exists()
    with pytest.raises(WrongState):
        approve_return(goods_return=rejected, by=ready.clerk, at=now())


def test_the_window_the_reason_the_photo_and_the_inspector_are_as_the_order_promised(ready):
    category = ready.washer.product.category
    category.accepts_change_of_mind = False
    category.save()
    part = bought(ready)
    ends_at = OrderLine.objects.get().window_ends_at
    with pytest.raises(ReturnWindowShut):
        requested(ready, part, at=ends_at)
    with pytest.raises(ReasonNotAccepted):
        requested(ready, part, reason="change_of_mind")
    with pytest.raises(QuantityNotReturnable):
        requested(ready, part, 2)
    found = requested(ready, part, at=ends_at - SECOND, key="once")
    assert requested(ready, part, at=ends_at - SECOND, key="once") == found
    found, line = approve_return(goods_return=found, by=ready.clerk, at=ends_at), found.lines.get()
    with pytest.raises(LinesIncomplete):
        drop_return(goods_return=found, seen=[], by=ready.partner, at=ends_at)
    with pytest.raises(PhotoNeeded):
        drop_return(goods_return=found, seen=[Seen(line.pk, "broken")], by=ready.partner, at=ends_at)
    found = at_centre(ready, found, at=ends_at)
    for by, accepted, refusal in ((ready.partner, 1, InspectorIsRequester), (ready.clerk, 2, AcceptedTooMuch)):
        said = [Inspected(line.pk, accepted, "broken")]
        with pytest.raises(refusal):
            inspect_return(goods_return=found, inspected=said, by=by, at=ends_at)
    with pytest.raises(IntegrityError, match="line_returns_at_most"), transaction.atomic():
        OrderLine.objects.update(quantity_returned=2)


def test_an_order_waits_for_its_return_and_then_speaks_of_what_was_kept(db):
    rules()
    ready = shop(minor=50_00)
    part = bought(ready, 2)
    found = dropped(ready, requested(ready, part))
    ends_at, code = OrderLine.objects.get().window_ends_at, ready.station.county.code
    assert shut_windows(county=code, at=ends_at) == []
    inspected(ready, at_centre_again(ready, found))
    assert len(shut_windows(county=code, at=ends_at)) == 1
    assert Event.objects.get(name="orders.purchase_settled").payload["amount_minor"] == 50_00


def at_centre_again(ready, found):
    """What was dropped before goes on to the county centre."""
    sent = send_return(goods_return=found, by=ready.partner, at=now())
    return receive_return(goods_return=sent, by=ready.clerk, at=now())


def test_over_the_api_the_counter_asks_and_drops_the_county_inspects_and_strangers_find_nothing(ready):
    part = bought(ready)
    counter, clerk, path = api_client(ready.partner), api_client(ready.clerk), "/api/v1/goods-returns/"
    lines = [{"variant": ready.washer.sku, "quantity": 1}]
    body = {"order": str(part.order_id), "lines": lines, "reason": "defect"}
    made = send(counter, path, **body)
    assert (made.status_code, made.json()["status"]) == (201, "requested")
    one = f"{path}{made.json()['id']}/"
    elsewhere = api_client(partner_of(StationFactory(village=division_below(county()))))
    assert send(elsewhere, path, **body).json()["code"] == "not_returnable"
    assert elsewhere.get(one).status_code == 404
    assert send(counter, f"{one}approve/").status_code == 403
    assert send(clerk, f"{one}approve/").json()["status"] == "approved"
    line = made.json()["lines"][0]["id"]
    refused = send(counter, f"{one}drop/", lines=[{"line": line, "condition": "broken"}])
    assert (refused.status_code, refused.json()["code"]) == (422, "photo_needed")
    seen = {"line": line, "condition": "broken", "photo": str(photo_by(ready.partner).pk)}
    assert send(counter, f"{one}drop/", lines=[seen]).status_code == 200
    for client, verb in ((counter, "send"), (clerk, "receive")):
        assert send(client, f"{one}{verb}/").status_code == 200
    done = send(clerk, f"{one}inspect/", lines=[{"line": line, "accepted_quantity": 1, "condition": "broken"}])
    assert (done.status_code, done.json()["status"], done.json()["refunded"]) == (200, "refunded", "1200.00")
    assert [each["status"] for each in counter.get(path + "?status=refunded").json()["results"]] == ["refunded"]
    assert counter.get(one).json()["history"][-1]["new"] == "refunded"


def test_at_the_counter_a_return_begins_on_the_page_of_its_order(client, db):
    rules()
    ready = shop(minor=50_00)
    part = bought(ready)
    client.force_login(ready.partner)
    new = reverse("returns:new", args=[part.order_id])
    assert new in client.get(reverse("purchases:purchase", args=[part.order_id])).content.decode()
    line = str(OrderLine.objects.get().pk)
    body = {f"quantity_{line}": "1", "reason": "change_of_mind", "resolution": "refund", "key": "r" * 16}
    answers = [client.post(new, body) for _ in range(2)]
    found = Return.objects.get()
    page = reverse("returns:return", args=[found.pk])
    assert [answer.headers["Location"] for answer in answers] == [page, page]
    drop = reverse("returns:return-drop", args=[found.pk])
    assert drop in client.get(page).content.decode()
    seen = f"condition_{found.lines.get().pk}"
    assert client.post(drop, {seen: "as_new", "key": "d" * 16}).status_code == 303
    assert Refund.objects.get().amount_minor == 45_00
    assert page in client.get(reverse("returns:returns")).content.decode()


def known_as_buyer(ready, user):
    """The buyer works here, too, under this login."""
    User.objects.filter(pk=user.pk).update(person=ready.buyer)
    return User.objects.get(pk=user.pk)


def test_a_clerk_who_is_the_buyer_neither_approves_nor_inspects_the_own_goods(client, db):
    rules(ceiling=0)
    ready = shop(minor=50_00)
    clerk, other = known_as_buyer(ready, ready.clerk), county_clerk_of(ready.station.county)
    found = requested(ready, bought(ready))
    client.force_login(clerk)
    page = reverse("returns:return", args=[found.pk])
    assert reverse("returns:return-approve", args=[found.pk]) not in client.get(page).content.decode()
    needs = {need.name: need for need in CONSOLE.needs}
    waits = [list(needs["returns.decide"].rows(user=user, at=now())) for user in (clerk, other)]
    assert waits == [[], [found]]
    with pytest.raises(SamePerson):
        approve_return(goods_return=found, by=clerk, at=now())
    found = at_centre(ready, approve_return(goods_return=found, by=other, at=now()))
    assert reverse("returns:return-inspect", args=[found.pk]) not in client.get(page).content.decode()
    waits = [list(needs["returns.inspect"].rows(user=user, at=now())) for user in (clerk, other)]
    assert waits == [[], [found]]
    with pytest.raises(SamePerson):
        inspected(ready, found)
    found.refresh_from_db()
    assert (found.status, Refund.objects.exists()) == ("received", False)


def test_a_partner_who_is_the_buyer_asks_the_county_and_gets_no_money_at_the_own_counter(db):
    rules()
    ready = shop(minor=50_00)
    by_helper, part = requested(ready, bought(ready), by=helper_at(ready)), bought(ready)
    known_as_buyer(ready, ready.partner)
    assert (by_helper.is_instant, dropped(ready, by_helper).refunded_at) == (True, None)
    own = requested(ready, part)
    assert (own.is_instant, own.status) == (False, "requested")


def test_the_page_asks_for_the_photo_of_each_article_before_it_is_sent_where_something_is_wrong(client, db):
    rules()
    ready = shop(minor=50_00)
    client.force_login(ready.partner)
    for reason, asked in (("defect", True), ("late", False)):
        found = requested(ready, bought(ready), reason=reason)
        page = client.get(reverse("returns:return", args=[found.pk]))
        line = found.lines.get().pk
        form = page.context["drop"]
        assert (form.fields[f"photo_{line}"].required, form.fields[f"condition_{line}"].required) == (asked, True)
        answer = client.post(
            reverse("returns:return-drop", args=[found.pk]), {f"condition_{line}": "broken", "key": "d" * 16}
        )
        assert answer.status_code == (422 if asked else 303)
        if asked:
            assert list(answer.context["drop"].errors) == [f"photo_{line}"]


@pytest.mark.usefixtures("own_database")
def test_the_last_piece_is_brought_back_once_and_a_return_that_meets_the_end_of_its_window_is_held_or_refused():
    rules(ceiling=0)
    ready = shop(minor=50_00)
    part = bought(ready)
    ends_at = OrderLine.objects.get().window_ends_at

    def ask(at):
        def run():
            try:
                return requested(ready, part, at=at).status
            except Refused as refusal:
                return refusal.code
            finally:
                connection.close()

        return run

    def shut():
        try:
            return len(shut_windows(county=ready.station.county.code, at=ends_at))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        first, second, done = [each.result() for each in map(pool.submit, [ask(ends_at - SECOND)] * 2 + [shut])]
    expected = ["return_window_shut"] * 2 if done else ["quantity_not_returnable", "requested"]
    assert sorted([first, second]) == expected
    order = Order.objects.get()
    assert (order.status, OrderLine.objects.get().quantity_returned) == (("completed", 0) if done else ("placed", 1))
