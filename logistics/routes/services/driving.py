"""What a driver does: loads, departs, arrives, drives on, comes back; and the reminder when the van is late."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from logistics.routes.machine import RUN, STOP
from logistics.routes.models import RouteRun, RunStop
from logistics.routes.queries import Ride, RunStep, late_stops
from stations.accounts.models import User
from stations.two_persons import is_same_person


class NotTheDriver(Refused):
    """Only the one at the wheel says where the van is."""

    code = "not_the_driver"
    message = _("%(person)s drives this run.")


class StepNotNext(Refused):
    """The page was old, or somebody pressed twice."""

    code = "step_not_next"
    message = _("The van is further than this page. Look at the run again.")


@refuses(WrongState, NotTheDriver, StepNotNext)
@transaction.atomic
def advance_run(*, run: RouteRun, step: str, by: User, at: dt.datetime, made_at: dt.datetime | None = None) -> RouteRun:
    """Take the next step of a run, a `RunStep`. Who begins a run without a driver drives it.

    `made_at` is when the phone was pressed, never later than `at`. Refused: `wrong_state`, `not_the_driver`,
    `step_not_next`.
    """
    run = lock(run)
    if run.driver_id is None and step == RunStep.START_LOADING:
        run.driver = by
    require_driver(run, by)
    ride = Ride.of(run)
    if step != ride.next_step:
        raise StepNotNext
    when = min(made_at or at, at)
    if step == RunStep.START_LOADING:
        RUN.check("start_loading", run.status)
        return _move(run, RouteRun.Status.LOADING, by=by, at=at)
    if step == RunStep.DEPART:
        RUN.check("depart_run", run.status)
        run.departed_at = when
        return _move(run, RouteRun.Status.DEPARTED, by=by, at=at)
    if step == RunStep.FINISH:
        RUN.check("finish_run", run.status)
        run.finished_at = when
        return _move(run, RouteRun.Status.FINISHED, by=by, at=at)
    return _pass(ride, step, by=by, at=at, when=when)


@refuses(WrongState, NotTheDriver, StepNotNext)
@needs_words("reason")
@transaction.atomic
def skip_stop(*, run: RouteRun, reason: str, by: User, at: dt.datetime) -> RouteRun:
    """Leave the next stop out, and say why. Refused: `wrong_state`, `not_the_driver`, `step_not_next`."""
    run = lock(run)
    require_driver(run, by)
    ride = Ride.of(run)
    if ride.next_step != RunStep.ARRIVE or ride.stop is None:
        raise StepNotNext
    stop = ride.stop
    STOP.check("skip_stop", stop.status)
    stop.reason = reason
    return _move_stop(run, stop, RunStop.Status.SKIPPED, by=by, at=at, reason=reason)


@refuses()
@transaction.atomic
def remind_late(*, at: dt.datetime) -> int:
    """Tell the drivers of vans that are late, once at each stop; how many were told."""
    stops = late_stops(at).filter(run__driver__isnull=False)
    first = stops.order_by("run", "position").distinct("run").select_related("run__driver", "run__start", "station")
    told = list(first)
    for stop in told:
        _remind(stop, at=at)
    return len(told)


@refuses(NotTheDriver)
def require_driver(run: RouteRun, by: User) -> None:
    """Refuse (`not_the_driver`) what somebody else does in the driver's name."""
    if not is_same_person(by, run.driver_id):
        raise NotTheDriver(person=run.driver.shown_name if run.driver else "–")


def _pass(ride: Ride, step: str, *, by: User, at: dt.datetime, when: dt.datetime) -> RouteRun:
    stop = ride.stop
    if stop is None:
        raise StepNotNext
    if step == RunStep.ARRIVE:
        STOP.check("arrive_at_stop", stop.status)
        stop.arrived_at = when
        return _move_stop(ride.run, stop, RunStop.Status.ARRIVED, by=by, at=at)
    STOP.check("leave_stop", stop.status)
    stop.left_at = when
    return _move_stop(ride.run, stop, RunStop.Status.LEFT, by=by, at=at)


def _move(run: RouteRun, status: str, *, by: User, at: dt.datetime) -> RouteRun:
    old, run.status = run.status, status
    run.save()
    record_change(run, old=old, new=status, at=at, actor=by.pk)
    return run


def _move_stop(run: RouteRun, stop: RunStop, status: str, *, by: User, at: dt.datetime, reason: str = "") -> RouteRun:
    old, stop.status = stop.status, status
    stop.save()
    record_change(stop, old=old, new=status, at=at, actor=by.pk, reason=reason)
    return run


def _remind(stop: RunStop, *, at: dt.datetime) -> None:
    run, driver = stop.run, stop.run.driver
    notify(
        template="run_is_late",
        params={"station": stop.station.name},
        language=driver.language if driver and driver.language else settings.LANGUAGE_CODE,
        user=driver,
        phone=driver.phone if driver else None,
        link=reverse("routes:run", args=[run.pk]),
        dedupe_key=f"run-late:{run.pk}:{stop.position}",
        at=at,
        use_by=at + dt.timedelta(hours=1),
        zone=run.start.zone,
    )
