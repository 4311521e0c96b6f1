"""Ids of people in a school's system: schools use the number of a resident's card, so that only a keyed hash is kept.

What is compared from file to file is the mark. Ids of schools, terms, courses and classes name nobody: they stay.
"""

from collections.abc import Callable, Iterable

from core.crypto import blind_indexes
from education.rosters.models import RosterRecord
from stations.places.models import Division

#: Of these an id is that of a person, or made of one.
OF_PEOPLE = frozenset({RosterRecord.Kind.USER, RosterRecord.Kind.ENROLLMENT})
#: Files whose lines are about people.
FILES_OF_PEOPLE = frozenset({"users.csv", "enrollments.csv", "demographics.csv", "roles.csv"})
Marker = Callable[[str], str]


def marker_of(county: Division, source_system: str, known: Iterable[str]) -> Marker:
    """What marks an id of this system; one that is `known` under an older key keeps its mark."""
    there = frozenset(known)

    def mark(sourced_id: str) -> str:
        if not sourced_id:
            return ""
        marks = [index.hex() for index in blind_indexes(f"roster:{county.pk}:{source_system}:{sourced_id}")]
        return next((each for each in marks if each in there), marks[0])

    return mark


def shown_mark(mark: str) -> str:
    """A mark as a page shows it: enough to tell two of them apart. The first byte is that of the key."""
    return f"#{mark[2:10]}" if mark else ""
