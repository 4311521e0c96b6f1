"""A death: written down once, with what follows for household, guardians and card."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.db import lock
from core.errors import Refused
from core.events.services import publish
from core.history import record_change
from stations.people.machine import MACHINE, standing_of
from stations.people.models import Guardianship, Household, Person, ResidentCard


class DiedInFuture(Refused):
    """A date after today at the station."""

    code = "died_in_future"
    status = 400
    message = _("Check the date: it lies in the future.")


class DiedBeforeBirth(Refused):
    """A date before the person was born."""

    code = "died_before_birth"
    status = 422
    message = _("Check the date: the person was not born yet.")


@transaction.atomic
def record_death(*, person: Person, died_date: dt.date, by: Any, at: dt.datetime, evidence: Any = None) -> Person:
    """The person died on this day: membership, guardianships and card end, the apps above are told by event.

    A household whose head died has none until its members name another. Raises `DiedInFuture`, `DiedBeforeBirth`, and
    `WrongState` when it is written down already.
    """
    person = lock(person)
    MACHINE.check("record_death", standing_of(person))
    if died_date > day_in(person.home_station.zone, at):
        raise DiedInFuture(field="died_date")
    if person.birth_date and died_date < person.birth_date:
        raise DiedBeforeBirth(field="died_date")
    Person.objects.filter(pk=person.pk).update(
        residence=Person.Residence.DECEASED, died_date=died_date, death_evidence=evidence, household=None
    )
    _leave_household(person, died_date)
    _end_guardianships(person, died_date)
    ResidentCard.objects.filter(person=person, revoked_at=None).update(revoked_at=at)
    record_change(person, old="live", new="deceased", at=at, actor=by.pk)
    station = person.home_station
    publish("stations.person_died", at=at, person=str(person.pk), station=station.pk, county=station.county_id)
    person.refresh_from_db()
    return person


def _leave_household(person: Person, day: dt.date) -> None:
    membership = person.memberships.filter(to_date=None).select_related("household").first()
    if membership is None:
        return
    person.memberships.filter(pk=membership.pk).update(to_date=max(day, membership.from_date))
    home = lock(membership.household)
    if home.head_id == person.pk:
        Household.objects.filter(pk=home.pk).update(head=None)
    if not home.memberships.filter(to_date=None).exists():
        Household.objects.filter(pk=home.pk).update(dissolved_date=max(day, home.formed_date))


def _end_guardianships(person: Person, day: dt.date) -> None:
    for side in ("child", "guardian"):
        rows = Guardianship.objects.filter(**{side: person}, to_date=None)
        rows.update(to_date=Greatest(F("from_date"), day))
