"""Files of companies against our books: what agrees, what does not, corrected files, the ledger, ages."""

import datetime as dt

import pytest
from django.db import connection
from django.utils.timezone import now

from core.gateways.models import Instruction
from core.jobs.models import Job
from finance import chart
from finance.models import BankStatementLine, ProviderFile, ProviderLine, ProviderSum, ReconItem, RiskRow
from finance.payments.services import reverse_payment
from finance.recon.queries import age_of, counts_of_items
from finance.recon.services import (
    add_up_tallies,
    find_risks,
    note_missing_files,
    raise_recon_items,
    settle_sums,
    tie_to_ledger,
)
from finance.recon.tasks import end_day, tie_file
from finance.settlement.audit import CHECKS
from tests.factories.daily_files import file_line
from tests.factories.finance import biller, book, desk, flat_plan, found_bill, pay, provider, sent
from tests.factories.recharge import margin_plan, operator, operator_says, plan, recharge, recharge_desk
from tests.factories.recon import bank_lines, deliver, recon_item
from tests.factories.reconciled import CHINA, NOON, paid, the_item

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
DATE = dt.date(2026, 11, 24)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=CHINA)


@pytest.fixture
def power():
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=10_000_00)


# --- what agrees


def test_lines_that_agree_are_matched_without_a_job(ready, power):
    payments = [paid(ready, power) for _ in range(3)]
    deliver(*(file_line(payment) for payment in payments), date=DATE, at=MORNING)
    file = ProviderFile.objects.get()
    assert (file.line_count, file.to_decide_count, ReconItem.objects.count()) == (3, 0, 0)
    assert set(ProviderLine.objects.values_list("payment", flat=True)) == {payment.pk for payment in payments}


def test_only_lines_that_have_to_be_decided_become_jobs(ready, power):
    done = paid(ready, power)
    unknown = sent(pay(ready, found_bill(ready, power), at=NOON), at=NOON)
    deliver(file_line(done), file_line(unknown), date=DATE, at=MORNING)
    assert ProviderFile.objects.get().to_decide_count == 1
    unknown.refresh_from_db()
    assert unknown.status == "succeeded"


def test_matching_takes_the_same_number_of_statements_for_one_line_and_for_many(ready, power):
    counts = []
    for number, size in enumerate((1, 30)):
        payments = [paid(ready, power) for _ in range(size)]
        before = len(connection.queries_log)
        with connection.execute_wrapper(counting := Counting()):
            deliver(*(file_line(payment) for payment in payments), date=DATE + number * DAY, at=MORNING)
        counts.append(counting.count)
        assert len(connection.queries_log) >= before
    assert counts[1] <= counts[0] + 2


class Counting:
    """How many statements were sent."""

    count = 0

    def __call__(self, execute, *what):
        self.count += 1
        return execute(*what)


# --- what does not


def test_what_our_books_hold_as_done_and_the_file_lacks_is_missing_there(ready, power):
    payment = paid(ready, power)
    deliver(date=DATE, at=MORNING)
    item = the_item()
    assert (item.kind, item.payment, item.amount_diff_minor) == ("missing_provider", payment, -186_40)
    assert (item.subject_date, item.status) == (DATE, "unmatched")


@pytest.mark.parametrize("at", [NOON - 12 * HOUR - MINUTE, NOON + 12 * HOUR])
def test_a_payment_of_another_day_is_not_missing(ready, power, at):
    paid(ready, power, at=at)
    deliver(date=DATE, at=MORNING + DAY)
    assert ReconItem.objects.count() == 0


def test_a_line_in_the_next_days_file_closes_what_was_missing_as_late(ready, power):
    payment = paid(ready, power)
    deliver(date=DATE, at=MORNING)
    deliver(file_line(payment), date=DATE + DAY, at=MORNING + DAY)
    item = the_item()
    assert (item.kind, item.status, item.reason_code) == ("late", "resolved", "other_day")
    assert item.closed_at == MORNING + DAY


def test_a_line_that_came_in_the_file_before_is_late_at_once_and_asks_nobody(ready, power):
    payment = paid(ready, power, at=NOON)
    deliver(file_line(payment), date=DATE - DAY, at=MORNING - DAY)
    deliver(date=DATE, at=MORNING)
    assert [(item.kind, item.status) for item in ReconItem.objects.all()] == [("late", "resolved")]


