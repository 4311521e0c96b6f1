"""The servers of a command: those that the environment names, otherwise this checkout's own.

Own servers stand on UNIX sockets, so that two checkouts never meet and no port is open. They keep their data between
runs, and several commands may use them at once: the last one to leave stops them.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from devtools import folders
from devtools.console import Stop
from devtools.postgres import Postgres
from devtools.valkey import Valkey

#: The purposes whose cluster holds nothing that anybody wants back: tests, and tests as of another day.
CARELESS = ("test", "dated")


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of one purpose, and the variables that tell other processes where they are."""

    variables: dict[str, str]
    postgres: Postgres | None = None
    valkey: Valkey | None = None

    @property
    def as_owner(self) -> dict[str, str]:
        """The variables of a process that changes tables."""
        return self.variables | {"DATABASE_URL": self.variables["ECOMNET_OWNER_DATABASE_URL"]}

    def start(self) -> None:
        """Start the own ones that do not run."""
        for server in (self.postgres, self.valkey):
            if server:
                server.start()

    def stop(self) -> None:
        """Stop the own ones, the database last."""
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()


def servers_for(purpose: str) -> Servers:
    """The servers of one purpose: `DATABASE_URL` and `REDIS_URL` if they are set, otherwise embedded ones."""
    variables = {}
    postgres = valkey = None
    if database := os.environ.get("DATABASE_URL"):
        variables["ECOMNET_OWNER_DATABASE_URL"] = os.environ.get("ECOMNET_OWNER_DATABASE_URL", database)
    else:
        postgres = Postgres(purpose, careless=purpose in CARELESS)
        variables["DATABASE_URL"] = postgres.url("ecomnet_app")
        variables["ECOMNET_OWNER_DATABASE_URL"] = postgres.url("ecomnet_owner")
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(purpose)
        variables["REDIS_URL"] = valkey.url()
    return Servers(variables, postgres, valkey)


@contextlib.contextmanager
def using_alone(purpose: str) -> Iterator[Servers]:
    """New servers of one command alone, which refuses to run beside another."""
    with (folders.state_of(purpose) / "alone.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("Another command of this checkout uses these servers; wait for its end.") from None
        stop(purpose)
        shutil.rmtree(folders.throwaway_of(purpose), ignore_errors=True)
        with using(purpose) as servers:
            yield servers


@contextlib.contextmanager
def using(purpose: str) -> Iterator[Servers]:
    """Servers that run until the last command using them has ended."""
    servers = servers_for(purpose)
    folder = folders.state_of(purpose)
    with (folder / "users.lock").open("w") as users:
        try:
            with _held(folder / "servers.lock"):
                fcntl.flock(users, fcntl.LOCK_SH)
                servers.start()
            yield servers
        finally:
            with _held(folder / "servers.lock"):
                if _alone(users):
                    servers.stop()


def stop(purpose: str) -> None:
    """Stop the servers of one purpose, no matter who has left them running."""
    with _held(folders.state_of(purpose) / "servers.lock"):
        servers_for(purpose).stop()


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
