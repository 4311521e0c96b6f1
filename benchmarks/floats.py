"""The evening's look ahead: what every float was used for, and what it will need until a bank works again."""

import datetime as dt
import math
import statistics
from collections.abc import Iterator

from django.db import models
from django.utils.timezone import now

from benchmarks import databases, sites
from benchmarks.lines import Line, Scale, times
from core.days import day_in
from finance.floats.services import forecast_need, record_days
from finance.models import FloatDay, FloatForecast
from ledger.models import Account
from stations.models import Contract, OpeningHours, Station, User

STATIONS = 100_000
#: Seconds for all of them, in chunks as large as a county's evening job.
MOST_SECONDS, CHUNK = 60, 500
HISTORY, ALONE = 70, 100
COUNTERS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending", "version")
#: What a new account does not have yet.
LATER = ("last_entered_at", "closed_at")


def measure(scale: Scale) -> Iterator[Line]:
    """Days behind and days ahead of many stations, beside a loop that asks for each of them."""
    count = scale.of(tiny=ALONE, quick=STATIONS // 20, full=STATIONS)
    with sites.loaded("floats", scale, residents=600, bills=2) as name:
        _more_stations(name, count)
        stations = list(Station.objects.filter(name="benchmark").values_list("pk", flat=True))
        zone = Station.objects.filter(name="benchmark")[0].zone
        today = day_in(zone, now())
        friday = today - dt.timedelta(days=(today.weekday() - 4) % 7)  # three days ahead: the longest usual evening
        with sites.stopwatch() as behind:
            _in_chunks(stations, lambda ids: record_days(stations=ids, first=_week(friday), last=friday, at=now()))
        with sites.stopwatch() as ahead:
            _in_chunks(stations, lambda ids: forecast_need(stations=ids, date=friday, at=now()))
        if FloatForecast.objects.filter(station__name="benchmark", date=friday).count() != count:
            raise RuntimeError("a station was left out")
        with sites.stopwatch() as alone:
            needs = [_need_by_loop(pk, friday) for pk in stations[:ALONE]]
        _compare(stations[:ALONE], friday, needs)
    seconds, most = behind.seconds + ahead.seconds, MOST_SECONDS * count / STATIONS
    yield Line(
        f"floats of {count:,} stations, days ahead",
        f"{seconds:.1f} s",
        f"<= {most:.0f} s",
        seconds <= most,
        peer=f"{alone.seconds * count / ALONE:.0f} s",
        limit=f"{behind.cpu + ahead.cpu:.1f} s cpu",
        ratio=times(alone.seconds * count / ALONE / ahead.seconds),
    )
    yield Line("of it, what was used on the last days", f"{behind.seconds:.1f} s", "", None)


def _week(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=6)


def _in_chunks(stations: list[int], do: object) -> None:
    for start in range(0, len(stations), CHUNK):
        do(stations[start : start + CHUNK])


def _need_by_loop(station: int, date: dt.date) -> int:
    """The same rule, the shortest way: one station, one day, one question after the other."""
    total = 0
    for ahead in range(1, 4):
        day = date + dt.timedelta(days=ahead)
        if not OpeningHours.objects.filter(station=station, weekday=day.isoweekday()).exists():
            continue
        known = FloatDay.objects.filter(
            station=station, is_open=True, date__lt=date, date__iso_week_day=day.isoweekday()
        )
        used = sorted(row.used_minor for row in known.order_by("-date")[:8])
        total += used[math.ceil(0.8 * len(used)) - 1]
    return max(total, 500_00)


def _compare(stations: list[int], date: dt.date, needs: list[int]) -> None:
    ours = dict(FloatForecast.objects.filter(station__in=stations, date=date).values_list("station", "need_minor"))
    if [ours[pk] for pk in stations] != needs:
        raise RuntimeError("the loop and the statement differ")
    if statistics.mean(needs) == 500_00:
        raise RuntimeError("nothing was used")


def _more_stations(name: str, count: int) -> None:
    """So many stations with a partner, a float, hours, and ten weeks of use; past the services, for their number."""
    values = {"count": count, "history": HISTORY}
    tables = {
        "station": (Station, {"id", "code", "name"}),
        "user": (User, {"id", "username"}),
        "contract": (Contract, {"id", "user", "station"}),
        "account": (Account, {"id", "code", "holder", *COUNTERS, *LATER}),
    }
    columns = {table: _columns(model, own) for table, (model, own) in tables.items()}
    filling = _FILL % (values | columns)
    databases.as_owner(*filling.strip().rstrip(";").split(";\n"), database=name)


def _columns(model: type[models.Model], own: set[str]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.name not in own)


_FILL = """
INSERT INTO stations_station (code, name, %(station)s)
SELECT (900000 + n / 9999)::text || '-' || lpad((n %% 9999)::text, 4, '0'), 'benchmark', %(station)s
  FROM generate_series(1, %(count)s) AS n,
       (SELECT * FROM stations_station WHERE kind = 'village_station' AND status = 'active' LIMIT 1) AS model;
CREATE TEMPORARY TABLE place AS
SELECT station.id AS station, station.code, uuidv7() AS partner
  FROM stations_station AS station WHERE name = 'benchmark';
INSERT INTO stations_user (id, username, %(user)s)
SELECT place.partner, 'bench' || place.station, %(user)s
  FROM place, (SELECT * FROM stations_user WHERE username = 'partner') AS model;
INSERT INTO stations_contract (user_id, station_id, %(contract)s)
SELECT place.partner, place.station, %(contract)s
  FROM place, (SELECT * FROM stations_contract WHERE kind = 'partner' AND status = 'active' LIMIT 1) AS model;
INSERT INTO ledger_account
       (code, holder, debits_posted, credits_posted, debits_pending, credits_pending, version, %(account)s)
SELECT 'float:' || place.code || ':' || replace(place.partner::text, '-', ''), place.partner, 0, 0, 0, 0, 0, %(account)s
  FROM place, (SELECT * FROM ledger_account WHERE kind = 'float' LIMIT 1) AS model;
INSERT INTO stations_openinghours (created_at, updated_at, station_id, weekday, opens, closes, from_date)
SELECT now(), now(), place.station, weekday, '08:00', '18:00', '2020-01-01'
  FROM place CROSS JOIN generate_series(1, 6) AS weekday;
INSERT INTO finance_floatday (created_at, updated_at, station_id, date, is_open, used_minor, refusals)
SELECT now(), now(), place.station, current_date - 8 - n, extract(isodow FROM current_date - 8 - n) < 7,
       abs(hashtext(place.station::text || n)) %% 90000, 0
  FROM generate_series(%(history)s - 1, 0, -1) AS n CROSS JOIN place ORDER BY n DESC;
VACUUM ANALYZE finance_floatday;
ANALYZE;
"""
