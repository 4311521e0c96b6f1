"""Whoever waits too long is given something for it: by rule, without a claim, once, to the cap."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from core.jobs.models import Job
from core.money import Money
from finance import chart
from finance.models import Biller, CompensationRule, Refund
from finance.payments.services import compensate, notify_refund, plan_compensations
from ledger.audit import audit_book
from ledger.models import AuditFinding
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, provider_says
from tests.jobs import run_jobs

CHINA = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
#: The afternoon of a payment.
PAID = dt.datetime(2026, 11, 20, 15, tzinfo=CHINA)


@pytest.fixture
def ready(db):
    flat_plan()
    CompensationRule.objects.create(
        country="CN",
        purpose="bill",
        due_days=1,
        per_day_minor=5_00,
        cap_minor=50_00,
        from_date=dt.date(2026, 1, 1),
    )
    return desk(float_minor=1_500_00)


def paid(ready):
    power = Biller.objects.first() or biller()
    return pay(ready, found_bill(ready, power, expires_at=PAID + 90 * DAY), at=PAID)


def reversed_after(ready, days):
    """Paid, and so many local days later taken back, its money ready the same day."""
    payment = paid(ready)
    provider_says(payment, "succeeded", at=PAID)
    provider_says(payment, "succeeded", event_type="transaction.reversed", at=PAID + days * DAY)
    notify_refund(refund=payment.refunds.get(), at=PAID + days * DAY)
    payment.refresh_from_db()
    return payment


def given(payment):
    return payment.refunds.filter(reason="compensation").first()


@pytest.mark.parametrize(
    ("days", "minor"), [(0, None), (1, None), (2, 5_00), (4, 15_00), (10, 45_00), (11, 50_00), (12, 50_00)]
)
def test_every_day_after_the_first_counts_up_to_the_cap(ready, days, minor):
    payment = reversed_after(ready, days)
    refund = compensate(payment=payment, at=PAID + (days + 1) * DAY)
    assert (refund.amount_minor if refund else None) == minor


def test_paid_on_the_25th_and_taken_back_on_the_29th_is_worth_fifteen(ready):
    """The worked example: one day may pass; the 27th, 28th and 29th count."""
    payment = reversed_after(ready, 4)
    refund = compensate(payment=payment, at=PAID + 5 * DAY)
    assert refund.amount == Money(15_00, "CNY")
    assert (ready.holds(chart.platform("expense")), ready.holds(ready.funds_key)) == (15_00, 186_40 + 15_00)
    payment.refresh_from_db()
    assert payment.refunded_minor == payment.total_minor  # beside it, not of it
    assert [f.check_code for f in AuditFinding.objects.filter(last_run=audit_book(book=book(), at=now()))] == []


def test_the_clock_stops_on_the_local_day_it_succeeded(ready):
    payment = paid(ready)
    just_before_midnight = dt.datetime(2026, 11, 22, 23, 59, tzinfo=CHINA)
    provider_says(payment, "succeeded", at=just_before_midnight)
    assert compensate(payment=payment, at=PAID + 3 * DAY).amount_minor == 5_00


def test_while_it_is_undecided_nothing_is_given_before_the_cap(ready):
    payment = paid(ready)
    assert compensate(payment=payment, at=PAID + 10 * DAY) is None
    assert compensate(payment=payment, at=PAID + 11 * DAY).amount_minor == 50_00


def test_it_is_given_once(ready):
    payment = reversed_after(ready, 4)
    assert compensate(payment=payment, at=PAID + 5 * DAY)
    assert compensate(payment=payment, at=PAID + 6 * DAY) is None
    assert Refund.objects.filter(reason="compensation").count() == 1
    assert ready.holds(chart.platform("expense")) == 15_00


@pytest.mark.parametrize(
    "change", [{"purpose": "travel"}, {"country": "FR"}, {"from_date": dt.date(2026, 11, 21)}, {"currency": "EUR"}]
)
def test_without_a_rule_for_it_nothing_is_given(ready, change):
    CompensationRule.objects.update(**change)
    assert compensate(payment=reversed_after(ready, 4), at=PAID + 5 * DAY) is None


def test_money_that_is_not_ready_yet_goes_on_counting(ready):
    payment = paid(ready)
    provider_says(payment, "failed", at=PAID + 4 * DAY)
    payment.refresh_from_db()
    assert compensate(payment=payment, at=PAID + 5 * DAY) is None
    notify_refund(refund=payment.refunds.get(), at=PAID + 6 * DAY)
    assert compensate(payment=payment, at=PAID + 7 * DAY).amount_minor == 25_00


def test_at_one_in_the_night_those_that_have_earned_it_are_found_and_told_once(own_database):
    flat_plan()
    CompensationRule.objects.create(
        country="CN", purpose="bill", per_day_minor=5_00, cap_minor=50_00, from_date=dt.date(2026, 1, 1)
    )
    ready = desk(float_minor=5_000_00)
    waited, quick, open_ = reversed_after(ready, 4), reversed_after(ready, 0), paid(ready)
    at = PAID + 6 * DAY
    assert plan_compensations(zone="Asia/Shanghai", at=at) == 1
    assert plan_compensations(zone="Asia/Shanghai", at=at) == 1
    [job] = Job.objects.filter(kind="payments.compensate")
    assert job.dedupe_key == f"compensate:{waited.pk}"
    Job.objects.exclude(pk=job.pk).delete()
    run_jobs(at)
    assert given(waited).status == "ready_for_cash"
    assert (given(quick), given(open_)) == (None, None)
    assert plan_compensations(zone="Asia/Shanghai", at=at) == 0
    assert plan_compensations(zone="Europe/Paris", at=at) == 0
