"""Rows by the million, past the system's services: for the size of tables only, in a database that is dropped."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg2
from django.db import connection

from benchmarks import databases

# Foreign keys, unique and exclusion constraints, and indexes that belong to no constraint, as the catalogue would write
# them again; a list in a condition without the cast that PostgreSQL adds, and would otherwise read as another. What
# another table's foreign key refers to stays, as primary keys do.
_TOLD = r"""
WITH bare AS (SELECT unnest(%(tables)s::text[])::regclass AS id),
     referred AS (SELECT conindid AS id FROM pg_constraint WHERE contype = 'f')
SELECT 1 + (contype = 'f')::integer AS place, conrelid::regclass::text AS of, quote_ident(conname) AS name,
       format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) AS away,
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS again
  FROM pg_constraint
 WHERE conrelid IN (SELECT id FROM bare)
   AND (contype = 'f' OR (contype IN ('u', 'x') AND conindid NOT IN (SELECT id FROM referred)))
UNION ALL
SELECT 0, indrelid::regclass::text, indexrelid::regclass::text, format('DROP INDEX %%s', indexrelid::regclass),
       regexp_replace(pg_get_indexdef(indexrelid), '\(\((ARRAY\[[^]]*\])\)::text\[\]\)', '(\1)', 'g')
  FROM pg_index
 WHERE indrelid IN (SELECT id FROM bare) AND indexrelid NOT IN (SELECT id FROM referred)
   AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))
 ORDER BY 1, 2, 3
"""


@contextlib.contextmanager
def bare(*tables: str, database: str) -> Iterator[None]:
    """Inside, these tables have their primary keys only; afterwards the same keys and indexes stand as before.

    Indexes that are made over rows that are there are as dense as after REINDEX.
    """
    before = _statistics(tables, database)
    databases.as_owner(*(away for _place, _of, _name, away, _again in reversed(before)), database=database)
    yield
    makes = [again for _place, _of, _name, _away, again in before]
    databases.as_owner("SET maintenance_work_mem = '512MB'", *makes, database=database)
    if _statistics(tables, database) != before:
        raise RuntimeError(f"{', '.join(tables)}: other keys and indexes than before")


@contextlib.contextmanager
def without_triggers(*tables: str, database: str) -> Iterator[None]:
    """Inside, no trigger of these tables fires for the owner of tables or anybody."""
    databases.as_owner(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables), database=database)
    yield
    databases.as_owner(*(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables), database=database)


def fill(statements: str, *, database: str, **values: Any) -> None:
    """These statements, each ended by a line's `;`, in one session of the owner of tables, who waits for no disk."""
    with connection.cursor() as cursor:
        text = cursor.mogrify(statements, values).decode() if values else statements
    whole = (statement for statement in text.strip().removesuffix(";").split(";\n"))
    databases.as_owner("SET synchronous_commit = off", *whole, database=database)


def _statistics(tables: tuple[str, ...], database: str) -> list[tuple[Any, ...]]:
    session = psycopg2.connect(dbname=database, **databases.owner())
    try:
        with session.cursor() as cursor:
            cursor.execute(_TOLD, {"tables": list(tables)})
            return cursor.fetchall()
    finally:
        session.close()
