"""Recharges: example D to the cent, what is refused before money is taken, what the operator is told."""

import pytest
from django.conf import settings
from django.utils.timezone import now

from core.errors import ProviderDown, QuoteChanged
from core.gateways.models import Instruction
from core.gateways.services import record_balance
from core.gateways.services.sending import begin_call
from core.models import Event, Notice
from core.money import Money
from finance import chart
from finance.fees.services import FeeQuote
from finance.floats.services import FloatTooSmall
from finance.models import Payment, Recharge, Tariff
from finance.payments.services import CeilingReached
from finance.recharge import services
from finance.tills.services import CashDayNotOpen
from stations.network.services import ServiceNotOpen, pause_service
from tests.factories.finance import LONG_AGO_DATE, fill, helper_at
from tests.factories.recharge import (
    PHONE,
    books_of,
    margin_plan,
    nothing_happened,
    operator,
    operator_says,
    plan,
    recharge,
    recharge_desk,
    yuan,
)
from tests.factories.stations import finance_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mobile():
    margin_plan()
    return operator()


@pytest.fixture
def ready():
    return recharge_desk(float_minor=1_500_00)


# ---------------------------------------------------------------- example D of docs/money.md, to the cent


def test_example_d_prepaid_every_account_to_the_cent_after_each_step(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    assert payment.funding == "float"
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_500_00, 1_400_00)
    assert books_of(ready, mobile) == (0, 0, 0, 0, 0)
    operator_says(payment, "succeeded")
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_400_00, 1_400_00)
    assert books_of(ready, mobile) == (0, 98_50, 1_00, 10, 40)
    assert ready.holds(ready.till_key) == ready.holds(ready.funds_key) == 0
    operator_says(payment, "succeeded", event_type="transaction.reversed")
    assert books_of(ready, mobile) == (0, 0, 0, 0, 0)
    assert (ready.holds(ready.float_key), ready.holds(ready.funds_key)) == (1_400_00, 100_00)


def test_example_d_postpaid_every_account_to_the_cent_after_each_step(mobile):
    ready = recharge_desk(mode="postpaid")
    payment = recharge(ready, mobile, bought=plan(mobile))
    assert payment.funding == "till"
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key), ready.can_use(ready.funds_key)) == (
        100_00,
        100_00,
        0,
    )
    operator_says(payment, "succeeded")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (100_00, 0)
    assert books_of(ready, mobile) == (0, 98_50, 1_00, 10, 40)


def test_example_d_a_helper_of_two_thousand_basis_points_gets_twenty_cents(mobile, ready):
    helper = helper_at(ready)
    payment = recharge(ready, mobile, bought=plan(mobile), by=helper)
    operator_says(payment, "succeeded")
    assert ready.holds(chart.commission_of_user(helper.pk)) == 20
    assert books_of(ready, mobile) == (0, 98_50, 80, 10, 40)


def test_example_d_declined_in_prepaid_is_owed_to_the_villager(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "failed")
    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "operator_rejected")
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (1_400_00, 1_400_00)
    assert ready.holds(ready.funds_key) == 100_00
    assert books_of(ready, mobile) == (0, 0, 0, 0, 0)
    assert [(refund.amount_minor, refund.reason) for refund in payment.refunds.all()] == [(100_00, "failed_payment")]


def test_the_page_about_money_tells_the_example_as_the_books_do(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    can_be_used = ready.can_use(ready.float_key)
    operator_says(payment, "succeeded")
    clearing, owed, partner, county, network = (f"{minor / 100:,.2f}" for minor in books_of(ready, mobile))
    page = " ".join((settings.BASE_DIR / "docs/money.md").read_text(encoding="utf-8").split())
    for sentence in (
        f"100.00 for {owed}; of the margin 1.50 the partner has 1 % of the amount, {partner},",
        f"the county 0.1 %, {county},",
        f"the network what is left, {network}.",
        f"Float 1,500.00: taken, {can_be_used / 100:,.2f} can still be used; done, the float holds",
        f"the operator is owed {owed}, and clearing is empty.",
    ):
        assert sentence in page
    assert clearing == "0.00"


def test_declined_in_postpaid_the_cash_stays_and_is_owed(mobile):
    ready = recharge_desk(mode="postpaid")
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "failed")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key), ready.can_use(ready.funds_key)) == (
        100_00,
        100_00,
        100_00,
    )


def test_a_reversal_that_overtakes_its_success_ends_as_in_the_usual_order(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "succeeded", event_type="transaction.reversed")
    operator_says(payment, "succeeded")
    payment.refresh_from_db()
    assert payment.status == "reversed"
    assert books_of(ready, mobile) == (0, 0, 0, 0, 0)
    assert ready.holds(ready.funds_key) == 100_00


# ---------------------------------------------------------------- what is refused before money is taken


def test_a_service_that_is_not_open_takes_nothing(mobile, ready):
    pause_service(
        service=ready.station.services.get(service__code="recharge").service,
        division=ready.station.county,
        actor=None,
        at=now(),
        reason="运营商系统维护",
    )
    with pytest.raises(ServiceNotOpen) as refusal:
        recharge(ready, mobile, bought=plan(mobile))
    assert "运营商系统维护" in str(refusal.value)
    assert nothing_happened(ready)


