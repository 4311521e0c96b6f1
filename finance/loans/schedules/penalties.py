"""Penalty of one overdue instalment: nights after the days of grace, on what was unpaid when each began."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from finance.loans.schedules.plans import ARITHMETIC
from finance.loans.schedules.terms import PPM

DAYS_OF_YEAR = 365
BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Arrears:
    """For so many nights, this much was unpaid (minor units)."""

    nights: int
    base: int


def penalty_exact(arrears: Sequence[Arrears], *, rate_ppm: int) -> Decimal:
    """The penalty before rounding; a year has 365 nights."""
    with localcontext(ARITHMETIC):
        return sum((Decimal(each.base * each.nights) * rate_ppm for each in arrears), Decimal(0)) / PPM / DAYS_OF_YEAR


def penalty_due(exact: Decimal, *, money_step: int = 1, cap_bp: int | None = None, installment: int = 0) -> int:
    """Half-up to the money step, at most `cap_bp` of the instalment."""
    with localcontext(ARITHMETIC):
        due = money_step * int((exact / money_step).to_integral_value(ROUND_HALF_UP))
    return due if cap_bp is None else min(due, installment * cap_bp // BASIS_POINTS // money_step * money_step)
