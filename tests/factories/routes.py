"""Routes with their stations, and runs that are driven."""

import datetime as dt
import itertools
from typing import Any

from django.utils.timezone import now

from core.days import day_in
from logistics.parcels.services import Scan
from logistics.routes.models import Carrier, Route, RouteRun, RouteStop
from logistics.routes.queries import Ride
from logistics.routes.services import RunScan, advance_run, plan_run, scan_run
from stations.accounts.models import User
from stations.network.models import Station
from tests.factories.stations import StationFactory, helper_of

_codes = itertools.count(1)
_keys = itertools.count(1)


def route(*stations: Station, **values: Any) -> Route:
    """A route from the county's centre to these stations, an hour from one to the next, from eight o'clock on."""
    code = f"R{next(_codes)}"
    carrier, _made = Carrier.objects.get_or_create(code="van", defaults={"name": "县里的面包车", "kind": "van"})
    made = Route.objects.create(
        **{
            "code": code,
            "name": f"{code} 线",
            "start": stations[0].parent,
            "carrier": carrier,
            "departure_time": dt.time(8),
            **values,
        }
    )
    RouteStop.objects.bulk_create(
        RouteStop(route=made, position=number, station=station, planned_time=dt.time(8 + number))
        for number, station in enumerate(stations, 1)
    )
    return made


def run(*stations: Station, driver: User | None = None, at: dt.datetime | None = None, **values: Any) -> RouteRun:
    """A planned run of a new route; its driver is a helper of the first station."""
    at, stations = at or now(), stations or (StationFactory(),)
    made = route(*stations, **values)
    driver = driver or helper_of(stations[0])
    return plan_run(route=made, day=day_in(made.start.zone, at), driver=driver, by=driver, at=at)


def go(ride: RouteRun, *, steps: int = 1, by: User | None = None, at: dt.datetime | None = None) -> RouteRun:
    """So many next steps of a run."""
    for _step in range(steps):
        step = Ride.of(ride).next_step
        ride = advance_run(run=ride, step=str(step), by=by or ride.driver, at=at or now())
    return ride


def scans(kind: str, *codes: str, at: dt.datetime | None = None) -> list[RunScan]:
    """These codes scanned, each under a key of its own."""
    at = at or now()
    return [RunScan(code=code, kind=kind, scan=Scan(at, f"van-{next(_keys)}")) for code in codes]


def scanned(ride: RouteRun, kind: str, *codes: str, at: dt.datetime | None = None) -> list[str]:
    """The outcome of each scan by the driver: its word, or the code of the refusal."""
    at = at or now()
    done = scan_run(run=ride, scans=scans(kind, *codes, at=at), by=ride.driver, at=at)
    return [each.refusal.code if each.refusal else each.outcome for each in done]
