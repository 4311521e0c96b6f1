"""Commission: the arithmetic to the cent, what a sale accrues, what splitting and taking back change, corrections."""

import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.models import Event, Notice
from core.money import Money
from finance import chart
from finance.bills.services import quote_bill
from finance.fees import rules
from finance.fees.queries import agent_fee, rules_of_plan
from finance.fees.services import (
    AboveEvent,
    AccountNotAdjustable,
    EventUnknown,
    NothingToCorrect,
    PlanInForce,
    PlanIsEmpty,
    PlanStartsTooEarly,
    PricingErrorNotTheirs,
    Sale,
    approve_adjustment,
    approve_commission_plan,
    prepare_accrual,
    prepare_reversal,
    propose_adjustment,
    reject_adjustment,
    retire_commission_plan,
    store_accrual,
)
from finance.models import (
    Adjustment,
    CommissionLine,
    CommissionPlan,
    CommissionRule,
    CommissionShare,
    Payment,
    ReconItem,
    Tariff,
)
from finance.payments.services import refund_payment
from ledger.services import Leg, MadeBy, post_transfers
from tests.factories.days import today
from tests.factories.finance import (
    LONG_AGO_DATE,
    biller,
    book,
    desk,
    flat_plan,
    found_bill,
    helper_at,
    pay,
    plan_of,
    provider_says,
)
from tests.factories.stations import api_client, auditor, county_manager_of, finance_officer

MINUTE, SECOND, DAY = dt.timedelta(minutes=1), dt.timedelta(seconds=1), dt.timedelta(days=1)
CHINA = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)
TODAY = NOON.date()


# --- pure arithmetic


def rule(**values):
    plan = CommissionPlan(code="standard", version=1)
    return CommissionRule(
        **{"plan": plan, "position": 1, "service": "s", "total_kind": "flat", "total_value": 0} | values
    )


def share(beneficiary, kind, value):
    return CommissionShare(beneficiary=beneficiary, kind=kind, value=value)


def divided(shares, *, base=0, total=0):
    return {part.beneficiary: part.amount for part in rules.parts_of(rule(), shares, base=base, total=total)}


@pytest.mark.parametrize(("base", "total"), [(99, 0), (100, 1), (101, 1), (299, 1), (300, 2), (10_000, 50)])
def test_a_percentage_is_rounded_half_up_once(base, total):
    assert rules.total_of(rule(total_kind="percent", total_value=50), base=base) == total


@pytest.mark.parametrize(("base", "total"), [(9_900, 100), (10_000, 100), (10_100, 101), (49_900, 499), (50_100, 500)])
def test_floor_and_cap_come_after_the_percentage(base, total):
    limited = rule(total_kind="percent", total_value=100, floor_minor=100, cap_minor=500)
    assert rules.total_of(limited, base=base) == total


def test_a_flat_total_and_a_margin():
    assert rules.total_of(rule(total_value=150), base=1) == 150
    assert rules.total_of(rule(total_kind="margin"), base=10_000, margin=150) == 150
    with pytest.raises(ValueError, match="margin"):
        rules.total_of(rule(total_kind="margin"), base=10_000)


@pytest.mark.parametrize(("base", "position"), [(9_999, 1), (10_000, 2), (19_999, 2), (20_000, None)])
def test_a_band_includes_its_beginning_and_not_its_end(base, position):
    bands = [
        rule(position=1, amount_to_minor=10_000),
        rule(position=2, amount_from_minor=10_000, amount_to_minor=20_000),
    ]
    found = rules.rule_for(bands, service="s", party="", station_level="village_station", base=base)
    assert (found.position if found else None) == position


def test_the_first_rule_by_position_that_fits_service_party_and_level_decides():
    table = [
        rule(position=1, service="other"),
        rule(position=2, party="JS-WATER"),
        rule(position=3, station_level="township_hub"),
        rule(position=4, party="JS-POWER"),
        rule(position=5),
    ]

    def position(party, level):
        return rules.rule_for(table, service="s", party=party, station_level=level, base=1).position

    assert position("JS-WATER", "township_hub") == 2
    assert position("JS-POWER", "township_hub") == 3
    assert position("JS-POWER", "village_station") == 4
    assert position("", "village_station") == 5


