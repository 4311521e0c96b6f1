"""A death: written down once with what follows for household, guardians and card; taken back where it was wrong."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from core.notices.services import notify
from stations.accounts.models import User
from stations.people.machine import MACHINE, standing_of
from stations.people.masking import mask_name
from stations.people.models import Death, Guardianship, Household, Person, ResidentCard
from stations.two_persons import require_two_persons


class DiedInFuture(Refused):
    """A date after today at the station."""

    code = "died_in_future"
    status = 400
    message = _("Check the date: it is in the future.")


class DiedBeforeBirth(Refused):
    """A date before the person was born."""

    code = "died_before_birth"
    status = 422
    message = _("Check the date: the person was not born yet.")


@refuses(WrongState, DiedInFuture, DiedBeforeBirth)
@transaction.atomic
def record_death(*, person: Person, died_date: dt.date, by: User, at: dt.datetime, evidence: Any = None) -> Person:
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
        residence=Person.Residence.DECEASED, died_date=died_date, death_evidence=evidence, household=None, updated_at=at
    )
    ended = {"residence": person.residence, **_leave_household(person, died_date), **_end_ties(person, died_date)}
    cards = ResidentCard.objects.filter(person=person, revoked_at=None).update(revoked_at=at)
    Death.objects.create(
        person=person,
        died_date=died_date,
        evidence=evidence,
        recorded_by=by,
        recorded_at=at,
        ended={**ended, "had_card": bool(cards)},
    )
    record_change(person, old="live", new="deceased", at=at, actor=by.pk)
    _publish("stations.person_died", person, at)
    person.refresh_from_db()
    return person


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def undo_death(*, person: Person, by: User, at: dt.datetime, reason: str) -> Death:
    """It was written down wrongly: the person lives, and what ended with the death goes on as if it never had.

    The card stays stopped, because a stopped code is never used again. A household that has named another head keeps
    that one. Anyone who wrote the death down is told. Raises `SamePerson` for that one, and `WrongState`.
    """
    person = lock(person)
    MACHINE.check("undo_death", standing_of(person))
    death = person.deaths.select_related("recorded_by").get(undone_at=None)
    require_two_persons(by, death.recorded_by_id)
    Person.objects.filter(pk=person.pk).update(
        residence=death.ended["residence"],
        died_date=None,
        death_evidence=None,
        household=_return_home(person, death),
        updated_at=at,
    )
    _resume_ties(death)
    death.undone_by, death.undone_at, death.reason = by, at, reason
    death.save(update_fields=["undone_by", "undone_at", "reason", "updated_at"])
    record_change(person, old="deceased", new="death_undone", at=at, actor=by.pk, reason=reason)
    _publish("stations.person_death_undone", person, at)
    _tell_recorder(death, person, at)
    person.refresh_from_db()
    return death


def _publish(name: str, person: Person, at: dt.datetime) -> None:
    station = person.home_station
    publish(name, at=at, person=str(person.pk), station=station.pk, county=station.county_id)


def _leave_household(person: Person, day: dt.date) -> dict[str, Any]:
    """End the membership; what it was, and whether the person was the head."""
    membership = person.memberships.filter(to_date=None).select_related("household").first()
    if membership is None:
        return {"membership": None, "was_head": False}
    person.memberships.filter(pk=membership.pk).update(to_date=max(day, membership.from_date))
    home = lock(membership.household)
    if home.head_id == person.pk:
        Household.objects.filter(pk=home.pk).update(head=None)
    if not home.memberships.filter(to_date=None).exists():
        Household.objects.filter(pk=home.pk).update(dissolved_date=max(day, home.formed_date))
    return {"membership": membership.pk, "was_head": home.head_id == person.pk}


def _return_home(person: Person, death: Death) -> Household | None:
    """The membership of before, in a household that stands again."""
    membership = person.memberships.filter(pk=death.ended["membership"]).select_related("household").first()
    if membership is None:
        return None
    person.memberships.filter(pk=membership.pk).update(to_date=None)
    home = lock(membership.household)
    head = person if death.ended["was_head"] and home.head_id is None else home.head
    Household.objects.filter(pk=home.pk).update(head=head, dissolved_date=None)
    return home


def _end_ties(person: Person, day: dt.date) -> dict[str, list[int]]:
    """Nobody answers for the dead, and the dead answer for nobody; which guardianships ended."""
    rows = Guardianship.objects.filter(Q(child=person) | Q(guardian=person), to_date=None)
    ended = list(rows.values_list("pk", flat=True))
    rows.update(to_date=Greatest(F("from_date"), day))
    return {"guardianships": ended}


def _resume_ties(death: Death) -> None:
    """Guardianships of before, unless the other side has died since."""
    rows = Guardianship.objects.filter(pk__in=death.ended["guardianships"])
    rows.filter(child__died_date=None, guardian__died_date=None).update(to_date=None)


def _tell_recorder(death: Death, person: Person, at: dt.datetime) -> None:
    notify(
        template="death_undone",
        params={"name": mask_name(person.full_name), "reason": death.reason},
        language=death.recorded_by.language,
        user=death.recorded_by,
        dedupe_key=f"death_undone:{death.pk}",
        at=at,
    )
