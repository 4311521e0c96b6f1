"""Clocks of trainings."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.skills.services import remind_of_renewals


@job("skills.remind_of_renewals")
def remind(payload: dict[str, Any], at: dt.datetime) -> None:
    """Holders whose certificate can be renewed from this day, also where the work of the day is made up for later."""
    remind_of_renewals(zone=payload["place"], on_date=dt.date.fromisoformat(payload["date"]), at=at)
