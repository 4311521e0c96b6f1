"""Deleting what has outlived its use."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from core.retention import services


@job("retention.forget_old_rows")
def forget_old_rows(payload: dict[str, Any], at: dt.datetime) -> None:
    """Every hour, in small bites."""
    services.forget_old_rows(at=at)
