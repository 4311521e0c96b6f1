"""What the apps above add to a person's page and to a row of a search (`stations.hooks`).

The stations know no bills and no parcels; they call what is registered and show what comes back.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from stations.accounts.models import User
from stations.hooks import AGAIN, BADGES, LATEST, WAITING, Badge, Waiting
from stations.people.models import Person
from stations.people.queries import records_of


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
