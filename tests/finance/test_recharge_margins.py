"""The margin of a recharge: what the operator is owed, and who gets what is left."""

import pytest

from core.money import Money
from finance import chart
from finance.models import CommissionLine, Plan, ReconItem, Tariff
from tests.factories.finance import LONG_AGO_DATE, plan_of
from tests.factories.recharge import (
    PHONE,
    books_of,
    margin_plan,
    operator,
    operator_says,
    plan,
    recharge,
    recharge_desk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mobile():
    margin_plan()
    return operator()


@pytest.fixture
def ready():
    return recharge_desk(float_minor=1_500_00)


def test_an_amount_that_no_plan_names_is_owed_at_the_rate_of_the_operator_half_up(mobile, ready):
    payment = recharge(ready, mobile, amount=Money(33_33, "CNY"))
    assert payment.recharge.wholesale_minor == 32_83  # 32.83005
    operator_says(payment, "succeeded")
    assert books_of(ready, mobile) == (0, 32_83, 33, 3, 14)


def test_half_a_cent_is_owed_up(mobile):
    assert mobile.wholesale_of(Money(1_00, "CNY")) == Money(99, "CNY")  # 0.985


def test_a_plan_that_is_dearer_tomorrow_changes_nothing_for_what_was_sold_today(mobile, ready):
    sold = plan(mobile)
    payment = recharge(ready, mobile, bought=sold)
    Plan.objects.filter(pk=sold.pk).update(wholesale_amount_minor=99_50)
    operator_says(payment, "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 1_00, 10, 40)


def test_without_a_rule_what_clearing_holds_is_revenue_and_finance_is_told(ready):
    plan_of({"service": "bill_payment", "total_kind": "flat", "total_value": 150})
    mobile = operator()
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 0, 0, 1_50)
    assert ReconItem.objects.get().kind == "rule"


def test_a_floor_above_the_margin_is_paid_by_the_house(ready):
    margin_plan(floor_minor=2_00, shares=[("partner", "percent_of_total", 10_000)])
    mobile = operator()
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 2_00, 0, 0)
    assert ready.holds(chart.platform("expense")) == 50


def test_the_villagers_fee_has_a_rule_of_its_own(ready):
    Tariff.objects.create(service="recharge", kind="flat", value=2_00, from_date=LONG_AGO_DATE)
    shares = [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)]
    plan_of(
        {"service": "recharge", "total_kind": "margin", "total_value": 0, "shares": shares},
        {
            "service": "recharge.agent_fee",
            "total_kind": "percent",
            "total_value": 10_000,
            "shares": [("partner", "percent_of_total", 8_000)],
        },
    )
    mobile = operator()
    payment = recharge(ready, mobile, bought=plan(mobile))
    assert payment.total_minor == 102_00
    operator_says(payment, "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 2_60, 10, 80)


def test_two_recharges_of_one_phone_within_half_an_hour_count_as_one(ready):
    margin_plan(
        total_kind="flat",
        total_value=1_00,
        once_per_target_minutes=30,
        shares=[("partner", "percent_of_total", 10_000)],
    )
    mobile = operator()
    for face in (100_00, 50_00):
        operator_says(recharge(ready, mobile, bought=plan(mobile, face=face, wholesale=face - 1_50)), "succeeded")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    other = plan(mobile, face=30_00, wholesale=28_50)
    operator_says(recharge(ready, mobile, bought=other, phone="+8613805169999"), "succeeded")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 2_00


def test_lines_of_commission_tell_nobody_the_phone(mobile, ready):
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert PHONE[-8:] not in str(list(CommissionLine.objects.values()))
