"""Paid by link: placed by the payment, paid once, given back when it comes too late, settled by asking."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from core.errors import Refused, TooMany, WrongState
from core.gateways.models import Instruction
from core.gateways.services import record_result
from core.models import Notice, RequestKey
from core.notices.services import message_of
from finance import chart
from finance.models import Payment, Refund
from finance.payments.services import Tender
from ledger.audit import audit_book
from ledger.models import AuditFinding
from orders.models import CodRefusal, CodStanding, Order, PaymentLink
from orders.purchases.link_tokens import address_of, link_called, token_of
from orders.purchases.services import (
    LinkOver,
    NothingDue,
    NotPaidByLink,
    PayerIsPaying,
    cancel_payment_link,
    cancel_purchase,
    expire_payment_link,
    expire_purchase,
    note_paid,
    offer_payment_link,
    pay_by_link,
    pick_fulfilment,
    take_purchase_payment,
)
from orders.purchases.services.links import ATTEMPTS_AT_MOST
from stations.models import Station
from tests.factories.finance import book, gateway, provider, works_with
from tests.factories.purchases import at_station, begun, handed_over, parcel_of, placed, shop
from tests.factories.returns import dropped, requested, rules
from tests.factories.stations import api_client
from tests.jobs import run_jobs

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PHONE = "+8613700137000"


@pytest.fixture
def ready(db):
    gateway()
    return shop()


def offered(ready, *, at=None, phone="", **values):
    at = at or now()
    order = begun(ready, pay_method="online", at=at, **values)
    return offer_payment_link(order=order, phone=phone, by=ready.partner, at=at)


def gateway_says(payment, status, *, kind="collection", ref=None, code=None, event_type="", at=None):
    """What the gateway says of a payment, or with `ref` of money that it gives back; and what follows from it."""
    at = at or now()
    said = {
        "our_ref": str(ref or payment.pk),
        "kind": kind,
        "status": status,
        "provider_ref": "E-1",
        "amount": str(payment.total),
        "currency": payment.currency,
        "code": code,
    }
    where = Instruction.objects.get(pk=said["our_ref"]).provider
    record_result(provider=where, our_ref=said["our_ref"], data=said, source="callback", at=at, event_type=event_type)
    run_events(at)


def run_events(at):
    """What hears of it, without the calls to companies."""
    Instruction.objects.filter(state="committed").update(state="sent", sent_at=at)
    run_jobs(at)


def text_of(template):
    """What the one message of this kind says."""
    return message_of(Notice.objects.get(template=template).our_ref)["text"]


def pressed(link, *, at=None):
    link = pay_by_link(link=link, at=at or now())
    return link, link.payment


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def stock(ready):
    ready.level.refresh_from_db()
    return ready.level.on_hand, ready.level.allocated


def at_gateway(ready, code="EPAY"):
    return ready.holds(chart.clearing(provider(code))), ready.holds(ready.funds_key)


def assert_audited():
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    assert [(finding.check_code, finding.rows) for finding in found] == []


# --- paid


def test_paid_by_a_relative_the_order_is_placed_and_the_buyer_alone_collects_it(ready):
    link = offered(ready, phone=PHONE)
    order = fresh(link.order)
    assert (order.status, order.payment_status, link.amount_minor, stock(ready)) == (
        "awaiting_consent",
        "none",
        1_200_00,
        (10, 1),
    )
    assert address_of(link) in text_of("payment_link")
    assert token_of(link) not in str(Notice.objects.get(template="payment_link").params)
    link, payment = pressed(link)
    gateway_says(payment, "succeeded")
    order, link = fresh(order), fresh(link)
    assert (order.status, order.payment_status, order.consent.kind, link.status) == (
        "placed",
        "paid",
        "payer_payment",
        "paid",
    )
    assert (order.expires_at, order.fulfilments.get().cash_due_minor) == (None, 0)
    assert at_gateway(ready) == (-1_200_00, 1_200_00)
    part = handed_over(ready, at_station(ready, order))
    assert (part.status, fresh(order).fulfilment_status) == ("delivered", "delivered")
    assert ready.holds(ready.supplier_key()) == 1_128_00
    assert ready.holds(ready.till_key) == 0
    sent = Notice.objects.filter(template__startswith="payment_link").order_by("pk").values_list("template", flat=True)
    assert list(sent) == ["payment_link", "payment_link_paid", "payment_link_arrived", "payment_link_collected"]
    assert_audited()


def test_an_agreed_order_is_paid_by_link_instead_of_cash_and_cash_ends_the_link(ready):
    order = placed(ready, pay_method="station_cash")
    link = offer_payment_link(order=order, by=ready.partner, at=now())
    link, payment = pressed(link)
    with pytest.raises(PayerIsPaying):
        take_purchase_payment(order=order, tender=Tender(), by=ready.partner, at=now(), key="a" * 16)
    gateway_says(payment, "failed", code="expired")
    take_purchase_payment(order=order, tender=Tender(), by=ready.partner, at=now(), key="b" * 16)
    assert (fresh(link).status, fresh(order).payment_status) == ("cancelled", "paid")
    other = placed(ready, pay_method="station_cash")
    _link, payment = pressed(offer_payment_link(order=other, by=ready.partner, at=now()))
    gateway_says(payment, "succeeded")
    assert (fresh(other).payment_status, fresh(other).expires_at) == ("paid", None)
    assert pick_fulfilment(fulfilment=other.fulfilments.get(), by=ready.clerk, at=now()).status == "picked"
    with pytest.raises(NothingDue):
        offer_payment_link(order=other, by=ready.partner, at=now())


def test_a_link_of_dinars_asks_the_gateway_for_three_decimals(db):
    ready = shop(minor=120_000, currency="KWD")
    country = ready.station.county.country
    works_with(country, "KWD", collection_provider=provider("KNET", country=country, currency="KWD"))
    _link, payment = pressed(offered(ready))
    assert Instruction.objects.get(pk=payment.pk).request["amount"] == "120.000"
    gateway_says(payment, "succeeded")
    assert at_gateway(ready, "KNET") == (-120_000, 120_000)


# --- refused


def test_what_cannot_be_paid_by_link_is_refused_and_an_earlier_link_is_void(ready):
    at = now()
    with pytest.raises(NotPaidByLink):
        offer_payment_link(order=begun(ready), by=ready.partner, at=at)
    first = offered(ready, at=at)
    second = offer_payment_link(order=first.order, by=ready.partner, at=at)
    with pytest.raises(LinkOver):
        pay_by_link(link=first, at=at)
    pressed(second, at=at)
    for act in (offer_payment_link, cancel_payment_link):
        with pytest.raises(PayerIsPaying):
            act(order=first.order, by=ready.partner, at=at)
    third = offered(ready, at=at)
    cancel_payment_link(order=third.order, by=ready.partner, at=at)
    with pytest.raises(LinkOver):
        pay_by_link(link=third, at=at)
    fourth = offered(ready, at=at)
    with pytest.raises(LinkOver):
        pay_by_link(link=fourth, at=at + DAY)
    PaymentLink.objects.filter(pk=fourth.pk).update(attempts=ATTEMPTS_AT_MOST)
    with pytest.raises(TooMany):
        pay_by_link(link=fourth, at=at)
    assert Payment.objects.count() == 1
    with pytest.raises(IntegrityError, match="order_has_one_open_link"), transaction.atomic():
        PaymentLink.objects.filter(pk=first.pk).update(status="open", ended_at=None)


def test_a_link_and_its_order_end_together_after_a_day_and_the_goods_are_free(ready):
    at = now()
    link = offered(ready, at=at)
    end = at + DAY
    assert expire_payment_link(link=link, at=end - HOUR).status == "open"
    assert expire_payment_link(link=link, at=end).status == "expired"
    assert fresh(link.order).status == "expired"
    assert stock(ready) == (10, 0)


def test_an_order_whose_time_to_pay_is_over_gets_no_link_before_the_clock_has_ended_it(ready):
    order = placed(ready, pay_method="station_cash")
    with pytest.raises(WrongState):
        offer_payment_link(order=order, by=ready.partner, at=order.expires_at)
    assert not PaymentLink.objects.exists()


# --- too late, unknown, taken back


def test_what_is_paid_for_an_order_that_was_cancelled_meanwhile_goes_back_to_the_payer(ready):
    link, payment = pressed(offered(ready, phone=PHONE))
    order = cancel_purchase(order=link.order, reason="买重了", by=ready.partner, at=now())
    gateway_says(payment, "succeeded")
    refund = Refund.objects.get()
    assert (refund.reason, refund.source, refund.amount_minor, refund.status) == (
        "late_payment",
        "online",
        1_200_00,
        "pending",
    )
    assert (fresh(order).status, fresh(order).received_minor, fresh(link).status) == ("cancelled", 0, "late")
    assert Notice.objects.filter(template="payment_link_late").exists()
    note_paid(link=link, at=now())  # heard twice
    gateway_says(payment, "succeeded", kind="refund", ref=refund.our_ref)
    assert (fresh(refund).status, at_gateway(ready), stock(ready)) == ("succeeded", (0, 0), (10, 0))
    assert_audited()


def test_paid_and_cancelled_afterwards_it_goes_back_the_way_it_came(ready):
    link, payment = pressed(offered(ready))
    gateway_says(payment, "succeeded")
    order = cancel_purchase(order=link.order, reason="买重了", by=ready.partner, at=now())
    refund = Refund.objects.get()
    assert (refund.reason, refund.source, order.payment_status) == ("cancelled", "online", "refunded")
    assert text_of("purchase_cancelled_online").endswith("¥1,200.00退回给通过链接付款的人。")
    assert not Notice.objects.filter(template__in=["purchase_cancelled", "payment_link_refunded"]).exists()


def test_the_payer_hears_that_the_money_of_a_cancelled_order_or_a_return_goes_back_to_them(ready):
    link, payment = pressed(offered(ready, phone=PHONE))
    gateway_says(payment, "succeeded")
    cancel_purchase(order=link.order, reason="买重了", by=ready.partner, at=now())
    notice = Notice.objects.get(template="payment_link_refunded")
    assert link.order.number[-5:] in text_of("payment_link_refunded")
    assert "付的¥1,200.00将退回您的付款账户" in text_of("payment_link_refunded")
    assert notice.dedupe_key == f"payment_link_refunded:{link.pk}:{Refund.objects.get().pk}"


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


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_while_nobody_knows_how_a_payment_ended_the_order_waits_a_day_longer(ready, outcome):
    at = now()
    link, payment = pressed(offered(ready, at=at), at=at + DAY - HOUR)
    end = at + DAY
    assert expire_payment_link(link=link, at=end).status == "open"
    assert expire_purchase(order=link.order, at=end).status == "awaiting_consent"
    assert stock(ready) == (10, 1)
    gateway_says(payment, outcome, code="expired" if outcome == "failed" else None, at=end + HOUR)
    order = fresh(link.order)
    expected = ("placed", "paid", 1) if outcome == "succeeded" else ("expired", "expired", 0)
    assert (order.status, fresh(link).status, stock(ready)[1]) == expected


def test_without_a_word_for_two_days_the_order_ends_and_the_money_that_comes_then_goes_back(ready):
    at = now()
    link, payment = pressed(offered(ready, at=at), at=at + DAY - HOUR)
    expire_purchase(order=link.order, at=at + DAY)
    assert expire_purchase(order=link.order, at=at + 2 * DAY).status == "expired"
    gateway_says(payment, "succeeded", at=at + 2 * DAY + HOUR)
    assert (fresh(link).status, Refund.objects.get().reason) == ("late", "late_payment")


def test_not_paid_in_time_the_link_can_be_pressed_again_under_a_new_reference(ready):
    link, first = pressed(offered(ready))
    gateway_says(first, "failed", code="expired")
    assert fresh(link).status == "open"
    link, second = pressed(link)
    assert first.pk != second.pk
    gateway_says(second, "succeeded")
    assert (fresh(link).status, fresh(link.order).status, link.attempts) == ("paid", "placed", 2)


def test_what_the_payers_bank_takes_back_is_owed_again_before_anything_is_picked(ready):
    link, payment = pressed(offered(ready))
    gateway_says(payment, "succeeded")
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    order = fresh(link.order)
    assert (fresh(link).status, order.received_minor, order.advance_due.minor, at_gateway(ready)) == (
        "reversed",
        0,
        1_200_00,
        (0, 0),
    )
    with pytest.raises(Refused) as refusal:
        pick_fulfilment(fulfilment=order.fulfilments.get(), by=ready.clerk, at=now())
    assert refusal.value.code == "deposit_due"
    assert expire_purchase(order=order, at=order.expires_at).status == "cancelled"
    assert not Refund.objects.exists()


def with_points(ready, number):
    """The buyer has not taken so many parcels of late."""
    order = begun(ready)
    CodRefusal.objects.bulk_create(
        CodRefusal(parcel=uuid4(), order=order, villager=ready.buyer, reason="uncollected", points=1, at=now())
        for _ in range(number)
    )


def test_a_deposit_that_the_bank_takes_back_is_owed_on_delivery_again(ready):
    with_points(ready, 2)
    order = placed(ready)
    assert order.advance_due.minor == 360_00
    link, payment = pressed(offer_payment_link(order=order, by=ready.partner, at=now()))
    gateway_says(payment, "succeeded")
    standing = CodStanding.objects.get()
    assert (link.amount_minor, standing.outstanding_minor) == (360_00, 840_00)
    CodStanding.objects.update(ceiling_minor=1_000_00)  # the county has lowered it since
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    order, standing = fresh(order), fresh(standing)
    assert (standing.outstanding_minor, order.fulfilments.get().cash_due_minor) == (1_200_00, 1_200_00)
    assert expire_purchase(order=order, at=order.expires_at).status == "cancelled"
    assert fresh(standing).outstanding_minor == 0


def test_goods_whose_payment_the_bank_takes_back_on_their_way_are_paid_when_they_are_handed_over(ready):
    link, payment = pressed(offered(ready))
    gateway_says(payment, "succeeded")
    part = at_station(ready, fresh(link.order))
    assert part.cash_due_minor == 0
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    assert (fresh(part).cash_due_minor, parcel_of(part).cash_due.minor) == (1_200_00, 1_200_00)
    handed_over(ready, fresh(part))
    assert (fresh(link.order).payment_status, ready.holds(ready.till_key)) == ("paid", 1_200_00)
    assert_audited()


# --- at once


def together(*acts):
    """Run them at once; what each answered, or the code of its refusal."""

    def run(act):
        try:
            return act()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, acts))


def test_pressed_by_eight_people_at_once_one_payment_is_begun(own_database):
    gateway()
    link = offered(shop())
    answers = together(*[lambda: pay_by_link(link=link, at=now()).payment_id] * 8)
    assert len(set(answers)) == 1
    assert (Payment.objects.count(), Instruction.objects.filter(kind="collection").count()) == (1, 1)


def test_the_link_and_cash_at_the_counter_never_both_pay_an_order(own_database):
    gateway()
    ready = shop(stock=20, minor=10_00)
    for number in range(4):
        order = placed(ready, pay_method="station_cash")
        link = offer_payment_link(order=order, by=ready.partner, at=now())

        def cash(order=order, number=number):
            key = f"cash-{number}-{'k' * 12}"
            return take_purchase_payment(order=order, tender=Tender(), by=ready.partner, at=now(), key=key).method

        answers = set(together(cash, lambda link=link: pay_by_link(link=link, at=now()).payment.method))
        assert answers in ({"cash", "link_over"}, {"payer_is_paying", "online"})


def test_money_and_cancellation_at_once_never_leave_money_without_an_order(own_database):
    gateway()
    ready = shop(stock=20, minor=10_00)
    for _ in range(4):
        link, payment = pressed(offered(ready))
        gateway_quietly(payment)
        together(
            lambda link=link: note_paid(link=link, at=now()).status,
            lambda link=link: cancel_purchase(order=link.order, reason="买重了", by=ready.partner, at=now()).status,
        )
        back = Refund.objects.get(payment=payment)
        assert (Order.objects.get(pk=link.order_id).status, back.amount_minor) == ("cancelled", 10_00)


def gateway_quietly(payment):
    """The gateway has the money, and nobody above has heard of it."""
    said = {"our_ref": str(payment.pk), "kind": "collection", "status": "succeeded", "provider_ref": "E-1"}
    said |= {"amount": str(payment.total), "currency": payment.currency}
    record_result(provider=provider("EPAY"), our_ref=str(payment.pk), data=said, source="callback", at=now())


# --- the page, whole, against the sandbox


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
