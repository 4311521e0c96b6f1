"""Spans of two columns, half open `[from, to)`, for constraints that let nothing overlap."""

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db.models import Func


class DateSpan(Func):
    """From one date to another; an empty end is open."""

    function = "DATERANGE"
    output_field = DateRangeField()


class InstantSpan(Func):
    """From one instant to another; an empty end is open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
