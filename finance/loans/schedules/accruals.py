"""Interest day by day within a row, and what is owed when a loan is paid off early."""

import datetime as dt

from finance.loans.schedules.plans import Row


def accrued(interest: int, nights: int, of: int) -> int:
    """Interest of a row earned after `nights` of its `of` nights: half-up, in whole numbers, exact at the end.

    The accrual of one day is the difference of two such sums, so days closed in any order add up to the same.
    """
    if not 0 <= nights <= of:
        raise ValueError(f"{nights} of {of} nights")
    return (2 * interest * nights + of) // (2 * of)


def nights_of(row: Row, on: dt.date) -> int:
    """How many nights of the row have passed on a date."""
    return min(max((on - row.start).days, 0), (row.end - row.start).days)


def payoff(*, principal: int, unpaid_dues: int, running: Row | None, on: dt.date, fee: int = 0) -> int:
    """What ends the debt on a date, in minor units: principal outstanding, other unpaid dues, interest to date, fee.

    `unpaid_dues` are interest, fees and penalties that are due and unpaid; `running` is the row whose nights pass.
    """
    earned = 0
    if running is not None:
        earned = accrued(running.interest, nights_of(running, on), (running.end - running.start).days)
    return principal + unpaid_dues + earned + fee
