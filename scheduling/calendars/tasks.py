"""Sessions are made every night for the days that come into reach."""

import datetime as dt
from typing import Any

from core.jobs.registry import job
from scheduling.calendars import services
from scheduling.calendars.models import Resource


@job("calendars.make_sessions")
def make_sessions(payload: dict[str, Any], at: dt.datetime) -> None:
    """Make the sessions of one resource up to its horizon."""
    resource = Resource.objects.get(pk=payload["place"])
    services.make_sessions(resource=resource, to_date=services.horizon(resource, at=at), at=at)
