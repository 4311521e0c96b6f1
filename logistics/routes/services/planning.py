"""Runs are planned: every morning from the routes, or by the county for one day."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in, instant_of
from core.errors import Refused, WrongState, refuses
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from logistics.parcels.models import Parcel
from logistics.routes.machine import RUN
from logistics.routes.models import Route, RouteRun, RouteStop, RunStop
from logistics.routes.queries import drivers_for
from stations.accounts.models import User

Status = RouteRun.Status


class CannotDrive(Refused):
    """The driver has no post in the county where the run starts."""

    code = "cannot_drive"
    status = 422
    message = _("%(person)s has no post here in which runs are driven.")


class DayIsOver(Refused):
    """Runs are planned for today and later."""

    code = "day_is_over"
    status = 422
    message = _("This day is over. Choose today or a later day.")


class ParcelsOnBoard(Refused):
    """What is in the van is unloaded first."""

    code = "parcels_on_board"
    message = _("%(count)s parcels are in the van. Unload them first.")


@refuses(WrongState, CannotDrive, DayIsOver)
@transaction.atomic
def plan_run(*, route: Route, day: dt.date, driver: User | None, by: User, at: dt.datetime) -> RouteRun:
    """Plan the run of a route on a day, with these people at the wheel; one that is planned gets another driver.

    A run that was cancelled is planned anew. On a day on which no station is served it stops at all of them.
    Refused: `wrong_state` (it has departed), `cannot_drive`, `day_is_over`.
    """
    route = lock(route)
    if day < day_in(route.start.zone, at):
        raise DayIsOver(field="day")
    if driver is not None and not drivers_for(route.start, at).filter(pk=driver.pk).exists():
        raise CannotDrive(field="driver", person=driver.shown_name)
    known = RouteRun.objects.filter(route=route, run_date=day).exclude(status=Status.CANCELLED).first()
    if known is None:
        stops = _stops_on(route, day) or list(route.stops.order_by("position"))
        [known] = _make([(route, stops)], day, at=at, by=by)
    run = lock(known)
    RUN.check("cancel_run", run.status)  # once it has departed, nobody changes the wheel
    if driver != run.driver:
        run.driver = driver
        run.save(update_fields=["driver", "updated_at"])
    return run


@refuses()
@transaction.atomic
def plan_runs(*, county: str, day: dt.date, at: dt.datetime) -> int:
    """Plan the runs of a day for all routes of a county (by code) that serve a station on it; how many are new."""
    routes = Route.objects.filter(start__county__code=county, is_active=True, carrier__is_active=True)
    known = RouteRun.objects.filter(run_date=day).exclude(status=Status.CANCELLED).values("route")
    waiting = routes.exclude(pk__in=known).select_related("start").prefetch_related("stops").order_by("pk")
    served = [(route, stops) for route in waiting.select_for_update(of=("self",)) if (stops := _stops_on(route, day))]
    return len(_make(served, day, at=at, by=None))


@refuses(WrongState, ParcelsOnBoard)
@needs_words("reason")
@transaction.atomic
def cancel_run(*, run: RouteRun, reason: str, by: User, at: dt.datetime) -> RouteRun:
    """The van does not drive today. Refused: `wrong_state`, `parcels_on_board`."""
    run = lock(run)
    RUN.check("cancel_run", run.status)
    loaded = Parcel.objects.filter(run=run).count()
    if loaded:
        raise ParcelsOnBoard(count=loaded)
    old, run.status = run.status, Status.CANCELLED
    run.save(update_fields=["status", "updated_at"])
    record_change(run, old=old, new=run.status, at=at, actor=by.pk, reason=reason)
    return run


def _stops_on(route: Route, day: dt.date) -> list[RouteStop]:
    """Those that are served on this day of the week."""
    stops = sorted(route.stops.all(), key=lambda stop: stop.position)
    return [stop for stop in stops if day.isoweekday() in stop.weekdays]


def _make(
    served: list[tuple[Route, list[RouteStop]]], day: dt.date, *, at: dt.datetime, by: User | None
) -> list[RouteRun]:
    able = {
        route.pk: route.usual_driver_id is not None
        and drivers_for(route.start, at).filter(pk=route.usual_driver_id).exists()
        for route, _stops in served
    }
    runs = RouteRun.objects.bulk_create(
        RouteRun(
            route=route,
            start=route.start,
            carrier_id=route.carrier_id,
            driver_id=route.usual_driver_id if able[route.pk] else None,
            run_date=day,
            departs_at=instant_of(route.start.zone, day, route.departure_time),
        )
        for route, _stops in served
    )
    RunStop.objects.bulk_create(
        RunStop(
            run=run,
            position=stop.position,
            station_id=stop.station_id,
            planned_at=instant_of(route.start.zone, day, stop.planned_time),
        )
        for run, (route, stops) in zip(runs, served, strict=True)
        for stop in stops
    )
    record_changes(runs, old="", new=Status.PLANNED, at=at, actor=by.pk if by else None)
    return runs
