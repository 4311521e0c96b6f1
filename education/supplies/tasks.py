"""Clocks of school kits."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from education.supplies import services


@job("supplies.expire_entitlements")
def expire_entitlements(payload: dict[str, Any], at: dt.datetime) -> None:
    """Entitlements of campaigns that are over."""
    services.expire_entitlements(at=at)
