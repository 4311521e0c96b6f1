"""How many rows there are, without reading more of a large table than anybody wants to know."""

from collections.abc import Mapping

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counted_up_to(most: int, rows: Mapping[str, QuerySet]) -> dict[str, int]:
    """How many rows each of these has, `most` where it has more: one statement that stops reading there."""
    counts, parts, values = dict.fromkeys(rows, 0), [], []
    for name, those in rows.items():
        try:
            statement, given = those.order_by().values("pk")[:most].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT %s, count(*) FROM ({statement}) AS part")  # noqa: S608 - Django's own statement
        values += [name, *given]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("\nUNION ALL\n".join(parts), values)
            counts |= dict(cursor.fetchall())
    return counts
