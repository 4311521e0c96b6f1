"""Who looked: rows that only grow."""

import datetime as dt
from typing import Any

import structlog
from django.db import connection, transaction

from stations.people.models import AccessRead, Person

log = structlog.get_logger(__name__)

# One statement, whether there is such a person or not: how long it takes tells nothing.
REFUSED = """
INSERT INTO stations_accessread (created_at, updated_at, user_id, person_id, what, at)
SELECT now(), now(), %s, person.id, 'refused', %s FROM stations_person AS person WHERE person.id = %s
"""


@transaction.atomic
def log_read(*, user: Any, person: Person | None, what: str, at: dt.datetime, post: Any = None) -> AccessRead:
    """This person's protected data was opened."""
    return AccessRead.objects.create(user=user, person=person, what=what, at=at, post=post)


@transaction.atomic
def log_search(*, user: Any, at: dt.datetime, post: Any = None) -> AccessRead:
    """Somebody searched beyond the own station. What was typed is not kept."""
    return AccessRead.objects.create(user=user, what="search_county", at=at, post=post)


@transaction.atomic
def log_refused_read(*, user: Any, person_id: Any, at: dt.datetime) -> None:
    """Somebody asked for a person whom no post of theirs reaches."""
    log.warning("person_out_of_reach", user=str(user.pk), person=str(person_id))
    with connection.cursor() as cursor:
        cursor.execute(REFUSED, [user.pk, at, person_id])
