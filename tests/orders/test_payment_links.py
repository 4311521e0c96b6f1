"""Paid by link: placed by the payment, paid once, given back when it comes too late, settled by asking."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import Refused, TooMany, WrongState
from core.gateways.models import Instruction
from core.models import Event, Notice
from core.money import Money
from finance.models import Payment, Refund
from finance.payments.services import Tender
from orders.models import CodStanding, PaymentLink
from orders.purchases.link_tokens import address_of, token_of
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
from orders.purchases.services.paying import cancel_goods
from orders.purchases.services.steps import held
from stations.models import Station
from tests.factories.finance import gateway, provider, works_with
from tests.factories.payment_links import (
    DAY,
    HOUR,
    PHONE,
    assert_audited,
    at_gateway,
    fresh,
    gateway_says,
    offered,
    pressed,
    stock,
    text_of,
)
from tests.factories.purchases import at_station, begun, handed_over, parcel_of, placed, shop, with_points


@pytest.fixture
def ready(db):
    gateway()
    return shop()


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


def test_what_is_paid_for_an_order_that_is_not_any_more_what_the_payer_saw_goes_back(ready):
    link, payment = pressed(offered(ready, phone=PHONE))
    Station.objects.filter(pk=ready.station.pk).update(code="321324-0999")  # the county has been merged
    gateway_says(payment, "succeeded")
    order = fresh(link.order)
    assert (order.status, order.received_minor, fresh(link).status) == ("awaiting_consent", 0, "late")
    assert Refund.objects.get().amount_minor == 1_200_00
    assert not Event.objects.filter(name="orders.purchase_placed").exists()
    assert_audited()


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


def test_of_a_payment_that_was_partly_given_back_for_cancelled_goods_only_the_rest_is_owed_again(ready):
    link, payment = pressed(offered(ready))
    gateway_says(payment, "succeeded")
    with transaction.atomic():
        cancel_goods(held(link.order), Money(300_00, "CNY"), at=now())
    gateway_says(payment, "succeeded", event_type="transaction.reversed")
    order = fresh(link.order)
    assert (fresh(link).status, order.received_minor, order.refunded_minor) == ("reversed", 0, 0)
    assert order.advance_due.minor == 900_00
    assert [refund.amount_minor for refund in Refund.objects.order_by("pk")] == [300_00, 900_00]
    assert at_gateway(ready) == (0, 0)
    assert_audited()


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
