"""What became of divisions, applied on its day."""

import datetime as dt
from typing import Any

from core.fields import uuid7
from core.jobs.registry import job
from core.jobs.services import enqueue
from stations.hooks import FOLLOWERS
from stations.places import services


@job("places.apply_successions")
def apply_successions(payload: dict[str, Any], at: dt.datetime) -> None:
    """Everybody who stands in a division whose code ends goes along, a batch in each job."""
    country, date = payload["country"], dt.date.fromisoformat(payload["date"])
    applied = services.apply_successions(country=country, date=date, at=at, follow=_follow)
    if not applied.is_done:
        key = f"succession:{country}:{date}:{uuid7()}"
        enqueue("places.apply_successions", dedupe_key=key, payload=payload, run_at=at)


@job("places.show_names")
def show_names(payload: dict[str, Any], at: dt.datetime) -> None:
    """The names of a list that was loaded before its day."""
    services.show_names(country=payload["country"], date=dt.date.fromisoformat(payload["date"]))


def _follow() -> int:
    return sum(follow() for follow in FOLLOWERS)
