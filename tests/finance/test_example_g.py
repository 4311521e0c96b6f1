"""Example G of the money rules, whole: one day of a station, to the cent, in both modes.

Goods and the train ticket go through the services that their trades will call.
"""

import datetime as dt

import pytest
from django.utils.timezone import now

from core.days import instant_of
from core.gateways.services import record_result
from finance import chart
from finance.fees.services import Sale, accrue_fees, prepare_accrual
from finance.hooks import TRADES, Distribution, Trade
from finance.models import CommissionLine, OverShort
from finance.payments.services import Charge, ProviderCall, start_payment, take_payment
from finance.settlement.services import accrue_payable
from finance.tills.services import close_cash_day, count_cash, hand_over_cash, open_cash_day, receive_remittance
from ledger.services import Leg, MadeBy
from tests.factories.days import ZONE, today
from tests.factories.finance import (
    biller,
    desk,
    found_bill,
    helper_at,
    pay,
    plan_of,
    provider,
    provider_says,
    switch_on,
)
from tests.factories.payouts import bank_says, banked, only_line, submitted
from tests.factories.recharge import operator, operator_says, plan, recharge
from tests.factories.settlement import DAY, settle_night, statements_of
from tests.factories.stations import county_clerk_of, county_manager_of, finance_officer
from tests.factories.tills import CashDesk, declared, open_centre, pieces, yuan
from tests.finance.auditing import assert_balanced
from tests.hooks import add_keyed

RAILWAY = chart.AccountKey("operator", "CR-12306")
FARMER = chart.AccountKey("supplier", "wang-orchard")
PLAN = (
    {
        "service": "goods",
        "total_kind": "percent",
        "total_value": 600,
        "window_days": 7,
        "shares": [("partner", "percent_of_total", 6_000), ("county", "percent_of_total", 1_500)],
    },
    {
        "service": "bill_payment",
        "total_kind": "flat",
        "total_value": 150,
        "shares": [("partner", "flat", 100), ("county", "flat", 15)],
    },
    {
        "service": "recharge",
        "total_kind": "margin",
        "total_value": 0,
        "shares": [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)],
    },
    {
        "service": "travel.agent_fee",
        "total_kind": "percent",
        "total_value": 10_000,
        "shares": [("partner", "flat", 4_00)],
    },
)


def open_one(key):
    return chart.open_one(key, country="CN", currency="CNY", at=now())


@pytest.fixture
def tickets(monkeypatch):
    """The trade of tickets, as its app will register it: the railway is owed the ticket, the fee has its own rule."""

    def distribute(*, payment, provider, result, at):
        clearing, railway = open_one(chart.clearing(provider)), open_one(RAILWAY)
        fee = Sale(
            "payment",
            str(payment.pk),
            "travel.agent_fee",
            base=payment.agent_fee,
            station=payment.station,
            acted_by=payment.taken_by,
            taken_at=payment.taken_at,
            left=payment.agent_fee_minor,
        )
        accrual = prepare_accrual(sale=fee, source=chart.clearing(provider), country="CN", at=at)
        return Distribution([Leg(clearing, railway, payment.amount, "the ticket")], [accrual])

    add_keyed(monkeypatch, TRADES, "travel", Trade("travel", distribute, ended=lambda payment, at: None))


def station_in(mode):
    """A station in this mode, its till counted empty this morning, with county and finance behind it."""
    plan_of(*[dict(rule) for rule in PLAN])
    ready = desk(mode=mode, float_minor=1_500_00 if mode == "prepaid" else 0)
    switch_on(ready.station, "recharge")
    county = ready.station.county
    people = (county_clerk_of(county), county_manager_of(county), finance_officer(), finance_officer())
    return CashDesk(ready.station, ready.partner, *people)


def sell_goods(ready, *, by):
    """Handed over against cash; the sale is settled at once: supplier and everybody who earned on it."""
    charge = Charge("goods", "O-1", ready.station, amount=yuan(1_200_00), agent_fee=yuan(0))
    payment = take_payment(charge=charge, by=by, at=now(), key="goods" * 4)
    sale = Sale(
        "payment",
        str(payment.pk),
        "goods",
        base=payment.amount,
        station=ready.station,
        acted_by=by,
        taken_at=payment.taken_at,
    )
    accrue_fees(sale=sale, source=ready.funds_key, made_by=MadeBy("person", by.pk), at=now())
    accrue_payable(
        event_type="payment",
        event_id=str(payment.pk),
        account=open_one(FARMER),
        amount=yuan(1_128_00),
        source=open_one(ready.funds_key),
        eligible_at=instant_of(ZONE, today() + 8 * DAY, dt.time()),
        explanation={},
        at=now(),
        station=ready.station,
    )
    return sale


