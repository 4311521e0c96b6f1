"""Guardians: adults who answer for a child."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, WrongState, refuses
from core.history import record_change
from stations.accounts.models import User
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Guardianship, Person
from stations.people.queries import is_surely

ADULT_AGE = 18


class GuardianTooYoung(Refused):
    """A guardian is 18 or older, and the birth date is known."""

    code = "guardian_too_young"
    status = 422
    message = _("A guardian must be 18 or older. Enter the birth date first.")


class OwnGuardian(Refused):
    """Nobody is his own guardian."""

    code = "own_guardian"
    status = 422
    message = _("The guardian cannot be the child.")


class GuardianshipOver(Refused):
    """It has ended already, or a death ended it."""

    code = "guardianship_over"
    message = _("This guardianship has ended already.")


class GuardianGone(Refused):
    """Somebody who died answers for nobody."""

    code = "guardian_deceased"
    status = 422
    message = _("This person has died and cannot be a guardian.")


@refuses(OwnGuardian, WrongState, GuardianGone, GuardianTooYoung)
@transaction.atomic
def record_guardianship(
    *,
    child: Person,
    guardian: Person,
    kind: str,
    from_date: dt.date,
    confirmed_by: Any,
    at: dt.datetime,
    evidence: Any = None,
) -> Guardianship:
    """A guardian whose papers somebody has seen.

    The same guardian again is the answer of before. Raises `OwnGuardian`, `GuardianTooYoung`, `GuardianGone`.
    """
    if child.pk == guardian.pk:
        raise OwnGuardian
    child = lock(child)
    for person in (child, guardian):
        PERSON.check("change_record", standing_of(person))
    if guardian.died_date:
        raise GuardianGone(field="guardian")
    standing = Guardianship.objects.filter(child=child, guardian=guardian, to_date=None).first()
    if standing is not None and standing.confirmed_by_id is not None:
        return standing
    if not is_surely(guardian, ADULT_AGE, from_date):
        raise GuardianTooYoung
    guardianship = Guardianship.objects.create(
        child=child,
        guardian=guardian,
        kind=kind,
        from_date=from_date,
        evidence=evidence,
        confirmed_by=confirmed_by,
    )
    record_change(child, old="", new="guardian_confirmed", at=at, actor=confirmed_by.pk)
    return guardianship


@refuses(GuardianshipOver)
@transaction.atomic
def end_guardianship(*, guardianship: Guardianship, to_date: dt.date, by: User, at: dt.datetime) -> Guardianship:
    """From this day on the guardian answers for the child no more. Raises `GuardianshipOver`."""
    guardianship = lock(guardianship)
    if guardianship.to_date is not None:
        raise GuardianshipOver
    Guardianship.objects.filter(pk=guardianship.pk).update(to_date=max(to_date, guardianship.from_date))
    record_change(guardianship.child, old="", new="guardian_ended", at=at, actor=by.pk)
    guardianship.refresh_from_db()
    return guardianship