def test_shares_are_rounded_down_in_order_and_the_rest_is_the_platforms():
    thirds = [share("partner", "percent_of_total", 3_333), share("county", "percent_of_total", 3_333)]
    assert divided(thirds, total=100) == {"partner": 33, "county": 33, "platform": 34}
    assert divided(thirds, total=1) == {"partner": 0, "county": 0, "platform": 1}


def test_a_share_gets_at_most_what_is_left():
    greedy = [share("partner", "flat", 100), share("county", "flat", 80), share("hub", "flat", 5)]
    assert divided(greedy, total=150) == {"partner": 100, "county": 50, "hub": 0, "platform": 0}


def test_a_total_below_nothing_is_the_platforms_alone():
    assert divided([share("partner", "flat", 100)], total=-20) == {"partner": 0, "platform": -20}


def test_example_d_of_a_recharge():
    shares = [share("partner", "percent_of_base", 100), share("county", "percent_of_base", 10)]
    total = rules.total_of(rule(total_kind="margin"), base=100_00, margin=1_50)
    parts = rules.parts_of(rule(), shares, base=100_00, total=total)
    assert {part.beneficiary: part.amount for part in parts} == {"partner": 1_00, "county": 10, "platform": 40}
    with_helper = rules.split_with_helper(parts, helper_share_bp=2_000)
    assert {part.beneficiary: part.amount for part in with_helper} == {
        "partner": 80,
        "helper": 20,
        "county": 10,
        "platform": 40,
    }


@pytest.mark.parametrize(("partner", "bp", "helper"), [(99, 5_000, 49), (1, 9_999, 0), (1, 10_000, 1), (100, 0, 0)])
def test_the_helpers_part_is_rounded_down_and_the_partner_keeps_the_rest(partner, bp, helper):
    parts = rules.split_with_helper([rules.Part("partner", partner, {})], helper_share_bp=bp)
    assert {part.beneficiary: part.amount for part in parts} == {"partner": partner - helper, "helper": helper}


D = {"operator": 98_50, "partner": 1_00, "county": 10}


def steps(lines, *parts, base):
    """What each partial refund takes from each line; revenue takes the rest of the step."""
    given, returned, table = dict.fromkeys(lines, 0), 0, []
    for part in parts:
        returned += part
        now_given = {name: rules.given_back(minor, returned=returned, base=base) for name, minor in lines.items()}
        step = {name: now_given[name] - given[name] for name in lines}
        table.append({**step, "revenue": part - sum(step.values())})
        given = now_given
    return table


def test_scenario_16_a_part_of_d_given_back_and_then_the_rest():
    first, second = steps(D, 33_33, 66_67, base=100_00)
    assert first == {"operator": 32_83, "partner": 33, "county": 3, "revenue": 14}
    assert second == {"operator": 65_67, "partner": 67, "county": 7, "revenue": 26}
    assert {name: first[name] + second[name] for name in D} == D


def test_given_back_cent_by_cent_every_line_ends_at_nought_and_never_beyond():
    table = steps(D, *([1] * 100_00), base=100_00)
    assert {name: sum(step[name] for step in table) for name in D} == D
    assert sum(step["revenue"] for step in table) == 40
    assert min(step["revenue"] for step in table) == -1  # a cent goes the other way


def test_a_negative_line_is_given_back_half_up_too():
    assert rules.given_back(-3, returned=1, base=2) == -2
    assert rules.given_back(3, returned=1, base=2) == 2
    assert rules.given_back(7, returned=0, base=0) == 7


# --- accrued with the sale


