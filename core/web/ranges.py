"""Ranges of two columns, half open `[from, to)`, for exclusion constraints."""

import datetime as dt

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db.models import Func, Q


def holds_on(date: dt.date) -> Q:
    """Rows that hold on this date, from `from_date` until before `to_date`."""
    return Q(from_date__lte=date) & ends_after(date)


def ends_after(date: dt.date) -> Q:
    """Rows that hold on this date or will."""
    return Q(to_date__gt=date) | Q(to_date=None)


class DateSpan(Func):
    """From one date to another; an empty end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


class InstantSpan(Func):
    """From one instant to another; an empty end is open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
