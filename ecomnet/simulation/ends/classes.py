"""Lessons: the mark that counts of each learner is the one that was said last at the counter."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from ecomnet.simulation.diary import Case
from ecomnet.simulation.judgement import APART, LOST, Finding
from education.models import AttendanceRecord, ClassSession

LESSON = "lesson"


def judge_lessons(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare the roll calls of these lessons with what their counters know."""
    for case in cases:
        records = AttendanceRecord.objects.filter(session__pk=case.id, is_current=True)
        counting = {str(learner): presence for learner, presence in records.values_list("learner", "presence")}
        for learner, presence in case.about.items():
            if counting.get(learner) != presence:
                why = f"{learner} is {counting.get(learner, 'not marked')} with us, {presence} at the counter"
                yield Finding(LOST, case.id, why)
        if ClassSession.objects.filter(pk=case.id, differs=True).exists():
            yield Finding(APART, case.id, "two roll calls of the lesson still differ")