@pytest.mark.parametrize(("float_minor", "is_taken"), [(99_99, False), (100_00, True), (100_01, True)])
def test_the_float_must_cover_the_total(mobile, float_minor, is_taken):
    ready = recharge_desk(float_minor=float_minor)
    if is_taken:
        assert recharge(ready, mobile, bought=plan(mobile)).status == "held"
    else:
        with pytest.raises(FloatTooSmall):
            recharge(ready, mobile, bought=plan(mobile))
        assert nothing_happened(ready, float_minor=float_minor)


@pytest.mark.parametrize(("held", "is_taken"), [(4_899_99, True), (4_900_00, True), (4_900_01, False)])
def test_company_cash_stays_below_the_ceiling(mobile, held, is_taken):
    ready = recharge_desk(mode="postpaid")
    fill(ready, ready.till_key, held)
    if is_taken:
        assert recharge(ready, mobile, bought=plan(mobile)).status == "held"
    else:
        with pytest.raises(CeilingReached):
            recharge(ready, mobile, bought=plan(mobile))
        assert Payment.objects.count() == 0


def test_company_cash_needs_an_open_day(mobile):
    ready = recharge_desk(mode="postpaid", till_open=False)
    with pytest.raises(CashDayNotOpen):
        recharge(ready, mobile, bought=plan(mobile))
    assert Payment.objects.count() == Recharge.objects.count() == 0


def test_an_operator_behind_an_open_breaker_takes_nothing(mobile, ready):
    mobile.provider.breaker, mobile.provider.breaker_opened_at = "open", now()
    mobile.provider.save()
    with pytest.raises(ProviderDown):
        recharge(ready, mobile, bought=plan(mobile))
    assert nothing_happened(ready)


def test_a_quote_that_has_changed_is_refused_and_the_new_one_pays(mobile, ready):
    sold = plan(mobile)
    shown = services.quote_recharge(
        phone=PHONE, operator=mobile, plan=sold, amount=None, station=ready.station, by=ready.partner, at=now()
    )
    assert shown == FeeQuote(yuan(100), yuan(0), yuan(1))
    Tariff.objects.create(service="recharge", kind="flat", value=50, from_date=LONG_AGO_DATE)
    with pytest.raises(QuoteChanged):
        recharge(ready, mobile, bought=sold, expected=shown)
    assert nothing_happened(ready)
    fresh = FeeQuote(yuan(100), Money(50, "CNY"), yuan(1))
    assert recharge(ready, mobile, bought=sold, expected=fresh).total_minor == 100_50


def test_the_same_recharge_is_tried_again_only_when_the_first_has_failed(mobile, ready):
    sold = plan(mobile)
    first = recharge(ready, mobile, bought=sold)
    with pytest.raises(services.RechargeInProgress):
        recharge(ready, mobile, bought=sold)
    assert (Payment.objects.count(), ready.can_use(ready.float_key)) == (1, 1_400_00)
    assert recharge(ready, mobile, amount=yuan(50)).status == "held"
    operator_says(first, "failed")
    assert recharge(ready, mobile, bought=sold).status == "held"


def test_a_second_recharge_of_a_day_is_no_mistake_once_the_first_is_done(mobile, ready):
    sold = plan(mobile)
    operator_says(recharge(ready, mobile, bought=sold), "succeeded")
    assert recharge(ready, mobile, bought=sold).status == "held"


# ---------------------------------------------------------------- what the operator is told, what is kept


def test_the_phone_goes_on_the_wire_and_not_into_the_instruction(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    instruction = Instruction.objects.get(pk=payment.pk)
    assert "phone" not in instruction.request
    assert (
        begin_call(our_ref=payment.pk, attempt=1, may_have_run="", at=now()).body
        == (
            f'{{"amount":"100.00","currency":"CNY","operator_code":"CN-MOBILE","our_ref":"{payment.pk}",'
            f'"phone":"{PHONE}","plan_code":"CN-MOBILE-100"}}'
        ).encode()
    )


def test_the_house_is_told_once_when_it_is_done_and_by_no_name_or_phone(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    for _again in range(2):
        operator_says(payment, "succeeded")
    event = Event.objects.get(name="finance.recharge_done")
    assert event.payload["operator"] == "CN-MOBILE"
    assert (event.payload["payment"], event.payload["amount_minor"]) == (str(payment.pk), 100_00)
    assert PHONE[-8:] not in str(event.payload)


def test_a_declined_recharge_is_not_told_as_done(mobile, ready):
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "failed")
    assert not Event.objects.filter(name="finance.recharge_done").exists()


def test_the_slip_shows_company_number_and_plan_and_the_final_one_the_operators_reference(mobile, ready):
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "succeeded")
    lines = {line["name"]: line["value"] for line in payment.receipts.get(kind="final").lines}
    assert (lines["phone"], lines["operator_ref"]) == ("138 0516 0001", "M-1")
    assert lines["operator"] == {"en": "China Mobile", "zh-hans": "中国移动"}


@pytest.mark.parametrize(("minor", "is_told"), [(499_99, True), (500_00, False)])
def test_officers_of_finance_are_told_that_a_prefund_runs_low(mobile, minor, is_told):
    officer = finance_officer()
    company = mobile.provider
    company.prefund_alarm_minor = 500_00
    company.save()
    record_balance(provider=company, balance=Money(minor, "CNY"), at=now())
    notices = Notice.objects.filter(template="prefund_low")
    assert [notice.user for notice in notices] == [officer.pk] * is_told
