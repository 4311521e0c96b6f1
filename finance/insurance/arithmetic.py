"""What a premium is split into and what a claim is worth: pure arithmetic in minor units, without database or clock.

Shares are basis points; every amount is rounded once, half up. docs/insurance.md has the worked examples.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FULL = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One payer's share of a premium."""

    source: str
    share_bp: int
    takes_remainder: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """What a formula gives before ceilings, and what of the deductible it uses up."""

    amount: int
    deductible_used: int = 0


def share_of(minor: int, share_bp: int) -> int:
    """A share of an amount that is not negative, half up."""
    return (2 * minor * share_bp + FULL) // (2 * FULL)


def split_premium(premium: int, parts: Sequence[Part]) -> dict[str, int]:
    """Who pays how much of a premium; the part that takes the remainder pays what the others leave."""
    split = {part.source: share_of(premium, part.share_bp) for part in parts if not part.takes_remainder}
    rest = next(part.source for part in parts if part.takes_remainder)
    return {**split, rest: premium - sum(split.values())}


def remaining_cost(cost: int, *, public: int, other: int, deductible_left: int, share_bp: int) -> Worth:
    """The share of what others do not pay, less what of the deductible is not used up yet."""
    remaining = max(0, cost - public - other)
    used = min(remaining, deductible_left)
    return Worth(share_of(remaining - used, share_bp), used)


def graded(sum_insured: int, *, grade_bp: int) -> Worth:
    """The share of the sum insured that the grade gives."""
    return Worth(share_of(sum_insured, grade_bp))


def fixed(sum_insured: int) -> Worth:
    """The sum insured itself."""
    return Worth(sum_insured)


def term_cost(bill: int, *, share_bp: int) -> Worth:
    """The share of a term's bill."""
    return Worth(share_of(bill, share_bp))


def parametric(sum_insured: int, *, trigger: Decimal, exit_at: Decimal, index: Decimal) -> Worth:
    """Nothing before the trigger, all from the exit on, in proportion between; in either direction."""
    share = (trigger - index) / (trigger - exit_at)
    clamped = min(Decimal(1), max(Decimal(0), share))
    return Worth(int((sum_insured * clamped).quantize(Decimal(1), ROUND_HALF_UP)))


def within(amount: int, left: Iterable[int]) -> int:
    """What of an amount the ceilings leave."""
    return max(0, min([amount, *left]))