def test_the_same_success_in_two_days_files_is_a_duplicate(ready, power):
    payment = paid(ready, power)
    deliver(file_line(payment), date=DATE, at=MORNING)
    deliver(file_line(payment), date=DATE + DAY, at=MORNING + DAY)
    item = the_item()
    assert (item.kind, item.amount_diff_minor, item.payment) == ("duplicate", 186_40, payment)


def test_a_duplicate_is_seen_too_when_the_earlier_file_comes_last(ready, power):
    payment = paid(ready, power)
    deliver(file_line(payment), date=DATE + DAY, at=MORNING + DAY)
    deliver(file_line(payment), date=DATE, at=MORNING + DAY + HOUR)
    assert [item.kind for item in ReconItem.objects.filter(status="unmatched")] == ["duplicate"]


@pytest.mark.parametrize(
    ("settlement", "fee", "difference"),
    [
        ("net_t1", "1.50", None),
        ("net_t1", "1.49", -1),
        ("net_t1", "0.00", -1_50),
        ("gross_t1", "0.00", None),
        ("gross_t1", "1.50", None),
        ("gross_t1", "1.51", 1),
    ],
)
def test_the_fee_of_a_line_is_what_our_rules_accrued(ready, power, settlement, fee, difference):
    power.settlement = settlement
    power.save()
    payment = paid(ready, power)
    deliver(file_line(payment).replace("0.00,2026", f"{fee},2026"), date=DATE, at=MORNING)
    found = list(ReconItem.objects.values_list("kind", "amount_diff_minor"))
    assert found == ([] if difference is None else [("fee", difference)])


def test_a_payment_in_another_currency_than_the_file_is_laid_before_people(ready, power):
    payment = paid(ready, power)
    Instruction.objects.filter(pk=payment.pk).update(request={"amount": "186.40", "currency": "USD"})
    deliver(file_line(payment), date=DATE, at=MORNING)
    assert the_item().kind == "currency"


# --- corrected files


def test_a_corrected_file_is_compared_and_closes_what_it_explains(ready, power):
    first, second = paid(ready, power), paid(ready, power)
    stray = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0001"
    deliver(file_line(first), file_line(stray, amount="5.00"), date=DATE, at=MORNING)
    assert set(ReconItem.objects.values_list("kind", flat=True)) == {"missing_provider", "missing_internal"}
    deliver(file_line(first), file_line(second), date=DATE, at=MORNING + HOUR)
    assert set(ReconItem.objects.values_list("status", flat=True)) == {"matched"}
    file = ProviderFile.objects.get(sequence=2)
    assert (file.added_count, file.gone_count, file.changed_count) == (1, 1, 0)


def test_what_a_corrected_file_says_no_more_is_missing_again(ready, power):
    payment = paid(ready, power)
    deliver(file_line(payment), date=DATE, at=MORNING)
    deliver(date=DATE, at=MORNING + HOUR)
    assert the_item().kind == "missing_provider"


def test_a_file_missing_at_the_close_is_noted_and_closed_by_its_coming(ready, power):
    deliver(date=DATE - DAY, at=MORNING - DAY)
    assert note_missing_files(file_date=DATE, at=MORNING - MINUTE) == []
    assert note_missing_files(file_date=DATE, at=MORNING) == ["JS-POWER"]
    assert note_missing_files(file_date=DATE, at=MORNING + HOUR) == ["JS-POWER"]
    assert the_item().kind == "file"
    deliver(date=DATE, at=MORNING + 2 * HOUR)
    item = the_item()
    assert (item.status, item.closed_at) == ("matched", MORNING + 2 * HOUR)


# --- the ledger


def test_the_ledger_says_what_the_file_says(ready, power):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    file = ProviderFile.objects.get()
    tie_to_ledger(file=file, at=MORNING + 2 * DAY)
    assert file.sums.get().ledger_minor == 186_40
    assert ReconItem.objects.count() == 0


def test_a_ledger_that_says_less_a_day_later_is_laid_before_people(ready, power):
    payment = sent(pay(ready, found_bill(ready, power), at=NOON), at=NOON)
    deliver(file_line(payment, amount="186.41"), date=DATE, at=MORNING)
    ReconItem.objects.all().delete()
    file = ProviderFile.objects.get()
    tie_to_ledger(file=file, at=MORNING + DAY - MINUTE)
    assert ReconItem.objects.count() == 0
    tie_to_ledger(file=file, at=MORNING + DAY)
    assert (the_item().amount_diff_minor, the_item().sides) == (186_41, ["provider", "ledger"])


# --- ages and counts


