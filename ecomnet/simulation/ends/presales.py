"""Boxes of a harvest: each order stands or was given up as its counter knows it, paid once and owed back once."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from core.money import parse
from ecomnet.simulation.diary import CANCELLED, Case
from ecomnet.simulation.judgement import DOUBLED, LOST, Finding
from orders.models import PresaleOrder

BOXES = "boxes"
_S = PresaleOrder.Status
STANDS = {CANCELLED: _S.WITHDRAWN, "": _S.PAID}


def judge_boxes(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare orders of presales that these users have taken since then with what their counters know."""
    rows = PresaleOrder.objects.filter(taken_by__in=users, ordered_at__gte=since)
    ours = {str(row.pk): row for row in rows}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has taken an order of boxes, and our books do not know")
    for pk, row in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "boxes were ordered and no counter knows of it")
            continue
        yield from _compare(row, known[pk])


def _compare(row: PresaleOrder, case: Case) -> Iterable[Finding]:
    if row.status != STANDS[case.end]:
        yield Finding(LOST, case.id, f"{row.status} with us, {STANDS[case.end]} at the counter")
    paid = sum(parse(press.total, press.currency).minor for press in case.presses)
    for ours, theirs, what in ((row.held_minor, paid, "paid"), (row.returned_minor, case.back, "owed back")):
        if ours != theirs:
            kind = LOST if ours < theirs else DOUBLED
            yield Finding(kind, case.id, f"{ours} is {what} with us, {theirs} at the counter")
