"""The end of a statement: its payout is paid, or it is carried over because there is nowhere to pay it.

The arrows `pay_statement` and `carry_statement` stand with the others in the machine of settlement; both start from
`closed` alone.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.db import lock_all
from core.history import record_changes
from finance.settlement.models import Statement


def pay_statements(*, ids: Sequence[UUID], at: dt.datetime) -> None:
    """Mark what was paid, in the transaction that pays it; what a reissue pays again is marked already."""
    _end(Statement.objects.filter(pk__in=ids), Statement.Status.PAID, at=at)


def carry_statements(*, statements: Any, at: dt.datetime) -> int:
    """Carry closed statements over: the next one of the account brings their amount forward. How many were."""
    return _end(statements, Statement.Status.CARRIED, at=at)


def _end(statements: Any, status: str, *, at: dt.datetime) -> int:
    rows = lock_all(statements.filter(status=Statement.Status.CLOSED))
    Statement.objects.filter(pk__in=[row.pk for row in rows]).update(status=status, updated_at=at)
    record_changes(rows, old=Statement.Status.CLOSED, new=status, at=at)
    return len(rows)
