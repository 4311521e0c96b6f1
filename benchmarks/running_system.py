"""The system as processes: web, worker and sandbox provider on one benchmark's database."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
from django.conf import settings
from django.db import connection

from benchmarks.databases import cpu_of
from core.gateways.models import Provider
from core.jobs.runner import run_due_jobs

_PROCESSES = get_context("fork")
#: No wake-up signal here: a worker without work looks again after this.
LOOKS_AGAIN = 0.05
#: Nobody is turned away at the door: what is measured is the work of those who come.
PATIENT = {"ECOMNET_MAX_QUEUE_SECONDS": "60", "ECOMNET_CROWDED_QUEUE_SECONDS": "60"}


@dataclass(frozen=True, slots=True)
class RunningSystem:
    """Where it answers, and which of its processes count: those of the companies do not."""

    address: str
    parents: tuple[int, ...]

    def processor_time(self) -> float:
        """Seconds that web, worker and their database processes have used."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            backends = [row[0] for row in cursor.fetchall()]
        return sum(map(cpu_of, [*self._family(), *backends]))

    def _family(self) -> Iterator[int]:
        for parent in self.parents:
            yield parent
            children = Path(f"/proc/{parent}/task/{parent}/children")
            yield from map(int, children.read_text().split() if children.exists() else ())


@contextlib.contextmanager
def at_work(*, web: int, workers: int) -> Iterator[RunningSystem]:
    """So many processes of the web and workers of workers, and the companies."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(companies(folder))
        connection.close()
        workers = [_PROCESSES.Process(target=_work, daemon=True) for _ in range(workers)]
        for worker in workers:
            worker.start()
            stack.callback(worker.terminate)
        master, address = stack.enter_context(_web(folder, web))
        yield RunningSystem(address, (master, *(worker.pid for worker in workers)))


@contextlib.contextmanager
def companies(folder: str) -> Iterator[None]:
    """The sandbox provider, and the environment in which the system finds it."""
    codes = [code.replace("-", "_") for code in Provider.objects.values_list("code", flat=True)]
    secrets = {f"ECOMNET_PROVIDER_{code}_SECRET": f"benchmark-secret-of-{code.lower()}" for code in codes}
    variables = {"PATH": os.environ["PATH"], "ECOMNET_SANDBOX": "1", **secrets}
    words = [sys.executable, "-m", "core.gateways.sandbox", "--port", "0", "--database", f"{folder}/sandbox.sqlite3"]
    process = subprocess.Popen(words, cwd=settings.BASE_DIR, env=variables, stdout=subprocess.PIPE, text=True)  # noqa: S603
    with process:
        try:
            address = process.stdout.readline().split()[-1]
            with _environment({**secrets, **{f"ECOMNET_PROVIDER_{code}_URL": address for code in codes}}):
                yield
        finally:
            process.terminate()


def _work() -> None:
    """A hand of a worker, without a wake-up signal."""
    while True:
        run_due_jobs()
        time.sleep(LOOKS_AGAIN)


@contextlib.contextmanager
def _web(folder: str, processes: int) -> Iterator[tuple[int, str]]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    words = [
        sys.executable,
        "-m",
        "gunicorn",
        "ecomnet.wsgi",
        "--preload",
        "--workers",
        str(processes),
        "--bind",
        f"127.0.0.1:{port}",
    ]
    address = f"http://127.0.0.1:{port}"
    with Path(folder, "web.log").open("w") as log, _environment({"DATABASE_URL": _database_url(), **PATIENT}):
        process = subprocess.Popen(words, cwd=settings.BASE_DIR, stdout=log, stderr=log)  # noqa: S603
    with process:
        try:
            _wait_for(address, process)
            yield process.pid, address
        finally:
            process.terminate()


def _wait_for(address: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/livez", trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the web did not start")


def _database_url() -> str:
    known = connection.get_connection_params()
    password = f":{quote(known['password'], safe='')}" if known.get("password") else ""
    where = urlencode({name: known[name] for name in ("host", "port") if known.get(name)})
    return f"postgresql://{known['user']}{password}@/{known['dbname']}?{where}"


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
