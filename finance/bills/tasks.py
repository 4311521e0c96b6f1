"""Work on bills that comes round by the clock."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.bills.reminders import remind_due


@job("bills.remind_due")
def remind_households(payload: dict[str, Any], at: dt.datetime) -> None:
    """In the morning, for a county (`place`, `zone`, `date`)."""
    date = dt.date.fromisoformat(payload["date"])
    remind_due(county=payload["place"], zone=payload["zone"], date=date, at=at)
