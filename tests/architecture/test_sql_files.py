"""Each function of the database has one file, and a migrated database holds what the file says."""

import re

import psycopg2
import pytest

from core.database.sql_files import function
from tests.architecture import source

CREATES = re.compile(r"^CREATE OR REPLACE (?:FUNCTION|PROCEDURE) (\w+)", re.MULTILINE)
FILES = {
    path.stem: path
    for app in source.APPS
    for path in sorted((source.ROOT / app / "sql").glob("*.sql"))
    if CREATES.search(path.read_text())
}
OURS = """
SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc AS p
 WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


@pytest.fixture
def owner(template_address):
    """A transaction of the owner in the migrated database; whatever it does is taken back."""
    session = psycopg2.connect(template_address)
    with session.cursor() as cursor:
        yield cursor
    session.rollback()
    session.close()


def definitions(cursor):
    cursor.execute(OURS)
    return dict(cursor.fetchall())


def test_a_file_creates_the_one_function_that_it_is_named_after():
    assert {name: CREATES.findall(path.read_text()) for name, path in FILES.items()} == {name: [name] for name in FILES}


def test_every_function_of_the_database_has_a_file(owner):
    assert set(definitions(owner)) == set(FILES)


def test_a_migrated_database_holds_what_the_files_say(owner):
    migrated = definitions(owner)
    for path in FILES.values():
        owner.execute(path.read_text())
    assert definitions(owner) == migrated


def test_a_file_that_creates_another_function_is_refused_when_a_migration_names_it():
    with pytest.raises(ValueError, match="does not create triggers"):
        function("core", "triggers")
