"""The schedule of a loan: dates, factors, grace rows, repayment and rate changes put together."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

from finance.loans.schedules.calendars import Calendar, due_on, ends_of
from finance.loans.schedules.factors import Rates, factor
from finance.loans.schedules.methods import Part, Stretch, repaid, repaid_by
from finance.loans.schedules.terms import RateChange, Terms

#: Factors and levels have 28 digits; only amounts are rounded to the money step.
ARITHMETIC = Context(prec=28, rounding=ROUND_HALF_EVEN)
WEEK_ONLY = Calendar()


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment: interest is charged for the nights after `start` up to and with `end`; amounts in minor units."""

    n: int
    start: dt.date
    end: dt.date
    due: dt.date
    principal: int
    interest: int
    balance: int
    capitalised: int = 0
    calendar_unconfirmed: bool = False

    @property
    def payment(self) -> int:
        """What is to pay."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every row of a loan, exact to the money step of its terms."""

    terms: Terms
    rows: tuple[Row, ...]

    @property
    def total_interest(self) -> int:
        """Interest of all rows, without what is capitalised."""
        return sum(row.interest for row in self.rows)

    @property
    def total_payment(self) -> int:
        """Everything that is to pay."""
        return sum(row.payment for row in self.rows)

    @property
    def total_capitalised(self) -> int:
        """Interest that became principal."""
        return sum(row.capitalised for row in self.rows)

    @property
    def first_period_is_whole(self) -> bool:
        """Whether interest starts exactly one period before the end of the first row."""
        return ends_of(self.terms)[0] == self.terms.starts_on


def schedule_of(terms: Terms, calendar: Calendar = WEEK_ONLY) -> Schedule:
    """Plan a loan: the one function of quote, contract, API and pages.

    The calendar is that of the country of the contract; it moves due dates only. Raises `TermsMalformed` and
    `ScheduleDoesNotAmortise` (422).
    """
    if not terms.keep:
        return _planned(terms, calendar, repaid)
    plan = _planned(terms, calendar, lambda stretch: repaid_by(stretch, terms.keep))
    needed = next(row.n for row in plan.rows if row.balance == 0)
    return Schedule(terms, plan.rows[:needed])


def _planned(terms: Terms, calendar: Calendar, repay: Callable[[Stretch], list[Part]]) -> Schedule:
    with localcontext(ARITHMETIC):
        before, ends = ends_of(terms)
        starts = [terms.starts_on, *ends[:-1]]
        whole_from = [before, *ends[:-1]]
        parts: list[Part] = []
        for known in _stages(terms):
            first = _first_touched(ends, known)
            if first < len(ends):
                rates = Rates(terms.rate_ppm, known)
                spans = list(zip(starts, ends, whole_from, strict=True))[first:]
                wholes = [factor(terms, rates, start=whole, end=end, whole_from=whole) for _, end, whole in spans]
                factors = _factors(terms, rates, spans, wholes)
                parts[first:] = _stage(terms, parts[:first], factors, wholes, repay)
        return Schedule(terms, tuple(_rows(terms, calendar, starts, ends, parts)))


def _stages(terms: Terms) -> list[tuple[RateChange, ...]]:
    """What is known of the rate at signing, and after each later change: a plan does not foresee a change."""
    changes = sorted(terms.rate_changes, key=lambda change: change.valid_from)
    at_signing = [change for change in changes if change.valid_from <= terms.starts_on + dt.timedelta(days=1)]
    return [tuple(changes[:count]) for count in range(len(at_signing), len(changes) + 1)]


def _first_touched(ends: Sequence[dt.date], known: Sequence[RateChange]) -> int:
    """The first row with a night at the latest known rate."""
    since = known[-1].valid_from if known else dt.date.min
    return next((place for place, end in enumerate(ends) if end >= since), len(ends))


def _factors(
    terms: Terms, rates: Rates, spans: Sequence[tuple[dt.date, dt.date, dt.date]], wholes: Sequence[Decimal]
) -> list[Decimal]:
    found = [
        whole if start == from_ else factor(terms, rates, start=start, end=end, whole_from=from_)
        for (start, end, from_), whole in zip(spans, wholes, strict=True)
    ]
    if terms.grace_interest == "free":
        free = terms.grace_interest_rows - (terms.installments - len(spans))
        found[: max(0, free)] = [Decimal(0)] * max(0, free)
    return found


def _stage(
    terms: Terms,
    before: list[Part],
    factors: Sequence[Decimal],
    wholes: Sequence[Decimal],
    repay: Callable[[Stretch], list[Part]],
) -> list[Part]:
    """The rows from a stage's first on: those of grace that are left, then those that repay."""
    parts = list(before)
    balance = parts[-1].balance if parts else terms.principal
    for place in range(len(before), terms.grace_principal):
        charge = terms.rounded(balance * factors[place - len(before)])
        if terms.grace_interest == "capitalise" and place < terms.grace_interest_rows:
            balance += charge
            parts.append(Part(0, 0, balance, charge))
        else:
            parts.append(Part(0, charge, balance))
    done = len(parts) - len(before)
    stretch = Stretch(
        terms=terms,
        first=len(parts),
        balance=balance,
        lent=parts[terms.grace_principal - 1].balance if terms.grace_principal else terms.principal,
        factors=factors[done:],
        wholes=wholes[done:],
        base_factor=_base_factor(terms),
    )
    return [*parts[len(before) :], *repay(stretch)]


def _base_factor(terms: Terms) -> Decimal:
    """The factor of a whole period at the rate of signing."""
    rates = Rates(terms.rate_ppm, _stages(terms)[0])
    start = terms.starts_on
    whole = start + dt.timedelta(days=terms.every.days or 30)
    return factor(terms, rates, start=start, end=whole, whole_from=start)


def _rows(
    terms: Terms, calendar: Calendar, starts: Sequence[dt.date], ends: Sequence[dt.date], parts: Sequence[Part]
) -> list[Row]:
    rule = terms.business_day_rule
    rows = []
    for place, (start, end, part) in enumerate(zip(starts, ends, parts, strict=True)):
        due = end if rule == "none" else due_on(end, rule, calendar)
        unconfirmed = rule == "following_business_day" and due.year > calendar.last_year
        rows.append(
            Row(place + 1, start, end, due, part.principal, part.interest, part.balance, part.capitalised, unconfirmed)
        )
    return rows
