"""Many buyers at once, on PostgreSQL with threads: no box is sold twice, and no payment is begun twice."""

from django.utils.timezone import now

from finance import chart
from finance.models import Payment, Refund
from orders.models import ShopArticle, ShopOrder
from orders.shops import services
from orders.shops.services.checking_out import PAY_WITHIN, WAIT_FOR_WORD
from tests.factories.payment_links import assert_audited, at_gateway, fresh, gateway_says, run_events
from tests.factories.shops import checked_out, neighbour, paid, village
from tests.orders.test_payment_link_races import gateway_quietly
from tests.races import together


def test_of_the_last_boxes_none_is_sold_twice_whatever_the_order_in_which_buyers_name_them(own_database):
    ready = village(stock=5)
    honey = neighbour(ready, stock=7)

    def buy(number):
        wanted = [(ready.apples, 1), (honey, 1)]
        checkout = checked_out(ready, *wanted[:: 1 if number % 2 else -1], phone=f"+861370013{number:04}")
        return checkout.status

    answers = together(*[lambda number=number: buy(number) for number in range(16)])
    assert sorted(answers) == ["open"] * 5 + ["sold_out"] * 11
    assert (fresh(ready.apples).stock, fresh(honey).stock) == (0, 2)
    assert (ShopOrder.objects.count(), Payment.objects.count()) == (10, 5)


def test_pressed_by_eight_at_once_it_is_one_payment_and_one_order(own_database):
    ready = village()
    assert len(set(together(*[lambda: checked_out(ready, key="one press").pk] * 8))) == 1
    assert (Payment.objects.count(), fresh(ready.apples).stock) == (1, 9)


def test_money_and_the_end_of_the_time_at_once_leave_goods_sold_or_money_back(own_database):
    ready = village()
    for _ in range(3):
        at = now()
        checkout = checked_out(ready, at=at)
        gateway_quietly(checkout.payment)
        end = at + PAY_WITHIN + WAIT_FOR_WORD
        together(
            lambda checkout=checkout: services.note_paid(checkout=checkout, at=now()).status,
            lambda checkout=checkout, end=end: services.expire_checkout(checkout=checkout, at=end).status,
        )
        back = Refund.objects.filter(payment=checkout.payment_id).exists()
        assert (fresh(checkout).status, back) in {("paid", False), ("late", True), ("expired", False)}
        services.note_paid(checkout=checkout, at=now())
        assert fresh(checkout).status in {"paid", "late"}
    taken = ShopOrder.objects.filter(status="paid").count()
    assert ShopArticle.objects.get().stock == 10 - taken


def test_packed_by_two_and_cancelled_at_once_an_order_ends_once(own_database):
    ready = village()
    (order,) = paid(ready)
    answers = together(
        lambda: services.pack_shop_order(order=order, by=ready.partner, at=now()).status,
        lambda: services.pack_shop_order(order=order, by=ready.partner, at=now()).status,
        lambda: services.cancel_shop_order(order=order, reason="冰雹", by=ready.partner, at=now()).status,
        lambda: services.cancel_shop_order(order=order, reason="冰雹", by=ready.partner, at=now()).status,
    )
    assert answers.count("cancelled") == 1
    assert (Refund.objects.count(), fresh(ready.apples).stock, fresh(order).status) == (1, 10, "cancelled")


def test_the_bank_takes_all_back_while_one_order_is_cancelled_and_another_is_sent(own_database):
    ready = village()
    honey = neighbour(ready)
    for number in range(3):
        first, second = paid(ready, (ready.apples, 1), (honey, 1), phone=f"+861370013{number:04}")
        services.pack_shop_order(order=second, by=ready.partner, at=now())
        payment = first.checkout.payment
        answers = together(
            *[lambda payment=payment: gateway_quietly(payment, event_type="transaction.reversed")] * 2,
            lambda first=first: (
                services.cancel_shop_order(order=first, reason="冰雹", by=ready.partner, at=now()).status
            ),
            lambda second=second: (
                services.send_shop_order(
                    order=second, courier="EMS", tracking_number="1", by=ready.partner, at=now()
                ).status
            ),
        )
        assert answers[2] in {"cancelled", "wrong_state"}
        assert answers[3] in {"sent", "payment_taken_back"}
        run_events(now())
        assert fresh(first).status == "cancelled"
        assert fresh(second).status == ("sent" if answers[3] == "sent" else "cancelled")
        assert fresh(payment).status in {"reversed", "refunded"}
        assert fresh(first.checkout).status == "reversed"
        for refund in Refund.objects.filter(payment=payment, status="pending"):
            gateway_says(payment, "failed", kind="refund", ref=refund.our_ref, amount="66.80", code="limit")
    sent = ShopOrder.objects.filter(status="sent").count()
    assert ready.holds(chart.platform("expense")) == sent * 140_00
    assert at_gateway(ready) == (0, sent * 140_00)
    assert_audited()
