"""What a difference about a recharge is worth: the wholesale amount that the operator is owed, not what was sold."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils.timezone import now

from finance import chart
from finance.models import ReconItem
from finance.recon.services import ask_write_off, resolve_recon_item, settle_sums, write_off_recon_item
from tests.factories.recharge import margin_plan, operator, operator_says, plan, recharge, recharge_desk
from tests.factories.recon import bank_lines, deliver
from tests.factories.reconciled import CHINA, NOON
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DATE = dt.date(2026, 11, 24)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=CHINA)
EXPENSE, REVENUE = chart.platform("expense"), chart.platform("revenue")


@pytest.fixture
def ready():
    margin_plan()
    return recharge_desk(float_minor=1_500_00)


@pytest.fixture
def mobile(ready):
    return operator()


@pytest.fixture
def bought(mobile):
    return plan(mobile, face=200_00, wholesale=197_00)


def line(payment, status="succeeded", amount="200.00", fee="0.00"):
    our_ref = getattr(payment, "pk", payment)
    return f"M-{str(our_ref)[-6:]},{our_ref},recharge,{status},{amount},{fee},2026-11-24T05:00:00Z"


def file_comes(mobile, *lines, date=DATE, at=MORNING):
    header = f"H,1,{mobile.code},{date},CNY,{date}T22:00:00Z"
    deliver(*lines, date=date, at=at, code=mobile.code, header=header)


def said(ready, mobile, bought, status):
    payment = recharge(ready, mobile, bought=bought, at=NOON)
    operator_says(payment, status, at=NOON, completed_at=NOON.isoformat())
    payment.refresh_from_db()
    return payment


def bear(item):
    resolve_recon_item(item=item, reason_code="we_bear_it", text="their letter", by=finance_officer(), at=now())


def test_done_after_we_had_given_it_back_costs_the_wholesale_amount_and_the_operators_day_ends_at_nought(
    ready, mobile, bought
):
    payment = said(ready, mobile, bought, "failed")
    file_comes(mobile, line(payment))
    item = ReconItem.objects.get(kind="status")
    assert item.amount_diff_minor == 197_00
    bear(item)
    assert (ready.holds(chart.operator(mobile)), ready.holds(EXPENSE)) == (197_00, 197_00)
    bank_lines("B-1,out,197.00,CN-MOBILE-20261124-RECHARGE")
    settle_sums(at=now())
    assert (ready.holds(chart.operator(mobile)), ready.holds(chart.suspense("main"))) == (0, 0)


def test_a_success_that_stands_in_two_days_files_costs_the_wholesale_amount_once_more(ready, mobile, bought):
    payment = said(ready, mobile, bought, "succeeded")
    file_comes(mobile, line(payment))
    file_comes(mobile, line(payment), date=DATE + DAY, at=MORNING + DAY)
    item = ReconItem.objects.get(kind="duplicate")
    assert item.amount_diff_minor == 197_00
    bear(item)
    assert (ready.holds(chart.operator(mobile)), ready.holds(EXPENSE)) == (2 * 197_00, 197_00)
    bank_lines("B-1,out,197.00,CN-MOBILE-20261124-RECHARGE")
    bank_lines("B-2,out,197.00,CN-MOBILE-20261125-RECHARGE", date="2026-11-26")
    settle_sums(at=now())
    assert (ready.holds(chart.operator(mobile)), ready.holds(chart.suspense("main"))) == (0, 0)


def test_what_the_operator_never_names_is_written_off_at_what_we_owed_for_it(ready, mobile, bought):
    said(ready, mobile, bought, "succeeded")
    before = ready.holds(REVENUE)
    file_comes(mobile)
    item = ReconItem.objects.get(kind="missing_provider")
    assert item.amount_diff_minor == -197_00
    ask_write_off(item=item, text="they are sure", by=finance_officer(), at=now())
    item.refresh_from_db()
    write_off_recon_item(item=item, by=finance_officer(), at=now())
    assert (ready.holds(chart.operator(mobile)), ready.holds(REVENUE) - before) == (0, 197_00)


@pytest.mark.parametrize(
    ("amount", "difference"), [("100.00", -98_50), ("200.01", 1), ("199.99", -1), ("200.50", 49), ("203.00", 2_96)]
)
def test_another_amount_differs_by_its_part_of_the_wholesale_amount_rounded_half_up(
    ready, mobile, bought, amount, difference
):
    payment = recharge(ready, mobile, bought=bought, at=NOON)
    operator_says(payment, "succeeded", at=NOON, amount=amount)
    assert ReconItem.objects.get(kind="amount").amount_diff_minor == difference


@pytest.mark.parametrize(("status", "difference"), [("succeeded", 197_00), ("reversed", -197_00)])
def test_a_recharge_that_we_never_made_is_owed_less_what_the_operator_says_is_ours(mobile, status, difference):
    file_comes(mobile, line(uuid4(), status, fee="3.00"))
    assert ReconItem.objects.get(kind="missing_internal").amount_diff_minor == difference
