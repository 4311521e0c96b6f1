"""Commission of the apps above comes back with the order, piece by piece, and never beyond what stands."""

import datetime as dt

import pytest
from django.db.models import Sum
from django.utils.timezone import now

from finance import chart
from finance.fees.services import (
    MoreThanStands,
    Sale,
    accrue_fees,
    prepare_accrual,
    reverse_fees,
    reverse_lines,
    store_accrual,
)
from finance.hooks import TRADES, Trade
from finance.models import CommissionLine
from ledger.services import SYSTEM, EventAlreadyPosted, post_transfers
from tests.factories.days import today
from tests.factories.finance import desk, fill, plan_of
from tests.factories.margin_trade import MARGIN, distribute, yuan
from tests.finance.auditing import findings
from tests.hooks import add_keyed


@pytest.fixture
def trade(monkeypatch):
    add_keyed(monkeypatch, TRADES, "other", Trade("margin_trade", distribute, lambda payment, at: None))


@pytest.fixture
def ready(db, trade):
    plan_of(MARGIN.copy())
    return desk(float_minor=1_500_00)


def sale_of(ready, *, base, margin, left):
    return Sale(
        event_type="order",
        event_id="order-1",
        service="margin_trade",
        base=base,
        station=ready.station,
        acted_by=ready.partner,
        taken_at=now(),
        margin=margin,
        left=left,
    )


def earned(ready):
    sale = sale_of(ready, base=yuan("100.00"), margin=1_50, left=1_50)
    accrual = prepare_accrual(sale=sale, source=ready.funds_key, country="CN", at=now())
    fill(ready, ready.funds_key, 1_50)
    post_transfers(
        legs=accrual.legs,
        event_type="order",
        event_id=sale.event_id,
        business_date=today(),
        made_by=SYSTEM,
        at=now(),
    )
    store_accrual(accrual, at=now())
    return accrual.lines


def standing(beneficiary):
    return CommissionLine.objects.filter(beneficiary=beneficiary).aggregate(minor=Sum("amount_minor"))["minor"]


def test_an_order_of_three_pieces_gives_its_commission_back_piece_by_piece(ready):
    earned(ready)
    for pieces, left in ((1, 67), (2, 33), (3, 0)):
        reverse_fees(event_type="order", event_id="order-1", part=pieces, base=3, at=now(), key=f"return-{pieces}")
        assert standing("partner") == left
    assert ready.holds(chart.commission_of_user(ready.partner.pk)) == 0
    assert ready.holds(ready.funds_key) == 1_50


def test_what_expense_has_paid_comes_back_to_it_piece_by_piece_and_the_lines_say_what_the_accounts_hold(db):
    shares = [("partner", "percent_of_base", 100), ("county", "percent_of_base", 33)]
    plan_of({"service": "margin_trade", "total_kind": "percent", "total_value": 150, "shares": shares})
    ready = desk()
    sale = sale_of(ready, base=yuan("101.01"), margin=None, left=None)
    accrue_fees(sale=sale, source=chart.platform("expense"), made_by=SYSTEM, at=now())
    earner = chart.commission_of_user(ready.partner.pk)
    for pieces, left in ((1, 67), (2, 34), (3, 0)):
        reverse_fees(event_type="order", event_id="order-1", part=pieces, base=3, at=now(), key=f"return-{pieces}")
        assert (standing("partner"), ready.holds(earner)) == (left, left)
        assert findings() == []
    assert ready.holds(chart.platform("expense")) == 0


def test_fees_given_back_twice_for_the_same_part_move_once(ready):
    earned(ready)
    for key in ("a", "b"):
        reverse_fees(event_type="order", event_id="order-1", part=1, base=3, at=now(), key=key)
    assert standing("partner") == 67
    with pytest.raises(MoreThanStands):
        reverse_fees(event_type="order", event_id="order-1", part=4, base=3, at=now(), key="c")
    assert standing("partner") == 67


def test_lines_are_taken_back_by_amount_and_never_beyond_what_stands(ready):
    partner = next(line for line in earned(ready) if line.beneficiary == "partner")
    reverse_lines(amounts={partner: yuan("0.60")}, at=now(), key="r1")
    assert (standing("partner"), ready.holds(ready.funds_key)) == (40, 60)
    with pytest.raises(MoreThanStands):
        reverse_lines(amounts={partner: yuan("0.41")}, at=now(), key="r2")
    with pytest.raises(EventAlreadyPosted):
        reverse_lines(amounts={partner: yuan("0.40")}, at=now(), key="r1")
    assert (standing("partner"), ready.holds(chart.commission_of_user(ready.partner.pk))) == (40, 40)


def test_eligibility_of_what_is_taken_back_is_never_before_the_original(ready):
    [line, *_rest] = earned(ready)
    later = line.eligible_at + dt.timedelta(days=3)
    [back, *_more] = reverse_lines(amounts={line: yuan("0.10")}, at=later, key="late")
    assert back.eligible_at == later
