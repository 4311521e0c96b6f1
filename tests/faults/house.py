"""A whole system of real processes on a test's own database: web by gunicorn, workers, the sandbox provider."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from django.db import connection

from tests.faults import trap

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
WAITS = {
    "ECOMNET_CUTOFF_AFTER": "10",
    "ECOMNET_ENQUIRY_SCHEDULE": "1,2,3,4,5,6,8,10,12,14,16,18,20,25,30",
    "ECOMNET_NOT_FOUND_GAP": "1",
    "ECOMNET_PROVIDER_READ_SECONDS": "1.5",
}


@dataclass
class House:
    """Its address and its traps."""

    address: str
    folder: Path
    processes: list[subprocess.Popen] = field(default_factory=list)
    #: Every answer of 500 or above: path and status.
    broken: list[tuple[str, int]] = field(default_factory=list)

    def lay(self, *, moment: str, step: int, do: str) -> None:
        """The next process that comes to this moment dies at this step (or cuts the database off)."""
        trap.lay(self.folder, moment=moment, step=step, do=do)

    @property
    def has_sprung(self) -> bool:
        """Whether the last trap has caught somebody."""
        return (self.folder / trap.SPRUNG).exists()

    def insist(self, method: str, path: str, *, token: str = "", key: str = "", body: Any = None) -> httpx.Response:
        """Ask as a client does that must know: the same key again until there is an answer."""
        known = {"Authorization": f"Token {token}" if token else "", "Idempotency-Key": key}
        headers = {name: value for name, value in known.items() if value}
        last = time.monotonic() + PATIENCE
        while time.monotonic() < last:
            try:
                answer = httpx.request(
                    method, self.address + path, headers=headers, json=body, timeout=20, trust_env=False
                )
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code >= 500:
                self.broken.append((path, answer.status_code))
            elif answer.json().get("code") != "idempotency_key_running":
                return answer
            time.sleep(0.1)
        raise AssertionError(f"no answer to {method} {path}\n{self.logs()}")

    def logs(self) -> str:
        """What its processes wrote last."""
        return "\n".join(path.read_text()[-4000:] for path in sorted(self.folder.glob("*.log")))


def address_of(database: str, name: str) -> str:
    """The database as a process of the system finds it."""
    parts = connection.get_connection_params()
    place = {key: str(parts[key]) for key in ("host", "port") if key in parts}
    user = f"{parts['user']}:{parts.get('password', '')}".rstrip(":")
    return f"postgresql://{user}@/{database}?{urlencode(place | {'application_name': name})}"


@contextlib.contextmanager
def opened(database: str, folder: Path, *, workers: int = 1, broker: str = "") -> Iterator[House]:
    """A system that is open until the block ends; nothing of it survives."""
    port = _free_port()
    variables = (
        os.environ
        | WAITS
        | {
            "DATABASE_URL": address_of(database, trap.HOUSE),
            "REDIS_URL": broker or f"redis+socket://{folder}/nobody.sock",
            "DJANGO_SETTINGS_MODULE": "ecomnet.settings.test",
            "ECOMNET_TRAP_FOLDER": str(folder),
            "ECOMNET_LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore",
        }
    )
    house = House(f"http://127.0.0.1:{port}", folder)
    web = ["-m", "gunicorn", "tests.faults.web:application", "--preload", "--workers", "2", "--bind"]
    commands = {"web": [*web, f"127.0.0.1:{port}"]}
    commands |= {f"worker{number}": ["-m", "tests.faults.shop"] for number in range(workers)}
    try:
        for name, command in commands.items():
            house.processes.append(_started(name, command, folder, variables))
        _await(house)
        yield house
    finally:
        for process in house.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _started(name: str, command: list[str], folder: Path, variables: dict[str, str]) -> subprocess.Popen:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, *command], cwd=ROOT, env=variables, stdout=log, stderr=log, start_new_session=True
        )


def _await(house: House) -> None:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{house.address}/livez", trust_env=False).status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(house.logs())


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]
