"""What holds for every schedule, over random products, and two independent libraries that compute the same."""

import dataclasses
import datetime as dt
from decimal import Decimal

import numpy_financial
import pytest
import pyxirr
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.loans.schedules import (
    Period,
    RateChange,
    ScheduleDoesNotAmortise,
    SeasonalShare,
    Terms,
    accrued,
    price_of,
    schedule_of,
)
from finance.loans.schedules.documents import read_terms, write_schedule
from finance.loans.schedules.terms import (
    ANNUITIES,
    BUSINESS_DAY_RULES,
    DAY_COUNTS,
    EVEN_DAY_COUNTS,
    FLAT_METHODS,
    GRACE_ON_INTEREST,
    PPM,
    PRINCIPAL_METHODS,
    ROUNDINGS,
    UNITS,
)

START = dt.date(2023, 1, 31)


@st.composite
def table(draw, rows):
    """Shares of a table that add up, many of them nought."""

    def shares():
        cuts = sorted(draw(st.lists(st.sampled_from(range(0, PPM + 1, 50_000)), min_size=rows - 1, max_size=rows - 1)))
        return [high - low for low, high in zip([0, *cuts], [*cuts, PPM], strict=True)]

    return tuple(SeasonalShare(*pair) for pair in zip(shares(), shares(), strict=True))


@st.composite
def products(draw):
    """Terms of any product that may be defined, in currencies with and without decimals and coarse steps."""
    step = draw(st.sampled_from([1, 1, 10, 100, 10_000]))
    rows = draw(st.integers(1, 40))
    grace = draw(st.integers(0, min(rows - 1, 6)))
    method = draw(st.sampled_from(PRINCIPAL_METHODS))
    interest = draw(st.sampled_from(["declining", "flat"] if method in FLAT_METHODS else ["declining"]))
    even = method in ("annuity_releveled", "annuity_ceiled")
    free = draw(st.sampled_from(GRACE_ON_INTEREST))
    start = START + dt.timedelta(days=draw(st.integers(0, 800)))
    changes = draw(st.lists(st.tuples(st.integers(-10, 900), st.integers(0, 600_000)), max_size=3))
    return Terms(
        principal=step * draw(st.integers(1, 10**7)),
        money_step=step,
        rounding=draw(st.sampled_from(sorted(ROUNDINGS))),
        rate_ppm=draw(st.integers(0, 600_000)),
        installments=rows,
        schedule_start=start,
        disbursed_on=draw(st.none() | st.just(start)),
        first_due_on=draw(st.none() | st.integers(1, 60).map(lambda days: start + dt.timedelta(days=days))),
        principal_method=method,
        interest_method=interest,
        day_count=draw(st.sampled_from(EVEN_DAY_COUNTS if even else DAY_COUNTS)),
        every=Period(draw(st.integers(1, 4)), draw(st.sampled_from(UNITS))),
        grace_principal=grace,
        grace_interest=free,
        grace_interest_rows=draw(st.integers(0, grace if free == "capitalise" else rows - 1)),
        fixed_share_ppm=draw(st.integers(0, PPM)),
        seasonal_table=draw(table(rows - grace)) if method == "seasonal" else (),
        rate_changes=tuple(RateChange(start + dt.timedelta(days=days), ppm) for days, ppm in changes),
        business_day_rule=draw(st.sampled_from(BUSINESS_DAY_RULES)),
    )


def planned(terms):
    """The schedule; None where the plan is refused, which only annuities may be."""
    try:
        return schedule_of(terms)
    except ScheduleDoesNotAmortise:
        assert terms.principal_method in ANNUITIES
        return None


@settings(max_examples=400, deadline=None)
@given(products())
def test_the_principal_adds_up_and_no_amount_is_negative(terms):
    plan = planned(terms)
    if plan is None:
        return
    assert sum(row.principal for row in plan.rows) == terms.principal + plan.total_capitalised
    assert plan.rows[-1].balance == 0
    balance = terms.principal
    for row in plan.rows:
        assert min(row.principal, row.interest, row.balance, row.capitalised) >= 0
        assert row.balance == balance + row.capitalised - row.principal
        assert not any(amount % terms.money_step for amount in (row.principal, row.interest, row.capitalised))
        balance = row.balance


