"""A system with the demonstration in it, made for one benchmark."""

import contextlib
import datetime as dt
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.utils.timezone import now
from knox.settings import knox_settings

from benchmarks import databases, filling
from benchmarks.lines import Scale
from finance.models import Payment
from stations.models import Device, DeviceToken, Division, Station, User


@contextlib.contextmanager
def loaded(purpose: str, scale: Scale, *, residents: int, bills: int) -> Iterator[str]:
    """The name of a database of the system with invented residents and their bills; Django works in it."""
    if scale.demonstration:
        with databases.clone_of(scale.demonstration, purpose) as name:
            yield name
        return
    with databases.of_ecomnet(purpose) as name:
        call_command("load_demonstration", residents=residents, bills=bills, stdout=io.StringIO(), stderr=io.StringIO())
        yield name


def only_station() -> Station:
    """A county centre with the divisions above it, in a database that has no other."""
    parent, path, found = None, "", {}
    for number, level in enumerate(Division.LEVELS, start=1):
        code = f"3213240000{number:02}" if number > 3 else "321324000000"
        parent = Division.objects.create(
            country="CN",
            code=code,
            level=level,
            name=f"{level}",
            short_name=f"{level}",
            parent=parent,
            path="-",
            valid_from=dt.date(2020, 1, 1),
            source="benchmark",
        )
        path += f"{parent.pk}/"
        Division.objects.filter(pk=parent.pk).update(path=path)
        found[level] = parent
    return Station.objects.create(code="321324-0001", kind="county_centre", name="centre", status="active", **found)


def token_of(username: str) -> str:
    """The token of a mobile device of this person, as a client sends it."""
    user = User.objects.get(username=username)
    device = Device.objects.create(label="benchmark", registered_by=user, registered_at=now())
    _row, token = DeviceToken.objects.create(user=user, device=device, session_epoch=user.session_epoch)
    return token


def request_with(token: str, path: str = "/", **query: str) -> Any:
    """A request of a mobile client, past the middleware."""
    return RequestFactory(SERVER_NAME="localhost").get(
        path, query, headers={"Authorization": f"{knox_settings.AUTH_HEADER_PREFIX} {token}"}
    )


def more_payments(name: str, count: int, *, beside: int = 0) -> None:
    """So many payments more, copies of those that stand, spread over the months before them and over all stations.

    `beside`: how many such copies there are already.
    """
    columns = ", ".join(f'"{field.column}"' for field in Payment._meta.concrete_fields if field.name not in _OWN)
    with filling.bare("finance_payment", database=name):
        filling.fill(_FILL % {"columns": columns, "first": beside + 1, "last": beside + count}, database=name)
    databases.as_owner("ANALYZE finance_payment", database=name)


_OWN = {"our_ref", "key", "hold_transfer", "taken_at"}
# Past the ledger and its holds, for the size of the table only: on a database to be dropped.
_FILL = """
CREATE TEMPORARY TABLE model AS SELECT row_number() OVER (ORDER BY hashtext(our_ref::text)) AS place, payment.*
  FROM finance_payment AS payment WHERE status = 'succeeded' AND key NOT LIKE 'benchmark:%%';
INSERT INTO finance_payment (our_ref, key, taken_at, %(columns)s)
SELECT uuidv7(interval '-100 days' - interval '5 seconds' * n), 'benchmark:' || n,
       now() - interval '100 days' - interval '5 seconds' * n, %(columns)s
  FROM generate_series(%(last)s, %(first)s, -1) AS n JOIN model ON place = 1 + n %% (SELECT count(*) FROM model)
"""


@dataclass(slots=True)
class Watch:
    """Seconds, and seconds of processor time of this process and its database process."""

    seconds: float = 0.0
    cpu: float = 0.0


@contextlib.contextmanager
def stopwatch() -> Iterator[Watch]:
    """How long the block takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    watch = Watch(time.perf_counter(), time.process_time() + databases.cpu_of(backend))
    yield watch
    watch.seconds = time.perf_counter() - watch.seconds
    watch.cpu = time.process_time() + databases.cpu_of(backend) - watch.cpu


def processor_time(act: Callable[[], Any], *, seconds: float) -> float:
    """Microseconds of processor time of one act."""
    for _ in range(20):
        act()
    count, until = 0, time.perf_counter() + seconds
    with stopwatch() as watch:
        while not count or time.perf_counter() < until:
            act()
            count += 1
    return 1e6 * watch.cpu / count