def test_unmatched_items_are_exceptions_after_one_day_and_not_before():
    young, old = recon_item(at=NOON), recon_item(at=NOON - MINUTE)
    assert raise_recon_items(at=NOON + DAY) == 1
    young.refresh_from_db()
    old.refresh_from_db()
    assert (young.status, old.status) == ("unmatched", "exception")
    assert raise_recon_items(at=NOON + DAY + HOUR) == 1


@pytest.mark.parametrize(("hours", "age"), [(0, 0), (23, 0), (24, 0), (25, 1), (72, 1), (73, 3), (168, 3), (169, 7)])
def test_ages_are_those_of_the_page(hours, age):
    assert age_of(NOON, at=NOON + hours * HOUR) == age


def test_the_tallies_follow_every_change_and_survive_being_added_up():
    at = now()
    for days in (0, 2, 2, 5, 9):
        recon_item(at=at - days * DAY - HOUR)
    recon_item(kind="fee", at=at - 9 * DAY)
    bank_lines("B-1,in,5.00,unknown")
    counts = counts_of_items(at=at)
    assert counts.by_age == {0: 2, 1: 2, 3: 1, 7: 2}
    assert counts.by_kind == {"amount": 5, "fee": 1, "bank_line": 1}
    ReconItem.objects.filter(kind="fee").update(status="matched", closed_at=at)
    add_up_tallies()
    ReconItem.objects.filter(kind="amount").first().delete()
    counts = counts_of_items(at=at)
    assert (counts.by_kind, counts.total) == ({"amount": 4, "bank_line": 1}, 5)


def test_another_company_has_files_and_sums_of_its_own(ready, power):
    water = biller("JS-WATER", provider=provider("JS-WATER"))
    payment = paid(ready, water)
    deliver(date=DATE, at=MORNING)
    assert ReconItem.objects.count() == 0
    deliver(file_line(payment), date=DATE, at=MORNING, code="JS-WATER")
    assert ProviderSum.objects.get().reference == "JS-WATER-20261124-BILL"


def suspense_found():
    check = next(check for check in CHECKS if check.code == "finance.suspense_is_unexplained")
    return list(check.find(book(), now()))


# --- what is found by the auditor


def test_suspense_is_what_nobody_has_explained(ready, power):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    _settled, left = bank_lines("B-1,out,186.40,JS-POWER-20261124-BILL", "B-2,in,7.00,unknown")
    settle_sums(at=now())
    assert suspense_found() == []
    BankStatementLine.objects.filter(pk=left.pk).update(explained_minor=7_00)
    assert len(suspense_found()) == 1


# --- recharges: we owe the wholesale amount, example D of docs/money.md


def test_a_day_of_recharges_is_settled_at_wholesale():
    margin_plan()
    mobile, ready = operator(), recharge_desk(float_minor=1_500_00)
    payment = recharge(ready, mobile, bought=plan(mobile), at=NOON)
    operator_says(payment, "succeeded", at=NOON, completed_at=NOON.isoformat())
    line = file_line(payment).replace(",bill,", ",recharge,")
    deliver(line, date=DATE, at=MORNING, code=mobile.provider.code)
    day = ProviderSum.objects.get()
    assert (day.amount_minor, day.fee_minor) == (-98_50, 1_50)
    bank_lines(f"B-1,out,98.50,{day.reference}")
    settle_sums(at=now())
    assert (ready.holds(chart.operator(mobile)), ready.holds(chart.suspense("main"))) == (0, 0)
    tie_to_ledger(file=day.file, at=MORNING + 2 * DAY)
    assert ReconItem.objects.count() == 0


def test_the_morning_notes_what_is_missing_and_lays_the_files_beside_the_ledger(ready, power):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    end_day({"date": "2026-11-26"}, MORNING + DAY + 2 * HOUR)
    assert [item.kind for item in ReconItem.objects.all()] == ["file"]
    [tie] = Job.objects.filter(kind="recon.tie_file")
    tie_file(tie.payload, MORNING + DAY + 2 * HOUR)
    assert ProviderSum.objects.get().ledger_minor == 186_40


def test_each_night_says_once_what_stood_out_of_the_last_thirty_days(ready, power):
    for number in range(20):
        payment = paid(ready, power, at=now())
        if number < 2:
            reverse_payment(payment=payment, at=now())
    for _twice in range(2):
        find_risks(date=DATE, at=now())
    [row] = RiskRow.objects.all()
    assert (row.kind, row.subject) == ("reversals", ready.station.code)
    assert row.figures == {"payments": 20, "reversed": 2, "share_bp": 1000}
