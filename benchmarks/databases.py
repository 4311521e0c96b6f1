"""Databases for one benchmark or test: cloned from a migrated template, used and dropped again.

The template is made once per set of migrations, and stays with the server.
"""

import contextlib
import fcntl
import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection

VACUUM_SECONDS = 600
#: The system counts processor time in pieces of so many seconds: what took less took one.
TICK = 1 / os.sysconf("SC_CLK_TCK")


def owner() -> dict[str, str]:
    """How the owner of tables reaches the server."""
    parts = psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL)
    return {name: parts[name] for name in ("host", "port", "user", "password") if name in parts}


def as_owner(*statements: str, database: str = "postgres") -> list[tuple]:
    """Statements as the owner of tables, each in a transaction of its own; the rows of the last one."""
    session = psycopg2.connect(dbname=database, **owner())
    try:
        session.autocommit = True
        with session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


@contextlib.contextmanager
def empty(purpose: str) -> Iterator[str]:
    """The name of a new empty database."""
    name = f"bench_{purpose}_{uuid.uuid4().hex[:8]}"
    as_owner(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield name
    finally:
        _drop(name)


def _drop(name: str) -> None:
    """A vacuum that the server has started in a large table cannot be ended by us, and ends when it is done."""
    for _ in range(VACUUM_SECONDS):
        with contextlib.suppress(psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectInUse):
            as_owner(f'DROP DATABASE "{name}" WITH (FORCE)')
            return
        time.sleep(1)
    raise RuntimeError(f"{name} stays in use: drop it by hand")


@contextlib.contextmanager
def of_ecomnet(purpose: str) -> Iterator[str]:
    """A migrated database of our own; inside, Django works in it as the application's role."""
    with clone_of(template(), purpose) as name:
        yield name


@contextlib.contextmanager
def clone_of(database: str, purpose: str) -> Iterator[str]:
    """A copy of a database, in which Django works as the application's role."""
    name = f"bench_{purpose}_{uuid.uuid4().hex[:8]}"
    as_owner(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')
    try:
        with connected_to(name, user=connection.settings_dict["USER"]):
            yield name
    finally:
        _drop(name)


def template() -> str:
    """The name of a migrated, otherwise empty database; made when there is none of these migrations."""
    name = f"template_{_hash_of_migrations()}"
    server = hashlib.sha256(repr(sorted(owner().items())).encode()).hexdigest()[:8]
    with only_one_process(f"{name}-{server}"):
        if not exists(name):
            building = f"{name}_{os.getpid()}"
            as_owner(f'CREATE DATABASE "{building}" TEMPLATE template0')
            with connected_to(building, user=owner()["user"]):
                call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)
            as_owner(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    return name


def exists(name: str) -> bool:
    """Whether the server has a database of this name."""
    return bool(as_owner(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))  # noqa: S608


def _hash_of_migrations() -> str:
    digest, root = hashlib.sha256(), Path(settings.BASE_DIR)
    made_of = [*root.glob("*/migrations/*.py"), *root.glob("*/sql/*.sql"), root / "stations" / "two_persons.py"]
    made_of += [root / "core" / "database" / "migration_states.py", *root.glob("*/*/data/*.json")]
    for path in sorted(made_of):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def connected_to(name: str, *, user: str) -> Iterator[None]:
    """This process works on another database, for as long as the block."""
    before = connection.settings_dict["NAME"], connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["NAME"], connection.settings_dict["USER"] = name, user
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"], connection.settings_dict["USER"] = before


@contextlib.contextmanager
def only_one_process(what: str) -> Iterator[None]:
    """Held by one process of this user at a time."""
    with (Path(tempfile.gettempdir()) / f"ecomnet-test-{os.getuid()}-{what}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used; nan where the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) * TICK
