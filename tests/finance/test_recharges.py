"""Phones recharged: whose number it is, what is sold, what it earns, and what is refused."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import ProviderDown, QuoteChanged
from core.gateways.models import Instruction
from core.gateways.services import record_balance
from core.gateways.services.sending import begin_call
from core.models import Event, Notice
from core.money import Money
from finance import chart
from finance.fees.services import FeeQuote
from finance.models import CommissionLine, Payment, Plan, Recharge, ReconItem, Tariff
from finance.payments.services import CeilingReached, FloatTooSmall
from finance.recharge import services
from finance.recharge.numbers import PhoneInvalid, operator_of, read_number
from finance.tills.services import CashDayNotOpen
from ledger.queries import trial_balance
from stations.network.services import pause_service
from tests.factories.days import today
from tests.factories.finance import LONG_AGO_DATE, book, fill, helper_at, plan_of
from tests.factories.recharge import (
    OTHER,
    PHONE,
    margin_plan,
    operator,
    operator_says,
    plan,
    recharge,
    recharge_desk,
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


def nothing_happened(ready, *, float_minor=1_500_00):
    return (
        Payment.objects.count() == Recharge.objects.count() == Instruction.objects.count() == 0
        and ready.can_use(ready.float_key) == float_minor
    )


def yuan(amount):
    return Money(int(amount * 100), "CNY")


def books_of(ready, mobile):
    """Clearing, operator, partner, county, revenue."""
    lines = trial_balance(book(), date=today())
    assert sum(line.debits - line.credits for line in lines) == 0
    return tuple(
        ready.holds(key)
        for key in (
            chart.clearing(mobile.provider),
            chart.operator(mobile),
            chart.commission_of_user(ready.partner.pk),
            chart.commission_of_county(ready.station.county),
            chart.platform("revenue"),
        )
    )


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
    clearing, owed, partner, county, house = (f"{minor / 100:,.2f}" for minor in books_of(ready, mobile))
    page = " ".join((settings.BASE_DIR / "docs/money.md").read_text(encoding="utf-8").split())
    for sentence in (
        f"100.00 for {owed}; of the margin 1.50 the partner has 1 % of the amount, {partner},",
        f"the county 0.1 %, {county},",
        f"the house what is left, {house}.",
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


# ---------------------------------------------------------------- margins


def test_an_amount_that_no_plan_names_is_owed_at_the_rate_of_the_operator_half_up(mobile, ready):
    payment = recharge(ready, mobile, amount=Money(33_33, "CNY"))
    assert payment.recharge.wholesale_minor == 32_83  # 32.83005
    operator_says(payment, "succeeded")
    assert books_of(ready, mobile) == (0, 32_83, 33, 3, 14)


def test_half_a_cent_is_owed_up(mobile):
    assert mobile.wholesale_of(Money(1_00, "CNY")) == Money(99, "CNY")  # 0.985


def test_a_plan_that_is_dearer_tomorrow_changes_nothing_for_what_was_sold_today(mobile, ready):
    sold = plan(mobile)
    payment = recharge(ready, mobile, bought=sold)
    Plan.objects.filter(pk=sold.pk).update(wholesale_amount_minor=99_50)
    operator_says(payment, "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 1_00, 10, 40)


def test_without_a_rule_what_clearing_holds_is_revenue_and_finance_is_told(ready):
    plan_of({"service": "bill_payment", "total_kind": "flat", "total_value": 150})
    mobile = operator()
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 0, 0, 1_50)
    assert ReconItem.objects.get().kind == "rule"


def test_a_floor_above_the_margin_is_paid_by_the_house(ready):
    margin_plan(floor_minor=2_00, shares=[("partner", "percent_of_total", 10_000)])
    mobile = operator()
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 2_00, 0, 0)
    assert ready.holds(chart.platform("expense")) == 50


def test_the_villagers_fee_has_a_rule_of_its_own(ready):
    Tariff.objects.create(service="recharge", kind="flat", value=2_00, from_date=LONG_AGO_DATE)
    shares = [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)]
    plan_of(
        {"service": "recharge", "total_kind": "margin", "total_value": 0, "shares": shares},
        {
            "service": "recharge.agent_fee",
            "total_kind": "percent",
            "total_value": 10_000,
            "shares": [("partner", "percent_of_total", 8_000)],
        },
    )
    mobile = operator()
    payment = recharge(ready, mobile, bought=plan(mobile))
    assert payment.total_minor == 102_00
    operator_says(payment, "succeeded")
    assert books_of(ready, mobile) == (0, 98_50, 2_60, 10, 80)


def test_two_recharges_of_one_phone_within_half_an_hour_count_as_one(ready):
    margin_plan(
        total_kind="flat",
        total_value=1_00,
        once_per_target_minutes=30,
        shares=[("partner", "percent_of_total", 10_000)],
    )
    mobile = operator()
    for face in (100_00, 50_00):
        operator_says(recharge(ready, mobile, bought=plan(mobile, face=face, wholesale=face - 1_50)), "succeeded")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00
    other = plan(mobile, face=30_00, wholesale=28_50)
    operator_says(recharge(ready, mobile, bought=other, phone="+8613805169999"), "succeeded")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 2_00


def test_lines_of_commission_tell_nobody_the_phone(mobile, ready):
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert PHONE[-8:] not in str(list(CommissionLine.objects.values()))


# ---------------------------------------------------------------- whose number


@pytest.mark.parametrize(
    ("typed", "national"),
    [("13805160001", "13805160001"), ("+86 138 0516 0001", "13805160001"), ("138-0516-0001", "13805160001")],
)
def test_a_number_is_read_as_people_write_it(typed, national):
    assert read_number(typed, country="CN").national == national


@pytest.mark.parametrize("typed", ["", "abc", "12", "138051600011234567"])
def test_what_is_no_number_is_refused_at_its_field(typed):
    with pytest.raises(PhoneInvalid) as refusal:
        read_number(typed, country="CN")
    assert (refusal.value.status, refusal.value.field) == (400, "phone")


def test_the_longest_beginning_decides_whose_number_it_is():
    mobile, satellite = operator(prefixes=("134",)), operator("CN-TELECOM", prefixes=("1349", "133"))
    assert operator_of("13480000000", country="CN", on=today()) == mobile
    assert operator_of("13490000000", country="CN", on=today()) == satellite
    assert operator_of("1349", country="CN", on=today()) == satellite
    assert operator_of("17000000000", country="CN", on=today()) is None
    assert operator_of("13480000000", country="ES", on=today()) is None


def test_an_operator_that_has_ended_is_found_no_more():
    operator(to_date=today(), from_date=today() - dt.timedelta(days=9))
    assert operator_of("13805160001", country="CN", on=today()) is None


@pytest.mark.parametrize("confirmed", ["", "CN-TELECOM"])
def test_a_number_that_begins_like_anothers_needs_to_be_confirmed(mobile, ready, confirmed):
    operator("CN-TELECOM", prefixes=("133",), name_zh="中国电信")
    with pytest.raises(services.OperatorMismatch) as refusal:
        recharge(ready, mobile, bought=plan(mobile), phone=OTHER, confirmed_operator=confirmed)
    assert "中国电信" in str(refusal.value)
    assert nothing_happened(ready)


def test_a_ported_number_that_was_confirmed_is_recharged_and_remembered_as_such(mobile, ready):
    operator("CN-TELECOM", prefixes=("133",))
    payment = recharge(ready, mobile, bought=plan(mobile), phone=OTHER, confirmed_operator="CN-MOBILE")
    assert (payment.recharge.is_ported, payment.status) == (True, "held")
    assert not recharge(ready, mobile, amount=yuan(50)).recharge.is_ported


def test_a_number_that_no_operator_has_needs_to_be_confirmed_too(mobile, ready):
    with pytest.raises(services.OperatorMismatch):
        recharge(ready, mobile, bought=plan(mobile), phone="+8617012345678")
    assert nothing_happened(ready)


def test_a_number_that_cannot_be_one_of_the_operators_is_refused(ready):
    margin_plan()
    mobile = operator(phone_pattern=r"138[0-9]{7}")
    with pytest.raises(PhoneInvalid):
        recharge(ready, mobile, bought=plan(mobile))
    assert nothing_happened(ready)


# ---------------------------------------------------------------- what is sold


def test_a_plan_is_sold_from_its_first_day_and_until_before_its_last(mobile, ready):
    day = dt.timedelta(days=1)
    for number, (starts, ends, is_sold) in enumerate(
        [
            (today(), None, True),
            (today() + day, None, False),
            (today() - day, today(), False),
            (today() - day, today() + day, True),
        ]
    ):
        dated = plan(
            mobile, code=f"P{number}", face=(10 + number) * 100, wholesale=9_00, from_date=starts, to_date=ends
        )
        if is_sold:
            assert recharge(ready, mobile, bought=dated).status == "held"
        else:
            with pytest.raises(services.PlanNotSold):
                recharge(ready, mobile, bought=dated)
    assert Payment.objects.count() == 2


def test_another_operators_plan_or_another_amount_than_the_plans_is_not_sold(mobile, ready):
    telecom = operator("CN-TELECOM", prefixes=("133",))
    with pytest.raises(services.PlanNotSold):
        recharge(ready, mobile, bought=plan(telecom))
    with pytest.raises(services.PlanNotSold):
        recharge(ready, mobile, bought=plan(mobile), amount=yuan(99))
    assert nothing_happened(ready)


@pytest.mark.parametrize(("minor", "is_taken"), [(9_99, False), (10_00, True), (500_00, True), (500_01, False)])
def test_amounts_go_from_the_least_to_the_most_of_the_operator(ready, minor, is_taken):
    margin_plan()
    mobile = operator(min_amount_minor=10_00, max_amount_minor=500_00)
    if is_taken:
        assert recharge(ready, mobile, amount=Money(minor, "CNY")).amount_minor == minor
    else:
        with pytest.raises(services.AmountNotAllowed):
            recharge(ready, mobile, amount=Money(minor, "CNY"))
        assert nothing_happened(ready)


def test_neither_plan_nor_amount_is_refused(mobile, ready):
    with pytest.raises(services.AmountNotAllowed):
        recharge(ready, mobile)
    assert nothing_happened(ready)


@pytest.mark.parametrize("values", [{"is_active": False}, {"from_date": dt.date(2099, 1, 1)}, {"country": "ES"}])
def test_an_operator_that_is_not_served_here_is_refused(ready, values):
    margin_plan()
    mobile = operator(**values)
    with pytest.raises((services.OperatorNotServed, PhoneInvalid)):
        recharge(ready, mobile, amount=yuan(50))
    assert nothing_happened(ready)


def test_one_plan_has_one_price_at_any_date(mobile):
    plan(mobile, to_date=today())
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(mobile, from_date=today() - dt.timedelta(days=1))
    assert plan(mobile, from_date=today(), wholesale=98_00).wholesale_amount_minor == 98_00


@pytest.mark.parametrize("wholesale", [0, 100_01])
def test_a_plan_never_costs_us_more_than_it_brings(mobile, wholesale):
    with pytest.raises(IntegrityError), transaction.atomic():
        plan(mobile, wholesale=wholesale)


def test_prefixes_are_digits(mobile):
    mobile.prefixes = ["13x"]
    with pytest.raises(ValidationError):
        mobile.full_clean()


# ---------------------------------------------------------------- what is refused before money is taken


def test_a_service_that_is_not_open_takes_nothing(mobile, ready):
    pause_service(
        service=ready.station.services.get(service__code="recharge").service,
        division=ready.station.county,
        actor=None,
        at=now(),
        reason="运营商系统维护",
    )
    with pytest.raises(services.ServiceNotOpen) as refusal:
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
