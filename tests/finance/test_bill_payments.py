"""A bill paid: every account to the cent, in both modes, whatever the provider says and in whatever order."""

import datetime as dt
import itertools

import pytest
from django.utils.timezone import now

from core.errors import QuoteChanged
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services.answers import apply
from core.money import Money
from finance import chart
from finance.bills.services import (
    AmountNotAllowed,
    BillAlreadyPaid,
    BillInProgress,
    FetchExpired,
    quote_bill,
)
from finance.fees.services import FeeQuote
from finance.floats.services import FloatTooSmall
from finance.models import BillPayment, CommissionLine, Payment, ReconItem, Refund
from finance.payments.queries import warnings_at
from finance.payments.services import CeilingReached, cancel_payment, notify_refund, submit_payment
from finance.tills.services import CashDayNotOpen
from ledger.queries import trial_balance
from tests.factories.days import today
from tests.factories.finance import Desk, biller, book, desk, flat_plan, found_bill, helper_at, pay, provider_says
from tests.factories.gateways import ProviderFactory

pytestmark = pytest.mark.django_db


def assert_books_balance():
    lines = trial_balance(book(), date=today())
    assert sum(line.debits for line in lines) == sum(line.credits for line in lines)


def status_of(payment):
    return Payment.objects.get(pk=payment.pk).status


@pytest.fixture
def power():
    flat_plan()
    return biller()


def assert_example_e(ready: Desk, power):
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert ready.holds(chart.biller(power)) == 186_40
    assert ready.holds(chart.fee_receivable(power)) == 1_50
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    assert ready.holds(chart.commission_of_county(ready.station.county)) == 15
    assert ready.holds(chart.platform("revenue")) == 35
    assert_books_balance()


def test_prepaid_the_float_is_held_and_then_goes_to_the_biller_and_the_fee_to_those_who_earned_it(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power), cash_given=Money(200_00, "CNY"))

    assert (payment.status, payment.funding, payment.change) == ("held", "float", Money(13_60, "CNY"))
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_500_00, 1_313_60)
    assert ready.holds(ready.till_key) == 0

    provider_says(payment, "succeeded")
    assert status_of(payment) == "succeeded"
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_313_60, 1_313_60)
    assert_example_e(ready, power)
    slip = payment.receipts.get(kind="final")
    lines = {line["name"]: line["value"] for line in slip.lines}
    assert (lines["amount"], lines["agent_fee"], lines["total"]) == ("186.40", "0.00", "186.40")
    assert (lines["biller_receipt_no"], lines["customer_name"], lines["change"]) == ("R-77", "王*英", "13.60")


def test_postpaid_the_cash_is_company_cash_in_the_till_and_the_rest_is_the_same(power):
    ready = desk(mode="postpaid")
    payment = pay(ready, found_bill(ready, power))
    assert payment.funding == "till"
    assert ready.holds(ready.till_key) == 186_40
    assert (ready.holds(ready.funds_key), ready.can_use(ready.funds_key)) == (186_40, 0)

    provider_says(payment, "succeeded")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (186_40, 0)
    assert_example_e(ready, power)


def test_a_helper_gets_his_part_of_the_partners_share(power):
    ready = desk(float_minor=1_500_00)
    helper = helper_at(ready, share_bp=2_000)
    payment = pay(ready, found_bill(ready, power), by=helper)
    provider_says(payment, "succeeded")
    assert ready.holds(chart.commission_of_user(helper.pk)) == 20
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 80
    assert {line.beneficiary: line.amount_minor for line in CommissionLine.objects.all()} == {
        "partner": 80,
        "helper": 20,
        "county": 15,
        "platform": 35,
    }


def test_a_biller_that_changed_its_provider_meanwhile_leaves_nothing_in_either_clearing(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power))
    told, other = power.provider, ProviderFactory(code="JS-OTHER")
    type(power).objects.update(provider=other)
    instruction = Instruction.objects.get(pk=payment.pk)
    apply(
        our_ref=payment.pk,
        result=Result(str(payment.pk), instruction.kind, Status.SUCCEEDED, amount=payment.amount),
        source="callback",
        at=now(),
    )
    assert (ready.holds(chart.clearing(told)), ready.holds(chart.clearing(other))) == (0, 0)
    assert ready.holds(chart.biller(power)) == 186_40


