"""Work of every night and every month, one job per county."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.jobs.registry import job
from stations.network.models import Station
from stations.network.queries import WORKING
from stations.scores import services

DAY = dt.timedelta(days=1)


def _stations(payload: dict[str, Any], *statuses: str) -> Iterable[Station]:
    shown = Station.objects.filter(county__code=payload["place"], zone=payload["zone"])
    return shown.filter(status__in=statuses) if statuses else shown.exclude(status=Station.Status.PLANNED)


@job("scores.roll_station_day")
def roll_station_day(payload: dict[str, Any], at: dt.datetime) -> None:
    """The day before, in figures."""
    services.roll_station_day(stations=_stations(payload), date=dt.date.fromisoformat(payload["date"]) - DAY)


@job("scores.score_month")
def score_month(payload: dict[str, Any], at: dt.datetime) -> None:
    """The month before, station by station."""
    last = dt.date.fromisoformat(payload["date"]).replace(day=1) - DAY
    services.score_month(stations=_stations(payload, *WORKING), month=last.replace(day=1))


@job("scores.open_warnings")
def open_warnings(payload: dict[str, Any], at: dt.datetime) -> None:
    """Signs that a station needs help."""
    services.open_warnings(stations=_stations(payload, *WORKING), at=at)


@job("scores.find_silent_stations")
def find_silent_stations(payload: dict[str, Any], at: dt.datetime) -> None:
    """Every hour: stations of which nothing was heard for three days."""
    services.plan_silent_warnings(at=at)


@job("scores.warn_silent_station")
def warn_silent_station(payload: dict[str, Any], at: dt.datetime) -> None:
    """One of them: looked at again, because it may have been heard of meanwhile."""
    services.warn_silent_station(station=Station.objects.get(pk=payload["station"]), at=at)
