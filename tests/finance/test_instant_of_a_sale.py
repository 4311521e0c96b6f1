"""A sale is made when it succeeds: plan version and contracts are those of then, not of when the money was taken."""

import datetime as dt

import pytest

from finance import chart
from finance.models import CommissionPlan
from stations.models import Contract
from tests.factories.commission import CHINA, DAY, MINUTE, lines_of
from tests.factories.finance import (
    biller,
    contract_of,
    desk,
    flat_plan,
    found_bill,
    helper_at,
    pay,
    plan_of,
    provider_says,
)
from tests.factories.stations import partner_of
from tests.pages import told

pytestmark = pytest.mark.django_db

BEFORE_MIDNIGHT = dt.datetime(2026, 12, 31, 23, 59, tzinfo=CHINA)
AFTER_MIDNIGHT = BEFORE_MIDNIGHT + 2 * MINUTE


@pytest.fixture
def ready():
    """A desk whose plan changes at midnight: the partner has 1.00 of a bill before, 0.90 after."""
    old = flat_plan()
    CommissionPlan.objects.filter(pk=old.pk).update(to_date=AFTER_MIDNIGHT.date())
    shares = [("partner", "flat", 90), ("county", "flat", 15)]
    rule = {"service": "bill_payment", "total_kind": "flat", "total_value": 150, "shares": shares}
    plan_of(rule, version=2, from_date=AFTER_MIDNIGHT.date())
    return desk(float_minor=1_500_00)


def paid_at(ready, at, **values):
    return pay(ready, found_bill(ready, biller(), expires_at=at + DAY), at=at, **values)


def ended(user):
    Contract.objects.filter(user=user).update(status="ended")


def test_the_plan_of_the_success_decides(ready):
    payment = paid_at(ready, BEFORE_MIDNIGHT)
    provider_says(payment, "succeeded", at=AFTER_MIDNIGHT)
    assert lines_of(payment) == {"partner": 90, "county": 15, "platform": 45}


def test_a_success_before_midnight_is_of_the_old_plan(ready):
    payment = paid_at(ready, BEFORE_MIDNIGHT)
    provider_says(payment, "succeeded", at=BEFORE_MIDNIGHT)
    assert lines_of(payment) == {"partner": 1_00, "county": 15, "platform": 35}


def test_a_helper_whose_contract_ended_before_the_success_gets_nothing(ready):
    told("the partner gets 0.90, the helper nothing.")
    helper = helper_at(ready)
    payment = paid_at(ready, BEFORE_MIDNIGHT, by=helper)
    ended(helper)
    provider_says(payment, "succeeded", at=AFTER_MIDNIGHT)
    assert lines_of(payment) == {"partner": 90, "county": 15, "platform": 45}


def test_a_partner_who_was_replaced_before_the_success_leaves_it_to_the_next(ready):
    payment = paid_at(ready, BEFORE_MIDNIGHT)
    ended(ready.partner)
    following = partner_of(ready.station)
    contract_of(following, ready.station)
    provider_says(payment, "succeeded", at=AFTER_MIDNIGHT)
    assert ready.holds(chart.commission_of_user(following.pk)) == 90
    assert ready.holds(ready.own_key) == 0
