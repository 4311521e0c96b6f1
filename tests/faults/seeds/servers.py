"""Servers of one system: PostgreSQL, Valkey and the sandbox provider, each a process that can be killed and paused."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg2

from devtools import binaries, folders
from devtools.postgres import INITDB, ROLES
from devtools.sandbox import PROVIDERS
from tests.clock import BARE

SECRETS = {f"ECOMNET_PROVIDER_{code.replace('-', '_')}_SECRET": f"secret-of-{code.lower()}" for code in PROVIDERS}
#: What dies here are processes, not machines: what was handed to the kernel stays.
OPTIONS = (
    *("-h", "", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=90"),
    *("-c", "shared_buffers=64MB", "-c", "min_wal_size=32MB", "-c", "max_wal_size=64MB"),
    *("-c", "checkpoint_timeout=30min", "-c", "log_min_messages=error"),
)


class Running(Protocol):
    """Something that runs, as one process or several."""

    def start(self) -> None:
        """Begin, and be of use."""

    def is_alive(self) -> bool:
        """Whether it runs, or stands still."""

    def pids(self) -> list[int]:
        """All its processes that live, the first one first."""


@dataclass
class Server:
    """A program in a session of its own."""

    words: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]
    options: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers; a new attempt is made where the dead one was not quite gone."""
        for _attempt in range(40):
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(  # noqa: S603
                    [str(word) for word in self.words],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    **self.options,
                )
            if self._answers_within(30):
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.words[0]} does not start:\n{self.log.read_text(errors='replace')[-3000:]}")

    def is_alive(self) -> bool:
        """Whether its first process lives."""
        return self.process is not None and self.process.poll() is None

    def pids(self) -> list[int]:
        """Its process and the children of it."""
        if not self.is_alive():
            return []
        return [self.process.pid, *children_of(self.process.pid)]

    def _answers_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.process and self.process.poll() is None and time.monotonic() < until:
            if self.is_ready():
                return True
            time.sleep(0.02)
        return False


class Database(Server):
    """A cluster of its own, because it is killed; only on a socket."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder / "postgres", folder / "postgres" / "data"
        words = [binaries.postgres_program("postgres"), "-D", self.data, "-k", self.folder, *OPTIONS]
        super().__init__(words, folder / "postgres.log", self._takes_connections, binaries.servers_user())

    def make(self) -> None:
        """An empty cluster with the system's roles."""
        binaries.give_to_servers(self.folder)
        initdb = [binaries.postgres_program("initdb"), "-D", self.data, *INITDB, "--no-sync"]
        _run(initdb)
        _run([binaries.postgres_program("postgres"), "--single", "-D", self.data, "postgres"], typed=ROLES)

    def copy_from(self, address: str) -> None:
        """Take over the tables of another database, and what they hold."""
        dump = [str(binaries.postgres_program("pg_dump")), "--dbname", address]
        read = [str(binaries.postgres_program("psql")), "-qX", "-v", "ON_ERROR_STOP=1"]
        read += ["-h", str(self.folder), "-U", "postgres", "ecomnet"]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as giving:  # noqa: S603
            subprocess.run(read, stdin=giving.stdout, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
        if giving.returncode:
            raise RuntimeError("the tables could not be copied")

    def say(self, *statements: str, within: str = "postgres") -> None:
        """As the superuser, within a database."""
        session = self._session(within)
        try:
            for statement in statements:
                with session.cursor() as cursor:
                    cursor.execute(statement)
        finally:
            session.close()

    def _takes_connections(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            self._session("postgres").close()
            return True
        return False

    def _session(self, within: str) -> Any:
        session = psycopg2.connect(host=str(self.folder), user="postgres", dbname=within)
        session.autocommit = True
        return session


def valkey(folder: Path) -> Server:
    """A broker that keeps nothing."""
    door = folder / "valkey.sock"
    words = [binaries.valkey_server(), "--port", "0", "--unixsocket", door, "--unixsocketperm", "777"]
    return Server([*words, "--save", "", "--appendonly", "no"], folder / "valkey.log", lambda: lets_in(door))


def sandbox(folder: Path, *, calls_back: str) -> Server:
    """The companies."""
    door = folder / "sandbox.sock"
    words = [sys.executable, "-m", "core.gateways.sandbox", "--socket", door, "--callbacks", calls_back]
    variables = {**BARE, "ECOMNET_SANDBOX": "1", **SECRETS}
    options = {"cwd": folders.ROOT, "env": variables}
    words += ["--database", folder / "sandbox.sqlite3"]
    return Server(words, folder / "sandbox.log", lambda: lets_in(door), options)


def lets_in(door: Path) -> bool:
    """Whether somebody listens at this socket."""
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(str(door))
        except OSError:
            return False
        return True


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def children_of(pid: int) -> list[int]:
    """The children of a process, by asking the kernel; none where it cannot be asked so."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def signal_all(pids: Sequence[int], number: int) -> None:
    """Send a signal to each that still lives."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def bury(server: Server) -> None:
    """Kill it and wait until it is gone."""
    signal_all(server.pids(), signal.SIGKILL)
    if server.process:
        server.process.wait()


def remove(folder: Path) -> None:
    """The folder of a system that has ended."""
    shutil.rmtree(folder, ignore_errors=True)


def _run(words: Sequence[Any], typed: str = "") -> None:
    done = subprocess.run(  # noqa: S603
        [str(word) for word in words],
        input=typed,
        text=True,
        capture_output=True,
        check=False,
        **binaries.servers_user(),
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed:\n{done.stdout}\n{done.stderr}")
