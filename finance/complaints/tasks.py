"""Clocks of complaints."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from finance.complaints import services


@job("complaints.escalate_overdue")
def escalate_overdue(payload: dict[str, Any], at: dt.datetime) -> None:
    """What has missed a clock calls for help."""
    services.escalate_overdue(at=at)


@job("complaints.close_answered")
def close_answered(payload: dict[str, Any], at: dt.datetime) -> None:
    """What was answered long ago is closed."""
    services.close_answered(at=at)