def test_declined_prepaid_the_float_is_whole_again_less_what_the_villager_is_owed(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power, amount=100_00))
    provider_says(payment, "failed")
    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "operator_rejected")
    assert ready.holds(ready.float_key) == ready.can_use(ready.float_key) == 1_400_00
    assert ready.holds(ready.funds_key) == 100_00
    refund = payment.refunds.get()
    assert (refund.amount_minor, refund.reason, refund.status) == (100_00, "failed_payment", "granted")
    assert CommissionLine.objects.count() == 0
    assert_books_balance()


def test_declined_postpaid_the_cash_stays_in_the_till_and_is_owed(power):
    ready = desk(mode="postpaid")
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "failed")
    assert (ready.holds(ready.till_key), ready.can_use(ready.funds_key)) == (186_40, 186_40)
    assert_books_balance()


def test_taken_back_after_success_every_leg_is_reversed_and_the_villager_is_owed_the_total(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    assert status_of(payment) == "reversed"
    for key in (
        chart.clearing(power.provider),
        chart.biller(power),
        chart.fee_receivable(power),
        chart.commission_of_user(ready.partner.pk),
        chart.platform("revenue"),
    ):
        assert ready.holds(key) == 0
    assert ready.holds(ready.funds_key) == 186_40
    assert sum(line.amount_minor for line in CommissionLine.objects.all()) == 0
    assert Refund.objects.get().reason == "reversed"
    assert not BillPayment.objects.get().is_live
    assert_books_balance()


@pytest.mark.parametrize(
    "order", sorted(set(itertools.permutations(["pending", "succeeded", "succeeded", "reversed"])))
)
def test_answers_in_any_order_and_number_end_the_same(power, order):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power))
    for said in order:
        if said == "reversed":
            provider_says(payment, "succeeded", event_type="transaction.reversed")
        else:
            provider_says(payment, said)
    assert status_of(payment) == "reversed"
    assert ready.holds(ready.funds_key) == 186_40
    assert ready.holds(ready.float_key) == 1_313_60
    assert Refund.objects.count() == 1
    assert_books_balance()


def test_a_contradiction_changes_nothing_and_is_laid_before_people(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "failed")
    provider_says(payment, "succeeded")
    assert status_of(payment) == "failed"
    assert ReconItem.objects.get().kind == "status"
    assert ready.holds(chart.biller(power)) == 0


@pytest.mark.parametrize(
    ("changed", "kind", "difference"),
    [
        ({"amount": "186.41"}, "amount", 1),
        ({"amount": "186.39"}, "amount", -1),
        ({"amount": "0.00"}, "amount", -186_40),
        ({"currency": "USD"}, "currency", 0),
    ],
)
def test_another_amount_or_currency_is_not_an_answer(power, changed, kind, difference):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded", **changed)
    assert status_of(payment) == "unknown"
    item = ReconItem.objects.get()
    assert (item.kind, item.amount_diff_minor, item.currency) == (kind, difference, "CNY")
    assert ready.holds(ready.float_key) == 1_500_00


def test_a_float_that_is_too_small_by_one_cent_is_refused_and_nothing_happens(power):
    ready = desk(float_minor=186_39)
    with pytest.raises(FloatTooSmall):
        pay(ready, found_bill(ready, power))
    assert Payment.objects.count() == 0
    assert ready.can_use(ready.float_key) == 186_39


def test_a_float_that_fits_exactly_is_used_up(power):
    ready = desk(float_minor=186_40)
    pay(ready, found_bill(ready, power))
    assert ready.can_use(ready.float_key) == 0


@pytest.mark.parametrize(("amount", "is_refused"), [(4_999_99, False), (5_000_00, False), (5_000_01, True)])
def test_the_till_may_reach_its_ceiling_and_not_pass_it(power, amount, is_refused):
    ready = desk(mode="postpaid")
    fetch = found_bill(ready, power, amount=amount)
    if is_refused:
        with pytest.raises(CeilingReached):
            pay(ready, fetch)
        assert Payment.objects.count() == 0
    else:
        assert pay(ready, fetch).status == "held"


