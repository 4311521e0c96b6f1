"""The acceptance scenarios of the money rules, by their numbers: what was promised to the one who runs the system.

Nos. 2, 5, 6, 7 and 12 stand in `test_acceptance_calls.py`, no. 4 in `tests/ledger/test_invariants.py`, no. 8 in
`test_tills.py`, no. 13 in `test_daily_files.py`, no. 14 in `test_audit.py`, nos. 15 and 16 in `test_refunds.py` and
`test_fee_arithmetic.py` too, example D in `test_recharges.py`.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.utils.timezone import now

from core.money import Money
from finance import chart
from finance.floats.services import FloatTooSmall
from finance.models import Payment
from finance.payments.services import (
    CeilingReached,
    Charge,
    CodeProof,
    hand_back_cash,
    notify_refund,
    refund_payment,
    send_refund_code,
    take_payment,
)
from finance.payouts.services import reissue_payout
from tests.factories.finance import biller, desk, fill, flat_plan, found_bill, pay, payer_at, plan_of, provider_says
from tests.factories.payouts import bank_says, banked, closed_statement, only_line, submitted
from tests.factories.recharge import margin_plan, operator, operator_says, plan, recharge, recharge_desk
from tests.factories.refunds import code_sent_for
from tests.factories.settlement import DAY, MONDAY, SUNDAY, earns, noon, settle_night
from tests.factories.stations import finance_officer
from tests.finance.auditing import assert_balanced

E_SHARES = [("partner", "flat", 100), ("county", "flat", 15)]
D_SHARES = [("partner", "percent_of_base", 100), ("county", "percent_of_base", 10)]


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["prepaid", "postpaid"])
def test_scenario_1_example_g_as_far_as_trades_are_here(mode):
    """Goods on delivery 1,200.00, E and D; the train ticket of 558.00 comes with its trade."""
    plan_of(
        {"service": "bill_payment", "total_kind": "flat", "total_value": 150, "shares": E_SHARES},
        {"service": "recharge", "total_kind": "margin", "total_value": 0, "shares": D_SHARES},
    )
    prepaid = mode == "prepaid"
    ready = recharge_desk(mode=mode, float_minor=1_500_00 if prepaid else 0)
    power, mobile = biller(), operator()
    goods = Charge("goods", "O-1", ready.station, amount=Money(1_200_00, "CNY"), agent_fee=Money(0, "CNY"))
    take_payment(charge=goods, by=ready.partner, at=now(), key="goods" * 4)
    provider_says(pay(ready, found_bill(ready, power)), "succeeded")
    operator_says(recharge(ready, mobile, bought=plan(mobile)), "succeeded")
    assert_balanced()
    assert ready.holds(ready.till_key) == (1_200_00 if prepaid else 1_486_40)
    assert ready.holds(ready.funds_key) == 1_200_00
    if prepaid:
        assert ready.can_use(ready.float_key) == 1_500_00 - 286_40
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 2_00
    assert ready.holds(chart.commission_of_county(ready.station.county)) == 25
    assert ready.holds(chart.platform("revenue")) == 75
    assert (ready.holds(chart.biller(power)), ready.holds(chart.operator(mobile))) == (186_40, 98_50)


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "refusal"), [("prepaid", FloatTooSmall), ("postpaid", CeilingReached)])
def test_scenario_10_a_recharge_is_refused_and_a_registration_fee_is_taken_as_company_cash(mode, refusal):
    margin_plan()
    ready, mobile = recharge_desk(mode=mode), operator()
    fill(ready, ready.till_key, 6_000_00)
    with pytest.raises(refusal):
        recharge(ready, mobile, bought=plan(mobile))
    assert Payment.objects.count() == 0
    fee = Charge(
        "health", "A-1", ready.station, amount=Money(12_50, "CNY"), agent_fee=Money(0, "CNY"), is_essential=True
    )
    payment = take_payment(charge=fee, by=ready.partner, at=now(), key="fee" * 6)
    assert (payment.status, payment.funding) == ("succeeded", "till")
    assert (ready.holds(ready.till_key), ready.holds(ready.funds_key)) == (6_012_50, 12_50)
    ordinary = Charge("goods", "O-1", ready.station, amount=Money(12_50, "CNY"), agent_fee=Money(0, "CNY"))
    with pytest.raises(CeilingReached):
        take_payment(charge=ordinary, by=ready.partner, at=now(), key="goods" * 4)
    assert ready.holds(ready.till_key) == 6_012_50


@pytest.mark.django_db
def test_scenario_15_d_declined_and_a_neighbours_drawer_pays():
    margin_plan()
    ready, mobile = recharge_desk(float_minor=1_500_00), operator()
    neighbour = recharge_desk(mode="postpaid")
    fill(neighbour, neighbour.till_key, 300_00)
    payer = payer_at(ready)
    payment = recharge(ready, mobile, bought=plan(mobile), payer=payer)
    operator_says(payment, "failed")
    assert (ready.holds(ready.float_key), ready.holds(ready.funds_key)) == (1_400_00, 100_00)
    refund = notify_refund(refund=payment.refunds.get(), at=now())
    send_refund_code(refund=refund, at=now())
    hand_back_cash(
        refund=refund,
        notes="drawer",
        proof=CodeProof(code_sent_for(refund)),
        station=neighbour.station,
        by=neighbour.partner,
        at=now(),
    )
    assert (ready.holds(ready.funds_key), neighbour.holds(neighbour.till_key)) == (0, 200_00)
    assert ready.holds(ready.float_key) == 1_400_00
    assert_balanced()


@pytest.mark.django_db
def test_scenario_16_a_part_of_d_and_then_the_rest():
    margin_plan()
    ready, mobile = recharge_desk(float_minor=1_500_00), operator()
    payment = recharge(ready, mobile, bought=plan(mobile))
    operator_says(payment, "succeeded")
    keys = (
        chart.operator(mobile),
        chart.commission_of_user(ready.partner.pk),
        chart.commission_of_county(ready.station.county),
        chart.platform("revenue"),
    )
    for minor, left in ((33_33, (65_67, 67, 7, 26)), (66_67, (0, 0, 0, 0))):
        refund_payment(payment=payment, amount=Money(minor, "CNY"), reason="cancelled", at=now(), key=f"part-{minor}")
        assert tuple(ready.holds(key) for key in keys) == left
        assert_balanced()
    assert ready.holds(ready.funds_key) == 100_00


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["prepaid", "postpaid"])
def test_scenario_1_example_e_every_account_to_the_cent_after_each_step(mode):
    flat_plan()
    power, ready = biller(), desk(mode=mode, float_minor=1_500_00 if mode == "prepaid" else 0)
    prepaid = mode == "prepaid"

    def books():
        """Float: there and usable; till; villagers' funds; clearing; biller; fee due; partner, county, revenue."""
        assert_balanced()
        return (
            *((ready.holds(ready.float_key), ready.can_use(ready.float_key)) if prepaid else (0, 0)),
            *(ready.holds(key) for key in (ready.till_key, ready.funds_key)),
            ready.holds(chart.clearing(power.provider)),
            ready.holds(chart.biller(power)),
            ready.holds(chart.fee_receivable(power)),
            ready.holds(chart.commission_of_user(ready.partner.pk)),
            ready.holds(chart.commission_of_county(ready.station.county)),
            ready.holds(chart.platform("revenue")),
        )

    nothing = (0, 0, 0, 0, 0, 0)
    assert books() == ((1_500_00, 1_500_00, 0, 0) if prepaid else (0, 0, 0, 0)) + nothing
    payment = pay(ready, found_bill(ready, power))
    assert books() == ((1_500_00, 1_313_60, 0, 0) if prepaid else (0, 0, 186_40, 186_40)) + nothing
    provider_says(payment, "succeeded")
    done = (0, 186_40, 1_50, 1_00, 15, 35)
    assert books() == ((1_313_60, 1_313_60, 0, 0) if prepaid else (0, 0, 186_40, 0)) + done
    provider_says(payment, "succeeded", event_type="transaction.reversed")
    assert books() == ((1_313_60, 1_313_60, 0, 186_40) if prepaid else (0, 0, 186_40, 186_40)) + nothing


