"""Clocks of tutoring."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.tutoring import services


@job("tutoring.fund_stipends")
def fund_stipends(payload: dict[str, Any], at: dt.datetime) -> None:
    """What waits for money of a county is tried again."""
    services.fund_stipends(zone=payload["zone"], at=at)


@job("tutoring.forget_notes")
def forget_notes(payload: dict[str, Any], at: dt.datetime) -> None:
    """What was written about lessons long ago is cleared."""
    services.forget_notes(at=at)


@job("tutoring.remind_families")
def remind_families(payload: dict[str, Any], at: dt.datetime) -> None:
    """Guardians are reminded of tomorrow's lessons."""
    services.remind_families(zone=payload["zone"], at=at)


@job("tutoring.warn_of_uncovered")
def warn_of_uncovered(payload: dict[str, Any], at: dt.datetime) -> None:
    """Counties and tutors hear of lessons after the last day of a check."""
    services.warn_of_uncovered(zone=payload["zone"], at=at)
