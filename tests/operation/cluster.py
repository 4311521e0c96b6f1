"""A PostgreSQL server of one test, with archived WAL: to be backed up, killed, deleted and brought back."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devtools import binaries, folders
from devtools.postgres import INITDB, ROLES

CONTAINERS = folders.ROOT / "containers"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Everything of it below one folder that the servers' user owns; only on a socket.

    `archive`: the command for finished pieces of WAL, without one the scripts of `containers`; `initdb` and `options`
    are further words for these programs, `variables` what the server's processes find in their environment.
    """

    folder: Path
    archive: str = ""
    initdb: tuple[str, ...] = ()
    options: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Where its tables are."""
        return self.folder / "data"

    @property
    def backups(self) -> Path:
        """Where base backups and WAL go: another machine, in real life."""
        return self.folder / "backups"

    def make(self) -> None:
        """An empty one with the system's roles and database."""
        binaries.give_to_servers(self.folder, self.backups)
        self.run("initdb", "-D", self.data, *INITDB, "--no-sync", *self.initdb)
        self.run("postgres", "--single", "-D", self.data, "postgres", typed=ROLES)

    def start(self) -> None:
        """Start it, and wait until it takes writes: after a return it first reads what was archived."""
        archive = self.archive or f"sh {CONTAINERS}/archive-wal.sh %p %f {self.backups}/wal"
        archiving = f"-c archive_mode=on -c archive_timeout=60 -c archive_command='{archive}'"
        options = f"-k {self.folder} -h '' -c fsync=off {archiving} {self.options}"
        try:
            self.run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", options, "start")
        except RuntimeError as failure:
            failure.add_note((self.folder / "log").read_text()[-3000:])
            raise
        until = time.monotonic() + 60
        while self.sql("SELECT pg_is_in_recovery()") == "t":
            if time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text()[-3000:])
            time.sleep(0.1)

    def sql(self, statement: str) -> str:
        """What a statement answers to the superuser."""
        return self.run("psql", "-h", self.folder, "-U", "postgres", "-Atc", statement, "ecomnet").strip()

    def back_up(self) -> None:
        """As docs/operation.md says."""
        self.script("backup.sh", self.backups, PGHOST=str(self.folder), PGUSER="postgres")

    def archive_all(self) -> None:
        """Finish the current piece of WAL and wait until it is archived: a minute later it would be, by itself.

        A piece in which nothing stands is not finished, so a word is written first.
        """
        self.sql("SELECT pg_logical_emit_message(true, 'drill', 'finish this piece')")
        last = self.sql("SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + 30
        while not (self.backups / "wal" / last).exists():
            if time.monotonic() > until:
                raise RuntimeError(f"{last} was not archived:\n{(self.folder / 'log').read_text()[-3000:]}")
            time.sleep(0.05)

    def lose(self) -> None:
        """The machine burns: killed without a word, its disk is gone."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.data)
        for socket in self.folder.glob(".s.PGSQL.*"):
            socket.unlink()

    def bring_back(self, instant: str = "") -> None:
        """Fill the empty place from the backups and start."""
        self.script("restore.sh", self.backups, self.data, *([instant] if instant else []))
        self.start()

    def stop(self) -> None:
        """End it."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")

    def tool(self, program: str, *words: object) -> str:
        """Run a program of this machine as the server's user."""
        return _run([program, *map(str, words)], os.environ | self.variables)

    def script(self, name: str, *words: object, **variables: str) -> str:
        """Run one of the operators' scripts with the server's programs in its path."""
        path = f"{binaries.postgres_program('postgres').parent}:{os.environ['PATH']}"
        known = os.environ | {"PATH": path} | self.variables | variables
        return _run(["sh", str(CONTAINERS / name), *map(str, words)], known)

    def run(self, program: str, *words: object, typed: str = "") -> str:
        """Run one of the server's programs."""
        return _run([str(binaries.postgres_program(program)), *map(str, words)], os.environ | self.variables, typed)


def _run(words: list[str], variables: dict[str, str], typed: str = "") -> str:
    done = subprocess.run(  # noqa: S603
        words,
        input=typed,
        text=True,
        errors="replace",  # a tool that was given a wrong key may speak gibberish
        env=variables,
        capture_output=True,
        check=False,
        start_new_session=True,
        **binaries.servers_user(),
    )
    if done.returncode:
        raise RuntimeError(f"{words[:3]} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout
