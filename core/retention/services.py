"""How long rows are retained, and their deletion in small batches."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from core.hooks import RETENTION

#: Rows deleted in one transaction, and transactions per table and run: a million rows an hour of each table.
BATCH_SIZE, BATCHES = 2000, 500


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """A table, the column that its rows age by, and the setting that says for how many days they are retained.

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


def forget_old_rows(*, at: dt.datetime, after_batch: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Delete what has outlived its use, a bounded number of rows of each table; how many, by table.

    Outside of a transaction each batch commits by itself: its locks end, and vacuum can take the rows away. What a
    long outage has left takes more than half an hour: `after_batch` tells that the work goes on.
    """
    return {rule.table: _forget(rule, rule.before(at), after_batch) for rule in RETENTION}


def _forget(rule: RetentionRule, before: dt.datetime, after_batch: Callable[[], None]) -> int:
    delete = _delete_batch_as_owner if rule.by_owner else _delete_batch
    forgotten = 0
    for _number in range(BATCHES):
        count = delete(rule=rule, before=before)
        forgotten += count
        after_batch()
        if count < BATCH_SIZE:
            break
    return forgotten


@transaction.atomic
def _delete_batch(*, rule: RetentionRule, before: dt.datetime) -> int:
    rows = apps.get_model(rule.table)._base_manager
    old = rows.filter(rule.only, **{f"{rule.clock}__lt": before}).order_by(rule.clock).values_list("pk", flat=True)
    return rows.filter(pk__in=list(old[:BATCH_SIZE])).delete()[0]


@transaction.atomic
def _delete_batch_as_owner(*, rule: RetentionRule, before: dt.datetime) -> int:
    with connection.cursor() as cursor:
        table = apps.get_model(rule.table)._meta.db_table
        cursor.execute("SELECT forget_old_rows(%s, %s, %s)", [table, before, BATCH_SIZE])
        return cursor.fetchone()[0]
