"""Dying at a chosen step. Imported by real web and worker processes; a test lays the trap as a file.

A step is a statement to the database or a connection to somebody else (the provider, the broker): between two of them
nothing else happens that another process could see. A trap names a moment (an endpoint, a kind of job), a step, and
what happens there: `die` ends this process at once, `cut` ends every session of the system with its database. Where a
moment has fewer steps, it happens after the last: all is committed and the answer is not on its way yet.
"""

import datetime as dt
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection

from core.gateways.services import breaker
from core.jobs import services as jobs
from core.jobs import worker_pool
from core.jobs.registry import KINDS, Kind

FOLDER = Path(os.environ.get("ECOMNET_TRAP_FOLDER", "/nowhere"))
LAID, SPRUNG = "laid.json", "sprung"
#: The sessions of the system; those of the test have another name.
HOUSE = "house"

_here = threading.local()


def lay(folder: Path, *, moment: str, step: int, do: str) -> None:
    """Lay the next trap, from the test's side."""
    (folder / SPRUNG).unlink(missing_ok=True)
    draft = folder / "draft"
    draft.write_text(json.dumps({"moment": moment, "step": step, "do": do}))
    draft.rename(folder / LAID)


def install() -> None:
    """In a process of the system: watch its connections and its jobs, and wait less than in the field."""
    sys.addaudithook(_hear)
    for name, kind in list(KINDS.items()):
        KINDS[name] = replace(kind, run=_watched(kind))
    jobs.LEASE, jobs.FIRST_WAIT = dt.timedelta(seconds=2), 0.2
    worker_pool.ROUND_SECONDS, worker_pool.DATABASE_GONE_SECONDS = 0.25, 0.1
    breaker.REST = dt.timedelta(seconds=1)


@contextmanager
def moment(name: str) -> Iterator[None]:
    """Whatever happens inside is counted, if a trap waits for this moment."""
    trap = _taken(name)
    if trap is None:
        yield
        return
    _here.trap, _here.steps = trap, 0
    try:
        with connection.execute_wrapper(_count_statement):
            yield
    finally:
        trap, _here.trap = _here.trap, None
        if trap:
            _spring(trap)


def _taken(name: str) -> dict[str, Any] | None:
    laid, mine = FOLDER / LAID, FOLDER / f"taken-{os.getpid()}-{threading.get_ident()}"
    try:
        if json.loads(laid.read_text())["moment"] != name:
            return None
        laid.rename(mine)
    except FileNotFoundError:
        return None
    return json.loads(mine.read_text())


def _watched(kind: Kind) -> Any:
    def run(running: Any) -> None:
        with moment(kind.name):
            kind.run(running)

    return run


def _count_statement(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    _step()
    return execute(sql, params, many, context)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        _step()


def _step() -> None:
    trap = getattr(_here, "trap", None)
    if trap is None:
        return
    _here.steps += 1
    if _here.steps >= trap["step"]:
        _here.trap = None
        _spring(trap)


def _spring(trap: dict[str, Any]) -> None:
    (FOLDER / SPRUNG).touch()
    if trap["do"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    _end_sessions()


def _end_sessions() -> None:
    session = psycopg2.connect(os.environ["DATABASE_URL"].replace(f"application_name={HOUSE}", "application_name=axe"))
    with session.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [HOUSE],
        )
    session.close()