PERCENT = [("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_000)]


@pytest.fixture
def house(db):
    return book()


def taken(ready, power, *, amount=100_00, at=NOON, bill_ref="B1", by=None):
    """A bill, or part of one, that was taken and has succeeded."""
    fetch = found_bill(ready, power, amount=1_000_00, bill_ref=bill_ref, expires_at=at + DAY)
    payment = pay(ready, fetch, amount=Money(amount, "CNY"), at=at, by=by or ready.partner)
    provider_says(payment, "succeeded", at=at + SECOND)
    return payment


def lines_of(payment):
    """What stands for each beneficiary of one payment."""
    sums: dict[str, int] = {}
    for line in CommissionLine.objects.filter(event_id=str(payment.pk)):
        sums[line.beneficiary] = sums.get(line.beneficiary, 0) + line.amount_minor
    return sums


def assert_accounts_are_their_lines(ready, power):
    for key in (chart.commission_of_user(ready.partner.pk), chart.commission_of_county(ready.station.county)):
        account = ready.account(key)
        assert ready.holds(key) == sum(line.amount_minor for line in CommissionLine.objects.filter(account=account))
    total = sum(line.amount_minor for line in CommissionLine.objects.all())
    assert ready.holds(chart.fee_receivable(power)) == total


@pytest.mark.usefixtures("house")
def test_without_a_plan_nobody_earns_and_finance_gets_a_row():
    ready, power = desk(float_minor=1_500_00), biller()
    for bill_ref in ("B1", "B2"):
        payment = pay(ready, found_bill(ready, power, bill_ref=bill_ref))
        provider_says(payment, "succeeded")
    item = ReconItem.objects.get()
    assert (item.kind, item.status) == ("rule", "unmatched")
    assert item.detail == {
        "plan": "standard",
        "service": "bill_payment",
        "party": "JS-POWER",
        "station": ready.station.code,
        "base": "186.40",
    }
    assert CommissionLine.objects.count() == 0
    assert ready.holds(chart.biller(power)) == 2 * 186_40
    assert ready.holds(chart.fee_receivable(power)) == 0


def tariff(**values):
    return Tariff.objects.create(
        **{"service": "bill_payment", "kind": "flat", "value": 200, "from_date": LONG_AGO_DATE, **values}
    )


@pytest.mark.usefixtures("house")
def test_an_agent_fee_has_a_rule_of_its_own_beside_the_billers_fee():
    fee_rule = {"service": "bill_payment.agent_fee", "total_kind": "percent", "total_value": 10_000}
    plan_of(
        {"total_kind": "flat", "total_value": 150, "shares": [("partner", "flat", 100), ("county", "flat", 15)]},
        {**fee_rule, "shares": [("partner", "percent_of_total", 8_000)]},
    )
    tariff(value=500)
    ready, power = desk(float_minor=1_500_00), biller()
    payment = pay(ready, found_bill(ready, power))
    assert (payment.agent_fee_minor, payment.total_minor) == (5_00, 191_40)
    provider_says(payment, "succeeded")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00 + 4_00
    assert ready.holds(chart.platform("revenue")) == 35 + 1_00
    assert (ready.holds(chart.clearing(power.provider)), ready.holds(chart.fee_receivable(power))) == (0, 1_50)
    slip = {line["name"]: line["value"] for line in payment.receipts.get(kind="final").lines}
    assert (slip["agent_fee"], slip["total"]) == ("5.00", "191.40")


@pytest.mark.usefixtures("house")
def test_an_agent_fee_without_a_rule_is_revenue_and_a_row_for_finance():
    flat_plan()
    tariff(value=500)
    ready, power = desk(float_minor=1_500_00), biller()
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    assert ready.holds(chart.platform("revenue")) == 35 + 5_00
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert ReconItem.objects.get().detail["service"] == "bill_payment.agent_fee"


@pytest.mark.usefixtures("house")
def test_the_nearest_dated_tariff_counts_capped_and_half_up():
    ready = desk()
    place = ready.station

    def fee(base=100_00):
        return agent_fee(service="bill_payment", base=Money(base, "CNY"), station=place, on=TODAY).minor

    assert fee() == 0
    tariff(value=500)
    assert fee() == 5_00
    tariff(value=400, division=place.county)
    assert fee() == 4_00
    tariff(kind="percent", value=150, cap_minor=300, division=place.village)
    assert (fee(33), fee(100), fee(200_00), fee(200_01)) == (0, 2, 3_00, 3_00)
    tariff(value=1, division=desk().station.village)
    assert fee() == 1_50
    Tariff.objects.filter(division=place.village).update(to_date=TODAY)
    assert fee() == 4_00


@pytest.mark.usefixtures("house")
def test_the_version_of_the_business_date_of_the_sale_counts():
    flat_plan()
    first = CommissionPlan.objects.get()
    CommissionPlan.objects.filter(pk=first.pk).update(to_date=TODAY)
    second = plan_of({"total_kind": "flat", "total_value": 50}, version=2, from_date=TODAY)
    plan_of({"total_kind": "flat", "total_value": 5}, version=3, from_date=TODAY, status="draft")
    versions = {day: rules_of_plan("standard", on=TODAY + day * DAY)[0].plan for day in (-1, 0, 1)}
    assert versions == {-1: first, 0: second, 1: second}
    assert rules_of_plan("unheard-of", on=TODAY) == []


@pytest.mark.usefixtures("house")
def test_at_midnight_in_china_the_next_version_begins():
    flat_plan()
    CommissionPlan.objects.update(to_date=TODAY)
    plan_of({"total_kind": "flat", "total_value": 50}, version=2, from_date=TODAY)
    ready, power = desk(float_minor=5_000_00), biller()
    midnight = dt.datetime(2026, 11, 25, tzinfo=CHINA)
    old = taken(ready, power, amount=1_000_00, at=midnight - SECOND)
    assert sum(lines_of(old).values()) == 1_50
    assert sum(lines_of(taken(ready, power, amount=1_000_00, at=midnight, bill_ref="B2")).values()) == 50


@pytest.mark.usefixtures("house")
def test_what_is_quoted_is_what_is_accrued_for_partner_and_helper():
    plan_of({"total_kind": "percent", "total_value": 77, "floor_minor": 3, "shares": PERCENT})
    ready, power = desk(float_minor=5_000_00), biller(amount_rule="any")
    helper = helper_at(ready, share_bp=3_333)
    for number, minor in enumerate((1, 99, 186_40, 999_99)):
        for user, beneficiary in ((ready.partner, "partner"), (helper, "helper")):
            bill_ref = f"B{number}{beneficiary}"
            amount = Money(minor, "CNY")
            quote = quote_bill(biller=power, amount=amount, station=ready.station, by=user, at=NOON)
            payment = taken(ready, power, amount=minor, by=user, bill_ref=bill_ref)
            assert quote.own_part.minor == lines_of(payment).get(beneficiary, 0)


@pytest.mark.usefixtures("house")
def test_a_window_ends_at_midnight_of_the_station_after_its_last_day():
    flat_plan(window_days=7)
    ready, power = desk(float_minor=1_500_00), biller()
    line = CommissionLine.objects.filter(event_id=str(taken(ready, power, amount=1_000_00).pk)).first()
    assert line.eligible_at == dt.datetime(2026, 12, 3, tzinfo=CHINA)


@pytest.mark.usefixtures("house")
def test_shares_of_nobody_stay_with_the_platform():
    shares = [("hub", "flat", 20), ("partner", "flat", 100), ("carrier", "flat", 10)]
    plan_of({"total_kind": "flat", "total_value": 150, "shares": shares})
    ready, power = desk(float_minor=1_500_00), biller()
    assert lines_of(taken(ready, power, amount=1_000_00)) == {"partner": 100, "platform": 50}


# --- parts that count as one


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


# --- out of clearing


def sale_of(ready, *, at=NOON, margin=1_50, left=1_50, base=100_00):
    return Sale(
        event_type="payment",
        event_id=str(uuid4()),
        service="recharge",
        base=Money(base, "CNY"),
        station=ready.station,
        acted_by=ready.partner,
        taken_at=at,
        party="CMCC",
        target="CMCC:13912345678",
        margin=margin,
        left=left,
    )


def accrue(ready, power, sale):
    """Post what clearing holds for us and share it out."""
    clearing = chart.clearing(power.provider)
    accrual = prepare_accrual(sale=sale, source=clearing, country="CN", at=sale.taken_at)
    inflow = Leg(ready.account(chart.bank("main")), ready.account(clearing), Money(sale.left, "CNY"), "margin")
    post_transfers(
        legs=[inflow, *accrual.legs],
        event_type="payment_succeeded",
        event_id=sale.event_id,
        business_date=TODAY,
        made_by=MadeBy("system"),
        at=sale.taken_at,
    )
    store_accrual(accrual, at=sale.taken_at)
    return {line.beneficiary: line.amount_minor for line in accrual.lines}


MARGIN = {
    "service": "recharge",
    "total_kind": "margin",
    "total_value": 0,
    "shares": [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)],
}


@pytest.mark.usefixtures("house")
def test_example_d_out_of_clearing_leaves_it_at_nought():
    plan_of(MARGIN.copy())
    ready, power = desk(), biller()
    assert accrue(ready, power, sale_of(ready)) == {"partner": 1_00, "county": 10, "platform": 40}
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert ready.holds(chart.platform("revenue")) == 40


@pytest.mark.usefixtures("house")
def test_a_floor_above_the_margin_is_paid_by_the_house():
    plan_of(MARGIN | {"floor_minor": 2_00})
    ready, power = desk(), biller()
    parts = accrue(ready, power, sale_of(ready, margin=50, left=50))
    assert parts == {"partner": 1_00, "county": 10, "platform": -60}
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert (ready.holds(chart.platform("expense")), ready.holds(chart.platform("revenue"))) == (60, 0)


@pytest.mark.usefixtures("house")
def test_where_clearing_had_paid_revenue_pays_what_is_computed_anew():
    plan_of(MARGIN | {"shares": [("partner", "flat", 80)], "once_per_target_minutes": 30})
    ready, power = desk(), biller()
    first, second = sale_of(ready), sale_of(ready, at=NOON + MINUTE)
    assert accrue(ready, power, first) == {"partner": 80, "platform": 70}
    assert accrue(ready, power, second) == {"partner": 0, "platform": 1_50}
    before = ready.holds(chart.platform("revenue"))
    taken_back = prepare_reversal(event_type="payment", event_id=first.event_id, country="CN", at=NOON + 2 * MINUTE)
    reversal = {line.event_id: {} for line in taken_back.lines}
    for line in taken_back.lines:
        reversal[line.event_id][line.beneficiary] = line.amount_minor
    assert reversal == {
        first.event_id: {"partner": -80, "platform": -70},
        second.event_id: {"partner": 80, "platform": -80},
    }
    [leg] = taken_back.legs
    assert (leg.debit.kind, leg.credit, leg.amount.minor) == (
        "revenue",
        ready.account(chart.commission_of_user(ready.partner.pk)),
        80,
    )
    assert before == 2_20


# --- plans


def draft(**values):
    values = {"version": 2, "from_date": today() + 3 * DAY, "status": "draft", **values}
    return plan_of({"total_kind": "flat", "total_value": 100}, **values)


@pytest.mark.usefixtures("house")
def test_a_plan_is_approved_by_another_person_and_ends_the_version_before():
    flat_plan()
    plan, officer = draft(), finance_officer()
    approved = approve_commission_plan(plan=plan, by=officer, at=now())
    assert (approved.status, approved.approved_by) == ("approved", officer)
    assert CommissionPlan.objects.get(version=1).to_date == plan.from_date
    with pytest.raises(WrongState):
        approve_commission_plan(plan=plan, by=officer, at=now())


@pytest.mark.usefixtures("house")
def test_a_version_that_begins_before_an_approved_later_one_leaves_that_one_alone():
    later = draft(version=3, from_date=today() + 9 * DAY)
    approve_commission_plan(plan=later, by=finance_officer(), at=now())
    sooner = draft()
    approve_commission_plan(plan=sooner, by=finance_officer(), at=now())
    later.refresh_from_db()
    assert later.to_date is None
    assert rules_of_plan("standard", on=sooner.from_date)[0].plan == sooner
    assert rules_of_plan("standard", on=later.from_date)[0].plan == later


@pytest.mark.usefixtures("house")
def test_a_plan_is_put_away_when_its_time_has_passed_and_still_explains_what_it_paid():
    flat_plan()
    old, officer = CommissionPlan.objects.get(version=1), finance_officer()
    with pytest.raises(PlanInForce):
        retire_commission_plan(plan=old, by=officer, at=now())
    following = approve_commission_plan(plan=draft(), by=officer, at=now())
    with pytest.raises(PlanInForce):
        retire_commission_plan(plan=old, by=officer, at=now() + 2 * DAY)
    old.refresh_from_db()
    assert old.status == "approved"
    retired = retire_commission_plan(plan=old, by=officer, at=now() + 3 * DAY)
    assert retired.status == "retired"
    assert rules_of_plan("standard", on=today())[0].plan == old
    assert rules_of_plan("standard", on=following.from_date)[0].plan == following
    with pytest.raises(WrongState):
        retire_commission_plan(plan=old, by=officer, at=now() + 3 * DAY)


@pytest.mark.django_db
def test_a_service_has_one_tariff_at_a_place_and_date():
    first = Tariff.objects.create(service="travel_booking", kind="flat", value=500, from_date=today(), to_date=None)
    with pytest.raises(IntegrityError, match="service_has_one_tariff"), transaction.atomic():
        Tariff.objects.create(service="travel_booking", kind="flat", value=400, from_date=today() + DAY)
    Tariff.objects.filter(pk=first.pk).update(to_date=today() + DAY)
    Tariff.objects.create(service="travel_booking", kind="flat", value=400, from_date=today() + DAY)
    assert Tariff.objects.count() == 2


@pytest.mark.usefixtures("house")
def test_who_drew_a_plan_up_does_not_approve_it_in_python_and_in_the_database():
    plan = draft()
    with pytest.raises(SamePerson):
        approve_commission_plan(plan=plan, by=plan.created_by, at=now())
    by_hand = CommissionPlan.objects.filter(pk=plan.pk)
    with pytest.raises(IntegrityError, match="another_person"), transaction.atomic():
        by_hand.update(status="approved", approved_by=plan.created_by)
    assert by_hand.get().status == "draft"


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(("days", "is_refused"), [(-1, True), (0, True), (1, False)])
def test_a_plan_begins_on_a_later_day_than_today_in_its_country(days, is_refused):
    plan = draft(from_date=TODAY + days * DAY)
    evening = dt.datetime(2026, 11, 25, 23, 59, 59, tzinfo=CHINA)
    if is_refused:
        with pytest.raises(PlanStartsTooEarly):
            approve_commission_plan(plan=plan, by=finance_officer(), at=evening)
        plan.refresh_from_db()
        assert plan.status == "draft"
    else:
        assert approve_commission_plan(plan=plan, by=finance_officer(), at=evening).status == "approved"


@pytest.mark.usefixtures("house")
def test_a_plan_without_rules_is_not_approved():
    plan = draft()
    plan.rules.all().delete()
    with pytest.raises(PlanIsEmpty):
        approve_commission_plan(plan=plan, by=finance_officer(), at=now())
    assert CommissionPlan.objects.get().status == "draft"


# --- corrections


@pytest.fixture
def earned(house):
    """A desk, its power company, and a bill that has earned the partner 1.00 and the county 0.15."""
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    return ready, power, taken(ready, power, amount=1_000_00)


def propose(ready, payment, minor, *, key=None, reason="duplicate", by=None, event_id=None):
    return propose_adjustment(
        account=ready.account(key or chart.commission_of_user(ready.partner.pk)),
        event_type="payment",
        event_id=event_id or str(payment.pk),
        amount=Money(minor, "CNY"),
        reason=reason,
        text="算了两次",
        by=by or finance_officer(),
        at=now(),
    )


def test_what_is_missing_is_paid_by_the_house_and_the_payee_is_told_at_once(earned):
    ready, _power, payment = earned
    adjustment = propose(ready, payment, 50, reason="accrual_missing")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    checker = finance_officer()
    approve_adjustment(adjustment=adjustment, by=checker, at=now())
    adjustment.refresh_from_db()
    assert (adjustment.status, adjustment.checked_by) == ("approved", checker)
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_50
    assert ready.holds(chart.platform("expense")) == 50
    notice = Notice.objects.get(template="account_adjusted")
    assert (notice.user, notice.params["text"]) == (ready.partner.pk, "算了两次")


def test_what_was_too_much_goes_back_to_revenue(earned):
    ready, _power, payment = earned
    before = ready.holds(chart.platform("revenue"))
    approve_adjustment(adjustment=propose(ready, payment, -40), by=finance_officer(), at=now())
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 60
    assert ready.holds(chart.platform("revenue")) == before + 40


def test_a_county_is_told_through_its_managers(earned):
    ready, _power, payment = earned
    manager = county_manager_of(ready.station.county)
    county_manager_of(desk().station.county)
    county = chart.commission_of_county(ready.station.county)
    approve_adjustment(adjustment=propose(ready, payment, -5, key=county), by=finance_officer(), at=now())
    assert Notice.objects.get(template="account_adjusted").user == manager.pk


def test_who_proposed_does_not_approve_or_reject_in_python_and_in_the_database(earned):
    ready, _power, payment = earned
    maker = finance_officer()
    adjustment = propose(ready, payment, -40, by=maker)
    for verb in (approve_adjustment, reject_adjustment):
        with pytest.raises(SamePerson):
            verb(adjustment=adjustment, by=maker, at=now())
    with pytest.raises(IntegrityError, match="another_person"), transaction.atomic():
        Adjustment.objects.update(checked_by=maker)
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    assert Notice.objects.count() == 0


def test_a_correction_is_decided_once(earned):
    ready, _power, payment = earned
    officer = finance_officer()
    adjustment = propose(ready, payment, -40)
    reject_adjustment(adjustment=adjustment, by=officer, at=now())
    for verb in (approve_adjustment, reject_adjustment):
        with pytest.raises(WrongState):
            verb(adjustment=adjustment, by=officer, at=now())
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00


@pytest.mark.parametrize("key", ["till_key", "float_key", "funds_key"])
def test_only_accounts_of_payees_are_corrected(earned, key):
    ready, _power, payment = earned
    with pytest.raises(AccountNotAdjustable):
        propose(ready, payment, 1_00, key=getattr(ready, key))
    assert Adjustment.objects.count() == 0


def test_a_correction_names_a_payment_of_ours(earned):
    ready, _power, payment = earned
    for event_id in (str(uuid4()), "gibberish"):
        with pytest.raises(EventUnknown):
            propose(ready, payment, 1_00, event_id=event_id)
    assert Adjustment.objects.count() == 0


def test_a_correction_of_nothing_is_none(earned):
    ready, _power, payment = earned
    with pytest.raises(NothingToCorrect):
        propose(ready, payment, 0)
    assert Adjustment.objects.count() == 0


def test_our_wrong_price_is_never_taken_from_a_partner_but_may_be_given(earned):
    ready, _power, payment = earned
    with pytest.raises(PricingErrorNotTheirs):
        propose(ready, payment, -1, reason="pricing_error")
    assert propose(ready, payment, 1, reason="pricing_error").status == "proposed"
    county = chart.commission_of_county(ready.station.county)
    assert propose(ready, payment, -1, key=county, reason="pricing_error").status == "proposed"


@pytest.mark.parametrize(("minor", "is_refused"), [(-99, False), (-1_00, False), (-1_01, True)])
def test_more_than_the_event_brought_is_not_taken_back(earned, minor, is_refused):
    ready, _power, payment = earned
    if is_refused:
        with pytest.raises(AboveEvent):
            propose(ready, payment, minor)
        assert Adjustment.objects.count() == 0
    else:
        assert propose(ready, payment, minor).status == "proposed"


def test_two_corrections_that_fit_alone_do_not_fit_together(earned):
    ready, _power, payment = earned
    first, second = propose(ready, payment, -60), propose(ready, payment, -60)
    approve_adjustment(adjustment=first, by=finance_officer(), at=now())
    with pytest.raises(AboveEvent):
        approve_adjustment(adjustment=second, by=finance_officer(), at=now())
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 40


def test_corrections_over_the_api_by_two_people_of_the_network(own_database):
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    payment = taken(ready, power, amount=1_000_00)
    body = {
        "account": chart.commission_of_user(ready.partner.pk).code,
        "event_id": str(payment.pk),
        "amount": "-0.40",
        "reason": "duplicate",
        "text": "算了两次",
    }

    def post(user, path, key, data=None):
        return api_client(user).post(f"/api/v1/{path}", data, "json", headers={"Idempotency-Key": key * 16})

    maker, checker = finance_officer(), finance_officer()
    assert post(ready.partner, "adjustments/", "a", body).status_code == 403
    assert post(finance_officer(ready.station.county), "adjustments/", "b", body).status_code == 404
    made = post(maker, "adjustments/", "c", body)
    assert (made.status_code, made.json()["status"]) == (201, "proposed")
    approve = f"adjustments/{made.json()['id']}/approve/"
    assert post(desk().partner, approve, "d").status_code == 404
    assert post(auditor(), approve, "e").status_code == 403
    assert post(maker, approve, "f").json()["code"] == "same_person"
    answers = [post(checker, approve, "g") for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["approved", "approved"]
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 60
    assert [row["amount"] for row in api_client(auditor()).get("/api/v1/adjustments/").json()["results"]] == ["-0.40"]


def test_corrections_on_the_pages_of_finance(own_database, client):
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    payment = taken(ready, power, amount=1_000_00)
    maker, checker = finance_officer(), finance_officer()
    client.force_login(maker)
    assert client.get("/finance/fees/adjustments/").status_code == 200
    typed = {
        "key": "a" * 32,
        "event_id": str(payment.pk),
        "account": chart.commission_of_user(ready.partner.pk).code,
        "amount": "-0.40",
        "reason": "duplicate",
        "text": "算了两次",
    }
    answer = client.post("/finance/fees/adjustments/", typed)
    adjustment = Adjustment.objects.get()
    path = f"/finance/fees/adjustments/{adjustment.pk}/"
    assert answer.headers["Location"] == path
    own = client.get(path).content.decode()
    assert f"{path}approve/" not in own
    assert client.post(f"{path}approve/", {"key": "b" * 32}).status_code == 409
    client.force_login(checker)
    assert f"{path}approve/" in client.get(path).content.decode()
    assert client.post(f"{path}approve/", {"key": "c" * 32}).status_code == 303
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 60
    client.force_login(ready.partner)
    assert client.get("/finance/fees/adjustments/").status_code == 403


def test_commission_is_told_to_the_rest_of_the_house_once_for_each_person(earned):
    ready, _power, payment = earned
    event = Event.objects.get(name="finance.commission_accrued")
    assert (event.payload["payee"], event.payload["amount_minor"]) == (str(ready.partner.pk), 1_00)
    assert Payment.objects.get() == payment
