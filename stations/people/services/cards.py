"""Resident cards: a code that finds its holder and says nothing about them."""

import datetime as dt
import secrets

from django.db import transaction

from core.database.db import lock
from core.errors import WrongState, refuses
from core.history import record_change
from stations.accounts.models import User
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Person, ResidentCard

#: Crockford's letters: none of them is mistaken for another. The first of the code marks what it is.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MARK, LENGTH = "R1", 16


@refuses(WrongState)
@transaction.atomic
def issue_card(*, person: Person, by: User, at: dt.datetime) -> ResidentCard:
    """A new card; one that is still live is revoked with it, since there is one live card per person.

    Raises `WrongState` for a record that became part of another.
    """
    person = lock(person)
    PERSON.check("change_record", standing_of(person))
    _revoke_live(person, at)
    code = MARK + "".join(secrets.choice(LETTERS) for _ in range(LENGTH - len(MARK)))
    card = ResidentCard.objects.create(person=person, code=code, issued_at=at)
    record_change(person, old="", new="card_issued", at=at, actor=by.pk)
    return card


@transaction.atomic
def revoke_card(*, person: Person, by: User, at: dt.datetime) -> None:
    """The card is lost: its code finds nobody any more and is never used again."""
    person = lock(person)
    if _revoke_live(person, at):
        record_change(person, old="", new="card_revoked", at=at, actor=by.pk)


def _revoke_live(person: Person, at: dt.datetime) -> int:
    return ResidentCard.objects.filter(person=person, revoked_at=None).update(revoked_at=at)
