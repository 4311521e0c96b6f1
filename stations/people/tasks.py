"""Work on the access log that comes round by the clock."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from stations.people import services


@job("people.seal_access_log")
def seal_access_log(payload: dict[str, Any], at: dt.datetime) -> None:
    """Seal the hours that are over."""
    services.seal_access_log(at=at)


@job("people.check_access_seals")
def check_access_seals(payload: dict[str, Any], at: dt.datetime) -> None:
    """Calculate the seals again and keep what is wrong."""
    services.check_access_seals(at=at)
