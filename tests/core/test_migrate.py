"""A change of tables beside people at work: it does not make them wait, and comes again."""

from io import StringIO

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core.management.commands import migrate
from tests.conftest import connected_to

LAST, BEFORE = "0005_data_keys", "0004_forgetting"


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
    owner = psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL)
    with connected_to(own_database, user=owner["user"]):
        session = psycopg2.connect(**{**owner, "dbname": own_database})
        session.cursor().execute("SELECT * FROM core_datakey")
        yield session
        session.close()


def migrate_core(to, said):
    call_command("migrate", "core", to, verbosity=0, stdout=StringIO(), stderr=said)


def test_a_table_in_use_is_tried_again_until_it_is_free(held, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSES", (0, 0))
    said = Told(held)
    migrate_core(BEFORE, said)
    assert said.getvalue().count("A table is in use") == 1
    assert "core_datakey" not in connection.introspection.table_names()
    migrate_core(LAST, said)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_a_table_that_is_never_free_is_told_and_nothing_is_changed(held, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migrate, "PAUSES", (0,))
    with pytest.raises(CommandError, match="in use all the time"):
        migrate_core(BEFORE, StringIO())
    assert "core_datakey" in connection.introspection.table_names()
