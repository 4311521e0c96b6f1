"""The terms of a loan as its contract states them, and which of them fit together."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from finance.loans.schedules.refusals import TermsMalformed

PPM = 1_000_000
MAX_ROWS = 1_200
#: Amounts stay well below what 28 digits hold exactly together with a factor.
MAX_MINOR = 10**15
#: A million percent: above what any contract names, and below what upsets the arithmetic.
MAX_RATE_PPM = 10**10

ANNUITIES = ("annuity_progressive", "annuity_releveled", "annuity_ceiled")
PRINCIPAL_METHODS = (*ANNUITIES, "equal_principal", "even_remaining", "fixed_share", "bullet", "seasonal")
#: Methods whose interest may be flat: their principal does not depend on the interest.
FLAT_METHODS = ("even_remaining", "fixed_share", "bullet", "seasonal")
INTEREST_METHODS = ("declining", "flat")
DAY_COUNTS = ("thirty_360", "actual_actual", "actual_365", "actual_364", "actual_360", "per_period")
#: With these the factor of a whole period is the same in every row, as two of the annuities need.
EVEN_DAY_COUNTS = ("thirty_360", "per_period")
UNITS = ("day", "week", "month")
GRACE_ON_INTEREST = ("pay", "free", "capitalise")
BUSINESS_DAY_RULES = ("none", "following_weekday", "following_business_day")
ROUNDINGS = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP}


@dataclass(frozen=True, slots=True)
class Period:
    """So many days, weeks or months between two instalments."""

    count: int = 1
    unit: str = "month"

    @property
    def days(self) -> int:
        """Length in days; 0 for months, which have none."""
        return self.count * {"day": 1, "week": 7, "month": 0}[self.unit]


@dataclass(frozen=True, slots=True)
class RateChange:
    """From this day on every night bears this rate (ppm)."""

    valid_from: dt.date
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class SeasonalShare:
    """What part of principal and of flat interest one row of a table pays (ppm)."""

    principal_ppm: int
    interest_ppm: int


@dataclass(frozen=True, slots=True)
class Terms:
    """One loan. `principal` and `money_step` are minor units of the contract's currency, rates are ppm.

    `rate_ppm` is the rate of a year, or of one period where `day_count` is `per_period`. `schedule_start` is the anchor
    of the due dates; interest starts at `disbursed_on`. With `first_due_on` the first row ends there, which becomes the
    anchor. The first `grace_principal` rows pay no principal; the first `grace_interest_rows` pay, waive or capitalise
    their interest.

    A plan that follows another goes on with its dates: `rows_passed` is how many rows ended before, and interest starts
    at `disbursed_on`. With `keep` each row pays so much (an annuity in all, other methods of principal), in as few rows
    as that takes; 0 leaves the rows as they are.
    """

    principal: int
    rate_ppm: int
    installments: int
    schedule_start: dt.date
    money_step: int = 1
    rounding: str = "half_even"
    principal_method: str = "annuity_progressive"
    interest_method: str = "declining"
    day_count: str = "thirty_360"
    every: Period = Period()
    disbursed_on: dt.date | None = None
    first_due_on: dt.date | None = None
    grace_principal: int = 0
    grace_interest: str = "pay"
    grace_interest_rows: int = 0
    fixed_share_ppm: int = 0
    seasonal_table: tuple[SeasonalShare, ...] = ()
    rate_changes: tuple[RateChange, ...] = ()
    business_day_rule: str = "none"
    rows_passed: int = 0
    keep: int = 0

    def __post_init__(self) -> None:
        _check_words(self)
        _check_numbers(self)
        _check_methods(self)
        _check_dates(self)

    @property
    def starts_on(self) -> dt.date:
        """The day after which interest is charged."""
        return self.disbursed_on or self.schedule_start

    def rate_on(self, day: dt.date) -> int:
        """The rate (ppm) that the night before this day bears."""
        began = [change for change in self.rate_changes if change.valid_from <= day]
        return max(began, key=lambda change: change.valid_from).rate_ppm if began else self.rate_ppm

    def rounded(self, exact: Decimal) -> int:
        """The nearest multiple of the money step; ties go as the contract says."""
        if self.money_step == 1:
            return int(exact.to_integral_value(ROUNDINGS[self.rounding]))
        return self.money_step * int((exact / self.money_step).to_integral_value(ROUNDINGS[self.rounding]))

    def rounded_up(self, exact: Decimal) -> int:
        """The next multiple of the money step."""
        return self.money_step * int((exact / self.money_step).to_integral_value("ROUND_CEILING"))


def _refuse_unless(fits: bool, term: str) -> None:
    if not fits:
        raise TermsMalformed(field=term.split(" ")[0], term=term)


def _check_words(terms: Terms) -> None:
    _refuse_unless(terms.rounding in ROUNDINGS, "rounding")
    _refuse_unless(terms.principal_method in PRINCIPAL_METHODS, "principal_method")
    _refuse_unless(terms.interest_method in INTEREST_METHODS, "interest_method")
    _refuse_unless(terms.day_count in DAY_COUNTS, "day_count")
    _refuse_unless(terms.every.unit in UNITS and 1 <= terms.every.count <= 366, "every")
    _refuse_unless(terms.grace_interest in GRACE_ON_INTEREST, "grace_interest")
    _refuse_unless(terms.business_day_rule in BUSINESS_DAY_RULES, "business_day_rule")


def _check_numbers(terms: Terms) -> None:
    _refuse_unless(0 < terms.money_step <= MAX_MINOR, "money_step")
    _refuse_unless(0 < terms.principal <= MAX_MINOR, "principal")
    _refuse_unless(terms.principal % terms.money_step == 0, "principal is no multiple of money_step")
    rates = (terms.rate_ppm, *(change.rate_ppm for change in terms.rate_changes))
    _refuse_unless(all(0 <= rate <= MAX_RATE_PPM for rate in rates), "rate_ppm")
    _refuse_unless(1 <= terms.installments <= MAX_ROWS, "installments")
    _refuse_unless(0 <= terms.grace_principal < terms.installments, "grace_principal")
    _refuse_unless(0 <= terms.grace_interest_rows < terms.installments, "grace_interest_rows")
    _refuse_unless(0 <= terms.fixed_share_ppm <= PPM, "fixed_share_ppm")
    _refuse_unless(0 <= terms.rows_passed <= MAX_ROWS, "rows_passed")
    _refuse_unless(0 <= terms.keep <= MAX_MINOR, "keep")


def _check_methods(terms: Terms) -> None:
    if terms.interest_method == "flat":
        _refuse_unless(terms.principal_method in FLAT_METHODS, "interest_method is not flat with this principal_method")
    if terms.principal_method in ("annuity_releveled", "annuity_ceiled"):
        _refuse_unless(terms.day_count in EVEN_DAY_COUNTS, "day_count has no even period for this principal_method")
    if terms.grace_interest == "capitalise":
        _refuse_unless(terms.grace_principal >= terms.grace_interest_rows, "grace_interest_rows exceed grace_principal")
    if terms.principal_method == "seasonal":
        _check_table(terms)


def _check_table(terms: Terms) -> None:
    shares = terms.seasonal_table
    _refuse_unless(len(shares) == terms.installments - terms.grace_principal, "seasonal_table has another length")
    for name in ("principal_ppm", "interest_ppm"):
        values = [getattr(share, name) for share in shares]
        _refuse_unless(min(values) >= 0 and sum(values) == PPM, f"seasonal_table {name} does not add up to {PPM}")


def _check_dates(terms: Terms) -> None:
    first = terms.first_due_on
    _refuse_unless(first is None or first > terms.starts_on or terms.rows_passed > 0, "first_due_on")
    _refuse_unless(not terms.rows_passed or terms.disbursed_on is not None, "disbursed_on is when a later plan begins")
    days = terms.every.days or terms.every.count * 31
    last = (first or terms.schedule_start).toordinal() + days * (terms.rows_passed + terms.installments)
    _refuse_unless(terms.schedule_start.year >= 1900, "schedule_start")
    _refuse_unless(last < dt.date.max.toordinal() - 366, "installments end after the calendar")
