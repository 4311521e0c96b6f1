"""The lists of inspections and of visits that help."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.days import day_in
from core.web.list_filters import State
from core.web.lists import Empty, Row
from stations.inspections.models import Inspection, SupportVisit
from stations.inspections.queries import is_late
from stations.lists import StationList

LOOKS = {"planned": "wait", "done": "ok", "cancelled": "info"}


class Inspections(StationList):
    """What is planned and what was found."""

    name = "inspections:inspections"
    grant = "stations.read_inspection"
    title = gettext_lazy("Inspections")
    template = "stations/inspections/inspections.html"
    headings = {
        "name": gettext_lazy("Station"),
        "what": gettext_lazy("Inspector and score"),
        "at": gettext_lazy("Day"),
        "state": gettext_lazy("State"),
    }
    order = ("-planned_date", "-pk")
    period, days = "planned_date", 92
    states = (
        State(
            "planned",
            pgettext_lazy("inspection", "planned"),
            Q(status="planned"),
            ever=True,
            order=("planned_date", "pk"),
        ),
        State("done", gettext_lazy("done"), Q(status="done")),
        State("cancelled", gettext_lazy("cancelled"), Q(status="cancelled")),
    )
    empty = Empty(gettext_lazy("Nothing planned yet. Open a station to plan its first inspection."), icon="calendar")

    def rows(self, request: HttpRequest) -> QuerySet[Inspection]:
        """Those within reach."""
        return Inspection.objects.open_to(request.user, self.grant).select_related("station", "inspector")

    def row(self, row: Inspection, known: Any) -> Row:
        """Where, by whom, and what came of it."""
        score = str(row.score) if row.score is not None else ""
        return Row(
            name=row.station.name,
            href=f"/county/inspections/{row.pk}/",
            what=" · ".join(filter(None, [row.inspector.shown_name, score])),
            where=row.station.name,
            at=row.planned_date,
            status=LOOKS[row.status],
            words=row.get_status_display(),
        )


class Visits(StationList):
    """Visits that help a station: those that are due, the oldest first, and those made."""

    name = "inspections:visits"
    grant = "stations.read_support_visit"
    title = gettext_lazy("Support visits")
    back, back_to = "inspections:inspections", gettext_lazy("Inspections")
    headings = {
        "name": gettext_lazy("Station"),
        "what": gettext_lazy("Why"),
        "at": gettext_lazy("Due"),
        "state": gettext_lazy("State"),
    }
    order = ("-due_date", "-pk")
    period, days = "due_date", 92
    states = (
        State("due", gettext_lazy("due"), Q(status="due"), ever=True, order=("due_date", "pk")),
        State("done", gettext_lazy("done"), Q(status="done")),
    )
    state = "due"
    empty = Empty(gettext_lazy("No station needs a visit."))

    def rows(self, request: HttpRequest) -> QuerySet[SupportVisit]:
        """Those within reach."""
        return SupportVisit.objects.open_to(request.user, self.grant).select_related("station", "warning")

    def row(self, row: SupportVisit, known: Any) -> Row:
        """Where, and what it is for."""
        late = is_late(row, day_in(row.station.zone, now()))
        return Row(
            name=row.station.name,
            href=f"/county/visits/{row.pk}/",
            what=row.warning.get_kind_display(),
            where=row.station.name,
            at=row.due_date,
            status="ok" if row.status == "done" else "bad" if late else "wait",
            words=gettext_lazy("late") if late else row.get_status_display(),
        )


INSPECTIONS, VISITS = Inspections(), Visits()
