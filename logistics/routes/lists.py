"""The list of runs: today's with their map, and those of other days."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.access import may
from core.web.list_filters import State
from core.web.lists import Empty, Row
from logistics.routes.display import kind_of
from logistics.routes.maps import map_of_day
from logistics.routes.models import RouteRun, RunStop
from logistics.routes.queries import Ride
from stations.lists import StationList

_S = RouteRun.Status


class Runs(StationList):
    """Which van drives where, who is at the wheel, and how far it is."""

    name = "routes:runs"
    grant = "logistics.read_run"
    title = gettext_lazy("Van and bus runs")
    template = "logistics/routes/list.html"
    place = "start"
    headings = {
        "name": gettext_lazy("Route"),
        "what": gettext_lazy("Driver"),
        "where": gettext_lazy("Starts at"),
        "at": gettext_lazy("Day"),
        "state": gettext_lazy("State"),
    }
    order = ("-run_date", "-pk")
    period = "run_date"
    states = (
        State("open", pgettext_lazy("run", "open"), Q(status__in=RouteRun.OPEN), ever=True),
        State("way", gettext_lazy("on its way"), Q(status=_S.DEPARTED), ever=True),
        State("reconciled", gettext_lazy("reconciled"), Q(status=_S.RECONCILED)),
        State("cancelled", gettext_lazy("cancelled"), Q(status=_S.CANCELLED)),
    )
    state = "open"
    empty = Empty(gettext_lazy("No run is open."), gettext_lazy("Runs are planned every morning."), "van")

    def rows(self, request: HttpRequest) -> QuerySet[RouteRun]:
        """Those within reach."""
        rows = RouteRun.objects.open_to(request.user, self.grant)
        return rows.select_related("route", "start", "driver")

    def known(self, rows: Sequence[RouteRun], request: HttpRequest) -> dict[Any, list[RunStop]]:
        """The stops of the rows of a page."""
        return stops_of(rows)

    def row(self, row: RouteRun, known: dict[Any, list[RunStop]]) -> Row:
        """How many of its stops are done."""
        stops = known.get(row.pk, [])
        words = {"done": sum(stop.status in RunStop.PASSED for stop in stops), "all": len(stops)}
        driver = row.driver.shown_name if row.driver else _("no driver yet")
        return Row(
            name=row.route.name,
            href=reverse("routes:run", args=[row.pk]),
            what=" · ".join([driver, _("%(done)s of %(all)s stops") % words]),
            where=row.start.name,
            at=row.run_date,
            status=kind_of(row),
            words=row.get_status_display(),
        )

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """The map of today, and what the reader may do."""
        today = self.rows(request).filter(run_date=localdate()).exclude(status=_S.CANCELLED)
        runs = list(today.order_by("pk")[: self.size])
        stops = stops_of(runs)
        return {
            "map": map_of_day([Ride(run, stops.get(run.pk, [])) for run in runs]),
            "plans": may(request.user, "logistics.plan_run"),
            "packs": may(request.user, "logistics.bag_parcel"),
        }


def stops_of(runs: Sequence[RouteRun]) -> dict[Any, list[RunStop]]:
    """The stops of these runs in their order, in one statement."""
    stops = RunStop.objects.filter(run__in=runs).select_related("station").order_by("run", "position")
    return {run: list(rows) for run, rows in groupby(stops, key=lambda stop: stop.run_id)}


RUNS = Runs()
