"""Clocks of runs."""

import datetime as dt
from typing import Any

from core.days import day_in
from core.jobs.registry import job
from logistics.routes import services


@job("routes.plan_runs")
def plan_runs(payload: dict[str, Any], at: dt.datetime) -> None:
    """The runs of the day are planned."""
    services.plan_runs(county=payload["place"], day=day_in(payload["zone"], at), at=at)


@job("routes.remind_late")
def remind_late(payload: dict[str, Any], at: dt.datetime) -> None:
    """Drivers of vans that are late are told."""
    services.remind_late(at=at)