def sell_ticket(ready):
    """A train ticket of 553.00 and the agent's fee of 5.00; the railway says that it has it."""
    railway = provider("CR-12306")
    charge = Charge("travel", "T-1", ready.station, amount=yuan(553_00), agent_fee=yuan(5_00))
    payment = start_payment(
        charge=charge,
        call=ProviderCall(
            provider=railway,
            kind="bill",
            path="/v1/bills/pay",
            request={"amount": "553.00", "currency": "CNY"},
        ),
        by=ready.partner,
        at=now(),
        key="ticket" * 4,
    )
    said = {"our_ref": str(payment.pk), "kind": "bill", "status": "succeeded", "provider_ref": "E1"}
    data = {**said, "amount": "553.00", "currency": "CNY"}
    record_result(provider=railway, our_ref=str(payment.pk), data=data, source="callback", at=now())


def earned(ready, user):
    return ready.holds(chart.commission_of_user(user.pk))


@pytest.mark.django_db
@pytest.mark.usefixtures("tickets")
@pytest.mark.parametrize("mode", ["prepaid", "postpaid"])
def test_scenario_1_example_g_whole(mode):
    is_prepaid = mode == "prepaid"
    ready = station_in(mode)
    helper, power, mobile = helper_at(ready), biller(), operator()

    sale = sell_goods(ready, by=helper)
    assert (earned(ready, helper), earned(ready, ready.partner)) == (8_64, 34_56)
    assert ready.holds(chart.commission_of_county(ready.station.county)) == 10_80
    assert (ready.holds(chart.platform("revenue")), ready.holds(FARMER)) == (18_00, 1_128_00)
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (1_200_00, 0)
    accrue_fees(sale=sale, source=ready.funds_key, made_by=MadeBy("person", helper.pk), at=now())  # once is once
    assert_balanced()

    provider_says(pay(ready, found_bill(ready, power)), "succeeded")
    assert_balanced()
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert_balanced()
    sell_ticket(ready)
    assert_balanced()

    assert earned(ready, ready.partner) == 34_56 + 6_00
    assert ready.holds(chart.commission_of_county(ready.station.county)) == 10_80 + 15 + 10
    assert ready.holds(chart.platform("revenue")) == 18_00 + 35 + 40 + 1_00
    owed = [ready.holds(key) for key in (chart.biller(power), chart.operator(mobile), RAILWAY)]
    assert owed == [186_40, 98_50, 553_00]
    for company in (power.provider, mobile.provider, provider("CR-12306")):
        assert ready.holds(chart.clearing(company)) == 0
    assert ready.holds(ready.funds_key) == 0
    if is_prepaid:
        assert (ready.can_use(ready.float_key), ready.holds(ready.till_key)) == (1_500_00 - 844_40, 1_200_00)
    else:
        assert ready.holds(ready.till_key) == 2_044_40
        assert 2_044_40 * 1000 // 5_000_00 == 408  # 40.9 % of the ceiling, half up
        count_and_remit(ready)
    pay_out(ready)


def count_and_remit(ready):
    """Counted as 2,040.00: 4.40 short, and the day closes. The next day 2,040.00 go to the county."""
    day = count_cash(cash_day=ready.day, lines=pieces(2_040_00), by=ready.partner, at=now())
    close_cash_day(cash_day=day, by=ready.partner, at=now())
    assert OverShort.objects.get().amount_minor == -4_40
    assert ready.holds(chart.over_short(ready.station, ready.partner)) == 4_40
    tomorrow = now() + DAY
    open_cash_day(station=ready.station, lines=pieces(2_040_00), by=ready.partner, at=tomorrow)
    open_centre(ready, at=tomorrow)
    cash = declared(ready, 2_040_00, at=tomorrow)
    for signer in (ready.partner, ready.clerk):
        cash = hand_over_cash(remittance=cash, by=signer, at=tomorrow)
    receive_remittance(remittance=cash, lines=pieces(2_040_00), by=ready.clerk, at=tomorrow)
    assert (ready.holds(ready.till_key), ready.holds(chart.till(ready.centre))) == (0, 2_040_00)
    assert ready.holds(chart.cash_in_transit(ready.station)) == 0
    assert_balanced()


def pay_out(ready):
    """By the week's end 6.00: what the goods earned is in its window. Nothing is netted with cash or with the 4.40."""
    sunday = today() + (7 - today().isoweekday()) * DAY
    settle_night(ready.station, sunday)
    account = open_one(chart.commission_of_user(ready.partner.pk))
    [statement] = statements_of(account)
    assert (statement.accrued_minor, statement.payable_minor, statement.charges_minor) == (6_00, 6_00, 0)
    banked(ready.partner)
    bank_says(only_line(submitted()), "paid")
    assert (earned(ready, ready.partner), ready.holds(chart.platform("payout_clearing"))) == (34_56, 0)
    window = CommissionLine.objects.get(service="goods", beneficiary="partner").eligible_at
    assert window == instant_of(ZONE, today() + 8 * DAY, dt.time())
    assert_balanced()
