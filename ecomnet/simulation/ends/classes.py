"""Lessons: the mark that counts of each learner is the one that was said last at the counter."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from ecomnet.simulation.diary import Case
from ecomnet.simulation.judgement import APART, LOST, Finding
from education.models import AttendanceRecord, ClassSession

LESSON = "lesson"


def judge_lessons(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare the roll calls of these users since then with what their counters know."""
    called = AttendanceRecord.objects.filter(marked_by__in=users, received_at__gte=since)
    known = {case.id for case in cases}
    for pk in {str(session) for session in called.values_list("session", flat=True)} - known:
        yield Finding(LOST, pk, "the roll of a lesson was called and no counter knows of it")
    for case in cases:
        records = AttendanceRecord.objects.filter(session__pk=case.id, is_current=True)
        counting = {str(learner): presence for learner, presence in records.values_list("learner", "presence")}
        for learner, presence in case.about.items():
            if counting.get(learner) != presence:
                why = f"{learner} is {counting.get(learner, 'not marked')} with us, {presence} at the counter"
                yield Finding(LOST, case.id, why)
        if ClassSession.objects.filter(pk=case.id, differs=True).exists():
            yield Finding(APART, case.id, "two roll calls of the lesson still differ")
