"""The examples of *Schedules* in docs/loans.md: each is computed, and the page says what came out."""

import datetime as dt
from decimal import Decimal

from finance.loans.schedules import (
    Arrears,
    Period,
    RateChange,
    SeasonalShare,
    Terms,
    accrued,
    payoff,
    penalty_due,
    penalty_exact,
    price_of,
    schedule_of,
    terms_after,
)
from finance.loans.schedules.factors import Rates, factor
from tests.pages import told


def says(*sentences):
    told(*sentences, page="loans.md")


def terms(**values):
    usual = {"principal": 100_00, "rate_ppm": 70_000, "installments": 6, "schedule_start": dt.date(2024, 1, 1)}
    return Terms(**usual | values)


def m(minor):
    """As the page writes an amount of a currency with two decimals."""
    return f"{minor // 100:,}.{minor % 100:02}"


def payments(schedule):
    return [row.payment for row in schedule.rows]


def principal(schedule):
    return [row.principal for row in schedule.rows]


def interest(schedule):
    return [row.interest for row in schedule.rows]


def factor_of(start, end, *, whole_from=None, **values):
    loan = terms(**values)
    return factor(loan, Rates(loan.rate_ppm, ()), start=start, end=end, whole_from=whole_from or start)


def nearly(found, expected):
    return abs(found - expected) < Decimal("1e-20")


def test_the_days_and_factors_of_a_row_are_those_of_the_page():
    ends = [row.end for row in schedule_of(terms(schedule_start=dt.date(2023, 1, 30), installments=13)).rows]
    words = [f"{end.day} {end:%B}" for end in ends]
    says(f"30 January 2023 → {words[0]}, {words[1]} … {words[11]} {ends[11].year}, {words[12]}.")
    rate, month = Decimal("0.07"), dt.date(2024, 1, 1)
    assert nearly(factor_of(month, dt.date(2024, 2, 1)), rate / 12)
    part = factor_of(dt.date(2024, 1, 15), dt.date(2024, 2, 1), whole_from=month)
    assert nearly(part, rate / 12 * 17 / 31)
    turn = factor_of(dt.date(2023, 12, 12), dt.date(2024, 1, 12), day_count="actual_actual")
    assert nearly(turn, rate * (Decimal(19) / 365 + Decimal(12) / 366))
    year = factor_of(month, dt.date(2024, 2, 1), day_count="actual_365", rate_ppm=108_000)
    assert nearly(year, Decimal("0.108") * 31 / 365)
    long = {"day_count": "per_period", "every": Period(14, "day")}
    odd = factor_of(month, dt.date(2024, 1, 16), whole_from=dt.date(2024, 1, 2), **long)
    assert nearly(odd, rate * 15 / 14)
    says(
        "a whole month gives r / 12; 17 of 31 days r / 12 × 17 / 31",
        "12 December 2023 → 12 January 2024: r × (19 / 365 + 12 / 366)",
        "31 days at 10.8 %: 10.8 % × 31 / 365",
        "15 days where 14 are normal: r × 15 / 14",
    )


def test_each_method_repays_the_principal_of_its_example():
    [each] = set(payments(schedule_of(terms(rate_ppm=94_822))))
    says(f"100.00 at 9.4822 %, 6 months: {m(each)} each month")
    by_period = {"rate_ppm": 10_000, "day_count": "per_period", "installments": 10, "rounding": "half_up"}
    rows = principal(schedule_of(terms(principal_method="annuity_releveled", **by_period)))
    says(f"100.00 at 1 % a period, 10 rows: {m(rows[0])}, {m(rows[1])}, {m(rows[2])} … {m(rows[-1])}")
    whole = {"principal": 250_000, "rate_ppm": 92_000, "installments": 18, "principal_method": "annuity_ceiled"}
    *even, last = payments(schedule_of(terms(**whole)))
    [each] = set(even)
    says(f"250,000 at 9.2 %, 18 months, whole units: {each:,}, last {last:,}")
    large = {"principal": 10_000_000, "installments": 24, "principal_method": "equal_principal", "money_step": 100}
    *even, last = principal(schedule_of(terms(**large)))
    [each] = set(even)
    says(f"10,000,000 in 24 rows, step 100: {each:,}, last {last:,}")
    left = {"principal": 1_000_00, "principal_method": "even_remaining", "rounding": "half_up"}
    rows = principal(schedule_of(terms(**left)))
    says(f"1,000.00 in 6 rows, `half_up`: {', '.join(map(m, rows[:4]))} …")
    share = {"principal": 100_000_00, "principal_method": "fixed_share", "fixed_share_ppm": 50_000}
    *even, last = principal(schedule_of(terms(installments=13, **share)))
    [each] = set(even)
    says(f"100,000.00, 5 %: twelve times {m(each)}, then {m(last)}")
    end = {"principal": 44_000_00, "rate_ppm": 108_000, "schedule_start": dt.date(2026, 1, 15), "rounding": "half_up"}
    plan = schedule_of(terms(principal_method="bullet", day_count="actual_365", **end))
    says(f"44,000.00 at 10.8 %, 6 months: interest {m(interest(plan)[0])} … , last payment {m(payments(plan)[-1])}")
    table = (*[SeasonalShare(100_000, 0)] * 5, SeasonalShare(500_000, 1_000_000))
    *even, last = principal(schedule_of(terms(principal=954_00, principal_method="seasonal", seasonal_table=table)))
    [each] = set(even)
    says(f"954.00: five times 10 % = {m(each)}, then {m(last)}")