@settings(max_examples=200, deadline=None)
@given(products())
def test_rows_follow_each_other_and_are_due_on_or_soon_after_their_end(terms):
    plan = planned(terms)
    if plan is None:
        return
    assert [row.n for row in plan.rows] == list(range(1, terms.installments + 1))
    assert plan.rows[0].start == terms.starts_on
    assert [row.start for row in plan.rows[1:]] == [row.end for row in plan.rows[:-1]]
    assert all(row.start < row.end <= row.due <= row.end + dt.timedelta(days=2) for row in plan.rows)


@settings(max_examples=100, deadline=None)
@given(products())
def test_without_a_rate_nobody_pays_interest(terms):
    plan = schedule_of(dataclasses.replace(terms, rate_ppm=0, rate_changes=()))
    assert (plan.total_interest, plan.total_capitalised) == (0, 0)
    assert plan.total_payment == terms.principal
    assert price_of(plan).effective_bp == 0


@given(st.integers(0, 10**12), st.integers(1, 400))
def test_the_accruals_of_the_days_add_up_to_the_interest_of_the_row(interest, nights):
    days = [accrued(interest, day, nights) - accrued(interest, day - 1, nights) for day in range(1, nights + 1)]
    assert sum(days) == interest
    assert min(days) >= 0


@settings(deadline=None)
@given(st.sampled_from(["CNY", "JPY", "KWD"]), st.integers(1, 10**6), st.integers(0, 300_000), st.integers(1, 60))
def test_a_written_schedule_adds_up_in_the_decimals_of_its_currency(currency, units, rate, rows):
    document = {
        "currency": currency,
        "principal": str(units),
        "rate_ppm": rate,
        "installments": rows,
        "schedule_start": "2026-01-15",
        "principal_method": "equal_principal",
        "day_count": "actual_365",
    }
    written = write_schedule(schedule_of(read_terms(document)), currency=currency)
    assert sum(Decimal(row["principal"]) for row in written["rows"]) == units
    assert sum(Decimal(row["interest"]) for row in written["rows"]) == Decimal(written["total_interest"])


@pytest.mark.parametrize("rate", [1_000, 48_000, 94_822, 240_000])
@pytest.mark.parametrize("rows", [1, 6, 24, 360])
def test_an_annuity_is_the_payment_that_numpy_financial_computes(rate, rows):
    terms = Terms(principal=10_000_000, rate_ppm=rate, installments=rows, schedule_start=START)
    exact = -numpy_financial.pmt(rate / PPM / 12, rows, terms.principal)
    plan = schedule_of(terms)
    assert all(abs(row.payment - exact) <= 1 for row in plan.rows[:-1])
    if rows <= 24:  # the roundings of many years gather in the last row
        assert abs(plan.rows[-1].payment - exact) <= rows // 2 + 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 600_000), st.integers(2, 60), st.integers(0, 200_000))
def test_the_price_is_the_internal_rate_that_pyxirr_finds(rate, rows, fee):
    plan = planned(Terms(principal=10_000_000, rate_ppm=rate, installments=rows, schedule_start=START))
    if plan is None:
        return
    flows = [-(10_000_000 - fee), *(row.payment for row in plan.rows)]
    monthly = pyxirr.irr(flows)
    price = price_of(plan, fee_at_payout=fee)
    assert price.nominal_bp == pytest.approx(monthly * 12 * 10_000, abs=0.51)
    assert price.effective_bp == pytest.approx(((1 + monthly) ** 12 - 1) * 10_000, abs=0.51)


@settings(max_examples=60, deadline=None)
@given(st.integers(1_000, 400_000), st.integers(2, 36), st.integers(1, 25))
def test_the_price_with_an_odd_first_period_is_the_dated_rate_that_pyxirr_finds(rate, rows, late):
    paid_out = START + dt.timedelta(days=late)
    terms = Terms(principal=10_000_000, rate_ppm=rate, installments=rows, schedule_start=START, disbursed_on=paid_out)
    plan = schedule_of(terms)
    dates = [paid_out, *(row.end for row in plan.rows)]
    yearly = pyxirr.xirr(dates, [-10_000_000, *(row.payment for row in plan.rows)])
    assert price_of(plan).effective_bp == pytest.approx(yearly * 10_000, abs=0.51)
