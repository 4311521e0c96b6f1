"""The jobs that create jobs."""

import datetime as dt
from typing import Any

from core.jobs import ticks
from core.jobs.registry import job


@job("jobs.start_local_work")
def start_local_work(payload: dict[str, Any], at: dt.datetime) -> None:
    """Every minute: what is to be done at a local time that has come."""
    ticks.start_local_work(at=at)


@job("jobs.fan_out")
def fan_out(payload: dict[str, Any], at: dt.datetime) -> None:
    """One job for every place of a zone."""
    ticks.fan_out(kind=payload["kind"], zone=payload["zone"], date=dt.date.fromisoformat(payload["date"]))
