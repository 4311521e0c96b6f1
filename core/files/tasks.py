"""Deleting files that nothing knows."""

import datetime as dt
from typing import Any

from core.files import orphans
from core.jobs.registry import job


@job("files.remove_orphans")
def remove_orphans(payload: dict[str, Any], at: dt.datetime) -> None:
    """Once a day."""
    orphans.remove_orphans(at=at)
