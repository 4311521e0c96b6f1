"""Links that are pressed, paid and cancelled by several people at once, on PostgreSQL with threads."""

from django.utils.timezone import now

from core.gateways.models import Instruction
from core.gateways.services import record_result
from finance.models import Payment, Refund
from finance.payments.services import Tender
from orders.models import Order
from orders.purchases.services import (
    cancel_purchase,
    note_paid,
    offer_payment_link,
    pay_by_link,
    take_purchase_payment,
)
from tests.factories.finance import gateway, provider
from tests.factories.payment_links import (
    offered,
    pressed,
)
from tests.factories.purchases import placed, shop
from tests.races import together


def gateway_quietly(payment, *, event_type=""):
    """The gateway has the money, or says what `event_type` says, and nobody above has heard of it."""
    said = {"our_ref": str(payment.pk), "kind": "collection", "status": "succeeded", "provider_ref": "E-1"}
    said |= {"amount": str(payment.total), "currency": payment.currency}
    record_result(
        provider=provider("EPAY"),
        our_ref=str(payment.pk),
        data=said,
        source="callback",
        at=now(),
        event_type=event_type,
    )


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
