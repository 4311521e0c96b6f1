"""The formula of the monthly score, version 1: six parts, exact decimals, rounded half up once.

A part with denominator 0 counts as whole: nobody is punished for what could not happen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

VERSION = 1
GOOD_FROM, WATCH_FROM = 80, 60
ONE, NOUGHT = Decimal(1), Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the score: what was counted, of what, what it gives (0 to 1), and what it weighs (of 100)."""

    counted: Decimal
    of: Decimal
    value: Decimal
    weight: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a month of a station adds up to."""

    active_days: int
    planned_days: int
    services: int
    median_services: Decimal
    seen_minutes: int
    open_minutes: int
    float_out_days: int
    open_days: int
    complaints: int
    offered: int
    refused: int


def parts_of(month: Figures) -> dict[str, Part]:
    """The six parts by their letters: activity, volume, opening, float, complaints, refusals."""
    return {
        "A": _share(month.active_days, month.planned_days, 25),
        "V": _share(month.services, month.median_services, 20),
        "O": _share(month.seen_minutes, month.open_minutes, 15),
        "F": _lack(month.float_out_days, month.open_days, 15, times=1),
        "C": _lack(month.complaints, month.services, 15, times=20),
        "R": _lack(month.refused, month.offered, 10, times=5),
    }


def exact_score(parts: Mapping[str, Part]) -> Decimal:
    """The score of a hundred before it is rounded."""
    return sum((part.value * part.weight for part in parts.values()), NOUGHT)


def rounded(exact: Decimal) -> int:
    """Half up, once."""
    return int(exact.to_integral_value(ROUND_HALF_UP))


def grade_of(score: int) -> str:
    """80 and more is good, 60 to 79 is watched, less gets support."""
    return "good" if score >= GOOD_FROM else "watch" if score >= WATCH_FROM else "support"


def _share(counted: int, of: int | Decimal, weight: int) -> Part:
    value = min(ONE, Decimal(counted) / Decimal(of)) if of else ONE
    return Part(Decimal(counted), Decimal(of), value, weight)


def _lack(counted: int, of: int, weight: int, *, times: int) -> Part:
    value = max(NOUGHT, ONE - Decimal(times * counted) / Decimal(of)) if of else ONE
    return Part(Decimal(counted), Decimal(of), value, weight)
