"""What daily files and silence decide about recharges."""

import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from core.gateways.results import Result, Status
from core.gateways.services import store_file
from core.gateways.services.answers import apply
from core.jobs.models import Job
from core.models import Instruction
from finance import chart
from finance.models import Operator, ReconItem
from finance.payments.services import WitnessProof, ask_reversal, pass_deadlines
from finance.recon.services import receive_daily_file
from finance.recon.tasks import apply_line
from tests.factories.daily_files import daily_file
from tests.factories.finance import sent
from tests.factories.recharge import margin_plan, operator, operator_says, plan, recharge, recharge_desk

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
CHINA = ZoneInfo("Asia/Shanghai")
DATE = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=CHINA)
MORNING = dt.datetime(2026, 11, 25, 6, tzinfo=CHINA)


@pytest.fixture
def ready():
    margin_plan()
    return recharge_desk(float_minor=1_500_00)


@pytest.fixture
def mobile(ready):
    return operator()


@pytest.fixture
def silent(ready, mobile):
    """A recharge that was sent at noon and never answered."""
    return sent(recharge(ready, mobile, bought=plan(mobile), at=NOON), at=NOON)


def line(payment, status="succeeded", amount="100.00"):
    our_ref = getattr(payment, "pk", payment)
    return f"M-{str(our_ref)[-6:]},{our_ref},recharge,{status},{amount},0.00,2026-11-24T05:00:00Z"


def file_comes(mobile, *lines, date=DATE, at=MORNING):
    header = f"H,1,{mobile.code},{date},CNY,{date}T22:00:00Z"
    content = daily_file(*lines, date=str(date), header=header)
    stored = store_file(provider=mobile.provider, file_date=date, content=content, at=at)
    receive_daily_file(daily_file=stored, at=at)
    for waiting in Job.objects.filter(kind="recon.apply_line", state="waiting").order_by("pk"):
        apply_line(waiting.payload, at)
        Job.objects.filter(pk=waiting.pk).update(state="done", finished_at=at)


def finds_nothing(payment, *, at):
    nothing = Result(str(payment.pk), Instruction.Kind.RECHARGE, Status.NOT_FOUND)
    apply(our_ref=payment.pk, result=nothing, source="enquiry", at=at)
    payment.refresh_from_db()
    return payment.status


def test_a_line_of_the_file_decides_what_nobody_knew(ready, mobile, silent):
    file_comes(mobile, line(silent))
    silent.refresh_from_db()
    assert silent.status == "succeeded"
    assert ready.holds(chart.operator(mobile)) == 98_50


def test_a_line_that_says_failed_decides_too(ready, mobile, silent):
    file_comes(mobile, line(silent, "failed"))
    silent.refresh_from_db()
    assert (silent.status, ready.holds(ready.funds_key)) == ("failed", 100_00)


def test_a_line_reversed_takes_a_success_back(ready, mobile):
    payment = recharge(ready, mobile, bought=plan(mobile), at=NOON)
    operator_says(payment, "succeeded", at=NOON)
    file_comes(mobile, line(payment), line(payment, "reversed"))
    payment.refresh_from_db()
    assert (payment.status, ready.holds(ready.funds_key)) == ("reversed", 100_00)


def test_a_line_reversed_answers_an_asking_too(ready, mobile):
    Operator.objects.update(reversal_days=3)
    payment = recharge(ready, mobile, bought=plan(mobile), at=NOON)
    operator_says(payment, "succeeded", at=NOON)
    proof = WitnessProof(payment.receipts.get(kind="final").number)
    ask_reversal(payment=payment, reason="wrong_number", proof=proof, by=ready.partner, at=NOON)
    file_comes(mobile, line(payment), line(payment, "reversed"))
    payment.refresh_from_db()
    assert (payment.status, payment.reversals.get().status) == ("reversed", "taken_back")
    assert payment.refunds.count() == 1


def test_another_amount_in_the_file_is_laid_before_people(ready, mobile, silent):
    file_comes(mobile, line(silent, amount="99.00"))
    silent.refresh_from_db()
    assert silent.status == "unknown"
    assert "amount" in set(ReconItem.objects.values_list("kind", flat=True))


def test_a_recharge_that_we_never_made_is_named(mobile):
    stray = str(uuid4())
    file_comes(mobile, line(stray))
    item = ReconItem.objects.get(kind="missing_internal")
    assert item.our_ref == stray


def test_the_cutoff_is_a_day_after_it_was_sent_and_the_slip_says_so(silent):
    assert Instruction.objects.get(pk=silent.pk).cutoff_at == silent.cutoff_at == NOON + DAY
    assert silent.deadline_at == NOON + DAY + 30 * MINUTE


def test_it_has_failed_after_two_questions_past_the_cutoff_half_an_hour_apart_and_the_file_without_it(
    ready, mobile, silent
):
    file_comes(mobile)
    silent.refresh_from_db()
    assert silent.status == "unknown"
    assert finds_nothing(silent, at=NOON + DAY - MINUTE) == "unknown"
    assert finds_nothing(silent, at=NOON + DAY) == "unknown"
    assert finds_nothing(silent, at=NOON + DAY + 29 * MINUTE) == "unknown"
    assert finds_nothing(silent, at=NOON + DAY + 30 * MINUTE) == "failed"
    assert (silent.failure_code, ready.holds(ready.funds_key)) == ("never_received", 100_00)


def test_without_the_file_of_its_day_silence_decides_nothing(ready, mobile, silent):
    for hours in (24, 25, 26):
        assert finds_nothing(silent, at=NOON + hours * HOUR) == "unknown"
    file_comes(mobile, at=NOON + 27 * HOUR)
    assert finds_nothing(silent, at=NOON + 28 * HOUR) == "failed"


def test_a_company_that_sends_no_files_is_believed_without_one(ready, mobile, silent):
    mobile.provider.file_time = None
    mobile.provider.save()
    assert finds_nothing(silent, at=NOON + DAY) == "unknown"
    assert finds_nothing(silent, at=NOON + DAY + 30 * MINUTE) == "failed"


def test_a_late_file_has_the_company_asked_once_more(ready, mobile, silent):
    for hours in (24, 25):
        finds_nothing(silent, at=NOON + hours * HOUR)
    before = Instruction.objects.get(pk=silent.pk)
    stored = store_file(
        provider=mobile.provider,
        file_date=DATE,
        content=daily_file(date=str(DATE), header=f"H,1,{mobile.code},{DATE},CNY,{DATE}T22:00:00Z"),
        at=NOON + 30 * HOUR,
    )
    receive_daily_file(daily_file=stored, at=NOON + 30 * HOUR)
    asked = Job.objects.filter(kind="gateways.enquire", payload__our_ref=str(before.pk), run_at=NOON + 30 * HOUR)
    assert asked.count() == 1


@pytest.mark.parametrize(("minutes", "status"), [(14, "pending"), (15, "unknown")])
def test_in_progress_for_a_quarter_of_an_hour_nobody_knows(ready, mobile, minutes, status):
    payment = recharge(ready, mobile, bought=plan(mobile), at=NOON)
    operator_says(payment, "pending", at=NOON)
    pass_deadlines(at=NOON + minutes * MINUTE)
    payment.refresh_from_db()
    assert payment.status == status
