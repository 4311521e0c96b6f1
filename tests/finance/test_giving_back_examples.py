"""The worked examples of docs/money.md about money given back, complaints and compensation, computed again."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from finance import chart
from finance.complaints.clocks import after_business_days
from finance.models import CompensationRule
from finance.payments.services import CodeProof, compensate, hand_back_cash, notify_refund, send_refund_code
from finance.payments.services.clocks import compensation_of
from tests.factories.finance import biller, desk, flat_plan, found_bill, owed, pay, payer_at, provider_says
from tests.factories.margin_trade import give_back, holds, paid
from tests.factories.refunds import code_sent_for
from tests.finance.test_giving_back import ready, trade  # noqa: F401
from tests.finance.test_settlement_examples import told

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")


def rule_of_the_page():
    told("5.00 a day after the first, at most 50.00.")
    return CompensationRule.objects.create(
        country="CN", purpose="bill", due_days=1, per_day_minor=5_00, cap_minor=50_00, from_date=dt.date(2026, 1, 1)
    )


def test_a_part_comes_back_and_then_the_rest(ready):  # noqa: F811
    told(
        "33.33 comes back: the operator is owed 65.67, the partner has 0.67, the county 0.07, revenue 0.26, and "
        "customer_funds owe 33.33. Then 66.67: all four are 0, and customer_funds owe 100.00."
    )
    payment = paid(ready)
    give_back(payment, "33.33")
    assert holds(ready) == (65_67, 67, 7, 26, 0, 33_33)
    give_back(payment, "66.67")
    assert holds(ready) == (0, 0, 0, 0, 0, 100_00)


def test_owed_money_is_given_from_the_partners_own_notes(db):
    told(
        "100.00 failed at station A in prepaid mode: float 1,400.00, customer_funds 100.00. The partner gives his own "
        "notes: float 1,500.00, customer_funds 0."
    )
    flat_plan()
    power, here = biller(), desk(float_minor=1_500_00)
    refund = owed(here, power, payer=payer_at(here))
    assert (here.holds(here.float_key), here.holds(here.funds_key)) == (1_400_00, 100_00)
    send_refund_code(refund=refund, at=now())
    proof = CodeProof(code_sent_for(refund))
    hand_back_cash(refund=refund, notes="own", proof=proof, station=here.station, by=here.partner, at=now())
    assert (here.holds(here.float_key), here.holds(here.funds_key)) == (1_500_00, 0)


def test_three_days_too_many_are_worth_fifteen(db):
    told(
        "Paid on 25 November, failed with its money ready on 29 November: the 27th, 28th and 29th count, 15.00. Ready "
        "on the 26th, nothing; still open on the eleventh day after it was paid, 50.00."
    )
    rule, noon = rule_of_the_page(), dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)
    flat_plan()
    here, four_days_later = desk(float_minor=1_500_00), noon + dt.timedelta(days=4)
    payment = pay(here, found_bill(here, biller(), expires_at=noon + dt.timedelta(days=90)), at=noon)
    assert compensation_of(payment, rule, until=dt.date(2026, 11, 26)).minor == 0
    assert compensation_of(payment, rule, until=dt.date(2026, 12, 6)).minor == 50_00
    provider_says(payment, "failed", at=four_days_later)
    notify_refund(refund=payment.refunds.get(), at=four_days_later)
    assert compensate(payment=payment, at=four_days_later + dt.timedelta(hours=13)).amount_minor == 15_00
    assert here.holds(chart.platform("expense")) == 15_00


def test_a_complaint_of_wednesday_is_answered_by_monday(db):
    told(
        "Written down on Wednesday 25 November at 12:00: to be given to somebody by 16:00, to be answered by Monday 30 "
        "November, 12:00."
    )
    noon = dt.datetime(2026, 11, 25, 12, tzinfo=CHINA)
    assert after_business_days(3, country="CN", zone="Asia/Shanghai", at=noon) == noon + dt.timedelta(days=5)
