"""How runs read on pages."""

import datetime as dt

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.history import changes_of
from core.language import formatting
from core.web.tables import Cell, Column, Table
from core.web.timeline import Entry, entries_of
from logistics.routes.models import RouteRun, RunStop
from logistics.routes.queries import Ride, RunStep, Tally

_KINDS = {
    RouteRun.Status.PLANNED: "info",
    RouteRun.Status.LOADING: "wait",
    RouteRun.Status.DEPARTED: "wait",
    RouteRun.Status.FINISHED: "wait",
    RouteRun.Status.RECONCILED: "ok",
    RouteRun.Status.CANCELLED: "bad",
}
_STOP_KINDS = {RunStop.Status.ARRIVED: "wait", RunStop.Status.LEFT: "ok", RunStop.Status.SKIPPED: "bad"}


def kind_of(run: RouteRun) -> str:
    """The kind of a run's status word."""
    return _KINDS[RouteRun.Status(run.status)]


def step_words(ride: Ride) -> str:
    """What the driver's large button says."""
    step = ride.next_step
    if step == RunStep.ARRIVE and ride.stop:
        return _("The van is at %(station)s") % {"station": ride.stop.station.name}
    if step == RunStep.LEAVE and ride.stop:
        return _("Drive on from %(station)s") % {"station": ride.stop.station.name}
    return str(step.label) if step else ""


def stops_table(ride: Ride) -> Table:
    """Every stop with its times; the number is the one on the map."""
    return Table(
        caption=_("Stops"),
        columns=[
            Column(_("Station")),
            Column(_("Planned"), short=True),
            Column(_("Arrived"), short=True),
            Column(_("State")),
        ],
        rows=[
            [
                f"{stop.position}. {stop.station.name}",
                formatting.clock(localtime(stop.planned_at)),
                formatting.clock(localtime(stop.arrived_at)) if stop.arrived_at else "–",
                Cell(
                    stop.get_status_display(),
                    status=_STOP_KINDS.get(RunStop.Status(stop.status), "info"),
                    detail=stop.reason,
                ),
            ]
            for stop in ride.stops
        ],
        empty=_("This run has no stop."),
    )


def missing_rows(tally: Tally, readable: set[object]) -> list[dict[str, str]]:
    """What is still on a run, each with its page where the reader may open it."""
    return [
        {
            "number": parcel.number,
            "href": reverse("parcels:parcel", args=[parcel.pk]) if parcel.pk in readable else "",
            "detail": parcel.to_station.name,
        }
        for parcel in tally.missing
    ]


def story_of(run: RouteRun) -> list[Entry]:
    """What happened to the run, the oldest first."""
    names = {run.driver_id: run.driver.shown_name} if run.driver and run.driver_id else {}
    if run.reconciled_by and run.reconciled_by_id:
        names[run.reconciled_by_id] = run.reconciled_by.shown_name
    return entries_of(changes_of(run), RouteRun.Status, names=names)


def is_late(ride: Ride, at: dt.datetime) -> bool:
    """Whether the van should have reached its next stop by now, by more than the route allows."""
    stop = ride.stop
    if ride.run.status not in RouteRun.RUNNING or stop is None or stop.status != RunStop.Status.PLANNED:
        return False
    return at > stop.planned_at + dt.timedelta(minutes=ride.run.route.late_after_minutes)
