"""How long rows are kept, and their deletion in small bites."""

import datetime as dt
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

#: Rows deleted in one statement, and statements per table and run: a sweep never holds a table for long.
BATCH_SIZE, BITES = 2000, 25


@dataclass(frozen=True, slots=True)
class Kept:
    """A table, the column that its rows age by, and the setting that says for how many days they are kept.

    `by_owner`: the table is append-only, and only the owner's function `forget_old_rows` may shorten it.
    """

    table: str
    clock: str
    setting: str
    only: Q = field(default_factory=Q)
    by_owner: bool = False

    def before(self, at: dt.datetime) -> dt.datetime:
        """Rows older than this have outlived their use."""
        return at - dt.timedelta(days=getattr(settings, self.setting))


#: Filled by `ecomnet/wiring.py`.
KEPT: list[Kept] = []


def forget_old_rows(*, at: dt.datetime) -> dict[str, int]:
    """Delete what has outlived its use, a bounded number of rows of each table; how many, by table."""
    return {kept.table: _forget(kept, kept.before(at)) for kept in KEPT}


def _forget(kept: Kept, before: dt.datetime) -> int:
    bite = _bite_as_owner if kept.by_owner else _bite
    forgotten = 0
    for _number in range(BITES):
        count = bite(kept=kept, before=before)
        forgotten += count
        if count < BATCH_SIZE:
            break
    return forgotten


@transaction.atomic
def _bite(*, kept: Kept, before: dt.datetime) -> int:
    rows = apps.get_model(kept.table)._base_manager
    old = rows.filter(kept.only, **{f"{kept.clock}__lt": before}).order_by(kept.clock).values_list("pk", flat=True)
    return rows.filter(pk__in=list(old[:BATCH_SIZE])).delete()[0]


@transaction.atomic
def _bite_as_owner(*, kept: Kept, before: dt.datetime) -> int:
    with connection.cursor() as cursor:
        table = apps.get_model(kept.table)._meta.db_table
        cursor.execute("SELECT forget_old_rows(%s, %s, %s)", [table, before, BATCH_SIZE])
        return cursor.fetchone()[0]
