"""A record is opened for a resident who agrees, and each look at it is written down."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import free_digits
from core.database.db import lock
from core.errors import Refused, refused_by, refuses
from health.hospitals.models import Hospital
from health.records.models import AccessGrant, HealthRecord
from health.records.models.records import AFTERWARDS, SHARE
from health.records.queries import EMERGENCY_LOOK, LOOK, persons_with
from health.records.services.agreeing import agree
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.services import log_reads

DIGITS = 10


class ResidentNotFound(Refused):
    """No living resident has this number, or none whom the clinic may look up."""

    code = "resident_not_found"
    status = 422
    message = _("No resident of this place has this number.")


@refuses(ResidentNotFound, *refused_by(agree))
@transaction.atomic
def open_record(
    *, clinic: Hospital, id_number: str, by: User, at: dt.datetime, manner: str = "", id_kind: str = "resident_id"
) -> HealthRecord:
    """Open the record of a resident who is here, found by the number of the document.

    The first clinic keeps the record. Another one gets access for 30 days, with the consent that the record is shared.
    """
    resident = persons_with(id_kind, id_number).filter(home_station__county__country=clinic.division.country).first()
    if resident is None:
        raise ResidentNotFound(field="id_number")
    resident = lock(resident)
    agree(resident=resident, manner=manner, by=by, at=at)
    record = record_for(clinic=clinic, resident=resident, by=by, at=at)
    if record.clinic_id != clinic.pk:
        agree(resident=resident, manner=manner, by=by, at=at, purpose=SHARE)
        grant_access(record=record, clinic=clinic, reason=AccessGrant.Reason.VISIT, at=at)
    return record


@transaction.atomic
def record_for(*, clinic: Hospital, resident: Person, by: User, at: dt.datetime) -> HealthRecord:
    """The record of a resident whose row is locked; a new one is kept by this clinic."""
    known = HealthRecord.objects.filter(resident=resident).first()
    return known or HealthRecord.objects.create(
        resident=resident,
        number=free_digits(HealthRecord.objects.all(), "number", digits=DIGITS),
        clinic=clinic,
        opened_by=by,
        opened_at=at,
    )


@transaction.atomic
def grant_access(*, record: HealthRecord, clinic: Hospital, reason: str, at: dt.datetime) -> AccessGrant:
    """Let a clinic that does not keep the record open it for 30 days."""
    return AccessGrant.objects.create(record=record, clinic=clinic, reason=reason, from_at=at, to_at=at + AFTERWARDS)


@transaction.atomic
def record_reads(*, residents: Iterable[Person], user: User, at: dt.datetime, in_emergency: bool = False) -> None:
    """One row for each resident whose health data are shown, in one statement: own staff leaves rows too."""
    unique = {each.pk: each for each in residents}
    log_reads(user=user, people=unique.values(), what=EMERGENCY_LOOK if in_emergency else LOOK, at=at)
