"""What the latest look at a station said, and what waits to be looked at."""

import datetime as dt

from stations.inspections.models import InspectionQuestion, SupportVisit
from stations.network.models import Station


def questions_asked() -> list[InspectionQuestion]:
    """The questions of today, in their order."""
    return list(InspectionQuestion.objects.filter(is_asked=True).order_by("position", "pk"))


def latest_score(station: Station) -> int | None:
    """The score of the last inspection that took place; nothing when there was none."""
    return station.inspections.done().order_by("-done_at", "-pk").values_list("score", flat=True).first()


def is_late(visit: SupportVisit, day: dt.date) -> bool:
    """Whether a visit should have been made by now."""
    return visit.status == SupportVisit.Status.DUE and visit.due_date < day
