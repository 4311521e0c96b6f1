"""Many rows changed in one statement."""

from collections.abc import Sequence

from django.db import connection, models


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
    places = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    columns = ", ".join(quoted(field.column) for field in fields)
    changes = ", ".join(f"{quoted(field.column)} = new_values.{quoted(field.column)}" for field in fields[1:])
    table, key = quoted(model._meta.db_table), quoted(model._meta.pk.column)
    statement = (
        f"UPDATE {table} SET {changes} FROM unnest({places}) AS new_values ({columns}) "  # noqa: S608 - names of our own
        f"WHERE {table}.{key} = new_values.{key}"
    )
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
