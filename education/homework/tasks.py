"""Clocks of homework."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.homework import services


@job("homework.forget_photos")
def forget_photos(payload: dict[str, Any], at: dt.datetime) -> None:
    """Photos of classes that were over half a year ago."""
    services.forget_photos(at=at)
