"""What the slices of education ask of each other through the top: safeguarding knows none of them."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from core.hooks import Hook
from education.courses.models import ClassRun
from stations.accounts.models import User
from stations.people.models import Person

CONSENT_ENDED: Hook[Callable[..., int]] = Hook(
    "education.consent_ended",
    "f(*, child: Person, purpose: str, by: User | None, at) -> int: end what of the future rests on this consent, and "
    "say how much. Called in the transaction that withdraws it, and again when the event is heard.",
)

VETTING_CHANGED: Hook[Callable[..., object]] = Hook(
    "education.vetting_changed",
    "f(*, person: Person, by: User, at): calculate anew what rests on the vettings of an adult. Called in the "
    "transaction that confirms or revokes one.",
)

COURSE_UNFINISHED: Hook[Callable[..., set[UUID]]] = Hook(
    "education.course_unfinished",
    "f(*, run: ClassRun, is_over: bool) -> set[UUID]: the enrolments of a class that have yet to do what its course "
    "asks for besides minutes; `is_over` once the class waits no longer. Called when its lessons are over, before "
    "certificates are issued.",
)


def end_what_rests_on(child: Person, purpose: str, *, by: User | None, at: dt.datetime) -> int:
    """Let every slice end what rests on a consent; how many things ended."""
    return sum(end(child=child, purpose=purpose, by=by, at=at) for end in CONSENT_ENDED)


def follow_vettings(person: Person, *, by: User, at: dt.datetime) -> None:
    """Let every slice follow the vettings of an adult."""
    for follow in VETTING_CHANGED:
        follow(person=person, by=by, at=at)


def unfinished_in(run: ClassRun, *, is_over: bool) -> set[UUID]:
    """The enrolments of a class that lack something which its course asks for besides minutes."""
    return set().union(*(unfinished(run=run, is_over=is_over) for unfinished in COURSE_UNFINISHED))
