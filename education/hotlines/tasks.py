"""Clocks of calls home."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.hotlines import services

MONDAY = 1


@job("hotlines.remind")
def remind(payload: dict[str, Any], at: dt.datetime) -> None:
    """Parents are reminded of calls."""
    services.remind_of_calls(at=at)


@job("hotlines.list_unreached")
def list_unreached(payload: dict[str, Any], at: dt.datetime) -> None:
    """On Mondays partners hear of children without a call for 30 days."""
    day = dt.date.fromisoformat(payload["date"])
    if day.isoweekday() == MONDAY:
        services.list_unreached(zone=payload["zone"], week=day.isoformat(), at=at)
