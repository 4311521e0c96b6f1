"""Vans and village buses of the demonstration: two routes of each county, with runs of yesterday and today."""

import datetime as dt
import itertools

from core.days import day_in
from ecomnet.demo_data.parcels import send_parcel
from ecomnet.demo_data.stations import Cast
from logistics.parcels.models import Parcel
from logistics.parcels.services import Scan
from logistics.routes.models import Bag, Carrier, Route, RouteRun, RouteStop
from logistics.routes.queries import Ride, RunStep
from logistics.routes.services import (
    RunScan,
    RunScanKind,
    advance_run,
    name_exception,
    pack_bag,
    plan_run,
    reconcile_run,
    scan_run,
)
from stations.models import Station, User

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
#: So many stations of a route get parcels.
MOST_STATIONS = 2
LINES = (("NORTH", "城北线", "van", 1), ("SOUTH", "城南线", "bus", 0))


def load_routes(cast: Cast, *, at: dt.datetime) -> None:
    """A morning's van that is on its way, one of yesterday that is back, and a village bus that is still planned."""
    carriers = {
        kind: Carrier.objects.create(code=code, name=name, kind=kind)
        for code, name, kind in (("county-van", "县里的面包车", "van"), ("village-bus", "村村通客车", "bus"))
    }
    for county, clerk in cast.clerks.items():
        stations = _served(cast, county)
        if len(stations) < len(LINES):
            continue
        van, bus = (
            _route(line, carriers[line[2]], stations[number :: len(LINES)], cast) for number, line in enumerate(LINES)
        )
        today = day_in(van.start.zone, at)
        plan_run(route=bus, day=today, driver=None, by=clerk, at=at)
        _yesterday(van, clerk, cast.managers[county], at=at - DAY)
        _on_its_way(plan_run(route=van, day=today, driver=van.usual_driver, by=clerk, at=at), clerk, at=at)
        _bag(bus, _parcels(bus, clerk, count=2, at=at), clerk, at=at)


def _served(cast: Cast, county: int) -> list[Station]:
    """The stations of a county that have a route: all that work but the last, to which no van goes."""
    working = [each for each in cast.village_stations if each.county_id == county and each.status == "active"]
    return sorted((each for each in working if each.parent is not None), key=lambda each: each.code)[:-1]


def _route(line: tuple[str, str, str, int], carrier: Carrier, stations: list[Station], cast: Cast) -> Route:
    code, name, _kind, has_driver = line
    start = stations[0].parent or stations[0]
    driver = cast.helpers.get(stations[0].pk) or cast.partners[stations[0].pk]
    made = Route.objects.create(
        code=f"{start.code[:6]}-{code}",
        name=name,
        start=start,
        carrier=carrier,
        usual_driver=driver if has_driver else None,
        departure_time=dt.time(8, 30),
    )
    RouteStop.objects.bulk_create(
        RouteStop(route=made, position=number, station=station, planned_time=dt.time(9 + number // 2, number % 2 * 30))
        for number, station in enumerate(stations, 1)
    )
    return made


def _yesterday(route: Route, clerk: User, manager: User, *, at: dt.datetime) -> None:
    """A run that took a few parcels in, lost one, and was closed by the county."""
    run = plan_run(route=route, day=day_in(route.start.zone, at), driver=route.usual_driver, by=clerk, at=at)
    parcels = _parcels(route, clerk, count=3, at=at - DAY / 2)
    run = advance_run(run=run, step=RunStep.START_LOADING, by=_driver(run), at=at)
    _scan(run, RunScanKind.LOAD, [each.number for each in parcels], at=at + MINUTE)
    while (step := Ride.of(run).next_step) is not None:
        run = advance_run(run=run, step=step, by=_driver(run), at=at)
        place = Ride.of(run).place
        if step == RunStep.ARRIVE and place is not None:
            here = [each.number for each in parcels[1:] if each.to_station_id == place.pk]
            _scan(run, RunScanKind.UNLOAD, here, at=at + 3 * MINUTE)
    for each in Parcel.objects.filter(run=run):
        name_exception(run=run, number=each.number, kind="lost", reason="车上找不到", by=manager, at=at)
    reconcile_run(run=run, by=clerk, at=at + 9 * MINUTE)


def _on_its_way(run: RouteRun, clerk: User, *, at: dt.datetime) -> None:
    """Today's van has left its first stop; a bag for the second is still inside."""
    parcels = _parcels(run.route, clerk, count=4, at=at - DAY / 2)
    bag = _bag(run.route, parcels, clerk, at=at)
    codes = [each.number for each in parcels if each.to_station_id != bag.to_station_id]
    run = advance_run(run=run, step=RunStep.START_LOADING, by=_driver(run), at=at)
    _scan(run, RunScanKind.LOAD, [*codes, bag.seal], at=at + MINUTE)
    for _step in range(2):
        run = advance_run(run=run, step=str(Ride.of(run).next_step), by=_driver(run), at=at)
    _scan(run, RunScanKind.UNLOAD, codes, at=at + 2 * MINUTE)
    advance_run(run=run, step=RunStep.LEAVE, by=_driver(run), at=at)


def _bag(route: Route, parcels: list[Parcel], clerk: User, *, at: dt.datetime) -> Bag:
    """A bag with what goes to the last station of these parcels, as the first of a route does where it has one."""
    goal = parcels[-1].to_station if len(parcels) > MOST_STATIONS else parcels[0].to_station
    return pack_bag(
        from_station=route.start,
        to_station=goal,
        numbers=[each.number for each in parcels if each.to_station_id == goal.pk],
        by=clerk,
        at=at,
        key=f"demo:{route.code}",
    )


def _scan(run: RouteRun, kind: str, codes: list[str], *, at: dt.datetime) -> None:
    numbers = itertools.count(1)
    scans = [RunScan(code=code, kind=kind, scan=Scan(at, f"demo-{kind}-{next(numbers)}")) for code in codes]
    if scans:
        scan_run(run=run, scans=scans, by=_driver(run), at=at)


def _parcels(route: Route, clerk: User, *, count: int, at: dt.datetime) -> list[Parcel]:
    """New parcels that lie at the hub, in turn for the first two stations of a route."""
    stops = route.stops.select_related("station__parent", "station__county").order_by("position")[:MOST_STATIONS]
    return [
        send_parcel(stop.station, None, clerk, at=at, key=f"demo:{route.code}:{at:%d%H}:{number}")
        for number, stop in zip(range(count), itertools.cycle(list(stops)), strict=False)
    ]


def _driver(run: RouteRun) -> User:
    if run.driver is None:
        raise LookupError(f"{run} has no driver")
    return run.driver
