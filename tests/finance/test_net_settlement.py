"""What companies keep, take back and set off against each other: every account ends at nought with the bank line."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils.timezone import now

from core.gateways.models import Instruction
from core.money import Money
from finance import chart
from finance.models import BankExplanation, ProviderSum, ReconItem
from finance.payments.services import reverse_payment
from finance.recon.services import (
    ReasonUnfit,
    explain_by_hand,
    note_unsettled_sums,
    resolve_recon_item,
    settle_sums,
)
from tests.factories.daily_files import file_line
from tests.factories.finance import biller, desk, flat_plan
from tests.factories.recon import bank_lines, deliver
from tests.factories.reconciled import CHINA, NOON, paid
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
DATE = dt.date(2026, 11, 24)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=CHINA)
LATE = MORNING + 10 * DAY
SUSPENSE, EXPENSE, REVENUE = chart.suspense("main"), chart.platform("expense"), chart.platform("revenue")


@pytest.fixture
def power():
    flat_plan()
    return biller(settlement="net_t1")


@pytest.fixture
def ready(power):
    return desk(float_minor=10_000_00)


@pytest.fixture
def heat(power):
    """Another company behind the same gateway."""
    return biller("JS-HEAT", provider=power.provider, settlement="net_t1")


def net_line(payment, status="succeeded", fee="1.50"):
    return file_line(payment, status).replace(",0.00,2026", f",{fee},2026")


def taken_back(payment, *, at=NOON + DAY):
    reverse_payment(payment=payment, at=at)
    Instruction.objects.filter(pk=payment.pk).update(outcome="reversed")
    return payment


def settled(*lines, date="2026-11-25"):
    bank_lines(*lines, date=date)
    return settle_sums(at=now())


def left(ready, *billers):
    """What lies on the accounts of these companies, of the fees they owe us, and on suspense."""
    keys = [key for each in billers for key in (chart.biller(each), chart.fee_receivable(each))]
    return [ready.holds(key) for key in (*keys, SUSPENSE)]


def test_a_net_day_that_comes_in_gives_the_kept_fee_back(ready, power):
    payment = paid(ready, power)
    deliver(net_line(payment), date=DATE, at=MORNING)
    assert settled("B-1,out,184.90,JS-POWER-20261124-BILL") == 1
    taken_back(payment)
    deliver(net_line(payment, "reversed"), date=DATE + DAY, at=MORNING + DAY)
    assert ProviderSum.objects.get(file__file_date=DATE + DAY).amount_minor == 184_90
    assert settled("B-2,in,184.90,JS-POWER-20261125-BILL", date="2026-11-26") == 1
    assert left(ready, power) == [0, 0, 0]


@pytest.mark.parametrize(
    ("more", "bank"),
    [(200_00, "B-2,out,13.60,JS-POWER-20261125-BILL"), (100_00, "B-2,in,86.40,JS-POWER-20261125-BILL")],
)
def test_a_company_that_owes_us_on_a_day_is_set_off_against_the_other_behind_the_same_gateway(
    ready, power, heat, more, bank
):
    payment = paid(ready, power)
    deliver(net_line(payment), date=DATE, at=MORNING)
    settled("B-1,out,184.90,JS-POWER-20261124-BILL")
    taken_back(payment)
    other = paid(ready, heat, amount=more, at=NOON + DAY)
    deliver(net_line(payment, "reversed"), net_line(other), date=DATE + DAY, at=MORNING + DAY)
    assert settled(bank, date="2026-11-26") == 1
    assert left(ready, power, heat) == [0, 0, 0, 0, 0]
    assert BankExplanation.objects.count() == 2


def test_a_day_that_comes_to_nothing_needs_no_bank_line_and_leaves_nothing(ready, power, heat):
    payment = paid(ready, power)
    deliver(net_line(payment), date=DATE, at=MORNING)
    settled("B-1,out,184.90,JS-POWER-20261124-BILL")
    taken_back(payment)
    other = paid(ready, heat, at=NOON + DAY)
    deliver(net_line(payment, "reversed"), net_line(other), date=DATE + DAY, at=MORNING + DAY)
    day = ProviderSum.objects.get(file__file_date=DATE + DAY)
    assert (day.amount_minor, day.settled_at) == (0, MORNING + DAY)
    assert left(ready, power, heat) == [0, 0, 0, 0, 0]


def test_of_a_corrected_file_the_rest_reaches_its_account_with_its_own_bank_line(ready, power):
    first, second = paid(ready, power), paid(ready, power, amount=13_60)
    deliver(net_line(first), date=DATE, at=MORNING)
    settled("B-1,out,184.90,JS-POWER-20261124-BILL")
    deliver(net_line(first), net_line(second), date=DATE, at=MORNING + HOUR)
    rest = ProviderSum.objects.get(file__sequence=2)
    assert (rest.amount_minor, rest.fee_minor) == (-12_10, 1_50)
    assert settled("B-2,out,12.10,JS-POWER-20261124-BILL") == 1
    assert left(ready, power) == [0, 0, 0]


def test_a_corrected_file_without_what_was_settled_asks_for_the_money_back(ready, power):
    payment = paid(ready, power)
    deliver(net_line(payment), date=DATE, at=MORNING)
    settled("B-1,out,184.90,JS-POWER-20261124-BILL")
    deliver(date=DATE, at=MORNING + HOUR)
    assert ProviderSum.objects.get(file__sequence=2).amount_minor == 184_90
    assert settled("B-2,in,184.90,JS-POWER-20261124-BILL") == 1
    assert left(ready, power) == [186_40, 1_50, 0]  # the item `missing_provider` tells of the payment


def test_a_biller_that_changes_how_it_settles_settles_what_was_added_up_before(ready, power):
    deliver(net_line(paid(ready, power)), date=DATE, at=MORNING)
    power.settlement = "gross_t1"
    power.save()
    assert settled("B-1,out,184.90,JS-POWER-20261124-BILL") == 1
    assert left(ready, power) == [0, 0, 0]


def test_a_line_of_nobody_leaves_its_part_of_the_bank_line_to_people(ready, power):
    deliver(net_line(paid(ready, power)), file_line(str(uuid4()), amount="10.00"), date=DATE, at=MORNING)
    assert settled("B-1,out,194.90,JS-POWER-20261124-BILL") == 1
    assert left(ready, power) == [0, 0, -10_00]


def test_what_a_line_of_nobody_takes_off_stays_owed_until_its_item_is_closed(ready, power):
    deliver(net_line(paid(ready, power)), file_line(str(uuid4()), "reversed", "10.00"), date=DATE, at=MORNING)
    assert settled("B-1,out,174.90,JS-POWER-20261124-BILL") == 1
    assert left(ready, power) == [10_00, 0, 0]
    item = ReconItem.objects.get(kind="missing_internal")
    resolve_recon_item(item=item, reason_code="we_bear_it", text="their letter", by=finance_officer(), at=now())
    assert left(ready, power) == [0, 0, 0]


@pytest.mark.parametrize(("bank", "difference", "cost", "rest"), [("184.89", -1, -1, 0), ("184.91", 1, 1, -1)])
def test_a_sum_that_is_off_by_a_cent_opens_an_item_of_the_cent_after_three_bank_days(
    ready, power, bank, difference, cost, rest
):
    deliver(net_line(paid(ready, power)), date=DATE, at=MORNING)
    [line] = bank_lines(f"B-1,out,{bank},JS-POWER-20261124-BILL")
    assert settle_sums(at=now()) == 0
    assert (note_unsettled_sums(at=MORNING + 2 * DAY), ReconItem.objects.count()) == (0, 0)
    assert note_unsettled_sums(at=LATE) == 1
    item = ReconItem.objects.get()
    assert (item.kind, item.amount_diff_minor, item.sides) == ("amount", difference, ["provider", "bank"])
    assert left(ready, power) == [1 if rest == 0 else 0, 0, rest]
    before = ready.holds(EXPENSE) - ready.holds(REVENUE)
    resolve_recon_item(item=item, reason_code="we_bear_it", text="a cent", by=finance_officer(), at=now())
    if rest:
        explain(line, power, "0.01")
    assert left(ready, power) == [0, 0, 0]
    assert ready.holds(EXPENSE) - ready.holds(REVENUE) - before == cost


def explain(line, power, amount):
    by_hand = {"kind": "biller", "of": power.code, "text": "", "by": finance_officer(), "at": now()}
    explain_by_hand(line=line, amount=Money(round(float(amount) * 100), "CNY"), **by_hand)


def test_a_sum_that_the_bank_has_not_moved_at_all_is_an_item_of_the_whole_and_borne_by_nobody(ready, power):
    deliver(net_line(paid(ready, power)), date=DATE, at=MORNING)
    note_unsettled_sums(at=LATE)
    item = ReconItem.objects.get()
    assert item.amount_diff_minor == -184_90
    with pytest.raises(ReasonUnfit):
        resolve_recon_item(item=item, reason_code="we_bear_it", text="", by=finance_officer(), at=now())


def test_the_line_that_comes_after_the_item_of_the_whole_closes_it_and_leaves_one_of_the_cent(ready, power):
    deliver(net_line(paid(ready, power)), date=DATE, at=MORNING)
    note_unsettled_sums(at=LATE)
    bank_lines("B-1,out,184.89,JS-POWER-20261124-BILL")
    note_unsettled_sums(at=LATE + DAY)
    items = ReconItem.objects.order_by("pk").values_list("status", "amount_diff_minor")
    assert list(items) == [("matched", -184_90), ("unmatched", -1)]


def test_money_that_moved_the_other_way_under_the_reference_is_missing_twice(ready, power):
    deliver(net_line(paid(ready, power)), date=DATE, at=MORNING)
    bank_lines("B-1,in,184.89,JS-POWER-20261124-BILL")
    note_unsettled_sums(at=LATE)
    assert ReconItem.objects.get().amount_diff_minor == -184_90 - 184_89
