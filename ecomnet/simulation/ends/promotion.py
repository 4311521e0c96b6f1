"""Health talks: each stands once, with the people and the names that its counter knows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from ecomnet.simulation.diary import Case
from ecomnet.simulation.judgement import APART, DOUBLED, LOST, Finding
from health.models import PromotionEvent

TALK = "health talk"


def judge_talks(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare the talks that these users have recorded since then with what their counters know."""
    rows = PromotionEvent.objects.filter(recorded_by__in=users, recorded_at__gte=since)
    ours = {str(row.pk): row for row in rows}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has recorded a health talk, and our books do not know")
    for pk in ours.keys() - known.keys():
        yield Finding(DOUBLED, pk, "a health talk was recorded and no counter knows of it")
    for pk in ours.keys() & known.keys():
        row, about = ours[pk], known[pk].about
        named = row.named.count()
        if (row.counted_people, row.named_people, named) != (about["counted"], about["named"], about["named"]):
            why = f"{row.counted_people} people and {named} names with us, {about} at the counter"
            yield Finding(APART, pk, why)
