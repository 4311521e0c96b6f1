"""Clocks of learners' pages."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.learners import services


@job("learners.end_left_screens")
def end_left_screens(payload: dict[str, Any], at: dt.datetime) -> None:
    """Pages that nobody has used for twenty minutes, and screens of this morning."""
    services.end_left_screens(at=at)
