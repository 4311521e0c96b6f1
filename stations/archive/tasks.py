"""Once a month, county by county."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from stations.archive import services


@job("archive.propose_archiving")
def propose_archiving(payload: dict[str, Any], at: dt.datetime) -> None:
    """People of a county whom nobody has seen for three years."""
    services.propose_archiving(county=payload["place"], zone=payload["zone"], at=at)
