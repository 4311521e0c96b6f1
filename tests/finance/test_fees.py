"""Commission that a sale earns: accrued with the sale or out of clearing, told to the one who earns it."""

import datetime as dt
from uuid import uuid4

import pytest

from core.models import Event
from core.money import Money
from finance import chart
from finance.bills.services import quote_bill
from finance.fees.queries import agent_fee, rules_of_plan
from finance.fees.services import Sale, prepare_accrual, prepare_reversal, store_accrual
from finance.models import CommissionLine, CommissionPlan, Payment, ReconItem, Tariff
from ledger.services import Leg, MadeBy, post_transfers
from tests.factories.commission import CHINA, DAY, MINUTE, NOON, SECOND, lines_of, taken
from tests.factories.finance import (
    LONG_AGO_DATE,
    biller,
    book,
    desk,
    flat_plan,
    found_bill,
    helper_at,
    pay,
    plan_of,
    provider_says,
)

TODAY = NOON.date()
PERCENT = [("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_000)]


@pytest.fixture
def house(db):
    return book()


# --- accrued with the sale


@pytest.mark.usefixtures("house")
def test_without_a_plan_nobody_earns_and_finance_gets_a_row():
    ready, power = desk(float_minor=1_500_00), biller()
    for bill_ref in ("B1", "B2"):
        payment = pay(ready, found_bill(ready, power, bill_ref=bill_ref))
        provider_says(payment, "succeeded")
    item = ReconItem.objects.get()
    assert (item.kind, item.status) == ("rule", "unmatched")
    assert item.detail == {
        "plan": "standard",
        "service": "bill_payment",
        "party": "JS-POWER",
        "station": ready.station.code,
        "base": "186.40",
    }
    assert CommissionLine.objects.count() == 0
    assert ready.holds(chart.biller(power)) == 2 * 186_40
    assert ready.holds(chart.fee_receivable(power)) == 0


def tariff(**values):
    return Tariff.objects.create(
        **{"service": "bill_payment", "kind": "flat", "value": 200, "from_date": LONG_AGO_DATE, **values}
    )


@pytest.mark.usefixtures("house")
def test_an_agent_fee_has_a_rule_of_its_own_beside_the_billers_fee():
    fee_rule = {"service": "bill_payment.agent_fee", "total_kind": "percent", "total_value": 10_000}
    plan_of(
        {"total_kind": "flat", "total_value": 150, "shares": [("partner", "flat", 100), ("county", "flat", 15)]},
        {**fee_rule, "shares": [("partner", "percent_of_total", 8_000)]},
    )
    tariff(value=500)
    ready, power = desk(float_minor=1_500_00), biller()
    payment = pay(ready, found_bill(ready, power))
    assert (payment.agent_fee_minor, payment.total_minor) == (5_00, 191_40)
    provider_says(payment, "succeeded")
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 1_00 + 4_00
    assert ready.holds(chart.platform("revenue")) == 35 + 1_00
    assert (ready.holds(chart.clearing(power.provider)), ready.holds(chart.fee_receivable(power))) == (0, 1_50)
    slip = {line["name"]: line["value"] for line in payment.receipts.get(kind="final").lines}
    assert (slip["agent_fee"], slip["total"]) == ("5.00", "191.40")


@pytest.mark.usefixtures("house")
def test_an_agent_fee_without_a_rule_is_revenue_and_a_row_for_finance():
    flat_plan()
    tariff(value=500)
    ready, power = desk(float_minor=1_500_00), biller()
    payment = pay(ready, found_bill(ready, power))
    provider_says(payment, "succeeded")
    assert ready.holds(chart.platform("revenue")) == 35 + 5_00
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert ReconItem.objects.get().detail["service"] == "bill_payment.agent_fee"


@pytest.mark.usefixtures("house")
def test_the_nearest_dated_tariff_counts_capped_and_half_up():
    ready = desk()
    place = ready.station

    def fee(base=100_00):
        return agent_fee(service="bill_payment", base=Money(base, "CNY"), station=place, on=TODAY).minor

    assert fee() == 0
    tariff(value=500)
    assert fee() == 5_00
    tariff(value=400, division=place.county)
    assert fee() == 4_00
    tariff(kind="percent", value=150, cap_minor=300, division=place.village)
    assert (fee(33), fee(100), fee(200_00), fee(200_01)) == (0, 2, 3_00, 3_00)
    tariff(value=1, division=desk().station.village)
    assert fee() == 1_50
    Tariff.objects.filter(division=place.village).update(to_date=TODAY)
    assert fee() == 4_00


@pytest.mark.usefixtures("house")
def test_the_version_of_the_business_date_of_the_sale_counts():
    flat_plan()
    first = CommissionPlan.objects.get()
    CommissionPlan.objects.filter(pk=first.pk).update(to_date=TODAY)
    second = plan_of({"total_kind": "flat", "total_value": 50}, version=2, from_date=TODAY)
    plan_of({"total_kind": "flat", "total_value": 5}, version=3, from_date=TODAY, status="draft")
    versions = {day: rules_of_plan("standard", currency="CNY", on=TODAY + day * DAY)[0].plan for day in (-1, 0, 1)}
    assert versions == {-1: first, 0: second, 1: second}
    assert rules_of_plan("unheard-of", currency="CNY", on=TODAY) == []


@pytest.mark.usefixtures("house")
def test_at_midnight_in_china_the_next_version_begins():
    flat_plan()
    CommissionPlan.objects.update(to_date=TODAY)
    plan_of({"total_kind": "flat", "total_value": 50}, version=2, from_date=TODAY)
    ready, power = desk(float_minor=5_000_00), biller()
    midnight = dt.datetime(2026, 11, 25, tzinfo=CHINA)
    old = taken(ready, power, amount=1_000_00, at=midnight - 2 * SECOND)  # succeeds a second later
    assert sum(lines_of(old).values()) == 1_50
    assert sum(lines_of(taken(ready, power, amount=1_000_00, at=midnight, bill_ref="B2")).values()) == 50


@pytest.mark.usefixtures("house")
def test_what_is_quoted_is_what_is_accrued_for_partner_and_helper():
    plan_of({"total_kind": "percent", "total_value": 77, "floor_minor": 3, "shares": PERCENT})
    ready, power = desk(float_minor=5_000_00), biller(amount_rule="any")
    helper = helper_at(ready, share_bp=3_333)
    for number, minor in enumerate((1, 99, 186_40, 999_99)):
        for user, beneficiary in ((ready.partner, "partner"), (helper, "helper")):
            bill_ref = f"B{number}{beneficiary}"
            amount = Money(minor, "CNY")
            quote = quote_bill(biller=power, amount=amount, station=ready.station, by=user, at=NOON)
            payment = taken(ready, power, amount=minor, by=user, bill_ref=bill_ref)
            assert quote.own_part.minor == lines_of(payment).get(beneficiary, 0)


@pytest.mark.usefixtures("house")
def test_a_window_ends_at_midnight_of_the_station_after_its_last_day():
    flat_plan(window_days=7)
    ready, power = desk(float_minor=1_500_00), biller()
    line = CommissionLine.objects.filter(event_id=str(taken(ready, power, amount=1_000_00).pk)).first()
    assert line.eligible_at == dt.datetime(2026, 12, 3, tzinfo=CHINA)


@pytest.mark.usefixtures("house")
def test_shares_of_nobody_stay_with_the_platform():
    shares = [("hub", "flat", 20), ("partner", "flat", 100), ("carrier", "flat", 10)]
    plan_of({"total_kind": "flat", "total_value": 150, "shares": shares})
    ready, power = desk(float_minor=1_500_00), biller()
    assert lines_of(taken(ready, power, amount=1_000_00)) == {"partner": 100, "platform": 50}


def sale_of(ready, *, at=NOON, margin=1_50, left=1_50, base=100_00):
    return Sale(
        event_type="payment",
        event_id=str(uuid4()),
        service="recharge",
        base=Money(base, "CNY"),
        station=ready.station,
        acted_by=ready.partner,
        taken_at=at,
        party="CMCC",
        target="CMCC:13912345678",
        margin=margin,
        left=left,
    )


def accrue(ready, power, sale):
    """Post what clearing holds for us and share it out."""
    clearing = chart.clearing(power.provider)
    accrual = prepare_accrual(sale=sale, source=clearing, country="CN", at=sale.taken_at)
    inflow = Leg(ready.account(chart.bank("main")), ready.account(clearing), Money(sale.left, "CNY"), "margin")
    post_transfers(
        legs=[inflow, *accrual.legs],
        event_type="payment_succeeded",
        event_id=sale.event_id,
        business_date=TODAY,
        made_by=MadeBy("system"),
        at=sale.taken_at,
    )
    store_accrual(accrual, at=sale.taken_at)
    return {line.beneficiary: line.amount_minor for line in accrual.lines}


MARGIN = {
    "service": "recharge",
    "total_kind": "margin",
    "total_value": 0,
    "shares": [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)],
}

# --- out of clearing


@pytest.mark.usefixtures("house")
def test_example_d_out_of_clearing_leaves_it_at_nought():
    plan_of(MARGIN.copy())
    ready, power = desk(), biller()
    assert accrue(ready, power, sale_of(ready)) == {"partner": 1_00, "county": 10, "platform": 40}
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert ready.holds(chart.platform("revenue")) == 40


@pytest.mark.usefixtures("house")
def test_a_floor_above_the_margin_is_paid_by_the_house():
    plan_of(MARGIN | {"floor_minor": 2_00})
    ready, power = desk(), biller()
    parts = accrue(ready, power, sale_of(ready, margin=50, left=50))
    assert parts == {"partner": 1_00, "county": 10, "platform": -60}
    assert ready.holds(chart.clearing(power.provider)) == 0
    assert (ready.holds(chart.platform("expense")), ready.holds(chart.platform("revenue"))) == (60, 0)


@pytest.mark.usefixtures("house")
def test_where_clearing_had_paid_revenue_pays_what_is_computed_anew():
    plan_of(MARGIN | {"shares": [("partner", "flat", 80)], "once_per_target_minutes": 30})
    ready, power = desk(), biller()
    first, second = sale_of(ready), sale_of(ready, at=NOON + MINUTE)
    assert accrue(ready, power, first) == {"partner": 80, "platform": 70}
    assert accrue(ready, power, second) == {"partner": 0, "platform": 1_50}
    before = ready.holds(chart.platform("revenue"))
    taken_back = prepare_reversal(event_type="payment", event_id=first.event_id, country="CN", at=NOON + 2 * MINUTE)
    reversal = {line.event_id: {} for line in taken_back.lines}
    for line in taken_back.lines:
        reversal[line.event_id][line.beneficiary] = line.amount_minor
    assert reversal == {
        first.event_id: {"partner": -80, "platform": -70},
        second.event_id: {"partner": 80, "platform": -80},
    }
    [leg] = taken_back.legs
    assert (leg.debit.kind, leg.credit, leg.amount.minor) == (
        "revenue",
        ready.account(chart.commission_of_user(ready.partner.pk)),
        80,
    )
    assert before == 2_20


@pytest.fixture
def earned(house):
    """A desk, its power company, and a bill that has earned the partner 1.00 and the county 0.15."""
    flat_plan()
    ready, power = desk(float_minor=5_000_00), biller()
    return ready, power, taken(ready, power, amount=1_000_00)


# --- told


def test_commission_is_told_to_the_rest_of_the_house_once_for_each_person(earned):
    ready, _power, payment = earned
    event = Event.objects.get(name="finance.commission_accrued")
    assert (event.payload["payee"], event.payload["amount_minor"]) == (str(ready.partner.pk), 1_00)
    assert Payment.objects.get() == payment
