"""The plan that follows when more than is due is paid: the same dates, and lower instalments or fewer of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from finance.loans.schedules.plans import Row, Schedule
from finance.loans.schedules.terms import ANNUITIES, PPM, SeasonalShare, Terms

#: Methods whose rows pay the same each time, so that fewer of them can pay it.
EVEN_METHODS = (*ANNUITIES, "equal_principal", "even_remaining")


def can_keep_instalment(terms: Terms) -> bool:
    """Whether rows can be dropped: there is an instalment to keep, and interest that falls with what is left."""
    return terms.interest_method == "declining" and terms.principal_method in EVEN_METHODS


def terms_after(schedule: Schedule, *, on: dt.date, balance: int, keeps_instalment: bool) -> Terms:
    """The terms of what is left of a plan from a date on, with so much principal (minor units).

    Rows that end by the date have passed; the others keep their ends. What stays is the payment of an annuity, or
    the principal of the other methods. Raises `TermsMalformed` (422).
    """
    terms = schedule.terms
    ahead = [row for row in schedule.rows if row.end > on]
    passed = len(schedule.rows) - len(ahead)
    table = _rest_of_table(terms.seasonal_table[max(0, passed - terms.grace_principal) :])
    return replace(
        terms,
        principal=balance,
        installments=len(ahead),
        disbursed_on=on,
        rows_passed=terms.rows_passed + passed,
        grace_principal=max(0, terms.grace_principal - passed),
        grace_interest_rows=max(0, terms.grace_interest_rows - passed),
        seasonal_table=table,
        keep=_staying(terms, ahead) if keeps_instalment and can_keep_instalment(terms) else 0,
    )


def _staying(terms: Terms, ahead: Sequence[Row]) -> int:
    """The instalment that goes on; the last row is another, because it takes the rest."""
    rows = ahead[:-1] or ahead
    is_annuity = terms.principal_method in ANNUITIES
    return max(row.payment if is_annuity else row.principal for row in rows)


def _rest_of_table(shares: Sequence[SeasonalShare]) -> tuple[SeasonalShare, ...]:
    """The shares of the rows that are left, made up to the whole again; the last row with a share takes the rest."""
    principal = _made_up([share.principal_ppm for share in shares])
    interest = _made_up([share.interest_ppm for share in shares])
    return tuple(SeasonalShare(*each) for each in zip(principal, interest, strict=True))


def _made_up(shares: Sequence[int]) -> list[int]:
    total = sum(shares)
    if not total:
        return [0] * (len(shares) - 1) + [PPM] if shares else []
    scaled = [share * PPM // total for share in shares]
    last = max(place for place, share in enumerate(shares) if share)
    scaled[last] += PPM - sum(scaled)
    return scaled