def test_smoothing_flat_interest_grace_and_a_new_rate_are_those_of_the_page():
    about = {"rate_ppm": 156_780, "day_count": "actual_365"}
    rows = payments(schedule_of(terms(**about)))
    dearer = payments(schedule_of(terms(keep=rows[0] + 1, **about)))
    says(
        f"100.00 at 15.678 %, actual/365, 6 months: {m(rows[0])} and at last {m(rows[-1])}; "
        f"d is {rows[-1] - rows[0]} steps > 3, but with {m(rows[0] + 1)} the last payment is {m(dearer[-1])}, "
        "no better."
    )
    evenly = {"interest_method": "flat", "principal_method": "even_remaining", "day_count": "per_period"}
    flat = schedule_of(terms(principal=44_000_00, rate_ppm=10_000, installments=12, **evenly))
    [each] = set(interest(flat))
    says(f"44,000.00 at 1 % a month, 12 months: T = {m(flat.total_interest)}, {m(each)} in each row.")
    grace = {"grace_principal": 2, "grace_interest": "capitalise", "grace_interest_rows": 2, "day_count": "per_period"}
    plan = schedule_of(terms(principal=10_000_00, rate_ppm=10_000, **grace))
    added = [row.capitalised for row in plan.rows[:2]]
    *even, last = payments(plan)[2:]
    [each] = set(even)
    says(f"two rows capitalised: {m(added[0])} + {m(added[1])}, then {m(each)} three times and {m(last)}.")
    change = RateChange(dt.date(2024, 2, 15), 40_000)
    first, *after = payments(schedule_of(terms(rate_changes=(change,))))
    [each] = set(after)
    says(f"100.00 at 7 %, from 15 February 4 %, 6 months: {m(first)}, then {m(each)}; the second row's factor is")


def test_a_prepayment_the_true_price_interest_to_date_and_a_penalty_are_those_of_the_page():
    start = {"principal": 12_000_00, "rate_ppm": 20_000, "installments": 4, "day_count": "per_period"}
    plan = schedule_of(terms(schedule_start=dt.date(2011, 9, 20), **start))
    first, second = plan.rows[:2]
    left = 12_000_00 - first.principal
    lower, shorter = (
        payments(schedule_of(terms_after(plan, on=first.end, balance=left - 4_000_00, keeps_instalment=keeps)))
        for keeps in (False, True)
    )
    says(
        f"12,000.00 at 2 % a month in 4 rows, 4,000.00 more with the first: three rows of {', '.join(map(m, lower))}, "
        f"or {m(shorter[0])} and a rest."
    )
    on, nights = second.start + dt.timedelta(days=10), (second.end - second.start).days
    to_date, debt = accrued(second.interest, 10, nights), payoff(principal=left, unpaid_dues=0, running=second, on=on)
    says(f"{m(left)} after the first row above, ten days later {m(to_date)} more, {m(debt)}.")
    evenly = {"interest_method": "flat", "principal_method": "even_remaining", "day_count": "per_period"}
    flat = schedule_of(terms(principal=44_000_00, rate_ppm=10_000, installments=12, **evenly))
    free, kept = price_of(flat), price_of(flat, fee_at_payout=440_00)
    says(
        f"Flat 1 % a month for 12 months is {m(free.nominal_bp)} % nominal, {m(free.effective_bp)} % effective; with a "
        f"fee of 440.00 of 44,000.00 at pay-out it is {m(kept.nominal_bp)} % and {m(kept.effective_bp)} %."
    )
    whole, partly = (
        penalty_due(penalty_exact(arrears, rate_ppm=180_000))
        for arrears in ([Arrears(17, 3_000_00)], [Arrears(7, 3_000_00), Arrears(10, 1_000_00)])
    )
    says(f"paid on day 20: 17 days, {m(whole)}; with 2,000.00 paid on day 10, {m(partly)}.")
