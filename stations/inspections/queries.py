"""What the latest look at a station said, and what waits to be looked at."""

import datetime as dt

from django.db.models import F, QuerySet

from stations.inspections.models import Inspection, InspectionQuestion, SupportVisit
from stations.network.models import Station


def questions_asked() -> list[InspectionQuestion]:
    """The questions of today, in their order."""
    return list(InspectionQuestion.objects.filter(is_asked=True).order_by("position", "pk"))


def latest_score(station: Station) -> int | None:
    """The score of the last inspection that took place; nothing when there was none."""
    return station.inspections.done().order_by("-done_at", "-pk").values_list("score", flat=True).first()


def inspections_in_order(rows: QuerySet[Inspection]) -> QuerySet[Inspection]:
    """Those to come first, the next one on top; then those done, the newest on top."""
    shown = rows.select_related("station", "inspector")
    return shown.order_by(F("done_at").desc(nulls_first=True), "planned_date", "-pk")


def visits_in_order(rows: QuerySet[SupportVisit]) -> QuerySet[SupportVisit]:
    """Those that are due first, the oldest on top; then those done, the newest on top."""
    return rows.select_related("station", "visitor", "warning").order_by(
        F("done_at").desc(nulls_first=True), "due_date", "pk"
    )


def is_late(visit: SupportVisit, day: dt.date) -> bool:
    """Whether a visit should have been made by now."""
    return visit.status == SupportVisit.Status.DUE and visit.due_date < day
