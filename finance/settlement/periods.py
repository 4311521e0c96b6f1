"""Periods of statements: days, weeks from Monday to Sunday, and months."""

import datetime as dt

from finance.settlement.models import StatementTerms

WEEK = dt.timedelta(days=6)


def period_of(kind: str, date: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the period in which this date lies."""
    if kind == StatementTerms.Period.DAILY:
        return date, date
    if kind == StatementTerms.Period.MONTHLY:
        first = date.replace(day=1)
        return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    monday = date - dt.timedelta(days=date.weekday())
    return monday, monday + WEEK
