"""Payment links as their payers see them, at the gateway, and over the API."""

import re
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from core.gateways.models import Instruction
from core.models import Notice, RequestKey
from finance.models import Payment
from orders.models import Order, PaymentLink
from orders.purchases.link_tokens import link_called, token_of
from orders.purchases.services import (
    cancel_purchase,
)
from stations.models import Station
from tests.factories.finance import gateway
from tests.factories.payment_links import PHONE, fresh, gateway_says, offered, pressed
from tests.factories.purchases import at_station, begun, handed_over, shop
from tests.factories.returns import dropped, requested, rules
from tests.factories.stations import api_client
from tests.jobs import run_jobs


@pytest.fixture
def ready(db):
    gateway()
    return shop()


def page_of(link):
    return f"/pay/{token_of(link)}/"


def key_in(page):
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def test_from_the_page_to_the_gateway_and_back_although_every_answer_is_lost(own_database, sandbox):
    gateway()
    ready = shop()
    link = offered(ready)
    visitor = Client(headers={"accept-language": "en"})
    page = visitor.get(page_of(link))
    words = unescape(page.content.decode())
    assert "1,200.00" in words
    assert ready.buyer.full_name not in words
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    sandbox.wish("lose_answer", kind="collection")
    pressed_page = visitor.post(page_of(link), {"key": key_in(words)})
    assert (pressed_page.status_code, pressed_page["Location"]) == (303, "./")
    assert token_of(link) not in str(RequestKey.objects.values())
    run_jobs()
    payment = Payment.objects.get()
    assert payment.status == "unknown"
    assert "being prepared" in visitor.get(page_of(link)).content.decode()
    run_jobs(Instruction.objects.get(pk=payment.pk).next_enquiry_at)
    assert f"/sandbox/pay/{payment.pk}" in visitor.get(page_of(link)).content.decode()
    sandbox.wish("no_callback")
    assert httpx.post(f"{sandbox.url}/sandbox/pay/{payment.pk}", trust_env=False).status_code == 200
    run_jobs(Instruction.objects.get(pk=payment.pk).next_enquiry_at)
    assert "Paid. Thank you." in visitor.get(page_of(link)).content.decode()
    assert Order.objects.get().status == "placed"
    assert [line["executions"] for line in sandbox.ledger(provider="EPAY")] == [1]


def test_the_page_counts_in_the_zone_of_the_station_and_says_where_money_for_a_cancelled_order_goes(ready):
    Station.objects.filter(pk=ready.station.pk).update(zone="Asia/Kathmandu")
    link = offered(ready)
    visitor = Client(headers={"accept-language": "en"})
    local = link.expires_at.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f"{local:%H:%M}" in visitor.get(page_of(link)).content.decode()
    link, _payment = pressed(link)
    cancel_purchase(order=link.order, reason="买重了", by=ready.partner, at=now())
    assert "What was paid goes back to the account that paid." in visitor.get(page_of(link)).content.decode()


def test_a_link_that_was_never_given_is_not_found_and_who_guesses_many_is_stopped(ready):
    link = offered(ready)
    token, other = token_of(link), token_of(offered(ready))
    visitor = Client()
    forged = [token[:8] + other[8:], token[:-1] + ("A" if token[-1] != "A" else "B"), str(link.pk), "x" * 20]
    for each in forged:
        assert link_called(each) is None
        assert visitor.get(f"/pay/{each}/").status_code == 404
    assert visitor.get(f"{page_of(link)}qr/")["Content-Type"] == "image/svg+xml"
    answers = [visitor.get(f"/pay/{forged[0]}/").status_code for _ in range(31 - len(forged))]
    assert (answers[0], answers[-1]) == (404, 429)
    assert visitor.get(page_of(link)).status_code == 200


def test_over_the_api_a_link_is_made_and_cancelled_at_the_counter_alone(ready):
    order = begun(ready, pay_method="online")
    path, key = f"/api/v1/purchases/{order.pk}/payment-link/", {"headers": {"Idempotency-Key": "k" * 16}}
    made = api_client(ready.partner).post(path, {"phone": PHONE}, "json", **key)
    assert (made.status_code, made.json()["amount"]) == (200, "1200.00")
    assert link_called(made.json()["url"].rstrip("/").rpartition("/")[2]).pk == PaymentLink.objects.get().pk
    again = api_client(ready.partner).post(path, {"phone": PHONE}, "json", **key)
    assert (again.json(), again["Idempotent-Replayed"]) == (made.json(), "true")
    assert token_of(PaymentLink.objects.get()) not in str(RequestKey.objects.values())
    assert api_client(ready.clerk).post(path, {}, "json", **key).status_code == 403
    over = f"/api/v1/purchases/{order.pk}/cancel-payment-link/"
    answers = [api_client(ready.partner).post(over, {}, "json", **key).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert PaymentLink.objects.get().status == "cancelled"


def test_the_pages_of_a_return_say_that_money_paid_by_link_goes_back_to_the_payer(ready, client):
    rules(ceiling=2_000_00)
    link, payment = pressed(offered(ready, phone=PHONE))
    gateway_says(payment, "succeeded")
    part = handed_over(ready, at_station(ready, fresh(link.order)))
    client.force_login(ready.partner)
    page = unescape(client.get(reverse("returns:new", args=[link.order_id])).content.decode())
    assert "通过链接付的钱退回付款账户。" in page
    assert "验证码" not in page
    found = dropped(ready, requested(ready, part, reason="defect"), condition="as_new")
    page = unescape(client.get(reverse("returns:return", args=[found.pk])).content.decode())
    assert "¥1,200.00退回付款账户。" in page
    assert "应退给买家" not in page
    assert Notice.objects.filter(template="payment_link_refunded").count() == 1
