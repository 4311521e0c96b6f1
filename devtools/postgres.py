"""A PostgreSQL cluster of this checkout, on a UNIX socket."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from devtools import folders
from devtools.binaries import give_to_servers, postgres_program, servers_user
from devtools.console import Stop, step
from devtools.processes import born

# The builtin locale knows Unicode without ICU; the ctype beside it lets pg_trgm see hanzi.
INITDB = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
# One statement a line: they are read by a server without clients.
ROLES = """\
CREATE ROLE ecomnet_owner LOGIN CREATEDB
CREATE ROLE ecomnet_app LOGIN
GRANT ecomnet_app TO ecomnet_owner
CREATE DATABASE ecomnet OWNER ecomnet_owner
"""
CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=256MB"


@dataclass(frozen=True, slots=True)
class Postgres:
    """The cluster of one purpose; `careless` ones may lose commits when the machine dies."""

    purpose: str
    careless: bool = False

    @property
    def data(self) -> Path:
        """The folder of the cluster."""
        folder_of = folders.throwaway_of if self.careless else folders.servers_of
        return folder_of(self.purpose) / "postgres"

    @property
    def log(self) -> Path:
        """What the server has to say."""
        return folders.servers_of(self.purpose) / "postgres.log"

    def url(self, role: str) -> str:
        """The address of the database for one role."""
        return f"postgresql://{role}@/ecomnet?host={quote(str(self._sockets), safe='')}"

    def start(self) -> None:
        """Make the cluster if there is none, and start it; one that answers is left alone."""
        give_to_servers(folders.servers_of(self.purpose), self.data.parent, self._sockets)
        if not (self.data / "PG_VERSION").exists():
            with step("Making a PostgreSQL cluster"):
                self._make()
        if not self.answers():
            self._start()

    def answers(self) -> bool:
        """Whether it takes connections."""
        return _run("pg_isready", "-q", "-h", str(self._sockets), "-U", "postgres").returncode == 0

    def pid(self) -> int | None:
        """The pid of the running server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if born(pid) else None

    def stop(self) -> None:
        """Stop it, ending open sessions; no harm if it does not run."""
        for how in ("fast", "immediate"):
            if self.pid():
                _run("pg_ctl", "-D", str(self.data), "-w", "-t", "20", "-m", how, "stop")

    def kill(self) -> None:
        """Kill the server as a power cut would; its children leave when they see it gone."""
        if pid := self.pid():
            os.kill(pid, signal.SIGKILL)

    @property
    def _sockets(self) -> Path:
        return folders.sockets_of(self.purpose)

    def _make(self) -> None:
        """Made under another name first, so that a death in the middle leaves no half of a cluster."""
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _checked("initdb", "-D", str(unfinished), *INITDB, *(["--no-sync"] if self.careless else []))
        said = _checked("postgres", "--single", "-D", str(unfinished), "postgres", typed=ROLES)
        if "ERROR" in said:
            raise Stop(f"The database roles could not be made:\n{said}")
        unfinished.rename(self.data)

    def _start(self) -> None:
        """Try for ten seconds: after a kill -9 the dead server or one of its children can still be there."""
        options = f"-k '{self._sockets}' -h '' -c max_connections=200 {CARELESS if self.careless else ''}"
        until = time.monotonic() + 10
        while _run(
            "pg_ctl", "-D", str(self.data), "-w", "-t", "120", "-l", str(self.log), "-o", options, "start"
        ).returncode:
            if time.monotonic() > until:
                raise Stop(f"PostgreSQL does not start; see {self.log}")
            time.sleep(0.5)


def _checked(program: str, *arguments: str, typed: str = "") -> str:
    done = _run(program, *arguments, typed=typed)
    if done.returncode:
        raise Stop(f"{program} failed:\n{done.stdout}")
    return done.stdout


def _run(program: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(postgres_program(program)), *arguments],
        input=typed,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        # Ctrl-C is for us to answer, not for the database.
        start_new_session=True,
        **servers_user(),
    )
