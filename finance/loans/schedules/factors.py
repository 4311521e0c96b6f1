"""The interest factor of each row: what one unit of balance costs from its first to its last night."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal

from finance.loans.schedules.terms import PPM, RateChange, Terms

#: Days of a year of each method that divides by a fixed one.
YEARS = {"actual_365": 365, "actual_364": 364, "actual_360": 360}
COMMON, LEAP = 365, 366


class Rates:
    """Which rate a night bears."""

    def __init__(self, rate_ppm: int, changes: Sequence[RateChange]) -> None:
        latest = {change.valid_from: change.rate_ppm for change in changes}
        self._from = sorted(latest)
        self._rates = [rate_ppm, *(latest[day] for day in self._from)]

    def spans(self, start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, dt.date, int]]:
        """The nights after `start` up to and with `end`, as spans of one rate: start, end, ppm."""
        if not self._from:
            yield start, end, self._rates[0]
            return
        place = bisect_right(self._from, start + dt.timedelta(days=1))
        while start < end:
            until = end
            if place < len(self._from):
                until = min(end, self._from[place] - dt.timedelta(days=1))
            yield start, until, self._rates[place]
            start, place = until, place + 1


def factor(terms: Terms, rates: Rates, *, start: dt.date, end: dt.date, whole_from: dt.date) -> Decimal:
    """The factor of the nights after `start` up to `end`, where a whole period would have begun at `whole_from`.

    The sum over the nights is exact; it is divided once, to 28 digits.
    """
    if terms.day_count == "actual_actual":
        return _by_leap_years(rates, start, end)
    weight, year = _weight_and_year(terms, (end - whole_from).days)
    nights = sum((until - since).days * ppm for since, until, ppm in rates.spans(start, end))
    return Decimal(nights * weight) / (year * PPM)


def _weight_and_year(terms: Terms, whole: int) -> tuple[int, int]:
    """A night costs rate x weight / year; `whole` are the nights of the whole period."""
    if terms.day_count == "per_period":
        return 1, whole
    if terms.day_count == "thirty_360":
        return (30 * terms.every.count, 360 * whole) if terms.every.unit == "month" else (1, 360)
    return 1, YEARS[terms.day_count]


def _by_leap_years(rates: Rates, start: dt.date, end: dt.date) -> Decimal:
    in_common = in_leap = 0
    for since, until, ppm in rates.spans(start, end):
        while since < until:
            year = (since + dt.timedelta(days=1)).year
            stop = min(until, dt.date(year, 12, 31))
            if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
                in_leap += (stop - since).days * ppm
            else:
                in_common += (stop - since).days * ppm
            since = stop
    return Decimal(in_common * LEAP + in_leap * COMMON) / (COMMON * LEAP * PPM)
