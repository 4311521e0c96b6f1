"""Clocks of libraries."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.libraries import services


@job("libraries.mark_overdue")
def mark_overdue(payload: dict[str, Any], at: dt.datetime) -> None:
    """Borrowers are reminded; what is 60 days overdue counts as lost."""
    services.mark_overdue(at=at)
    services.mark_lost(at=at)


@job("libraries.expire_holds")
def expire_holds(payload: dict[str, Any], at: dt.datetime) -> None:
    """Books that nobody fetched go to the next in line."""
    services.expire_holds(at=at)
