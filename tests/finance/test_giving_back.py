"""Giving parts of a payment back: to the last cent, twice, at once, after the company took it back."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Event
from core.money import zero
from finance import chart
from finance.hooks import TRADES, Trade
from finance.models import CommissionLine, Payment, ReconItem, Refund
from finance.payments.services import Charge, NotARefund, RefundExceedsPayment, grant_refund, take_payment
from ledger.models import RefundCounter
from ledger.queries import transfers_of
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, plan_of, provider_says
from tests.factories.margin_trade import MARGIN, assert_audited, distribute, give_back, holds, paid, say, yuan
from tests.hooks import add_keyed


@pytest.fixture
def trade(monkeypatch):
    add_keyed(monkeypatch, TRADES, "other", Trade("margin_trade", distribute, lambda payment, at: None))


@pytest.fixture
def ready(db, trade):
    plan_of(MARGIN.copy())
    return desk(float_minor=1_500_00)


# --- to the last cent


def test_scenario_16_a_part_of_d_comes_back_and_then_the_rest(ready):
    payment = paid(ready)
    assert holds(ready) == (98_50, 1_00, 10, 40, 0, 0)
    refund = give_back(payment, "33.33")
    assert holds(ready) == (98_50 - 32_83, 1_00 - 33, 10 - 3, 40 - 14, 0, 33_33)
    payment.refresh_from_db()
    assert (payment.status, refund.status, refund.station) == ("partially_refunded", "granted", ready.station)
    assert_audited()
    give_back(payment, "66.67")
    assert holds(ready) == (0, 0, 0, 0, 0, 100_00)
    payment.refresh_from_db()
    assert (payment.status, payment.refunded_minor) == ("refunded", 100_00)
    counters = RefundCounter.objects.order_by("transfer")
    assert [counter.refunded_minor for counter in counters] == [98_50, 1_00, 10, 40]
    assert_audited()


def test_cent_by_cent_the_books_agree_after_every_step(ready):
    payment = paid(ready, "1.00")
    for _ in range(100):
        give_back(payment, "0.01")
        assert holds(ready)[4] == 0
    assert holds(ready) == (0, 0, 0, 0, 0, 1_00)
    assert sum(line.amount_minor for line in CommissionLine.objects.all()) == 0
    assert_audited()


def test_lines_of_a_part_are_new_lines_with_a_reason(ready):
    payment = paid(ready)
    give_back(payment, "33.33")
    lines = CommissionLine.objects.exclude(reverses=None).order_by("pk")
    assert [(line.beneficiary, line.amount_minor, line.part) for line in lines] == [
        ("partner", -33, "given_back:3333"),
        ("county", -3, "given_back:3333"),
        ("platform", -14, "given_back:3333"),
    ]
    assert {line.explanation["kind"] for line in lines} == {"given_back"}


def test_a_bill_whose_biller_owes_the_fee_gives_back_both_its_own_way(db):
    flat_plan()
    power, there = biller(), desk(float_minor=1_500_00)
    payment = pay(there, found_bill(there, power))
    provider_says(payment, "succeeded")
    give_back(payment, "62.13")  # a third, almost
    keys = (
        chart.biller(power),
        chart.fee_receivable(power),
        chart.commission_of_user(there.partner.pk),
        chart.commission_of_county(there.station.county),
        chart.platform("revenue"),
        there.funds_key,
    )
    assert [there.holds(key) for key in keys] == [186_40 - 62_13, 1_00, 67, 10, 23, 62_13]
    give_back(payment, "124.27")
    assert [there.holds(key) for key in keys] == [0, 0, 0, 0, 0, 186_40]
    assert_audited()


# --- refused, twice, at once


@pytest.mark.parametrize(("amount", "is_allowed"), [("99.99", True), ("100.00", True), ("100.01", False), ("0", False)])
def test_no_more_comes_back_than_was_paid(ready, amount, is_allowed):
    payment = paid(ready)
    before = holds(ready)
    if is_allowed:
        assert give_back(payment, amount).amount_minor == yuan(amount).minor
    else:
        with pytest.raises(RefundExceedsPayment):
            give_back(payment, amount)
        assert (holds(ready), Refund.objects.count()) == (before, 0)


def test_what_was_given_back_in_whole_gives_no_more(ready):
    payment = paid(ready)
    give_back(payment, "100.00")
    with pytest.raises(WrongState):
        give_back(payment, "0.01")
    assert (Refund.objects.count(), holds(ready)[5]) == (1, 100_00)


def test_a_payment_that_is_not_done_gives_nothing_back(ready):
    payment = paid(ready)
    Payment.objects.filter(pk=payment.pk).update(status="pending", submitted_at=now(), finished_at=None)
    with pytest.raises(WrongState):
        give_back(payment, "1.00")
    assert not Refund.objects.exists()


def test_what_is_given_beside_a_payment_is_no_refund_of_it(ready):
    payment = paid(ready)
    with pytest.raises(NotARefund):
        give_back(payment, "1.00", reason="compensation")
    grant_refund(payment=payment, amount=yuan("120.00"), reason="goodwill", at=now())
    payment.refresh_from_db()
    assert (payment.refunded_minor, payment.status) == (0, "succeeded")


def test_the_same_key_gives_the_refund_that_stands(ready):
    payment = paid(ready)
    first, second = give_back(payment, "20.00", key="return-1"), give_back(payment, "20.00", key="return-1")
    assert first == second
    assert (Refund.objects.count(), holds(ready)[5]) == (1, 20_00)


@pytest.mark.usefixtures("own_database", "trade")
def test_eight_refunds_of_the_whole_at_once_one_wins():
    plan_of(MARGIN.copy())
    ready = desk(float_minor=1_500_00)
    payment = paid(ready)

    def attempt(_):
        try:
            give_back(payment, "100.00")
        except (WrongState, RefundExceedsPayment):
            return "refused"
        finally:
            connection.close()
        return "given"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["given"] + ["refused"] * 7
    assert holds(ready) == (0, 0, 0, 0, 0, 100_00)


@pytest.mark.usefixtures("own_database", "trade")
def test_eight_reversals_at_once_one_wins():
    plan_of(MARGIN.copy())
    ready = desk(float_minor=1_500_00)
    payment = paid(ready)

    def attempt(_):
        try:
            say(Payment.objects.get(pk=payment.pk), "succeeded", "transaction.reversed")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(8)))
    assert holds(ready) == (0, 0, 0, 0, 0, 100_00)
    assert Refund.objects.get().reason == "reversed"
    assert Event.objects.filter(name="finance.payment_reversed").count() == 1


# --- taken back by the company afterwards


def test_taken_back_after_a_part_the_rest_is_owed_too(ready):
    payment = paid(ready)
    give_back(payment, "33.33")
    say(payment, "succeeded", "transaction.reversed")
    assert (payment.status, payment.refunded_minor) == ("refunded", 100_00)
    assert [refund.amount_minor for refund in Refund.objects.order_by("created_at")] == [33_33, 66_67]
    assert holds(ready) == (0, 0, 0, 0, 0, 100_00)
    assert Event.objects.filter(name="finance.payment_reversed").count() == 1
    assert_audited()


def test_taken_back_after_everything_was_given_back_is_laid_before_people(ready):
    payment = paid(ready)
    give_back(payment, "100.00")
    say(payment, "succeeded", "transaction.reversed")
    assert payment.status == "refunded"
    assert ReconItem.objects.get().kind == "status"
    assert holds(ready) == (0, 0, 0, 0, 0, 100_00)


# --- parts of one bill


def test_the_rest_of_a_payment_given_back_in_part_still_counts_as_one_with_its_siblings(db):
    flat_plan(once_per_target_minutes=30)
    power, there = biller(amount_rule="up_to"), desk(float_minor=1_500_00)
    first, second = (
        pay(there, found_bill(there, power, amount=186_40, bill_ref="B1"), amount=yuan("90.00")) for _ in range(2)
    )
    provider_says(first, "succeeded")
    give_back(first, "45.00")
    provider_says(second, "succeeded")
    partner = chart.commission_of_user(there.partner.pk)
    assert there.holds(partner) == 50  # half of the first, nothing for the second
    give_back(first, "45.00")
    assert there.holds(partner) == 1_00  # only the second stands now
    assert_audited()


# --- for the apps above


def test_cash_that_nobody_passed_on_comes_back_without_a_leg(ready):
    payment = take_payment(
        charge=Charge("goods", "order-7", ready.station, yuan("80.00"), zero("CNY")),
        by=ready.partner,
        at=now(),
        key=uuid4().hex,
    )
    refund = give_back(payment, "30.00", reason="return")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (80_00, 80_00)
    payment.refresh_from_db()
    assert (payment.status, refund.amount_minor, payment.refunded_minor) == ("partially_refunded", 30_00, 30_00)
    assert transfers_of("payment_refunded", str(payment.pk)) == []


def test_a_bill_taken_back_after_a_part_was_given_back_is_free_again(db):
    flat_plan()
    power, there = biller(), desk(float_minor=1_500_00)
    payment = pay(there, found_bill(there, power))
    provider_says(payment, "succeeded")
    give_back(payment, "10.00")
    assert payment.bill.is_live
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    payment.bill.refresh_from_db()
    assert not payment.bill.is_live
    assert Event.objects.filter(name="finance.bill_paid").count() == 1
