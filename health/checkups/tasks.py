"""Clocks of check-ups."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from health.checkups.services import chase_reports, chase_tasks


@job("checkups.chase_reports")
def chase(payload: dict[str, Any], at: dt.datetime) -> None:
    """Reports that nobody has told, and urgent results of the days before, in the clinics of a zone."""
    about = {"zone": payload["place"], "on_date": dt.date.fromisoformat(payload["date"]), "at": at}
    chase_reports(**about)
    chase_tasks(**about)
