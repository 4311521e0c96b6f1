"""Instants as programs read them: one spelling, wherever it is written."""

import datetime as dt


def for_programs(at: dt.datetime) -> str:
    """RFC 3339 in UTC with `Z` and milliseconds, such as `2026-11-25T02:52:00.000Z`."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
