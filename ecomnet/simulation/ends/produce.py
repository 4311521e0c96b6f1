"""Harvests: each is agreed, taken home or still open as its counter knows it, with its grams and its advance."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, Sum

from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.judgement import DOUBLED, LOST, Finding
from orders.models import Intake

HARVEST = "harvest"
_S = Intake.Status
ENDS = {_S.ACCEPTED: DONE, _S.REJECTED: CANCELLED}


def judge_harvests(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare what these users have weighed since then with what their counters know."""
    of_round = Sum("grades__grams", filter=Q(grades__round=F("round")), default=0)
    rows = Intake.objects.filter(weighed_by__in=users, weighed_at__gte=since).annotate(graded=of_round)
    ours = {str(row.pk): row for row in rows}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has weighed a harvest, and our books do not know")
    for pk, row in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a harvest was weighed and no counter knows of it")
            continue
        yield from _compare(row, known[pk], graded=row.graded)


def _compare(row: Intake, case: Case, *, graded: int) -> Iterable[Finding]:
    if ENDS.get(_S(row.status), "") != case.end:
        yield Finding(LOST, case.id, f"{row.status} with us, {case.end or 'not ended'} at the counter")
    taken = 0 if row.status == _S.REJECTED else graded
    if (row.net_g, taken) != (case.about["net"], case.about["taken"]):
        kind = LOST if (row.net_g, taken) < (case.about["net"], case.about["taken"]) else DOUBLED
        yield Finding(kind, case.id, f"{taken} g of {row.net_g} g are taken with us, at the counter {case.about}")
    ours, theirs = row.advance_minor, case.about["advance"]
    if ours != theirs:
        kind = LOST if ours < theirs else DOUBLED
        yield Finding(kind, case.id, f"{ours} are paid in advance with us, {theirs} at the counter")
