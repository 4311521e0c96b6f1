"""Dates of instants in the zone of each row."""

from typing import Any

from django.db.models import DateField, Func


class LocalDate(Func):
    """The date on the wall at an instant: `LocalDate("taken_at", "station__zone")`."""

    template = "((%(expressions)s)::date)"
    arg_joiner = " AT TIME ZONE "
    arity = 2
    output_field: Any = DateField()
