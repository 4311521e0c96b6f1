"""Daily files of companies: imported whole or not at all, what they lack, what waits, and what does not come."""

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.gateways.models import DailyFile, Provider
from core.gateways.services import store_file
from core.gateways.services.breaker import note_trouble
from core.gateways.services.files import ALARM_AFTER, alarm_if_late, due_at
from core.jobs.models import Job
from core.models import Notice
from ecomnet.schedule import SCHEDULE
from finance import chart
from finance.models import Payment, ProviderFile, ProviderLine, ReconItem, Refund
from finance.payments.services import pass_deadlines, review_unknown
from finance.recon.services import receive_daily_file
from finance.recon.tasks import apply_line
from tests.factories.daily_files import daily_file, file_line
from tests.factories.finance import (
    biller,
    desk,
    enquiry_finds_nothing,
    flat_plan,
    found_bill,
    pay,
    provider,
    provider_says,
    sent,
)
from tests.factories.stations import county_clerk_of, county_manager_of, finance_officer
from tests.jobs import run_jobs

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
CHINA = ZoneInfo("Asia/Shanghai")
DATE = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=CHINA)
#: When the file of that day arrives.
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=CHINA)
A, B = str(uuid4()), str(uuid4())


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=1_500_00)


def decide_lines(at):
    """What workers do with the lines that our books do not agree with."""
    for waiting in Job.objects.filter(kind="recon.apply_line", state="waiting").order_by("pk"):
        apply_line(waiting.payload, at)
        Job.objects.filter(pk=waiting.pk).update(state="done", finished_at=at)


def deliver(*lines, date=DATE, at=MORNING, **spoilt):
    content = daily_file(*lines, date=date.isoformat(), **spoilt)
    raw = store_file(provider=provider(), file_date=date, content=content, at=at)
    if raw is not None:
        receive_daily_file(daily_file=raw, at=at)
        decide_lines(at)
    return DailyFile.objects.get(sha256=hashlib.sha256(content).hexdigest())


def lost(ready, power, at=NOON):
    """A payment whose call was never answered."""
    return sent(pay(ready, found_bill(ready, power), at=at), at=at)


# --- imported


def test_scenario_13_nothing_of_a_file_with_a_wrong_total_the_corrected_one_whole_and_again_nothing(ready, power):
    payment = lost(ready, power)
    wrong = deliver(file_line(payment), trailer="T,1,186.41,0.00")
    assert "sums do not agree" in wrong.refusal
    assert (ProviderFile.objects.count(), ProviderLine.objects.count(), ReconItem.objects.count()) == (0, 0, 0)
    payment.refresh_from_db()
    assert (payment.status, payment.cutoff_at) == ("unknown", None)
    again = Job.objects.get(kind="gateways.fetch_file")
    assert again.run_at == MORNING + 30 * MINUTE

    deliver(file_line(payment))
    payment.refresh_from_db()
    assert (payment.status, ProviderFile.objects.get().sequence) == ("succeeded", 1)
    assert ready.holds(chart.biller(power)) == 186_40

    deliver(file_line(payment))
    assert (ProviderFile.objects.count(), ProviderLine.objects.count(), ReconItem.objects.count()) == (1, 1, 0)
    assert ready.holds(chart.biller(power)) == 186_40


def test_a_file_that_replaces_a_good_one_is_sequence_two_and_is_compared(ready, power):
    first, second = lost(ready, power), lost(ready, power)
    deliver(file_line(first))
    deliver(file_line(first), file_line(second))
    assert list(ProviderFile.objects.order_by("sequence").values_list("sequence", "line_count")) == [(1, 1), (2, 2)]
    assert {row.status for row in Payment.objects.all()} == {"succeeded"}
    assert ready.holds(chart.biller(power)) == 2 * 186_40


def test_a_raw_file_that_is_read_again_changes_nothing(ready, power):
    payment = lost(ready, power)
    raw = deliver(file_line(payment))
    receive_daily_file(daily_file=raw, at=MORNING + HOUR)
    assert ProviderFile.objects.count() == 1
    assert ready.holds(chart.biller(power)) == 186_40


def test_an_unknown_payment_is_settled_by_the_file(ready, power):
    done, declined, back = (lost(ready, power) for _ in range(3))
    deliver(file_line(done), file_line(declined, "failed"), file_line(back), file_line(back, "reversed"))
    states = {row.pk: row.status for row in Payment.objects.all()}
    assert [states[payment.pk] for payment in (done, declined, back)] == ["succeeded", "failed", "reversed"]
    assert ready.holds(ready.funds_key) == 2 * 186_40
    assert Refund.objects.count() == 2


def test_a_line_with_another_amount_settles_nothing_and_is_laid_before_people(ready, power):
    payment = lost(ready, power)
    deliver(file_line(payment, amount="186.41"))
    payment.refresh_from_db()
    assert payment.status == "unknown"
    assert ReconItem.objects.get(kind="amount").amount_diff_minor == 1


