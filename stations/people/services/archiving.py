"""A record that nobody has needed for years is set aside, and taken up again the moment somebody needs it."""

import datetime as dt

from django.db import transaction

from core.database.db import lock
from core.history import record_change
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services.registration import take_up, write_name_keys


@transaction.atomic
def archive_person(*, person: Person, by: User, at: dt.datetime) -> Person:
    """No search by name or by the end of a phone finds the person; whole numbers and the card do."""
    person = lock(person)
    if person.archived_at is None:
        person.archived_at = at
        person.save(update_fields=["archived_at", "updated_at"])
        write_name_keys(person)
        record_change(person, old="", new="archived", at=at, actor=by.pk)
    return person


@transaction.atomic
def take_up_person(*, person: Person, by: User, at: dt.datetime) -> Person:
    """Find the person again like everybody else; the one who is served is taken up by that. Again changes nothing."""
    person = lock(person)
    if person.archived_at is not None:
        take_up(person, at=at, by=by)
    return person
