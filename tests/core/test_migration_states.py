"""Models that are rendered alone make the database that Django makes."""

import subprocess

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor

from benchmarks import databases
from benchmarks.databases import connected_to
from devtools.binaries import postgres_program

# Each dump has a key of its own that keeps the commands of psql out.
KEYS = (r"\restrict", r"\unrestrict")


def schema_of(address: str) -> list[str]:
    dump = subprocess.run(  # noqa: S603
        [str(postgres_program("pg_dump")), "--schema-only", "--dbname", address],
        check=True,
        capture_output=True,
        text=True,
    )
    return [line for line in dump.stdout.splitlines() if not line.startswith(KEYS)]


@pytest.mark.slow
def test_the_tables_are_those_that_django_makes_with_every_model_rendered(
    template_database, template_address, django_db_blocker, monkeypatch
):
    monkeypatch.setattr(migrate, "MigrationExecutor", MigrationExecutor)
    owner = databases.owner()
    with databases.empty("as_django_does") as name, django_db_blocker.unblock():
        with connected_to(name, user=owner["user"]):
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        as_django_does = schema_of(template_address.replace(template_database, name))
    assert schema_of(template_address) == as_django_does
