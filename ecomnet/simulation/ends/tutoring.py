"""Tutoring: each lesson stands, was given up or was held as its counter knows it, and is owed to the tutor once."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from ecomnet.simulation.diary import CANCELLED, DONE, Case
from ecomnet.simulation.judgement import DOUBLED, LOST, Finding
from education.models import TutoringSession
from education.tutoring.services.paying import EVENT
from finance.models import PayableLine
from scheduling.models import Booking

TUTORING = "tutoring"
_S = Booking.Status
STANDS = {CANCELLED: frozenset({_S.CANCELLED}), DONE: frozenset({_S.FULFILLED})}
BOOKED = frozenset({_S.BOOKED, _S.ARRIVED, _S.FULFILLED})


def judge_lessons_of_tutors(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare lessons that these users have booked or held since then with what their counters know."""
    last = {case.id: case for case in cases}
    booked = Q(booking__booked_by__in=users, booking__made_at__gte=since)
    held = Q(started_by__in=users, started_at__gte=since)
    rows = TutoringSession.objects.filter(booked | held | Q(pk__in=last)).select_related("booking")
    ours = {str(row.pk): row for row in rows}
    for pk in last.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has booked a lesson, and our books do not know")
    for pk, row in ours.items():
        if pk not in last:
            yield Finding(LOST, pk, "a lesson was booked or held and no counter knows of it")
            continue
        yield from _compare(row, last[pk])
    times = TutoringSession.objects.filter(booking__status=_S.BOOKED).values("tutor", "booking__slot")
    for time in times.annotate(lessons=Count("pk")).filter(lessons__gt=1):
        yield Finding(DOUBLED, "", f"tutor {time['tutor']} has {time['lessons']} lessons at one time")


def _compare(row: TutoringSession, case: Case) -> Iterable[Finding]:
    """The end, and what is owed for it: once, or not yet while the county has no money."""
    if row.booking.status not in STANDS.get(case.end, BOOKED):
        yield Finding(LOST, case.id, f"{row.booking.status} with us, {case.end or 'booked'} at the counter")
    stipend = case.about.get("stipend")
    if stipend is not None and str(row.stipend) != stipend:
        yield Finding(LOST, case.id, f"the tutor is owed {row.stipend} with us, {stipend} at the counter")
    owed = PayableLine.objects.filter(event_type=EVENT, event_id=case.id).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    expected = 0 if row.is_unfunded else row.stipend_minor or 0
    if owed != expected:
        yield Finding(LOST if owed < expected else DOUBLED, case.id, f"{owed} is booked for the tutor, not {expected}")
