"""Calls home: each stands or was given up as its counter knows it, and no booth is promised twice for one time."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count

from ecomnet.simulation.diary import CANCELLED, Case
from ecomnet.simulation.judgement import DOUBLED, LOST, Finding
from education.models import Call
from scheduling.models import Booking

CALL = "call"
_S = Booking.Status
STANDS = {CANCELLED: frozenset({_S.CANCELLED})}
BOOKED = frozenset({_S.BOOKED})


def judge_calls(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare calls that these users have booked since then with what their counters know."""
    rows = Call.objects.filter(booking__booked_by__in=users, booking__made_at__gte=since)
    ours = {str(row.pk): row for row in rows.select_related("booking")}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has booked a call, and our books do not know")
    for pk, row in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a call was booked and no counter knows of it")
        elif row.booking.status not in STANDS.get(known[pk].end, BOOKED):
            yield Finding(LOST, pk, f"{row.booking.status} with us, {known[pk].end or 'booked'} at the counter")
    places = Call.objects.filter(booking__status=_S.BOOKED).values("booth", "booking__slot")
    for place in places.annotate(calls=Count("pk")).filter(calls__gt=1):
        yield Finding(DOUBLED, "", f"booth {place['booth']} is booked for {place['calls']} calls at one time")
