"""Clocks of rosters."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.rosters import services


@job("rosters.try_waiting")
def try_waiting(payload: dict[str, Any], at: dt.datetime) -> None:
    """Pupils for whom a guardian has agreed meanwhile are put on their class."""
    services.try_waiting_seats(at=at)


@job("rosters.discard_old")
def discard_old(payload: dict[str, Any], at: dt.datetime) -> None:
    """What nobody has taken in within a week is given up: names do not lie about."""
    services.discard_old_rosters(at=at)
