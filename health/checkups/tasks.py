"""Clocks of check-ups."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from health.checkups.services import chase_reports, chase_tasks, release_no_shows


@job("checkups.chase_reports")
def chase(payload: dict[str, Any], at: dt.datetime) -> None:
    """Reports that nobody has told, urgent results of the days before, and who did not come, in a zone's clinics."""
    about = {"zone": payload["place"], "on_date": dt.date.fromisoformat(payload["date"]), "at": at}
    chase_reports(**about)
    chase_tasks(**about)
    release_no_shows(**about)
