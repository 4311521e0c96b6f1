"""How a balance is repaid: one rule for each principal method, over the rows that follow the grace rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from finance.loans.schedules.refusals import ScheduleDoesNotAmortise
from finance.loans.schedules.terms import PPM, Terms

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """Amounts of one row, in minor units; `balance` is what is left after it."""

    principal: int
    interest: int
    balance: int
    capitalised: int = 0

    @property
    def payment(self) -> int:
        """What is due in this row."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows that share one set of factors and repay a balance: all after grace, or those from a rate change on.

    `first` is the number of the first of them, counted from 0; `lent` is the principal that shares refer to; `factors`
    and `wholes` (factors of whole periods) are those of these rows only.
    """

    terms: Terms
    first: int
    balance: int
    lent: int
    factors: Sequence[Decimal]
    wholes: Sequence[Decimal]
    base_factor: Decimal

    @property
    def rows(self) -> int:
        """How many rows are left."""
        return len(self.factors)


#: The principal of a row: its place in the stretch, the balance before it, its interest.
Rule = Callable[[int, int, int], int]


def level(balance: int, factors: Sequence[Decimal]) -> Decimal:
    """The equal payment that repays a balance over rows with these factors."""
    discount, worth = ONE, Decimal(0)
    for each in factors:
        discount /= 1 + each
        worth += discount
    return balance / worth


def repaid(stretch: Stretch) -> list[Part]:
    """The rows of a stretch by the method of its terms. Raises `ScheduleDoesNotAmortise`."""
    if stretch.terms.interest_method == "flat":
        return _walked(stretch, _rule_of(stretch), _flat_interest(stretch))
    if stretch.terms.principal_method == "annuity_progressive":
        return _smoothed(stretch)
    return _walked(stretch, _rule_of(stretch))


def repaid_by(stretch: Stretch, keep: int) -> list[Part]:
    """The rows until nothing is left, where each pays `keep`: a payment for annuities, a principal for the others."""
    rule: Rule
    if "annuity" in stretch.terms.principal_method:
        rule = _paying(stretch, keep)
    else:
        rule = lambda place, balance, interest: keep  # noqa: E731
    return _walked(stretch, rule)


def _walked(stretch: Stretch, rule: Rule, flat: Sequence[int] | None = None) -> list[Part]:
    terms, balance, parts = stretch.terms, stretch.balance, []
    last = _last_paying(stretch)
    for place, factor in enumerate(stretch.factors):
        interest = terms.rounded(balance * factor) if flat is None else flat[place]
        principal = balance if place >= last else min(balance, max(0, rule(place, balance, interest)))
        balance -= principal
        parts.append(Part(principal, interest, balance))
    return parts


def _last_paying(stretch: Stretch) -> int:
    """The row that takes what is left: the last, or in a table the last with a share of principal."""
    if stretch.terms.principal_method != "seasonal":
        return stretch.rows - 1
    shares = _shares(stretch)
    return max((place for place, share in enumerate(shares) if share.principal_ppm), default=stretch.rows - 1)


def _shares(stretch: Stretch) -> Sequence:
    return stretch.terms.seasonal_table[-stretch.rows :]


def _rule_of(stretch: Stretch) -> Rule:
    terms, rows = stretch.terms, stretch.rows
    repaying = terms.installments - terms.grace_principal
    if terms.principal_method == "annuity_releveled":
        return _releveled(stretch)
    if terms.principal_method == "annuity_ceiled":
        payment = terms.rounded_up(level(stretch.lent, [stretch.base_factor] * repaying))
        return _paying(stretch, payment)
    if terms.principal_method == "equal_principal":
        equal = terms.rounded(Decimal(stretch.lent) / repaying)
        return lambda place, balance, interest: equal
    if terms.principal_method == "even_remaining":
        return lambda place, balance, interest: terms.rounded(Decimal(balance) / (rows - place))
    if terms.principal_method == "fixed_share":
        share = terms.rounded(Decimal(stretch.lent) * terms.fixed_share_ppm / PPM)
        return lambda place, balance, interest: share
    if terms.principal_method == "seasonal":
        shares = _shares(stretch)
        return lambda place, balance, interest: terms.rounded(Decimal(stretch.lent) * shares[place].principal_ppm / PPM)
    return lambda place, balance, interest: 0  # bullet


def _paying(stretch: Stretch, payment: int) -> Rule:
    """Every row pays the same; the first must leave something for the principal."""
    first = stretch.factors[0]
    if stretch.rows > 1 and first > 0 and payment <= stretch.terms.rounded(stretch.balance * first):
        raise ScheduleDoesNotAmortise
    return lambda place, balance, interest: payment - interest


def _releveled(stretch: Stretch) -> Rule:
    terms, rows = stretch.terms, stretch.rows

    @cache
    def worths(whole: Decimal) -> list[Decimal]:
        discount, total, found = ONE, Decimal(0), []
        for _row in range(rows):
            discount /= 1 + whole
            total += discount
            found.append(total)
        return found

    def rule(place: int, balance: int, interest: int) -> int:
        whole = stretch.wholes[place]
        payment = balance / worths(whole)[rows - place - 1]
        return terms.rounded(payment - terms.rounded(balance * whole))

    if rows > 1 and stretch.wholes[0] > 0 and rule(0, stretch.balance, 0) <= 0:
        raise ScheduleDoesNotAmortise
    return rule


def _smoothed(stretch: Stretch) -> list[Part]:
    """An annuity whose last payment differs from the others by as little as one correction of all of them allows."""
    terms, rows = stretch.terms, stretch.rows
    payment = terms.rounded(level(stretch.balance, stretch.factors))
    parts = _walked(stretch, _paying(stretch, payment))
    difference = parts[-1].payment - payment
    if rows < 2 or abs(difference) <= (rows // 2) * terms.money_step:
        return parts
    correction = terms.rounded(Decimal(difference) / rows)
    if not correction:
        return parts
    corrected = _walked(stretch, lambda place, balance, interest: payment + correction - interest)
    return corrected if abs(corrected[-1].payment - payment - correction) < abs(difference) else parts


def _flat_interest(stretch: Stretch) -> list[int]:
    """Interest on the whole amount lent, spread evenly or by the table; the last row with a share takes the rest."""
    terms, rows = stretch.terms, stretch.rows
    left = terms.rounded(stretch.lent * sum(stretch.factors, Decimal(0)))
    weights = [1] * rows
    if terms.principal_method == "seasonal":
        weights = [share.interest_ppm for share in _shares(stretch)]
    last = max((place for place, weight in enumerate(weights) if weight), default=rows - 1)
    whole, total, found = left, sum(weights), []
    for place, weight in enumerate(weights):
        part = left if place == last else min(left, terms.rounded(Decimal(whole) * weight / total) if total else 0)
        left -= part
        found.append(part)
    return found
