"""A success given back in part: one rule for every leg and every line, to the last cent, whoever takes it back."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils.timezone import now

from core.errors import WrongState
from core.gateways.services import record_result
from core.models import Event
from core.money import Money, zero
from finance import chart
from finance.chart import AccountKey
from finance.fees.services import MoreThanStands, Sale, prepare_accrual, reverse_fees, reverse_lines, store_accrual
from finance.models import CommissionLine, Payment, ReconItem, Refund
from finance.payments.services import (
    NotARefund,
    Order,
    RefundExceedsPayment,
    grant_refund,
    refund_payment,
    start_payment,
    take_payment,
)
from finance.payments.trades import TRADES, Distribution, Trade
from ledger.audit import audit_book
from ledger.models import AuditFinding, RefundCounter
from ledger.queries import transfers_of, trial_balance
from ledger.services import SYSTEM, EventAlreadyPosted, Leg, post_transfers
from tests.factories.days import today
from tests.factories.finance import (
    biller,
    book,
    desk,
    fill,
    flat_plan,
    found_bill,
    pay,
    plan_of,
    provider,
    provider_says,
)

OPERATOR = AccountKey("operator", "CMCC")
MARGIN = {
    "service": "margin_trade",
    "total_kind": "margin",
    "total_value": 0,
    "shares": [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)],
}


def yuan(text):
    return Money(round(float(text) * 100), "CNY")


def distribute(*, payment, provider, result, at):
    """As a recharge of 100.00 whose wholesale price is 98.50."""
    wholesale = payment.total_minor * 9_850 // 10_000
    left = payment.total_minor - wholesale
    keys = chart.clearing(provider), OPERATOR
    opened = chart.open_all(keys, country="CN", currency="CNY", at=at)
    sale = Sale(
        event_type="payment",
        event_id=str(payment.pk),
        service="margin_trade",
        base=payment.amount,
        station=payment.station,
        acted_by=payment.taken_by,
        taken_at=payment.taken_at,
        margin=left,
        left=left,
    )
    return Distribution(
        legs=[Leg(opened[keys[0]], opened[keys[1]], Money(wholesale, "CNY"), "owed to the operator")],
        accruals=[prepare_accrual(sale=sale, source=keys[0], country="CN", at=at)],
    )


@pytest.fixture
def trade(monkeypatch):
    monkeypatch.setitem(TRADES, "other", Trade("margin_trade", distribute, lambda payment, at: None))


@pytest.fixture
def ready(db, trade):
    plan_of(MARGIN.copy())
    return desk(float_minor=1_500_00)


def paid(ready, amount="100.00"):
    """A payment of the trade, held, sent and done."""
    payment = start_payment(
        order=Order("other", "D", ready.station, yuan(amount), zero("CNY")),
        provider=provider(),
        kind="bill",
        path="/v1/bills/pay",
        request={"amount": amount, "currency": "CNY"},
        by=ready.partner,
        at=now(),
        key=uuid4().hex,
    )
    say(payment, "succeeded")
    return payment


def say(payment, status, event_type=""):
    result = {
        "our_ref": str(payment.pk),
        "kind": "bill",
        "status": status,
        "provider_ref": "P-1",
        "amount": str(payment.amount),
        "currency": "CNY",
    }
    effect = record_result(
        provider=provider(),
        our_ref=str(payment.pk),
        data=result,
        source="callback",
        at=now(),
        event_type=event_type,
    )
    assert effect != "malformed"
    payment.refresh_from_db()


def give_back(payment, amount, *, key="", reason="cancelled", **more):
    return refund_payment(payment=payment, amount=yuan(amount), reason=reason, at=now(), key=key or uuid4().hex, **more)


def holds(ready):
    """Operator, partner, county, revenue, clearing, customer_funds, in minor units."""
    keys = (
        OPERATOR,
        chart.commission_of_user(ready.partner.pk),
        chart.commission_of_county(ready.station.county),
        chart.platform("revenue"),
        chart.clearing(provider()),
        ready.funds_key,
    )
    return tuple(ready.holds(key) for key in keys)


def assert_audited():
    found = AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))
    assert [(finding.check_code, finding.rows) for finding in found] == []
    assert sum(line.debits - line.credits for line in trial_balance(book(), date=today())) == 0


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


def earned(ready, *, event_id="order-1"):
    sale = Sale(
        event_type="order",
        event_id=event_id,
        service="margin_trade",
        base=yuan("100.00"),
        station=ready.station,
        acted_by=ready.partner,
        taken_at=now(),
        margin=1_50,
        left=1_50,
    )
    accrual = prepare_accrual(sale=sale, source=ready.funds_key, country="CN", at=now())
    fill(ready, ready.funds_key, 1_50)
    post_transfers(
        legs=accrual.legs,
        event_type="order",
        event_id=event_id,
        business_date=today(),
        made_by=SYSTEM,
        at=now(),
    )
    store_accrual(accrual, at=now())
    return accrual.lines


def standing(beneficiary):
    return CommissionLine.objects.filter(beneficiary=beneficiary).aggregate(minor=Sum("amount_minor"))["minor"]


def test_an_order_of_three_pieces_gives_its_commission_back_piece_by_piece(ready):
    earned(ready)
    for pieces, left in ((1, 67), (2, 33), (3, 0)):
        reverse_fees(event_type="order", event_id="order-1", part=pieces, base=3, at=now(), key=f"return-{pieces}")
        assert standing("partner") == left
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 0
    assert ready.holds(ready.funds_key) == 1_50


def test_fees_given_back_twice_for_the_same_part_move_once(ready):
    earned(ready)
    for key in ("a", "b"):
        reverse_fees(event_type="order", event_id="order-1", part=1, base=3, at=now(), key=key)
    assert standing("partner") == 67
    with pytest.raises(MoreThanStands):
        reverse_fees(event_type="order", event_id="order-1", part=4, base=3, at=now(), key="c")
    assert standing("partner") == 67


def test_lines_are_taken_back_by_amount_and_never_beyond_what_stands(ready):
    partner = next(line for line in earned(ready) if line.beneficiary == "partner")
    reverse_lines(amounts={partner: yuan("0.60")}, at=now(), key="r1")
    assert (standing("partner"), ready.holds(ready.funds_key)) == (40, 60)
    with pytest.raises(MoreThanStands):
        reverse_lines(amounts={partner: yuan("0.41")}, at=now(), key="r2")
    with pytest.raises(EventAlreadyPosted):
        reverse_lines(amounts={partner: yuan("0.40")}, at=now(), key="r1")
    assert (standing("partner"), ready.holds(chart.commission_of_user(ready.partner.pk))) == (40, 40)


def test_eligibility_of_what_is_taken_back_is_never_before_the_original(ready):
    [line, *_rest] = earned(ready)
    later = line.eligible_at + dt.timedelta(days=3)
    [back, *_more] = reverse_lines(amounts={line: yuan("0.10")}, at=later, key="late")
    assert back.eligible_at == later


def test_cash_that_nobody_passed_on_comes_back_without_a_leg(ready):
    payment = take_payment(
        order=Order("goods", "order-7", ready.station, yuan("80.00"), zero("CNY")),
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