def test_a_decided_payment_with_another_amount_in_the_file_is_laid_before_people_too(ready, power):
    payment = lost(ready, power)
    provider_says(payment, "succeeded")
    deliver(file_line(payment, amount="187.40"))
    item = ReconItem.objects.get()
    assert (item.kind, item.amount_diff_minor, item.payment) == ("amount", 1_00, payment)
    assert ready.holds(chart.biller(power)) == 186_40


def test_a_line_that_contradicts_changes_nothing_and_is_laid_before_people(ready, power):
    payment = lost(ready, power)
    provider_says(payment, "failed")
    deliver(file_line(payment))
    payment.refresh_from_db()
    assert (payment.status, ReconItem.objects.get().kind) == ("failed", "status")


def test_lines_of_nobody_are_laid_before_people_once(ready):
    deliver(file_line(A, amount="5.00"), file_line("their-own-77", amount="7.00"))
    deliver(file_line(A, amount="5.00"), file_line("their-own-77", amount="7.00"), file_line(B, amount="9.00"))
    items = ReconItem.objects.filter(kind="missing_internal")
    assert sorted(items.values_list("our_ref", "amount_diff_minor")) == sorted(
        [(A, 5_00), ("their-own-77", 7_00), (B, 9_00)]
    )


# --- what the file lacks


def test_a_reference_that_only_looks_like_one_is_laid_before_people(ready):
    deliver(file_line("-" * 36, amount="5.00"))
    assert ReconItem.objects.get().our_ref == "-" * 36


def test_another_company_says_nothing_about_a_payment_that_it_was_never_given(ready, power):
    water = biller("JS-WATER", provider=provider("JS-WATER"))
    payment = lost(ready, water)
    deliver(file_line(payment))
    assert ProviderLine.objects.get().payment is None
    payment.refresh_from_db()
    assert payment.status == "unknown"


def test_with_each_file_the_company_is_asked_once_more_about_what_is_still_unknown(ready, power):
    payment = lost(ready, power)
    deliver()
    Job.objects.filter(kind="gateways.enquire").delete()
    deliver(date=DATE + DAY, at=MORNING + DAY)
    assert Job.objects.get(kind="gateways.enquire").payload["our_ref"] == str(payment.pk)


def test_a_raw_file_is_forgotten_and_what_it_said_stays(ready, power):
    raw = deliver(file_line(lost(ready, power)))
    raw.delete()
    assert (ProviderFile.objects.get().raw, ProviderLine.objects.count()) == (None, 1)


@pytest.mark.usefixtures("own_database")
def test_a_file_that_is_read_does_not_keep_the_companys_row_from_a_call_that_failed():
    flat_plan()
    biller()
    raw = store_file(provider=provider(), file_date=DATE, content=daily_file(date=DATE.isoformat()), at=MORNING)

    def fails() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                note_trouble(provider=provider(), at=MORNING)
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        receive_daily_file(daily_file=raw, at=MORNING)
        pool.submit(fails).result()
    assert Provider.objects.get().breaker_failed_at == [MORNING]


def test_the_file_is_the_cut_off_of_what_was_sent_on_its_day_and_of_nothing_else(ready, power):
    midnight = dt.datetime(2026, 11, 25, tzinfo=CHINA)
    of_the_day = [lost(ready, power, at=midnight - DAY), lost(ready, power, at=midnight - SECOND)]
    before, after = lost(ready, power, at=midnight - DAY - SECOND), lost(ready, power, at=midnight)
    deliver()
    cutoffs = {row.pk: row.cutoff_at for row in Payment.objects.all()}
    assert [cutoffs[payment.pk] for payment in of_the_day] == [MORNING, MORNING]
    assert [cutoffs[payment.pk] for payment in (before, after)] == [None, None]


def test_before_the_file_not_found_is_never_failure(ready, power):
    payment = lost(ready, power)
    for hours in range(1, 24):
        assert enquiry_finds_nothing(payment, at=NOON + hours * HOUR) == "unknown"
    assert ready.can_use(ready.float_key) == 1_313_60


@pytest.mark.parametrize(("gap", "state"), [(30 * MINUTE - SECOND, "unknown"), (30 * MINUTE, "failed")])
def test_missing_in_the_file_it_failed_after_two_enquiries_half_an_hour_apart_and_not_before(ready, power, gap, state):
    payment = lost(ready, power)
    deliver()
    assert enquiry_finds_nothing(payment, at=MORNING + SECOND) == "unknown"
    assert enquiry_finds_nothing(payment, at=MORNING + SECOND + gap) == state
    assert (ready.holds(ready.funds_key), Refund.objects.count()) == ((186_40, 1) if state == "failed" else (0, 0))


