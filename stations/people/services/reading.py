"""Who looked: rows that only grow."""

import datetime as dt
from typing import Any

import structlog
from django.db import transaction

from stations.people.models import AccessRead, Person

log = structlog.get_logger(__name__)


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
    person = Person.objects.filter(pk=person_id).first()
    if person:
        AccessRead.objects.create(user=user, person=person, what="refused", at=at)
