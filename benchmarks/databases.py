"""Databases for one benchmark: made, migrated, used and dropped again."""

import contextlib
import os
import time
import uuid
from collections.abc import Iterator

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection

VACUUM_SECONDS = 600


def owner() -> dict[str, str]:
    """How the owner of tables reaches the server."""
    parts = psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL)
    return {name: parts[name] for name in ("host", "port", "user", "password") if name in parts}


def as_owner(*statements: str, database: str = "postgres") -> None:
    """Statements as the owner of tables, each in a transaction of its own."""
    session = psycopg2.connect(dbname=database, **owner())
    try:
        session.autocommit = True
        with session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
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
    before = dict(connection.settings_dict)
    with empty(purpose) as name:
        try:
            _connect(name, owner()["user"])
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
            _connect(name, before["USER"])
            yield name
        finally:
            _connect(before["NAME"], before["USER"])


def _connect(name: str, user: str) -> None:
    connection.close()
    connection.settings_dict["NAME"], connection.settings_dict["USER"] = name, user


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used; nan where the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
