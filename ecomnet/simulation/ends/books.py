"""Books: each loan of the day has come back, and no book is with two people."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Q

from ecomnet.simulation.diary import DONE, Case
from ecomnet.simulation.judgement import APART, LOST, OPEN, Finding
from education.libraries.models import Copy, Loan

BOOK = "book"


def judge_books(cases: Sequence[Case], *, since: dt.datetime, users: Sequence[Any]) -> Iterable[Finding]:
    """Compare what these users have lent since then with what their counters know."""
    loans = Loan.objects.filter(lent_by__in=users, lent_at__gte=since).select_related("copy")
    ours = {str(loan.pk): loan for loan in loans}
    known = {case.id: case for case in cases}
    for pk in known.keys() - ours.keys():
        yield Finding(LOST, pk, "a counter has lent a book, and our books do not know")
    for pk, loan in ours.items():
        if pk not in known:
            yield Finding(LOST, pk, "a book was lent and no counter knows of it")
        elif loan.status in Loan.RUNNING:
            yield Finding(OPEN, pk, f"{loan.copy} is still {loan.status}")
        elif known[pk].end != DONE:
            yield Finding(LOST, pk, f"{loan.copy} is {loan.status}, and no counter has taken it back")
    out = Count("loans", filter=Q(loans__status__in=Loan.RUNNING))
    with_somebody = Q(state=Copy.State.ON_LOAN)
    for copy in Copy.objects.annotate(out=out).filter(with_somebody & ~Q(out=1) | ~with_somebody & Q(out__gt=0)):
        yield Finding(APART, "", f"{copy} is {copy.state} and lent {copy.out} times")
