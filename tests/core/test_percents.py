"""Percentages as people type them: never guessed."""

import pytest

from core.language.percents import PercentMalformed, is_clear, percent_text, readings


@pytest.mark.parametrize(
    ("typed", "basis_points"),
    [
        ("10 %", [1_000]),
        ("１０％", [1_000]),
        ("0.10%", [10]),
        ("10 bp", [10]),
        ("5‰", [50]),
        ("100 %", [10_000]),
        ("0", [0]),
    ],
)
def test_a_sign_leaves_no_doubt(typed, basis_points):
    assert readings(typed) == basis_points
    assert is_clear(typed)


@pytest.mark.parametrize(
    ("typed", "basis_points"),
    [("10", [1_000, 10]), ("1", [10_000, 100, 1]), ("0.5", [5_000, 50]), ("1.5", [150]), ("150", [150])],
)
def test_a_bare_number_is_asked_back_with_all_that_it_may_mean(typed, basis_points):
    assert readings(typed) == basis_points
    assert not is_clear(typed)


@pytest.mark.parametrize("typed", ["", "ten", "-1 %", "100.01 %", "0.001 %", "1,5 %", "1 % %", "1e2", "NaN", "1234567"])
def test_what_is_no_percentage_is_refused(typed):
    with pytest.raises(PercentMalformed):
        readings(typed)


@pytest.mark.parametrize(("basis_points", "text"), [(1_000, "10 %"), (10, "0.10 %"), (150, "1.50 %"), (0, "0 %")])
def test_a_percentage_is_written_with_two_decimals_or_none(basis_points, text):
    assert percent_text(basis_points) == text