def test_an_enquiry_before_the_cut_off_does_not_count(ready, power):
    payment = lost(ready, power)
    enquiry_finds_nothing(payment, at=MORNING - SECOND)
    deliver()
    assert enquiry_finds_nothing(payment, at=MORNING + 40 * MINUTE) == "unknown"
    assert enquiry_finds_nothing(payment, at=MORNING + 70 * MINUTE) == "failed"


def test_what_stands_in_a_file_with_another_amount_never_counts_as_lost(ready, power):
    payment = lost(ready, power)
    deliver(file_line(payment, amount="1.00"))
    for minutes in (1, 40, 80):
        assert enquiry_finds_nothing(payment, at=MORNING + minutes * MINUTE) == "unknown"


@pytest.mark.django_db
def test_a_request_that_was_lost_on_the_way_fails_at_last_and_the_money_comes_back(sandbox):
    flat_plan()
    power, ready = biller(), desk(float_minor=1_500_00)
    sandbox.wish("lose_request", kind="bill")
    at = now()
    payment = pay(ready, found_bill(ready, power), at=at)
    run_jobs(at)
    payment.refresh_from_db()
    assert payment.status == "unknown"
    date = at.astimezone(CHINA).date()
    arrived = at + DAY
    deliver(date=date, at=arrived)
    for minutes in (0, 15, 31):
        run_jobs(arrived + minutes * MINUTE)
    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "never_received")
    assert sandbox.ledger(our_ref=payment.pk) == []
    assert ready.can_use(ready.funds_key) == 186_40


# --- waiting for too long


@pytest.mark.parametrize(("age", "state"), [(4 * HOUR - SECOND, "pending"), (4 * HOUR, "unknown")])
def test_a_bill_in_progress_for_four_hours_is_unknown(ready, power, age, state):
    payment = lost(ready, power)
    provider_says(payment, "pending")
    pass_deadlines(at=NOON + age)
    payment.refresh_from_db()
    assert payment.status == state
    assert ready.can_use(ready.float_key) == 1_313_60


@pytest.mark.parametrize(("age", "state"), [(15 * MINUTE - SECOND, "pending"), (15 * MINUTE, "unknown")])
def test_any_other_payment_in_progress_for_a_quarter_of_an_hour_is_unknown(ready, power, age, state):
    payment = lost(ready, power)
    provider_says(payment, "pending")
    Payment.objects.update(purpose="recharge")
    pass_deadlines(at=NOON + age)
    payment.refresh_from_db()
    assert payment.status == state


@pytest.mark.parametrize(
    ("purpose", "age", "state"),
    [
        ("bill", 3 * DAY - SECOND, "unknown"),
        ("bill", 3 * DAY, "manual_review"),
        ("travel", DAY - SECOND, "unknown"),
        ("travel", DAY, "manual_review"),
    ],
)
def test_after_days_without_a_definite_answer_people_look(ready, power, purpose, age, state):
    payment = lost(ready, power)
    Payment.objects.update(purpose=purpose)
    county = ready.station.county
    told = [county_clerk_of(county), county_manager_of(county)]
    county_clerk_of(desk().station.county)
    for _ in range(2):
        review_unknown(at=NOON + age)
    payment.refresh_from_db()
    is_review = state == "manual_review"
    assert payment.status == state
    assert ReconItem.objects.filter(kind="status", payment=payment).count() == is_review
    readers = set(Notice.objects.filter(template="payment_in_review").values_list("user", flat=True))
    assert readers == ({user.pk for user in told} if is_review else set())


def test_a_payment_under_review_is_still_decided_by_the_file(ready, power):
    payment = lost(ready, power)
    review_unknown(at=NOON + 3 * DAY)
    deliver(file_line(payment))
    payment.refresh_from_db()
    assert payment.status == "succeeded"


@pytest.mark.django_db
def test_the_sweeps_are_jobs_of_the_schedule():
    assert {"payments.pass_deadlines", "payments.review_unknown"} <= SCHEDULE.keys()
    Job.objects.create(kind="payments.pass_deadlines", dedupe_key="1", run_at=now())
    Job.objects.create(kind="payments.review_unknown", dedupe_key="2", run_at=now())
    assert run_jobs() == 2


# --- a file that does not come


@pytest.mark.parametrize(("late", "is_told"), [(ALARM_AFTER - SECOND, False), (ALARM_AFTER, True)])
def test_six_hours_late_finance_is_told_once_and_the_item_closes_when_the_file_is_there(db, late, is_told):
    officer, company = finance_officer(), provider()
    county_clerk_of(desk().station.county)
    at = due_at(company, DATE) + late
    for _ in range(2):
        alarm_if_late(provider=company, file_date=DATE, at=at)
    notices = Notice.objects.filter(template="daily_file_late")
    assert list(notices.values_list("user", flat=True)) == ([officer.pk] if is_told else [])
    items = ReconItem.objects.filter(kind="file")
    assert [item.status for item in items] == (["unmatched"] if is_told else [])
    deliver()
    assert [item.status for item in items.all()] == (["matched"] if is_told else [])
