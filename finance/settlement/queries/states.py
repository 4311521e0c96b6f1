"""Where a line stands on its way: derived from holds, days and statements, never written on the line."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from finance.fees.models import LineHold
from finance.settlement.models import Statement


class LineState(models.TextChoices):
    """The states of a line."""

    ACCRUED = "accrued", _("earned, not final yet")
    ON_HOLD = "on_hold", _("waits for a check")
    ELIGIBLE = "eligible", _("yours")
    PAYABLE = "payable", _("on a statement")
    PAID = "paid", pgettext_lazy("statement", "paid")


def states_of(lines: Sequence[Any], *, at: dt.datetime) -> dict[UUID, LineState]:
    """The state of each of these lines (of commission, or payable) at this instant; three queries for all of them."""
    holds = _holds(lines)
    statements = _statements(lines)
    return {
        line.pk: _state(line, holds[line.pk] + holds[line.reverses_id], statements[line.account_id], at)
        for line in lines
    }


def _state(line: Any, holds: list[LineHold], statements: list[Statement], at: dt.datetime) -> LineState:
    if any(hold.released_at is None for hold in holds):
        return LineState.ON_HOLD
    matured_at = max([line.eligible_at, *(hold.released_at for hold in holds if hold.released_at)])
    if matured_at > at:
        return LineState.ACCRUED
    told = next((each for each in statements if _covers(each, matured_at)), None)
    if told is None:
        return LineState.ELIGIBLE
    return LineState.PAID if told.status == Statement.Status.PAID else LineState.PAYABLE


def _covers(statement: Statement, matured_at: dt.datetime) -> bool:
    return (statement.from_at is None or statement.from_at < matured_at) and matured_at <= statement.to_at


def _holds(lines: Sequence[Any]) -> dict[UUID | None, list[LineHold]]:
    """By the line that waits; what corrects it waits with it."""
    ids = {line.pk for line in lines} | {line.reverses_id for line in lines if line.reverses_id}
    found = defaultdict(list)
    for hold in LineHold.objects.filter(Q(commission_line__in=ids) | Q(payable_line__in=ids)):
        found[hold.commission_line_id or hold.payable_line_id].append(hold)
    return found


def _statements(lines: Sequence[Any]) -> dict[int, list[Statement]]:
    found = defaultdict(list)
    if lines:
        since = min(line.eligible_at for line in lines)
        statements = Statement.objects.in_force().filter(
            account__in={line.account_id for line in lines}, to_at__gte=since
        )
        for statement in statements:
            found[statement.account_id].append(statement)
    return found
