"""Lines of the bank settle the days of a company: gross, net, late, or nothing at all."""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.gateways.models import Instruction
from finance import chart
from finance.models import BankExplanation, ProviderSum, ReconItem
from finance.payments.services import reverse_payment
from finance.recon.services import note_unsettled_sums, settle_sums
from tests.factories.daily_files import file_line
from tests.factories.finance import biller, desk, flat_plan
from tests.factories.recon import bank_lines, deliver
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


def test_one_bank_line_settles_a_day_gross(ready, power):
    payments = [paid(ready, power), paid(ready, power, amount=13_60)]
    deliver(*(file_line(payment) for payment in payments), date=DATE, at=MORNING)
    day = ProviderSum.objects.get()
    assert (day.amount_minor, day.reference, day.due_date) == (-200_00, "JS-POWER-20261124-BILL", dt.date(2026, 11, 27))
    [line] = bank_lines("B-1,out,200.00,电费 JS POWER 20261124 bill")
    assert settle_sums(at=now()) == 1
    day.refresh_from_db()
    assert day.bank_line == line
    assert (ready.holds(chart.biller(power)), ready.holds(chart.suspense("main"))) == (0, 0)
    assert settle_sums(at=now()) == 0


def test_a_net_settlement_takes_the_fee_as_received_example_e(ready, power):
    power.settlement = "net_t1"
    power.save()
    payment = paid(ready, power)
    deliver(file_line(payment).replace("0.00,2026", "1.50,2026"), date=DATE, at=MORNING)
    bank_lines("B-1,out,184.90,JS-POWER-20261124-BILL")
    settle_sums(at=now())
    assert ready.holds(chart.biller(power)) == 0
    assert ready.holds(chart.fee_receivable(power)) == 0
    assert ready.holds(chart.suspense("main")) == 0


def test_a_day_with_more_taken_back_than_paid_comes_in(ready, power):
    payment = paid(ready, power)
    deliver(file_line(payment), date=DATE, at=MORNING)
    bank_lines("B-1,out,186.40,JS-POWER-20261124-BILL")
    settle_sums(at=now())
    reverse_payment(payment=payment, at=NOON + DAY)
    Instruction.objects.filter(pk=payment.pk).update(outcome="reversed")
    deliver(file_line(payment, "reversed"), date=DATE + DAY, at=MORNING + DAY)
    assert ProviderSum.objects.get(file__file_date=DATE + DAY).amount_minor == 186_40
    bank_lines("B-2,in,186.40,JS-POWER-20261125-BILL", date="2026-11-26")
    settle_sums(at=now())
    assert (ready.holds(chart.biller(power)), ready.holds(chart.suspense("main"))) == (0, 0)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("B-1,out,186.39,JS-POWER-20261124-BILL", "2026-11-25"),
        ("B-1,in,186.40,JS-POWER-20261124-BILL", "2026-11-25"),
        ("B-1,out,186.40,JS-POWER-20261123-BILL", "2026-11-25"),
        ("B-1,out,186.40,JS-POWER-20261124-BILL", "2026-11-28"),
        ("B-1,out,186.40,JS-POWER-20261124-BILL", "2026-11-23"),
    ],
)
def test_a_bank_line_settles_only_what_fits_to_the_cent_with_its_reference_and_in_time(ready, power, line, date):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    bank_lines(line, date=date)
    assert settle_sums(at=now()) == 0
    assert BankExplanation.objects.count() == 0
    assert ready.holds(chart.biller(power)) == 186_40


def test_two_bank_lines_that_fit_are_left_to_people(ready, power):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    bank_lines("B-1,out,186.40,JS-POWER-20261124-BILL", "B-2,out,186.40,JS-POWER-20261124-BILL")
    assert settle_sums(at=now()) == 0


@pytest.mark.parametrize(("date", "count"), [(dt.date(2026, 11, 27), 0), (dt.date(2026, 11, 28), 1)])
def test_unsettled_after_three_bank_days_it_is_laid_before_people(ready, power, date, count):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    at = dt.datetime.combine(date, dt.time(12), tzinfo=CHINA)
    assert note_unsettled_sums(at=at) == count
    assert ReconItem.objects.filter(kind="amount", sides=["provider", "bank"]).count() == count


def test_a_bank_line_that_comes_late_and_is_explained_by_people_leaves_the_item_to_them(ready, power):
    deliver(file_line(paid(ready, power)), date=DATE, at=MORNING)
    note_unsettled_sums(at=MORNING + 10 * DAY)
    bank_lines("B-1,out,186.40,JS-POWER-20261124-BILL", date="2026-12-04")
    assert settle_sums(at=now()) == 0
    assert the_item().status == "unmatched"


def test_a_day_of_nothing_needs_no_bank_line(ready, power):
    payment = paid(ready, power)
    deliver(file_line(payment, "failed"), date=DATE, at=MORNING)
    assert ProviderSum.objects.count() == 0


def test_of_a_corrected_file_only_the_rest_is_settled(ready, power):
    first, second = paid(ready, power), paid(ready, power, amount=13_60)
    deliver(file_line(first), date=DATE, at=MORNING)
    bank_lines("B-1,out,186.40,JS-POWER-20261124-BILL")
    settle_sums(at=now())
    deliver(file_line(first), file_line(second), date=DATE, at=MORNING + HOUR)
    assert ProviderSum.objects.get(file__sequence=2).amount_minor == -13_60
