"""Suppliers' systems are told of orders once each, whatever is lost on the way; the sandbox says what they know."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.gateways.client import Answer
from core.models import Event, Job
from orders.models import Order, SupplierWebhook
from orders.purchases.services import cancel_purchase
from orders.returns.services import approve_return, replace_return
from orders.suppliers.handlers import push_placed
from orders.suppliers.services import AlreadyDelivered, begin_attempt, end_attempt, push_order, send_again
from tests.factories.gateways import ProviderFactory
from tests.factories.goods import price, product, stocked, supplier, variant
from tests.factories.purchases import Item, begun, placed, shop
from tests.factories.returns import at_centre, bought, inspected, requested, rules, to_replace
from tests.factories.stations import auditor, partner_of, platform_admin
from tests.factories.suppliers import mill, with_system
from tests.jobs import run_jobs
from tests.races import together

pytestmark = pytest.mark.usefixtures("sandbox")
SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.fixture
def ready(db):
    """A counter whose washing machine is sold by a supplier with a system."""
    made = shop()
    with_system(made.washer.product.supplier)
    return made


def known(sandbox):
    """What the supplier knows: state, quantities, and how often each event arrived, by order."""
    return [
        (
            order["status"],
            [line["quantity"] for line in order["lines"]],
            [event["received"] for event in order["events"]],
        )
        for order in sandbox.ask("GET", "purchase-orders?provider=MILL")
    ]


def states():
    return list(SupplierWebhook.objects.order_by("pk").values_list("kind", "status", "attempts", "last_error"))


def test_a_placed_order_is_pushed_once_with_its_articles_and_nothing_of_the_buyer(sandbox, ready):
    order = placed(ready, 2)
    run_jobs()
    push_order(order=order, kind="placed", at=now())
    push_placed(Event.objects.get(name="orders.purchase_placed"))
    run_jobs()
    assert states() == [("placed", "delivered", 1, "")]
    [told] = sandbox.ask("GET", "purchase-orders?provider=MILL")
    assert known(sandbox) == [("placed", [2], [1])]
    [line] = told["lines"]
    assert (line["sku"], line["unit"], line["unit_price"], line["amount"]) == (
        ready.washer.sku,
        "piece",
        "1200.00",
        "2400.00",
    )
    assert told["order"] == order.number
    body = str(SupplierWebhook.objects.get().body)
    assert ready.buyer.full_name not in body
    assert str(ready.buyer.phone) not in body


def test_amounts_are_written_with_the_decimals_of_their_currency(sandbox, db):
    ready = shop(currency="KWD", minor=1_005)
    with_system(ready.washer.product.supplier)
    push_order(order=begun(ready, 3), kind="placed", at=now())
    [line] = SupplierWebhook.objects.get().body["data"]["lines"]
    assert (line["unit_price"], line["amount"]) == ("1.005", "3.015")


def test_each_supplier_hears_of_its_own_articles_and_one_without_a_system_of_nothing(sandbox, ready):
    other = variant(product(supplier=supplier("other")))
    price(other, 5_00)
    stocked(other, ready.level.warehouse, 10)
    order = begun(ready, items=[Item(ready.washer, 1), Item(other, 3)])
    push_order(order=order, kind="placed", at=now())
    webhook = SupplierWebhook.objects.get()
    assert webhook.supplier == ready.washer.product.supplier
    assert [line["sku"] for line in webhook.body["data"]["lines"]] == [ready.washer.sku]


def test_a_cancelled_order_is_pushed_too_and_one_that_nobody_agreed_to_is_not(sandbox, ready):
    order = placed(ready)
    run_jobs()
    cancel_purchase(order=order, reason="changed", by=ready.partner, at=now())
    cancel_purchase(order=begun(ready), reason="changed", by=ready.partner, at=now())
    run_jobs()
    assert known(sandbox) == [("cancelled", [1], [1, 1])]


def moved_to(other, ready):
    """The article is sold by another supplier from now on."""
    sold = ready.washer.product
    before, sold.supplier = sold.supplier, other
    sold.save()
    return before


@pytest.mark.parametrize("keeps_its_system", [True, False])
def test_whoever_was_told_of_an_order_hears_that_it_is_cancelled_also_when_another_sells_the_article_by_now(
    sandbox, ready, keeps_its_system
):
    order = placed(ready)
    run_jobs()
    before = moved_to(supplier("other", system=ProviderFactory(code="EXPRESS", file_time=None)), ready)
    if not keeps_its_system:
        before.system = None
        before.save()
    cancel_purchase(order=order, reason="changed", by=ready.partner, at=now())
    run_jobs()
    assert set(SupplierWebhook.objects.values_list("supplier__code", flat=True)) == {before.code}
    last = ("cancelled", "delivered", 1, "") if keeps_its_system else ("cancelled", "failed", 0, "no_system")
    assert states() == [("placed", "delivered", 1, ""), last]


def test_goods_come_back_to_the_supplier_that_was_told_of_their_order(sandbox, ready):
    rules()
    order = bought(ready, 2)
    run_jobs()
    before = moved_to(supplier("other"), ready)
    found = approve_return(goods_return=requested(ready, order, 2), by=ready.clerk, at=now())
    inspected(ready, at_centre(ready, found), 1)
    run_jobs()
    assert SupplierWebhook.objects.get(kind="returned").supplier == before


def test_goods_that_come_back_and_are_accepted_are_pushed_with_their_reason(sandbox, ready):
    rules()
    found = requested(ready, bought(ready, 2), 2)
    found = approve_return(goods_return=found, by=ready.clerk, at=now())
    inspected(ready, at_centre(ready, found), 1)
    run_jobs()
    [told] = sandbox.ask("GET", "purchase-orders?provider=MILL")
    assert [line["quantity"] for line in told["returned"]] == [1]
    data = SupplierWebhook.objects.get(kind="returned").body["data"]
    assert (data["goods_return"], data["reason"]) == (found.number, "defect")
    assert (data["lines"][0]["condition"], "unit_price" in data["lines"][0]) == ("broken", False)


def test_goods_that_are_sent_again_are_told_as_an_order_that_costs_nothing_and_so_is_its_end(sandbox, ready):
    rules()
    found = to_replace(ready, bought(ready))
    found = replace_return(goods_return=found, by=ready.clerk, at=now())
    again = Order.objects.get(replaces=found)
    run_jobs()
    told = {order["order"]: order for order in sandbox.ask("GET", "purchase-orders?provider=MILL")}
    assert told[again.number]["status"] == "placed"
    webhook = SupplierWebhook.objects.get(order=again)
    [line] = webhook.body["data"]["lines"]
    assert (line["quantity"], line["unit_price"], line["amount"]) == (1, "1200.00", "0.00")
    assert webhook.body["data"]["replaces"] == found.number
    assert "replaces" not in SupplierWebhook.objects.get(order=found.order, kind="placed").body["data"]
    cancel_purchase(order=again, reason="buyer wants the money", by=ready.partner, at=now())
    run_jobs()
    ended = SupplierWebhook.objects.get(order=again, kind="cancelled")
    assert (ended.status, ended.body["data"]["replaces"]) == ("delivered", found.number)


def test_a_cancellation_that_overtakes_its_order_stands(sandbox, ready):
    order = placed(ready)
    at = now()
    sandbox.wish("lose_request", kind="order_event")
    run_jobs(at)
    cancel_purchase(order=order, reason="changed", by=ready.partner, at=at)
    run_jobs(at)
    assert known(sandbox) == [("cancelled", [1], [1])]
    run_jobs(at + 3 * SECOND)
    assert known(sandbox) == [("cancelled", [1], [1, 1])]


@pytest.mark.parametrize(
    ("fault", "code", "error", "received"),
    [
        ("lose_request", None, "connection_lost", 1),
        ("lose_answer", None, "connection_lost", 2),
        ("error_500", None, "http_500", 1),
        ("error_500", "executed", "http_500", 2),
        ("bad_signature", None, "bad_signature", 2),
        ("clock_skew", None, "stale_timestamp", 2),
    ],
)
def test_whatever_goes_wrong_the_event_goes_out_again_and_counts_once(sandbox, ready, fault, code, error, received):
    placed(ready)
    at = now()
    sandbox.wish(fault, kind="order_event", code=code)
    run_jobs(at)
    assert states() == [("placed", "waiting", 1, error)]
    run_jobs(at + SECOND)
    assert states() == [("placed", "waiting", 1, error)]
    run_jobs(at + 2 * SECOND)
    assert states() == [("placed", "delivered", 2, "")]
    assert known(sandbox) == [("placed", [1], [received])]


def test_a_signed_401_while_keys_are_changed_is_tried_again_until_the_days_are_over(ready):
    placed(ready)
    push_placed(Event.objects.get(name="orders.purchase_placed"))
    webhook, at = SupplierWebhook.objects.get(), now()
    for since, seconds in ((0 * SECOND, 2), (3 * DAY - SECOND, 3_600), (3 * DAY, None)):
        attempt = begin_attempt(webhook=webhook.pk, round=webhook.round, at=at + since)
        outcome = Answer(401, b'{"code": "bad_signature"}', uuid4().hex)
        assert end_attempt(attempt=attempt, outcome=outcome, at=at + since) == seconds
    assert states() == [("placed", "failed", 3, "bad_signature")]


def test_a_system_that_nobody_answers_for_is_tried_ever_less_often_and_given_up_after_three_days(
    sandbox, ready, monkeypatch
):
    monkeypatch.setenv("ECOMNET_PROVIDER_MILL_URL", "http://127.0.0.1:1")
    placed(ready)
    at = now()
    waited = []
    run_jobs(at)
    webhook = SupplierWebhook.objects.get()
    moment = at
    while webhook.status == "waiting":
        waited.append(round((webhook.next_attempt_at - moment).total_seconds()))
        moment = webhook.next_attempt_at
        run_jobs(moment)
        webhook.refresh_from_db()
    assert waited[:5] == [2, 5, 60, 600, 3600]
    assert (webhook.status, webhook.last_error) == ("failed", "unreachable")
    assert moment - at >= 3 * DAY
    assert moment - at < 3 * DAY + 2 * HOUR


def test_what_a_supplier_refuses_has_failed_at_once_and_is_sent_again_by_a_person(sandbox, ready):
    placed(ready)
    at = now()
    sandbox.wish("decline", kind="order_event", code="unknown_article")
    run_jobs(at)
    assert states() == [("placed", "failed", 1, "unknown_article")]
    run_jobs(at + DAY)
    assert states() == [("placed", "failed", 1, "unknown_article")]
    send_again(webhook=SupplierWebhook.objects.get(), at=at + DAY)
    run_jobs(at + DAY)
    assert states() == [("placed", "delivered", 2, "")]
    with pytest.raises(AlreadyDelivered):
        send_again(webhook=SupplierWebhook.objects.get(), at=at + DAY)


def test_sent_again_while_it_waits_it_is_not_sent_twice(sandbox, ready):
    placed(ready)
    at = now()
    sandbox.wish("lose_request", kind="order_event")
    run_jobs(at)
    send_again(webhook=SupplierWebhook.objects.get(), at=at)
    run_jobs(at + MINUTE)
    assert states() == [("placed", "delivered", 2, "")]
    assert known(sandbox) == [("placed", [1], [1])]


def test_a_supplier_that_has_given_up_its_system_meanwhile_is_told_nothing(sandbox, ready):
    placed(ready)
    push_placed(Event.objects.get(name="orders.purchase_placed"))
    sold_by = ready.washer.product.supplier
    sold_by.system = None
    sold_by.save()
    run_jobs()
    assert states() == [("placed", "failed", 0, "no_system")]
    assert known(sandbox) == []


def test_the_breaker_keeps_calls_back_without_counting_them(sandbox, ready):
    placed(ready)
    at, provider = now(), mill()
    provider.breaker, provider.breaker_opened_at = "open", at
    provider.save()
    run_jobs(at)
    assert states() == [("placed", "waiting", 0, "")]
    run_jobs(at + 31 * SECOND)
    assert states() == [("placed", "delivered", 1, "")]
    provider.refresh_from_db()
    assert provider.breaker == "closed"


def test_old_news_for_a_system_that_is_down_ask_ever_less_often_whether_they_may_go_out(sandbox, ready):
    placed(ready)
    push_placed(Event.objects.get(name="orders.purchase_placed"))
    provider = mill()
    webhook = SupplierWebhook.objects.get()
    for age, rest in ((SECOND, 10), (HOUR, 360), (DAY, 600)):
        provider.breaker, provider.breaker_opened_at = "open", webhook.made_at + age
        provider.save()
        attempt = begin_attempt(webhook=webhook.pk, round=1, at=webhook.made_at + age)
        assert round(attempt.rest) == rest


def test_news_that_lay_for_days_before_the_first_attempt_are_not_given_up_at_it(sandbox, ready):
    placed(ready)
    sandbox.wish("lose_request", kind="order_event")
    at = now() + 4 * DAY
    run_jobs(at)
    assert states() == [("placed", "waiting", 1, "connection_lost")]
    run_jobs(at + 2 * SECOND)
    assert states() == [("placed", "delivered", 2, "")]


def test_what_a_supplier_is_told_never_changes(sandbox, ready):
    placed(ready)
    run_jobs()
    with pytest.raises(IntegrityError, match="body"), transaction.atomic():
        SupplierWebhook.objects.update(body={})


def test_the_administrator_sees_what_failed_and_sends_it_again_and_the_auditor_reads(client, sandbox, ready):
    placed(ready)
    sandbox.wish("decline", kind="order_event")
    run_jobs()
    webhook = SupplierWebhook.objects.get()
    listed = reverse("admin:orders_supplierwebhook_changelist")
    sent = {"action": "send_once_more", "_selected_action": [str(webhook.pk)]}
    for user in (auditor(), platform_admin()):
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        client.force_login(user)
        page = client.get(listed, {"status__exact": "failed"})
        assert webhook.order.number in page.content.decode()
        shown = client.get(reverse("admin:orders_supplierwebhook_change", args=[webhook.pk]))
        assert ready.washer.sku in shown.content.decode()
        if user.posts.filter(role="auditor").exists():
            client.post(listed, sent)
            assert states() == [("placed", "failed", 1, "order_refused")]
    assert f"{listed}?status__exact=failed" in client.get("/").content.decode()
    client.post(listed, sent)
    run_jobs()
    assert states() == [("placed", "delivered", 2, "")]
    client.force_login(partner_of(ready.station))
    assert client.get(listed).status_code in {302, 403}


@pytest.mark.usefixtures("own_database")
def test_an_event_that_two_workers_hear_at_once_is_pushed_once():
    ready = shop()
    with_system(ready.washer.product.supplier)
    order = placed(ready)

    def push():
        return len(push_order(order=order, kind="placed", at=now()))

    assert sorted(together(*[push] * 4)) == [0, 0, 0, 1]
    assert Job.objects.filter(kind="suppliers.push").count() == 1
