"""What other floors add to a person's page and to a row of a search: lists that `ecomnet/wiring.py` fills.

The stations know no bills and no parcels; they call these functions and show what comes back.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import records_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits here for a person: what it is, what it costs, where it is dealt with."""

    title: Any
    href: str
    icon: str = "info"
    detail: Any = ""
    amount: Any = None
    end: Any = ""
    status: str = ""
    words: Any = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A large button on a person's page, shown to those who hold the verb; the address gets `?person=<id>`."""

    label: Any
    icon: str
    url_name: str
    requires: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A status word on a row of a search, where it changes what one does: "1 bill"."""

    words: Any
    status: str = "info"


#: `waiting(person=, user=, at=) -> list[Waiting]`
WAITING: list[Callable[..., Sequence[Waiting]]] = []
#: `again(person=, user=, at=) -> list[Waiting]`: what was done for them before and can be done again
AGAIN: list[Callable[..., Sequence[Waiting]]] = []
#: `badges(people=, user=, at=) -> {person id: Badge}`, one statement for a whole list
BADGES: list[Callable[..., dict[UUID, Badge]]] = []
#: `latest(person=, user=, limit=) -> list[core.web.timeline.Entry]`, newest first
LATEST: list[Callable[..., Sequence[Any]]] = []
ACTIONS: list[Action] = []


def waiting_for(person: Person, *, user: User, at: dt.datetime) -> list[Waiting]:
    """Everything that waits here for this person, as the floors above tell it."""
    return [row for record in records_of(person) for told in WAITING for row in told(person=record, user=user, at=at)]


def again_for(person: Person, *, user: User, at: dt.datetime) -> list[Waiting]:
    """Everything that was done before for this person and can be done again in two taps."""
    return [row for told in AGAIN for row in told(person=person, user=user, at=at)]


def badges_of(people: Sequence[UUID], *, user: User, at: dt.datetime) -> dict[UUID, Badge]:
    """One badge per person, the first that a floor gives."""
    found: dict[UUID, Badge] = {}
    for told in BADGES:
        found = {**told(people=people, user=user, at=at), **found}
    return found


def latest_of(person: Person, *, user: User, limit: int = 10) -> list[Any]:
    """The last things that happened to this person, on every floor."""
    entries = [
        entry
        for record in records_of(person)
        for told in LATEST
        for entry in told(person=record, user=user, limit=limit)
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]
