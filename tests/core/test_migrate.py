"""A change of tables beside people at work: it does not make them wait, and comes again."""

from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.management.commands import migrate
from tests.conftest import connected_to

THING, PAPER = "impact_thing", "impact_paper"


class Told(StringIO):
    """What the command says; the first word of a table in use lets the table go."""

    def __init__(self, session):
        super().__init__()
        self.session = session

    def write(self, text):
        self.session.rollback()
        return super().write(text)


@pytest.fixture
def held(own_database, settings):
    """Somebody reads the table in a transaction that does not end."""
    settings.MIGRATION_MODULES = {"impact": "tests.core.changes_of_tables"}
    owner = psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL)
    with connected_to(own_database, user=owner["user"]):
        migrate_to("thing", StringIO())
        session = psycopg2.connect(**{**owner, "dbname": own_database})
        session.cursor().execute(f"SELECT * FROM {THING}")  # noqa: S608
        yield session
        session.close()


def migrate_to(name, said):
    call_command("migrate", "impact", name, verbosity=0, stdout=StringIO(), stderr=said)


def test_a_table_in_use_is_tried_again_until_it_is_free(held, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSES", (0, 0))
    said = Told(held)
    migrate_to("zero", said)
    assert said.getvalue().count("A table is in use") == 1
    assert THING not in connection.introspection.table_names()
    migrate_to("thing", said)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_table_that_is_in_use_at_the_end_of_a_change_is_tried_again_too(held, monkeypatch):
    """A key to another table is put off until everything else of the change is done."""
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSES", (0, 0))
    held.rollback()
    said = Told(held)
    held.cursor().execute("LOCK TABLE ledger_book IN ROW EXCLUSIVE MODE")
    migrate_to("paper", said)
    assert said.getvalue().count("A table is in use") == 1
    assert PAPER in connection.introspection.table_names()


def test_a_table_that_is_never_free_is_told_and_nothing_is_changed(held, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSES", (0,))
    with pytest.raises(CommandError, match="in use all the time"):
        migrate_to("zero", StringIO())
    assert THING in connection.introspection.table_names()


def test_a_change_of_tables_gives_up_before_the_server_ends_somebody_at_work(own_database):
    """Two who wait for each other are found after `deadlock_timeout`, and either of them may be the one who pays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('deadlock_timeout')::interval > %s::interval", [migrate.LOCK_TIMEOUT])
        assert cursor.fetchone() == (True,)
