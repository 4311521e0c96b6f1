"""Copies made, people forgotten, old copies deleted."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from stations.rights import services
from stations.rights.models import PersonRequest

#: Tried again for so long: 15 days at an hour each.
ATTEMPTS = 15 * 24


@job("rights.export_person")
def export_person(payload: dict[str, Any], at: dt.datetime) -> None:
    """Make the copy that was asked for."""
    request = PersonRequest.objects.select_related("person__home_station").get(pk=payload["request"])
    services.export_person(request=request, at=at)


@job("rights.erase_person", attempts=ATTEMPTS)
def erase_person(payload: dict[str, Any], at: dt.datetime) -> None:
    """Forget who asked for it; what has come in the way meanwhile is waited for."""
    request = PersonRequest.objects.select_related("person__home_station").get(pk=payload["request"])
    services.erase_person(request=request, at=at)


@job("rights.forget_exports")
def forget_exports(payload: dict[str, Any], at: dt.datetime) -> None:
    """Copies that were kept long enough."""
    services.forget_exports(at=at)
