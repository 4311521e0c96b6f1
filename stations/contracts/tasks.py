"""Contracts whose last day is over, county by county."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from stations.contracts import services
from stations.network.models import Station


@job("contracts.end_due_contracts")
def end_due_contracts(payload: dict[str, Any], at: dt.datetime) -> None:
    """At midnight on the wall; what cannot end is looked at again every night."""
    stations = Station.objects.filter(county__code=payload["place"], zone=payload["zone"])
    services.end_due_contracts(stations=stations, date=dt.date.fromisoformat(payload["date"]), at=at)
