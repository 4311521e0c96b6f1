"""The two roles of the database, for tests of what neither may do."""

import contextlib
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from django.conf import settings
from django.db import connection


def _owner() -> str:
    return psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL)["user"]


@contextlib.contextmanager
def as_role(user: str) -> Iterator[None]:
    """Django's connection, opened as another role."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = user
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


@pytest.fixture
def as_owner(own_database: str) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Everything inside `with as_owner():` runs as the owner of the tables."""
    return lambda: as_role(_owner())


@pytest.fixture
def as_superuser(own_database: str) -> Callable[[str], None]:
    """Run a statement with triggers switched off, as only a superuser can: damage for the auditor to find."""

    def run(statement: str) -> None:
        dsn = {**psycopg2.extensions.parse_dsn(settings.ECOMNET_OWNER_DATABASE_URL), "dbname": own_database}
        session = psycopg2.connect(**{**dsn, "user": "postgres"})
        try:
            with session, session.cursor() as cursor:
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(statement)
        finally:
            session.close()

    return run


@pytest.fixture(params=["application", "owner"])
def each_role(request: pytest.FixtureRequest, own_database: str) -> Callable:
    """The test runs once as the application's role and once as the owner of the tables."""
    user = _owner() if request.param == "owner" else connection.settings_dict["USER"]
    return lambda: as_role(user)
