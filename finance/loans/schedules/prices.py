"""The true price of a loan: one yearly rate that counts interest, fees and the days on which money moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from finance.loans.schedules.plans import ARITHMETIC, Schedule
from finance.loans.schedules.terms import Period

BASIS_POINTS = 10_000
LOWEST, HIGHEST = Decimal("-0.99"), Decimal(10)
PRECISION = Decimal("1e-12")
DAYS_OF_YEAR = 365


@dataclass(frozen=True, slots=True)
class Price:
    """Yearly rates in basis points: `nominal` is the rate of a period times the periods, `effective` compounds it."""

    nominal_bp: int
    effective_bp: int


def price_of(schedule: Schedule, *, fee_at_payout: int = 0, fees: Sequence[int] = ()) -> Price:
    """The price with a fee that is kept back at pay-out and fees that are paid with the rows (minor units).

    Where the first period is not a whole one, payments are discounted by their days.
    """
    flows = [row.payment for row in schedule.rows]
    for place, fee in enumerate(fees):
        flows[place] += fee
    lent = schedule.terms.principal - fee_at_payout
    with localcontext(ARITHMETIC):
        periods = periods_of_year(schedule.terms.every)
        if schedule.first_period_is_whole:
            rate = _root(lambda x: _worth_by_period(flows, x) - lent)
            nominal, effective = rate * periods, (1 + rate) ** periods - 1
        else:
            gaps = [(row.end - row.start).days for row in schedule.rows]
            effective = _root(lambda y: _worth_by_days(flows, gaps, y) - lent)
            nominal = periods * ((1 + effective) ** (1 / periods) - 1)
        return Price(_basis_points(nominal), _basis_points(effective))


def periods_of_year(every: Period) -> Decimal:
    """12 months, 52 weeks or 365 days, divided by the length of a period."""
    return Decimal({"month": 12, "week": 52, "day": 365}[every.unit]) / every.count


def _worth_by_period(flows: Sequence[int], rate: Decimal) -> Decimal:
    discount, worth = 1 / (1 + rate), Decimal(0)
    for flow in reversed(flows):
        worth = (worth + flow) * discount
    return worth


def _worth_by_days(flows: Sequence[int], gaps: Sequence[int], rate: Decimal) -> Decimal:
    discounts = {gap: (1 + rate) ** (Decimal(-gap) / DAYS_OF_YEAR) for gap in set(gaps)}
    worth = Decimal(0)
    for flow, gap in zip(reversed(flows), reversed(gaps), strict=True):
        worth = (worth + flow) * discounts[gap]
    return worth


def _root(value: Callable[[Decimal], Decimal]) -> Decimal:
    """Where a function that falls with the rate is zero, by bisection."""
    low, high = LOWEST, HIGHEST
    while high - low > PRECISION:
        middle = (low + high) / 2
        if value(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _basis_points(rate: Decimal) -> int:
    return int((rate * BASIS_POINTS).to_integral_value(ROUND_HALF_UP))
