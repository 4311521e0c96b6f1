"""Who looked: rows that only grow."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from core.database.db import in_transaction
from core.database.many_rows import insert_rows
from stations.accounts.models import User
from stations.people.models import AccessRead, Person
from stations.people.queries import Reach, post_opening, serves

log = structlog.get_logger(__name__)

# One statement, whether there is such a person or not: how long it takes tells nothing.
REFUSED = """
INSERT INTO stations_accessread (created_at, updated_at, user_id, person_id, what, at)
SELECT now(), now(), %s, person.id, 'refused', %s FROM stations_person AS person WHERE person.id = ANY(%s::uuid[])
"""


@transaction.atomic
def log_read(*, user: User, person: Person | None, what: str, at: dt.datetime, post: Any = None) -> AccessRead:
    """This person's protected data was opened."""
    return AccessRead.objects.create(user=user, person=person, what=what, at=at, post=post)


@in_transaction
def log_reads(*, user: User, people: Iterable[Person], what: str, at: dt.datetime, post: Any = None) -> None:
    """The protected data of these people were opened together: a row for each, in one statement."""
    insert_rows([AccessRead(user_id=user.pk, person_id=person.pk, what=what, at=at, post=post) for person in people])


def log_look(*, user: User, person: Person, verb: str, at: dt.datetime) -> None:
    """Anyone who opens a person beyond their own station, or under an emergency post, leaves a row."""
    if not serves(user, person.home_station_id):
        log_read(user=user, person=person, what="person", at=at, post=post_opening(user, verb, person.home_station))


@transaction.atomic
def log_search(*, user: User, reach: Reach, at: dt.datetime) -> None:
    """Somebody searched beyond their own station, or under an emergency post. What was typed is not stored."""
    if reach.is_logged:
        what = "search_county" if reach.counties else "search_station"
        AccessRead.objects.create(user=user, what=what, at=at, post=reach.post)


@transaction.atomic
def log_refused_read(*, user: User, person_id: Any, at: dt.datetime) -> None:
    """Somebody asked for a person whom no post of theirs reaches."""
    log_refused_reads(user=user, people=[person_id] if person_id else [], at=at)


@transaction.atomic
def log_refused_reads(*, user: User, people: Collection[UUID | str], at: dt.datetime) -> None:
    """Somebody asked for something of these people (ids) whom no post of theirs reaches: in one statement, also of
    nobody, so that the time which a refusal takes does not tell whether there was anything.
    """
    log.warning("person_out_of_reach", user=str(user.pk), people=[str(each) for each in people])
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, [user.pk, at, [str(each) for each in people]])
