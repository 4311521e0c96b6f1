"""What work leaves on disk: for good, and until retention takes it away."""

from collections import Counter

from django.apps import apps
from django.db import connection

from core.hooks import RETENTION

_SIZES = """
SELECT coalesce(pg_partition_root(relation.oid), relation.oid)::regclass::text,
       sum(pg_total_relation_size(relation.oid))::bigint
  FROM pg_class AS relation
 WHERE relation.relkind = 'r' AND relation.relnamespace = 'public'::regnamespace
 GROUP BY 1
"""


def sizes() -> Counter[str]:
    """The bytes of each table with its indexes and long values; partitions count for their table."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        return Counter(dict(cursor.fetchall()))


def passing_tables() -> set[str]:
    """The tables whose rows all outlive their use: retention takes them away after some days."""
    return {apps.get_model(rule.table)._meta.db_table for rule in RETENTION}


def grown(before: Counter[str], after: Counter[str]) -> tuple[int, int]:
    """The bytes that came for good, and those that retention takes away."""
    more, passing = after - before, passing_tables()
    for_days = sum(size for table, size in more.items() if table in passing)
    return more.total() - for_days, for_days
