"""What became of divisions, applied on its day."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from stations.places import services

#: Who lets stations follow the tree; filled by `ecomnet/wiring.py`, because places know no stations.
FOLLOW: list[Any] = []


@job("places.apply_successions")
def apply_successions(payload: dict[str, Any], at: dt.datetime) -> None:
    """Everybody who stands in a division whose code ends goes along."""
    date = dt.date.fromisoformat(payload["date"])
    services.apply_successions(country=payload["country"], date=date, at=at, follow=_follow)


def _follow() -> int:
    return sum(follow() for follow in FOLLOW)