def test_company_cash_needs_an_open_cash_day(power):
    ready = desk(mode="postpaid", till_open=False)
    with pytest.raises(CashDayNotOpen):
        pay(ready, found_bill(ready, power))
    assert Payment.objects.count() == 0


def test_the_same_bill_at_two_stations_is_in_progress_then_paid_then_free_again(power):
    here, there = desk(float_minor=1_500_00), desk(float_minor=1_500_00)
    first = pay(here, found_bill(here, power, bill_ref="B1"))
    with pytest.raises(BillInProgress):
        pay(there, found_bill(there, power, bill_ref="B1"))
    provider_says(first, "succeeded")
    with pytest.raises(BillAlreadyPaid):
        pay(there, found_bill(there, power, bill_ref="B1"))
    provider_says(first, "succeeded", event_type="transaction.reversed")
    assert pay(there, found_bill(there, power, bill_ref="B1")).status == "held"


def test_an_old_fetch_and_a_wrong_amount_are_refused(power):
    ready = desk(float_minor=1_500_00)
    with pytest.raises(FetchExpired):
        pay(ready, found_bill(ready, power, expires_at=now()))
    with pytest.raises(AmountNotAllowed):
        pay(ready, found_bill(ready, power), amount=Money(186_41, "CNY"))
    assert Payment.objects.count() == 0


def test_a_quote_that_no_longer_holds_is_refused(power):
    ready = desk(float_minor=1_500_00)
    fetch = found_bill(ready, power)
    quote = quote_bill(biller=power, amount=fetch.amount, station=ready.station, by=ready.partner, at=now())
    assert quote == FeeQuote(Money(186_40, "CNY"), Money(0, "CNY"), Money(1_00, "CNY"))
    with pytest.raises(QuoteChanged):
        pay(ready, fetch, expected=FeeQuote(fetch.amount, Money(0, "CNY"), Money(2_00, "CNY")))
    assert pay(ready, fetch, expected=quote).status == "held"


def test_a_paid_bill_is_said_to_be_paid_even_where_the_part_shown_no_longer_holds(power):
    ready = desk(float_minor=1_500_00)
    provider_says(pay(ready, found_bill(ready, power, bill_ref="B1")), "succeeded")
    shown_before = FeeQuote(Money(186_40, "CNY"), Money(0, "CNY"), Money(2_00, "CNY"))
    with pytest.raises(BillAlreadyPaid):
        pay(ready, found_bill(ready, power, bill_ref="B1"), expected=shown_before)
    assert Payment.objects.count() == 1


def test_a_payment_that_was_not_sent_can_be_called_off(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power, bill_ref="B9"))
    cancel_payment(payment=payment, by=ready.partner, at=now())
    assert status_of(payment) == "failed"
    assert ready.holds(ready.funds_key) == 186_40
    notify_refund(refund=Refund.objects.get(), at=now())
    assert Refund.objects.get().status == "ready_for_cash"
    assert pay(ready, found_bill(ready, power, bill_ref="B9")).status == "held"


@pytest.mark.parametrize(("amount", "warns"), [(3_999_99, False), (4_000_00, True)])
def test_from_four_fifths_of_the_ceiling_on_every_answer_warns(power, amount, warns):
    ready = desk(mode="postpaid")
    pay(ready, found_bill(ready, power, amount=amount))
    assert [warning["code"] for warning in warnings_at(ready.station, at=now())] == ["ceiling_near"] * warns


def test_a_slip_in_progress_is_decided_by_the_daily_file_of_the_next_morning(power):
    ready = desk(float_minor=1_500_00)
    payment = pay(ready, found_bill(ready, power))
    sent_at = dt.datetime(2026, 11, 25, 15, 59, tzinfo=dt.UTC)  # 23:59 in the provider's zone
    submit_payment(instruction=Instruction.objects.get(pk=payment.pk), at=sent_at)
    payment.refresh_from_db()
    assert payment.deadline_at == dt.datetime(2026, 11, 25, 22, 30, tzinfo=dt.UTC)
