"""Parcels: a station's list among millions, and the scans of a full van in one request."""

import time
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from benchmarks import databases, filling, pages, sites
from benchmarks.lines import Line, Scale
from logistics.models import Parcel, RouteRun
from logistics.parcels.services import Scan
from logistics.routes.queries import Ride, drivers_for
from logistics.routes.services import RunScan, RunScanKind, advance_run, plan_run, scan_run
from stations.models import User

STATION = "321324-0003"
SHELF = "/logistics/parcels/"
STATEMENTS, MILLISECONDS = 6, 50
SCANS, SECONDS = 1_000, 2

# Past the services, for the size of the table only: on a database to be dropped. One parcel in a thousand is for the
# station that is looked at (nine a day of ten million in three years); of all, one in 500 lies on a shelf, one in 500
# is on its way, and the others were handed over.
_FILL = """
CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER (ORDER BY station.id) - 1 AS place, station.id, station.parent_id, station.currency
  FROM stations_station AS station WHERE station.parent_id IS NOT NULL AND station.code <> %(station)s;
CREATE TEMPORARY TABLE made AS
SELECT n, CASE n / 1000 %% 500 WHEN 0 THEN 'available_for_pickup' WHEN 1 THEN 'in_transit' ELSE 'collected' END
           AS status,
       now() - n * interval '9 seconds' AS moment, coalesce(own.id, place.id) AS to_id,
       coalesce(own.parent_id, place.parent_id) AS from_id, coalesce(own.currency, place.currency) AS currency
  FROM generate_series(1, %(count)s) AS n
  JOIN place ON place.place = n %% (SELECT count(*) FROM place)
  LEFT JOIN stations_station AS own ON own.code = %(station)s AND n %% 1000 = 0;
INSERT INTO logistics_parcel (id, created_at, updated_at, number, from_station_id, to_station_id, receiver_name,
                              receiver_phone, weight_g, status, exception, cash_due_minor, currency, custodian_id,
                              registered_at, scanned_at, available_at, storage_until_date, is_extended, proof,
                              goes_outside, outside_address, carrier_number, collected_by_id, ended_at, key,
                              brings_back)
SELECT uuidv7(moment - now()), moment, moment, 'B' || lpad(n::text, 11, '0'), from_id, to_id, 'Receiver ' || n, '',
       1500, status, '', 0, currency, CASE status WHEN 'available_for_pickup' THEN to_id END, moment, moment,
       CASE status WHEN 'available_for_pickup' THEN now() END,
       CASE status WHEN 'available_for_pickup' THEN current_date + 7 END, false,
       CASE status WHEN 'collected' THEN 'code' ELSE '' END, false, '', '',
       CASE status WHEN 'collected' THEN %(by)s END,
       CASE status WHEN 'collected' THEN moment + interval '2 days' END, 'benchmark:' || n, false
  FROM made
"""
# A van's load at its county centre, none of it scanned yet.
_LOAD = """
INSERT INTO logistics_parcel (id, created_at, updated_at, number, from_station_id, to_station_id, receiver_name,
                              receiver_phone, weight_g, status, exception, cash_due_minor, currency, custodian_id,
                              registered_at, scanned_at, is_extended, proof, goes_outside, outside_address,
                              carrier_number, key, brings_back)
SELECT uuidv7(), now(), now(), 'L' || lpad(n::text, 11, '0'), station.parent_id, station.id, 'Receiver ' || n, '',
       1500, 'pre_transit', '', 0, station.currency, station.parent_id, now() - interval '1 day',
       now() - interval '1 day', false, '', false, '', '', 'load:' || n, false
  FROM generate_series(1, %(count)s) AS n, stations_station AS station WHERE station.id = %(station)s
"""


def measure(scale: Scale) -> Iterator[Line]:
    """The shelf of a station and its other tabs; then a van is loaded and unloaded by scan."""
    with sites.loaded("logistics", scale, residents=600, bills=2) as name:
        yield from _lists(scale, name)
        yield _van(scale, name)


def _lists(scale: Scale, name: str) -> Iterator[Line]:
    count = scale.of(tiny=5_000, quick=1_000_000, full=10_000_000)
    partner = User.objects.get(username="partner")
    with filling.bare("logistics_parcel", database=name):
        filling.fill(_FILL, database=name, count=count, by=partner.pk, station=STATION)
    databases.as_owner("VACUUM ANALYZE logistics_parcel", database=name)
    connection.close()
    some = Parcel.objects.filter(to_station__code=STATION, status="collected").latest("registered_at")
    paths = [SHELF, f"{SHELF}?state=coming", f"{SHELF}?state=ended", f"{SHELF}?state=ended&q={some.number}"]
    with pages.read_by("partner") as client:
        looks = pages.looked_at(client, paths, times=scale.looks(20))
    yield Line(
        f"list of {count:,} parcels, processor, p95",
        f"{looks.processor:.0f} ms",
        f"<= {MILLISECONDS} ms",
        looks.processor <= MILLISECONDS,
        limit=f"{looks.wall:.0f} ms wall",
    )
    yield Line("its statements", str(looks.statements), f"<= {STATEMENTS}", looks.statements <= STATEMENTS)


def _van(scale: Scale, name: str) -> Line:
    """Loaded at the county centre, as a phone sends what it scanned without a network."""
    count, at = scale.of(tiny=20, quick=SCANS, full=SCANS), timezone.now()
    waiting = RouteRun.objects.filter(status=RouteRun.Status.PLANNED, stops__isnull=False)
    run = waiting.select_related("route__start").order_by("pk")[0]
    driver = drivers_for(run.start, at).order_by("pk")[0]
    filling.fill(_LOAD, database=name, count=count, station=run.stops.order_by("position")[0].station_id)
    connection.close()
    run = plan_run(route=run.route, day=run.run_date, driver=driver, by=driver, at=at)
    run = advance_run(run=run, step=str(Ride.of(run).next_step), by=driver, at=at)
    scans = [RunScan(f"L{number:011}", RunScanKind.LOAD, Scan(at, f"scan-{number}")) for number in range(1, count + 1)]
    start = time.perf_counter()
    done = scan_run(run=run, scans=scans, by=driver, at=at)
    taken = time.perf_counter() - start
    if refused := [each.refusal for each in done if each.refusal]:
        raise RuntimeError(f"{len(refused)} of {count} scans are refused: {refused[0]}")
    return Line(f"{count:,} parcels scanned onto a van", f"{taken:.2f} s", f"<= {SECONDS} s", taken <= SECONDS)
