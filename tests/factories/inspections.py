"""Inspections for tests."""

import datetime as dt

from stations.inspections.models import Inspection
from stations.network.models import Station
from tests.factories.stations import UserFactory


def inspected(station: Station, score: int, *, at: dt.datetime) -> Inspection:
    """Somebody looked at this station and gave it so many points."""
    return Inspection.objects.create(
        station=station,
        inspector=UserFactory(),
        planned_date=at.date(),
        status=Inspection.Status.DONE,
        done_at=at,
        score=score,
    )
