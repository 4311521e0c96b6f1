"""Clocks of quizzes."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.quizzes import services


@job("quizzes.end_attempts")
def end_attempts(payload: dict[str, Any], at: dt.datetime) -> None:
    """Attempts whose time is over are marked; those that nobody finished in a day are given up."""
    services.end_attempts(at=at)
