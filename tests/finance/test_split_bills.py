"""A bill paid in parts earns its fee once: parts within half an hour count as one, taken back or not."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core.money import Money
from finance import chart
from finance.bills.services import quote_bill
from finance.models import CommissionLine
from finance.payments.services import refund_payment
from tests.factories.commission import DAY, MINUTE, NOON, SECOND, lines_of, taken
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, helper_at, pay, plan_of, provider_says
from tests.races import wait_until_somebody_waits

PERCENT = [("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_000)]


@pytest.fixture
def house(db):
    return book()


def assert_accounts_are_their_lines(ready, power):
    for key in (chart.commission_of_user(ready.partner.pk), chart.commission_of_county(ready.station.county)):
        account = ready.account(key)
        assert ready.holds(key) == sum(line.amount_minor for line in CommissionLine.objects.filter(account=account))
    total = sum(line.amount_minor for line in CommissionLine.objects.all())
    assert ready.holds(chart.fee_receivable(power)) == total


@pytest.fixture
def split(house):
    """A flat fee, once for each bill within half an hour, and a biller that takes parts."""
    flat_plan(once_per_target_minutes=30)
    return desk(float_minor=5_000_00), biller(amount_rule="any")


@pytest.mark.parametrize(("after", "earns"), [(30 * MINUTE, 0), (30 * MINUTE + SECOND, 1_00)])
def test_a_flat_fee_is_earned_once_for_the_parts_of_a_bill_within_exactly_half_an_hour(split, after, earns):
    ready, power = split
    taken(ready, power)
    second = taken(ready, power, at=NOON + after)
    assert lines_of(second)["partner"] == earns
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00 + earns
    assert_accounts_are_their_lines(ready, power)


def test_two_parts_that_succeed_at_once_earn_their_fee_once(own_database):
    flat_plan(once_per_target_minutes=30)
    ready, power = desk(float_minor=5_000_00), biller(amount_rule="any")
    first, second = (waiting(ready, power, at=NOON + number * MINUTE) for number in range(2))

    def succeed():
        provider_says(second, "succeeded", at=NOON + 2 * MINUTE)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            provider_says(first, "succeeded", at=NOON + 2 * MINUTE)
            done = pool.submit(succeed)
            wait_until_somebody_waits()
        done.result()
    assert [lines_of(part)["partner"] for part in (first, second)] == [1_00, 0]
    assert_accounts_are_their_lines(ready, power)


def waiting(ready, power, *, at):
    """A part of the bill that was taken and is not decided yet."""
    fetch = found_bill(ready, power, amount=1_000_00, bill_ref="B1", expires_at=at + DAY)
    return pay(ready, fetch, amount=Money(100_00, "CNY"), at=at, by=ready.partner)


def test_the_half_hour_is_counted_from_the_first_part_not_the_last(split):
    ready, power = split
    parts = [taken(ready, power, at=NOON + minutes * MINUTE) for minutes in (0, 20, 40, 60)]
    assert [lines_of(part)["partner"] for part in parts] == [1_00, 0, 1_00, 0]


def test_another_bill_or_another_station_is_another_target(split):
    ready, power = split
    there = desk(float_minor=5_000_00)
    payments = [taken(ready, power), taken(ready, power, bill_ref="B2"), taken(there, power)]
    assert [lines_of(payment)["partner"] for payment in payments] == [1_00] * 3


def test_the_quote_knows_the_earlier_part_and_the_confirmation_agrees(split):
    ready, power = split
    taken(ready, power)
    fetch = found_bill(ready, power, bill_ref="B1", amount=1_000_00)
    amount = Money(100_00, "CNY")
    quote = quote_bill(biller=power, amount=amount, station=ready.station, by=ready.partner, at=NOON, fetch=fetch)
    assert quote.own_part.minor == 0
    assert pay(ready, fetch, amount=amount, at=NOON, expected=quote).status == "held"


def test_a_part_that_was_taken_first_and_decided_last_counts_with_the_later_one(split):
    ready, power = split
    fetch = found_bill(ready, power, bill_ref="B1", amount=1_000_00, expires_at=NOON + DAY)
    first = pay(ready, fetch, amount=Money(50_00, "CNY"), at=NOON)
    second = taken(ready, power, at=NOON + 10 * MINUTE)
    provider_says(first, "succeeded", at=NOON + 20 * MINUTE)
    assert (lines_of(first)["partner"], lines_of(second)["partner"]) == (0, 1_00)


@pytest.fixture
def banded(house):
    """1 % below 100.00, 0.5 % from there on, for parts that count as one within half an hour."""
    common = {"total_kind": "percent", "once_per_target_minutes": 30, "shares": PERCENT}
    plan_of(
        {**common, "total_value": 100, "amount_to_minor": 100_00},
        {**common, "total_value": 50, "amount_from_minor": 100_00},
    )
    return desk(float_minor=5_000_00), biller(amount_rule="any")


def test_the_band_is_that_of_the_sum_and_a_share_never_falls_below_nought(banded):
    ready, power = banded
    first = taken(ready, power, amount=80_00)
    assert lines_of(first) == {"partner": 48, "county": 8, "platform": 24}
    second = taken(
        ready, power, amount=40_00, at=NOON + MINUTE
    )  # 120.00 at 0.5 % is 0.60, less than the 0.80 of before
    assert lines_of(second) == {"partner": 0, "county": 0, "platform": 0}
    third = taken(ready, power, amount=80_00, at=NOON + 2 * MINUTE)  # 200.00 at 0.5 % is 1.00
    assert lines_of(third) == {"partner": 12, "county": 2, "platform": 6}
    assert_accounts_are_their_lines(ready, power)


def test_one_taken_back_the_parts_that_stand_are_computed_anew_in_order(banded):
    ready, power = banded
    first = taken(ready, power, amount=80_00)
    second = taken(ready, power, amount=40_00, at=NOON + MINUTE)
    third = taken(ready, power, amount=80_00, at=NOON + 2 * MINUTE)
    provider_says(first, "succeeded", event_type="transaction.reversed", at=NOON + 5 * MINUTE)
    assert set(lines_of(first).values()) == {0}
    assert lines_of(second) == {"partner": 24, "county": 4, "platform": 12}  # 40.00 at 1 %
    assert lines_of(third) == {"partner": 12, "county": 2, "platform": 6}  # 120.00 at 0.5 % less that of 40.00
    anew = CommissionLine.objects.filter(explanation__kind="computed_anew")
    assert {line.reverses.event_id for line in anew} == {str(second.pk)}
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 36
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert_accounts_are_their_lines(ready, power)


def test_of_a_part_that_was_half_given_back_half_of_what_it_earns_anew_stands(banded):
    ready, power = banded
    first = taken(ready, power, amount=80_00)
    second = taken(ready, power, amount=40_00, at=NOON + MINUTE)
    back = {"payment": second, "amount": Money(20_00, "CNY"), "reason": "return"}
    refund_payment(**back, at=NOON + 2 * MINUTE, key="half")
    provider_says(first, "succeeded", event_type="transaction.reversed", at=NOON + 5 * MINUTE)
    assert lines_of(second) == {"partner": 12, "county": 2, "platform": 6}  # half of 1 % of 40.00
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 12
    assert_accounts_are_their_lines(ready, power)
    refund_payment(**back, at=NOON + 6 * MINUTE, key="the other half")
    assert set(lines_of(second).values()) == {0}
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 0
    assert_accounts_are_their_lines(ready, power)


def test_a_corrected_part_that_is_taken_back_as_well_leaves_nothing(banded):
    ready, power = banded
    first = taken(ready, power, amount=80_00)
    second = taken(ready, power, amount=40_00, at=NOON + MINUTE)
    for payment in (first, second):
        provider_says(payment, "succeeded", event_type="transaction.reversed", at=NOON + 5 * MINUTE)
    assert set(lines_of(second).values()) == {0}
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 0
    assert_accounts_are_their_lines(ready, power)
    fresh = taken(ready, power, amount=80_00, at=NOON + 6 * MINUTE)
    assert lines_of(fresh)["partner"] == 48


def test_the_flat_fee_passes_to_the_part_that_stands_and_to_the_helper_who_took_it(split):
    ready, power = split
    helper = helper_at(ready, share_bp=2_000)
    first, second = taken(ready, power), taken(ready, power, at=NOON + MINUTE, by=helper)
    assert lines_of(second) == {"partner": 0, "helper": 0, "county": 0, "platform": 0}
    provider_says(first, "succeeded", event_type="transaction.reversed", at=NOON + 5 * MINUTE)
    assert lines_of(second) == {"partner": 80, "helper": 20, "county": 15, "platform": 35}
    assert ready.holds(chart.commission_of_user(helper.pk)) == 20
    assert ready.holds(chart.fee_receivable(power)) == 1_50