@pytest.mark.usefixtures("own_database")
def test_scenario_3_two_holds_on_a_float_for_one_and_a_half():
    flat_plan()
    power, ready = biller(), desk(float_minor=150_00)
    fetches = [found_bill(ready, power, amount=100_00) for _ in range(2)]

    def attempt(fetch):
        try:
            return pay(ready, fetch).status
        except FloatTooSmall as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, fetches)) == ["float_too_small", "held"]
    assert (ready.holds(ready.float_key), ready.can_use(ready.float_key)) == (150_00, 50_00)


@pytest.mark.django_db
def test_scenario_1_example_g_the_weeks_payout_is_six_yuan():
    """Bill 1.00, recharge 1.00 and ticket 4.00 are the partner's; the 34.56 of the goods is in its window."""
    ready = desk(mode="postpaid")
    account = ready.account(chart.commission_of_user(ready.partner.pk))
    for minor in (1_00, 1_00, 4_00):
        earns(account, minor, at=noon(MONDAY), station=ready.station)
    earns(account, 34_56, at=noon(MONDAY), station=ready.station, eligible_at=noon(MONDAY) + 7 * DAY)
    settle_night(ready.station, MONDAY)
    settle_night(ready.station, SUNDAY)
    banked(ready.partner)
    batch = submitted()
    assert (batch.line_count, str(batch.total)) == (1, "6.00")
    line = only_line(batch)
    bank_says(line, "paid")
    line.statement.refresh_from_db()
    assert (line.statement.status, ready.holds(ready.till_key)) == ("paid", 0)
    assert (ready.holds(chart.commission_of_user(ready.partner.pk)), ready.holds(chart.bank("main"))) == (34_56, -6_00)
    assert_balanced()


@pytest.mark.django_db
def test_the_example_of_paying_out_in_the_books():
    """docs/money.md, "Paying out": each figure of its example."""
    text = Path("docs/money.md").read_text()
    example = text[text.index("*Example.* 6.00 of commission.") :].partition("\n\n")[0]
    ready = desk()
    banked(ready.partner)
    closed_statement(ready, 6_00)
    key = chart.commission_of_user(ready.partner.pk)
    told = []

    def tell(words, *minors):
        assert words in " ".join(example.split())
        told.append(tuple(minors))

    batch = submitted()
    tell("the account holds 6.00, of which 0.00 can be used", ready.holds(key), ready.can_use(key))
    bank_says(only_line(batch), "paid")
    tell("the account holds 0.00, our bank account is 6.00 less", ready.holds(key), ready.holds(chart.bank("main")))
    bank_says(only_line(batch), "returned", return_code="limit")
    tell("the account holds 6.00 and all 6.00 can be used", ready.holds(key), ready.can_use(key))
    assert ready.holds(chart.bank("main")) == 0
    again = reissue_payout(line=only_line(batch), by=finance_officer(), at=now())
    submitted()
    bank_says(again, "paid")
    tell("0.00, and 6.00 less on the bank account", ready.holds(key), ready.holds(chart.bank("main")))
    assert told == [(6_00, 0), (0, -6_00), (6_00, 6_00), (0, -6_00)]
    assert ready.holds(chart.platform("payout_clearing")) == 0
