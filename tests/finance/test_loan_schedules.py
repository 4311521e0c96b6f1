"""Schedules of loans: every reference case row by row, the worked examples of docs/loans.md, and what is refused."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from finance.loans.schedules import (
    Arrears,
    Calendar,
    Period,
    RateChange,
    ScheduleDoesNotAmortise,
    SeasonalShare,
    Terms,
    TermsMalformed,
    accrued,
    nights_of,
    payoff,
    penalty_due,
    penalty_exact,
    price_of,
    schedule_of,
    terms_after,
)
from finance.loans.schedules.documents import read_terms, write_schedule, write_terms
from finance.loans.schedules.factors import Rates, factor

FILE = Path(__file__).parents[1] / "data" / "loan_cases.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


def named(case):
    return f"{case['case']}{case.get('variant', '')}"


def terms(**values):
    usual = {"principal": 10_000, "rate_ppm": 70_000, "installments": 6, "schedule_start": dt.date(2024, 1, 1)}
    return Terms(**usual | values)


def payments(schedule):
    return [row.payment for row in schedule.rows]


def interest(schedule):
    return [row.interest for row in schedule.rows]


def principal(schedule):
    return [row.principal for row in schedule.rows]


def case_9(**values):
    nine = next(case for case in CASES if case["case"] == 9)
    return read_terms(nine["input"] | values)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_reference_case_matches_row_by_row(case):
    written = write_schedule(schedule_of(read_terms(case["input"])), currency=case["input"]["currency"])
    expected = {name: case["expected"][name] for name in ("rows", "total_interest", "total_payment")}
    assert written == expected


def test_a_factor_across_a_leap_year_counts_each_night_in_its_own_year():
    case = next(case for case in CASES if "first_factor" in case["expected"])
    loan = read_terms(case["input"])
    start, end = dt.date(2023, 12, 12), dt.date(2024, 1, 12)
    found = factor(loan, Rates(loan.rate_ppm, ()), start=start, end=end, whole_from=start)
    assert f"{found:.12f}" == case["expected"]["first_factor"]


def test_a_last_payment_that_differs_by_four_steps_stays_where_a_correction_makes_it_no_better():
    plan = schedule_of(terms(rate_ppm=156_780, day_count="actual_365"))
    assert payments(plan) == [1743] * 5 + [1747]
    assert interest(plan) == [133, 105, 90, 66, 46, 22]


def test_a_last_payment_that_differs_by_more_is_smoothed_over_all_rows():
    plan = schedule_of(terms(principal=1_000_000, rate_ppm=240_000, installments=120))
    assert len(set(payments(plan)[:-1])) == 1
    assert abs(payments(plan)[-1] - payments(plan)[0]) <= 60


def test_a_rate_change_levels_the_rest_again_and_mixes_the_factor_of_the_row_that_holds_it():
    plan = schedule_of(terms(rate_changes=(RateChange(dt.date(2024, 2, 15), 40_000),)))
    assert payments(plan) == [1701] + [1690] * 5
    assert interest(plan) == [58, 37, 22, 17, 11, 6]


def test_rows_before_a_rate_change_do_not_foresee_it():
    change = RateChange(dt.date(2024, 4, 2), 240_000)
    assert schedule_of(terms(rate_changes=(change,))).rows[:3] == schedule_of(terms()).rows[:3]


def test_a_change_on_the_first_night_is_the_rate_of_the_contract():
    changed = schedule_of(terms(rate_changes=(RateChange(dt.date(2024, 1, 2), 40_000),)))
    assert changed.rows == schedule_of(terms(rate_ppm=40_000)).rows


def test_a_change_after_the_last_night_changes_nothing():
    assert schedule_of(terms(rate_changes=(RateChange(dt.date(2024, 7, 2), 1),))).rows == schedule_of(terms()).rows


def test_grace_rows_pay_interest_only():
    plan = schedule_of(terms(principal=3_000_000, rate_ppm=120_000, installments=8, grace_principal=2))
    assert payments(plan) == [30_000] * 2 + [517_645] * 5 + [517_646]
    assert interest(plan)[2:] == [30_000, 25_124, 20_198, 15_224, 10_200, 5_125]


CAPITALISED = {
    "principal": 1_000_000,
    "rate_ppm": 10_000,
    "day_count": "per_period",
    "grace_principal": 2,
    "grace_interest": "capitalise",
    "grace_interest_rows": 2,
}


def test_capitalised_interest_becomes_principal():
    plan = schedule_of(terms(**CAPITALISED))
    assert [row.capitalised for row in plan.rows] == [10_000, 10_100, 0, 0, 0, 0]
    assert payments(plan) == [0, 0, 261_432, 261_432, 261_432, 261_433]
    assert interest(plan)[2:] == [10_201, 7_689, 5_151, 2_588]
    assert sum(principal(plan)) == 1_000_000 + plan.total_capitalised
    assert write_schedule(plan, currency="CNY")["rows"][1]["capitalised"] == "101.00"


def test_waived_interest_of_the_first_rows_is_nought():
    plan = schedule_of(terms(grace_interest="free", grace_interest_rows=3, principal_method="equal_principal"))
    assert interest(plan)[:3] == [0, 0, 0]
    assert interest(plan)[3:] == interest(schedule_of(terms(principal_method="equal_principal")))[3:]


def test_an_annuity_levelled_again_in_each_row():
    plan = schedule_of(
        terms(
            rate_ppm=10_000,
            installments=10,
            day_count="per_period",
            principal_method="annuity_releveled",
            rounding="half_up",
        )
    )
    assert principal(plan) == [956, 966, 975, 985, 995, 1005, 1014, 1024, 1035, 1045]
    assert interest(plan) == [100, 90, 81, 71, 61, 51, 41, 31, 21, 10]


def test_an_odd_first_period_of_a_levelled_annuity_changes_only_its_interest():
    usual = {"day_count": "per_period", "rate_ppm": 10_000, "principal_method": "annuity_releveled"}
    usual |= {"every": Period(14, "day"), "principal": 100_000}
    even, odd = (schedule_of(terms(**usual, first_due_on=dt.date(2024, 1, day))) for day in (15, 16))
    assert principal(odd) == principal(even)
    assert [interest(even)[0], interest(odd)[0]] == [1_000, 1_071]
    assert interest(odd)[1:] == interest(even)[1:]


def test_a_loan_that_is_repaid_at_its_end():
    plan = schedule_of(
        terms(
            principal=4_400_000,
            rate_ppm=108_000,
            schedule_start=dt.date(2026, 1, 15),
            day_count="actual_365",
            principal_method="bullet",
            rounding="half_up",
        )
    )
    assert interest(plan) == [40_359, 36_454, 40_359, 39_058, 40_359, 39_058]
    assert (plan.total_interest, payments(plan)[-1]) == (235_647, 4_439_058)


def flat(**values):
    usual = {"principal": 4_400_000, "rate_ppm": 10_000, "installments": 12, "day_count": "per_period"}
    return terms(**usual | {"interest_method": "flat", "principal_method": "even_remaining"} | values)


@pytest.mark.parametrize(("fee", "nominal", "effective"), [(0, 2146, 2370), (44_000, 2341, 2610)])
def test_the_true_price_of_flat_interest_and_of_a_fee_at_pay_out(fee, nominal, effective):
    plan = schedule_of(flat())
    assert plan.total_interest == 528_000
    assert set(payments(plan)) == {410_667, 410_666}
    price = price_of(plan, fee_at_payout=fee)
    assert (price.nominal_bp, price.effective_bp) == (nominal, effective)


def test_a_fee_of_a_row_makes_the_loan_dearer():
    plan = schedule_of(terms())
    assert price_of(plan, fees=[0, 0, 50, 0, 0, 0]).effective_bp > price_of(plan).effective_bp


def test_months_keep_the_day_of_the_anchor_or_take_their_last():
    plan = schedule_of(terms(schedule_start=dt.date(2023, 1, 30), installments=14))
    ends = [row.end.isoformat() for row in plan.rows]
    assert ends[:3] == ["2023-02-28", "2023-03-30", "2023-04-30"]
    assert ends[11:] == ["2024-01-30", "2024-02-29", "2024-03-30"]


def test_a_pay_out_after_the_start_is_charged_for_its_own_nights():
    plan = schedule_of(terms(disbursed_on=dt.date(2024, 1, 15), principal=1_000_000))
    assert interest(plan)[0] == round(1_000_000 * 0.07 / 12 * 17 / 31)
    assert not plan.first_period_is_whole


def test_a_due_day_moves_over_a_holiday_and_the_next_row_does_not():
    holiday = Calendar({dt.date(2024, 2, 1): False, dt.date(2024, 2, 2): False, dt.date(2024, 2, 4): True}, 2024)
    plan = schedule_of(terms(business_day_rule="following_business_day", installments=13), holiday)
    assert [row.due.isoformat() for row in plan.rows[:2]] == ["2024-02-04", "2024-03-01"]
    assert [row.end.isoformat() for row in plan.rows[:2]] == ["2024-02-01", "2024-03-01"]
    assert [row.calendar_unconfirmed for row in plan.rows] == [False] * 11 + [True, True]
    assert payments(plan) == payments(schedule_of(terms(installments=13)))


@pytest.mark.parametrize("rule", ["following_weekday", "following_business_day"])
@pytest.mark.parametrize(("weekend", "due"), [({6, 7}, "2024-03-01"), ({5, 6}, "2024-03-03")])
def test_a_due_day_moves_over_the_weekend_of_the_country(rule, weekend, due):
    plan = schedule_of(terms(business_day_rule=rule), Calendar(weekend=frozenset(weekend)))
    assert plan.rows[1].due.isoformat() == due


def test_more_than_is_due_lowers_the_instalments_that_remain():
    nine = schedule_of(case_9())
    rest = terms_after(nine, on=nine.rows[0].end, balance=508_851, keeps_instalment=False)
    assert payments(schedule_of(rest)) == [176_447, 176_447, 176_446]


def test_more_than_is_due_drops_instalments_where_the_payment_stays():
    nine = schedule_of(case_9())
    plan = schedule_of(terms_after(nine, on=nine.rows[0].end, balance=508_851, keeps_instalment=True))
    assert [row.n for row in plan.rows] == [1, 2]
    assert payments(plan)[0] == 315_149
    assert sum(principal(plan)) == 508_851
    assert plan.rows[-1].balance == 0


@pytest.mark.parametrize("unit", ["month", "week"])
@pytest.mark.parametrize("keeps", [False, True])
def test_a_plan_that_follows_another_keeps_its_days_and_is_read_back_from_its_document(unit, keeps):
    first = schedule_of(
        terms(schedule_start=dt.date(2023, 12, 31), installments=8, every=Period(1, unit), money_step=10)
    )
    on = first.rows[2].end + dt.timedelta(days=4)
    document = write_terms(terms_after(first, on=on, balance=4_000, keeps_instalment=keeps), currency="KWD")
    plan = schedule_of(read_terms(document))
    assert write_terms(plan.terms, currency="KWD") == document
    ends = [row.end for row in first.rows if row.end > on]
    assert [row.end for row in plan.rows] == ends[: len(plan.rows)]
    assert (plan.rows[0].start, sum(principal(plan)), plan.rows[-1].balance) == (on, 4_000, 0)
    assert (len(plan.rows) < len(ends)) is keeps
    if keeps:
        assert set(payments(plan)[:-1]) == {first.rows[0].payment}
    again = terms_after(plan, on=plan.rows[0].end, balance=1_000, keeps_instalment=False)
    assert [row.end for row in schedule_of(again).rows] == [row.end for row in plan.rows[1:]]


def test_what_is_left_of_a_table_of_harvests_is_made_up_to_the_whole():
    table = (
        SeasonalShare(0, 0),
        SeasonalShare(400_000, 0),
        SeasonalShare(100_000, 0),
        SeasonalShare(500_000, 1_000_000),
    )
    first = schedule_of(terms(principal_method="seasonal", installments=4, seasonal_table=table))
    rest = terms_after(first, on=first.rows[1].end, balance=3_000, keeps_instalment=True)
    assert [share.principal_ppm for share in rest.seasonal_table] == [166_666, 833_334]
    assert principal(schedule_of(rest)) == [500, 2_500]


def test_interest_to_date_is_exact_at_the_end_of_a_row():
    assert accrued(18_177, 10, 31) == 5_864
    assert [accrued(18_177, nights, 31) for nights in (0, 31)] == [0, 18_177]
    with pytest.raises(ValueError, match="32 of 31"):
        accrued(18_177, 32, 31)


def test_what_ends_the_debt_on_a_date():
    row = schedule_of(case_9()).rows[1]
    on = dt.date(2011, 10, 30)
    assert nights_of(row, on) == 10
    assert payoff(principal=908_851, unpaid_dues=0, running=row, on=on) == 914_715
    assert payoff(principal=908_851, unpaid_dues=100, running=None, on=on, fee=20) == 908_971


@pytest.mark.parametrize(
    ("arrears", "due"),
    [
        ([Arrears(0, 300_000)], 0),
        ([Arrears(1, 300_000)], 148),
        ([Arrears(17, 300_000)], 2_515),
        ([Arrears(7, 300_000), Arrears(10, 100_000)], 1_529),
    ],
)
def test_a_penalty_counts_nights_and_what_was_unpaid(arrears, due):
    assert penalty_due(penalty_exact(arrears, rate_ppm=180_000)) == due


@pytest.mark.parametrize(("cap_bp", "due"), [(None, 2_515), (83, 2_490), (84, 2_515)])
def test_a_penalty_is_capped_by_a_share_of_the_instalment(cap_bp, due):
    exact = penalty_exact([Arrears(17, 300_000)], rate_ppm=180_000)
    assert penalty_due(exact, cap_bp=cap_bp, installment=300_000) == due


def test_a_yen_loan_and_a_dinar_loan_have_the_decimals_of_their_currency():
    for currency, amount, decimals in (("JPY", "250000", 0), ("KWD", "250.000", 3)):
        given = CASES[0]["input"] | {"currency": currency, "principal": amount, "money_step": None}
        written = write_schedule(schedule_of(read_terms(given)), currency=currency)
        assert {len(row["payment"].partition(".")[2]) for row in written["rows"]} == {decimals}


@pytest.mark.parametrize("method", ["annuity_progressive", "annuity_releveled"])
def test_a_plan_whose_instalments_only_pay_interest_is_refused(method):
    with pytest.raises(ScheduleDoesNotAmortise):
        schedule_of(terms(rate_ppm=500_000, installments=60, day_count="per_period", principal_method=method))


@pytest.mark.parametrize(("day", "is_planned"), [(6, True), (7, False)])
def test_an_instalment_must_exceed_the_interest_of_a_long_first_period(day, is_planned):
    loan = terms(
        rate_ppm=100_000,
        installments=20,
        day_count="per_period",
        principal_method="annuity_ceiled",
        first_due_on=dt.date(2024, 2, day),
    )
    if is_planned:
        assert schedule_of(loan).rows[0].principal > 0
    else:
        with pytest.raises(ScheduleDoesNotAmortise):
            schedule_of(loan)


MALFORMED = {
    "principal": {"principal": 0},
    "money_step": {"money_step": 0},
    "principal is no multiple of money_step": {"money_step": 3},
    "rate_ppm": {"rate_ppm": -1},
    "installments": {"installments": 0},
    "grace_principal": {"grace_principal": 6},
    "rounding": {"rounding": "down"},
    "every": {"every": Period(0, "month")},
    "interest_method is not flat with this principal_method": {"interest_method": "flat"},
    "day_count has no even period for this principal_method": {
        "principal_method": "annuity_ceiled",
        "day_count": "actual_365",
    },
    "grace_interest_rows exceed grace_principal": {"grace_interest": "capitalise", "grace_interest_rows": 1},
    "seasonal_table has another length": {"principal_method": "seasonal"},
    "seasonal_table principal_ppm does not add up to 1000000": {
        "principal_method": "seasonal",
        "installments": 1,
        "seasonal_table": (SeasonalShare(999_999, 1_000_000),),
    },
    "first_due_on": {"first_due_on": dt.date(2024, 1, 1)},
    "disbursed_on is after the first row": {"disbursed_on": dt.date(2024, 2, 1)},
    "installments end after the calendar": {"schedule_start": dt.date(9998, 12, 1)},
}


@pytest.mark.parametrize("term", MALFORMED)
def test_terms_that_do_not_fit_together_are_refused_by_name(term):
    with pytest.raises(TermsMalformed) as refused:
        schedule_of(terms(**MALFORMED[term]))
    assert refused.value.params["term"] == term


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "XXY"),
        ("principal", 100),
        ("principal", "100.001"),
        ("principal", "NaN"),
        ("principal", "1e999999999"),
        ("rate_ppm", "94822"),
        ("rate_ppm", True),
        ("installments", 6.0),
        ("schedule_start", "1 January"),
        ("every", "month"),
        ("rate_changes", {"valid_from": "2024-01-01"}),
        ("rate_changes", ["2024-01-01"]),
        ("interest", 1),
        ("day_count", None),
    ],
)
def test_a_document_is_refused_by_the_name_of_its_field(field, value):
    with pytest.raises(TermsMalformed) as refused:
        read_terms(CASES[0]["input"] | {field: value})
    assert refused.value.field == field


def quoted(tmp_path, document):
    file = tmp_path / "terms.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    out = StringIO()
    call_command("quote_loan_schedule", str(file), stdout=out)
    return json.loads(out.getvalue())


def test_the_command_prints_the_rows_of_one_input(tmp_path):
    assert quoted(tmp_path, CASES[0]["input"])["rows"] == CASES[0]["expected"]["rows"]


def test_the_command_prints_the_schedules_of_a_list_and_of_the_file_of_cases(tmp_path):
    expected = [case["expected"]["rows"] for case in CASES]
    assert [each["rows"] for each in quoted(tmp_path, [case["input"] for case in CASES])] == expected
    assert [each["rows"] for each in quoted(tmp_path, FILE.read_text(encoding="utf-8"))] == expected


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("no JSON", "Expecting value"),
        ([1], "item 1: not an object"),
        ([CASES[0]["input"], {"currency": "CNY"}], "item 2: loan_terms_malformed"),
        (CASES[0]["input"] | {"day_count": "per_period", "installments": 900}, "schedule_does_not_amortise"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_file(tmp_path, document, said):
    with pytest.raises(CommandError, match=said):
        quoted(tmp_path, document)
