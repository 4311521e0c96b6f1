"""Many rows written or changed in one statement."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from core.database.db import written_columns
from core.database.prepared_statements import fetch_prepared

#: Rows of one statement, where nobody knows how many there are: the server reads each value as a part of the text.
TOGETHER = 1_000


def insert_rows(*kinds: Sequence[models.Model]) -> None:
    """Write rows that were just made, as they stand, all in one statement: `bulk_create` at a fraction of its price.

    Each argument holds the rows of one model; those of one may refer to those of another. They have their primary keys,
    or nobody asks for the number that the database gives. Rules of the database apply, signals do not; no column is an
    array.
    """
    filled = [rows for rows in kinds if rows]
    if not filled:
        return
    values = [column for rows in filled for column in _columns_of(rows)]
    fetch_prepared(_insertion(*(type(rows[0]) for rows in filled)), values)
    for rows in filled:
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias


def insert_unknown(rows: Sequence[models.Model], *, back: str) -> list[tuple[Any, ...]]:
    """Write rows of one model but those that meet a unique constraint; this column and the key of what was written.

    Any number of rows: a thousand in one statement.
    """
    if not rows:
        return []
    model = type(rows[0])
    quoted = connection.ops.quote_name
    by_name = {field.attname: field for field in model._meta.local_concrete_fields}
    wanted = ", ".join(quoted(field.column) for field in (by_name[back], model._meta.pk))
    words = f"{_insertion_of(model)} ON CONFLICT DO NOTHING RETURNING {wanted}"
    portions = (rows[first : first + TOGETHER] for first in range(0, len(rows), TOGETHER))
    return [written for portion in portions for written in fetch_prepared(words, _columns_of(portion))]


@cache
def _insertion(*of: type[models.Model]) -> str:
    inserts = [_insertion_of(model) for model in of]
    first = ", ".join(f"part_{number} AS ({words})" for number, words in enumerate(inserts[:-1]))
    return (f"WITH {first} {inserts[-1]}" if first else inserts[-1]) + " RETURNING 1"


@cache
def _insertion_of(model: type[models.Model]) -> str:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in written_columns(model))
    places = ", ".join(map(_place_of, written_columns(model)))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) SELECT * FROM unnest({places})"  # noqa: S608 - names of our own


def _place_of(field: models.Field) -> str:
    """Where a column's values stand. Without the column's length: a cast would cut off what the column refuses."""
    return f"%s::{re.sub(r'[(].*?[)]', '', field.db_type(connection) or '')}[]"


def _columns_of(rows: Sequence[models.Model]) -> list[list[Any]]:
    here = connections[DEFAULT_DB_ALIAS]  # `connection` looks up the one of its thread anew for each value
    return [
        [field.get_db_prep_save(field.pre_save(row, add=True), here) for row in rows]
        for field in written_columns(type(rows[0]))
    ]


def update_rows(rows: Sequence[models.Model], *names: str) -> None:
    """Write these columns of rows of one model, each its own values: `bulk_update` at a fraction of its price.

    Columns are named by their attribute (`run_id`); rules of the database apply, defaults and signals do not.
    """
    if not rows:
        return
    model = type(rows[0])
    known = {field.attname: field for field in model._meta.local_concrete_fields}
    fields = [model._meta.pk, *(known[name] for name in names)]
    quoted = connection.ops.quote_name
    places = ", ".join(map(_place_of, fields))
    columns = ", ".join(quoted(field.column) for field in fields)
    changes = ", ".join(f"{quoted(field.column)} = new_values.{quoted(field.column)}" for field in fields[1:])
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    statement = (
        f"UPDATE {table} SET {changes} FROM unnest({places}) AS new_values ({columns}) "  # noqa: S608 - names of our own
        f"WHERE {table}.{key} = new_values.{key}"
    )
    here = connections[DEFAULT_DB_ALIAS]
    values = [[field.get_db_prep_save(getattr(row, field.attname), here) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
