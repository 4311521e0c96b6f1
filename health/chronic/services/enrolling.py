"""A resident comes into a programme, a doctor confirms the diagnosis, and care ends."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.history import record_change
from health.chronic.models import Enrolment, Programme, Referral
from health.chronic.queries import protocol_on
from health.hospitals.models import Hospital
from health.records.models import Condition
from health.records.queries import residents_of
from health.records.services import ResidentNotFound, agree, confirm_condition, record_for, require_agreement
from stations.accounts.models import User
from stations.people.models import Person

_S = Enrolment.Status
DIAGNOSES = {Programme.HYPERTENSION: Condition.Icd.HYPERTENSION, Programme.DIABETES: Condition.Icd.DIABETES}


class AlreadyEnrolled(Refused):
    """The resident is in this programme."""

    code = "already_enrolled"
    message = _("The resident is in this programme already.")


class ProtocolNotActive(Refused):
    """The country of the clinic has no rule for this programme today."""

    code = "protocol_not_active"
    message = _("There is no rule for this programme here yet.")


@refuses(ResidentNotFound, AlreadyEnrolled, ProtocolNotActive, *refused_by(agree))
@transaction.atomic
def enrol_resident(
    *,
    clinic: Hospital,
    id_number: str,
    programme: str,
    by: User,
    at: dt.datetime,
    manner: str = "",
    id_kind: str = "resident_id",
) -> Enrolment:
    """Put a resident, found by the number of the document, into a programme, with the consent to a health record.

    `manner` says how the consent was given now; empty where the resident has agreed before.
    """
    day = day_in(clinic.zone, at)
    if protocol_on(programme, clinic.division.country, day) is None:
        raise ProtocolNotActive
    resident = residents_of(clinic, id_kind, id_number).first()
    if resident is None:
        raise ResidentNotFound(field="id_number")
    resident = lock(resident)
    if _open_of(resident).filter(programme=programme).exists():
        raise AlreadyEnrolled
    agree(resident=resident, manner=manner, by=by, at=at)
    record_for(clinic=clinic, resident=resident, by=by, at=at)
    enrolment = Enrolment.objects.create(resident=resident, programme=programme, clinic=clinic, enrolled_by=by)
    record_change(enrolment, old="", new=_S.PLANNED, at=at, actor=by.pk)
    return enrolment


@refuses(WrongState, *refused_by(require_agreement))
@transaction.atomic
def confirm_enrolment(*, enrolment: Enrolment, by: User, at: dt.datetime, conditions: Iterable[str] = ()) -> Enrolment:
    """A doctor confirms the diagnosis, and others that change targets or risk: care begins, a visit is due today."""
    enrolment = _locked(enrolment, _S.PLANNED)
    require_agreement(enrolment.resident)
    day = day_in(enrolment.clinic.zone, at)
    for code in (DIAGNOSES[Programme(enrolment.programme)], *conditions):
        confirm_condition(resident=enrolment.resident, clinic=enrolment.clinic, code=code, by=by, at=at)
    enrolment.status, enrolment.confirmed_by = _S.ACTIVE, by
    enrolment.started_date = enrolment.next_due_date = day
    enrolment.save(update_fields=["status", "confirmed_by", "started_date", "next_due_date", "updated_at"])
    record_change(enrolment, old=_S.PLANNED, new=_S.ACTIVE, at=at, actor=by.pk)
    return enrolment


@refuses(WrongState)
@transaction.atomic
def finish_enrolment(*, enrolment: Enrolment, ending: str, by: User | None, at: dt.datetime) -> Enrolment:
    """Care ends: nobody is called any more, and an open referral loses its reason."""
    enrolment = _locked(enrolment, _S.PLANNED, _S.ACTIVE)
    old = enrolment.status
    enrolment.status, enrolment.ended_because = _S.FINISHED, ending
    enrolment.save(update_fields=["status", "ended_because", "updated_at"])
    actor = by.pk if by else None
    record_change(enrolment, old=old, new=_S.FINISHED, at=at, actor=actor)
    for referral in enrolment.referrals.filter(status=Referral.Status.ACTIVE):
        revoke(referral, actor=actor, at=at)
    return enrolment


@refuses(*refused_by(finish_enrolment))
@transaction.atomic
def finish_all_of(*, resident: Person, at: dt.datetime) -> None:
    """The resident has died: no list, reminder or referral names them from now on."""
    for enrolment in _open_of(resident).order_by("pk"):
        finish_enrolment(enrolment=enrolment, ending=Enrolment.Ending.DIED, by=None, at=at)


def _open_of(resident: Person) -> QuerySet[Enrolment]:
    """Care that has not ended, under whichever record of this person."""
    return Enrolment.objects.filter(resident__in=Person.objects.of_people(resident.pk)).exclude(status=_S.FINISHED)


def revoke(referral: Referral, *, actor: UUID | None, at: dt.datetime) -> None:
    """Nobody waits for the answer of this referral any more."""
    referral.status = Referral.Status.REVOKED
    referral.save(update_fields=["status", "updated_at"])
    record_change(referral, old=Referral.Status.ACTIVE, new=Referral.Status.REVOKED, at=at, actor=actor)


def _locked(enrolment: Enrolment, *states: str) -> Enrolment:
    enrolment = lock(enrolment)
    if enrolment.status not in states:
        raise WrongState(state=str(enrolment.get_status_display()))
    return enrolment
