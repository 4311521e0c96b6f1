"""A resident allows one hospital or one doctor to open the record until a day, and takes that back."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in, instant_of
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from health.hospitals.models import Doctor, Hospital
from health.records.models import AccessGrant, GranteeConsent, HealthRecord
from health.records.services.agreeing import require_agreement
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services.consents import giver_of

LONGEST = dt.timedelta(days=365)
GIVEN, WITHDRAWN = "given", "withdrawn"


class GranteeNotPossible(Refused):
    """The clinic that keeps the record needs none; a doctor needs a login; what is never named would be by this.

    What lies in another country reads no record of this one.
    """

    code = "grantee_not_possible"
    status = 422
    message = _("Choose one other hospital of this country, or one doctor who can sign in.")


class AccessPeriodWrong(Refused):
    """The last day is over, or more than a year ahead."""

    code = "access_period_wrong"
    status = 422
    message = _("The last day is between today and a year from today.")


class GranteeConsentMissing(Refused):
    """It has been withdrawn already, is over, or is of another record."""

    code = "grantee_consent_missing"
    message = _("There is no such consent, or it has ended already.")


@refuses(GranteeNotPossible, AccessPeriodWrong, *refused_by(require_agreement, giver_of))
@transaction.atomic
def allow_grantee(
    *,
    record: HealthRecord,
    until_date: dt.date,
    manner: str,
    by: User,
    at: dt.datetime,
    hospital: Hospital | None = None,
    doctor: Doctor | None = None,
) -> GranteeConsent:
    """Let one hospital, or one doctor, open the record through a day of the clinic's zone.

    What holds for the same one already ends with it: a later day, or an earlier one, takes its place. For a child a
    confirmed guardian agrees.
    """
    record = lock(record)
    resident, zone = record.resident, record.clinic.zone
    require_agreement(resident)
    _require_grantee(record, hospital, doctor)
    today = day_in(zone, at)
    if not today <= until_date <= today + LONGEST:
        raise AccessPeriodWrong(field="until_date")
    giver = giver_of(resident, day=today)
    for earlier in record.grantees.filter(hospital=hospital, doctor=doctor, withdrawn_at=None, to_at__gt=at):
        _withdraw(earlier, by=by, at=at)
    made = _store(record, hospital, doctor, giver=giver, manner=manner, from_at=at, until_date=until_date, by=by)
    record_change(made, old="", new=GIVEN, at=at, actor=by.pk)
    return made


@refuses(GranteeConsentMissing)
@transaction.atomic
def withdraw_grantee(*, record: HealthRecord, consent: UUID, by: User, at: dt.datetime) -> GranteeConsent:
    """The resident takes it back: from the next request on nothing is opened by it.

    What the same hospital could open because the resident was there ends in the same transaction.
    """
    record = lock(record)
    found = record.grantees.holding(at).filter(pk=consent).first()
    if found is None:
        raise GranteeConsentMissing(field="consent")
    _withdraw(found, by=by, at=at)
    if found.hospital_id:
        AccessGrant.objects.holding(at).filter(record=record, clinic=found.hospital_id, from_at__lt=at).update(to_at=at)
    return found


def _require_grantee(record: HealthRecord, hospital: Hospital | None, doctor: Doctor | None) -> None:
    if (hospital is None) == (doctor is None):
        raise GranteeNotPossible(field="hospital")
    if hospital and (hospital.pk == record.clinic_id or hospital.is_restricted or not hospital.is_active):
        raise GranteeNotPossible(field="hospital")
    place = hospital or present(doctor).department.hospital
    if place.division.country != record.clinic.division.country:
        raise GranteeNotPossible(field="hospital" if hospital else "doctor")
    if doctor:
        is_named = not (doctor.department.is_restricted or doctor.department.hospital.is_restricted)
        if doctor.user_id is None or not (doctor.is_active and is_named):
            raise GranteeNotPossible(field="doctor")


def _store(
    record: HealthRecord,
    hospital: Hospital | None,
    doctor: Doctor | None,
    *,
    giver: Person,
    manner: str,
    from_at: dt.datetime,
    until_date: dt.date,
    by: User,
) -> GranteeConsent:
    return GranteeConsent.objects.create(
        record=record,
        hospital=hospital,
        doctor=doctor,
        given_by=giver,
        manner=manner,
        from_at=from_at,
        to_at=instant_of(record.clinic.zone, until_date + dt.timedelta(days=1), dt.time()),
        recorded_by=by,
    )


def _withdraw(consent: GranteeConsent, *, by: User, at: dt.datetime) -> None:
    # Two who record at once: the instant of the one that waited lies before.
    consent.withdrawn_at, consent.withdrawn_by = max(at, consent.from_at), by
    consent.save(update_fields=["withdrawn_at", "withdrawn_by", "updated_at"])
    record_change(consent, old=GIVEN, new=WITHDRAWN, at=at, actor=by.pk)
