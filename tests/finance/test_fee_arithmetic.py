"""The arithmetic of commission, to the cent: totals, shares, the helper's part, parts given back."""

import pytest

from finance.fees import rules
from finance.models import CommissionPlan, CommissionRule, CommissionShare


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
