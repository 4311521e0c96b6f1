"""Two records of one person were merged, or taken apart again: what is open goes with the resident."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from core.errors import refused_by, refuses
from core.history import record_change
from health.consultations.models import Consultation, Prescription
from health.consultations.queries import missing_purposes
from health.consultations.services.clocks import end_open
from health.consultations.services.steps import locked
from health.records.models import AccessGrant, HealthRecord
from health.records.services import grant_access
from stations.people.models import Person
from stations.people.queries import merged_into

_P = Prescription.Status
_TO_HAND_OUT = (_P.DRAFT, _P.ACTIVE)


@refuses(*refused_by(end_open))
@transaction.atomic
def follow_record(*, records: Collection[UUID], at: dt.datetime) -> int:
    """Cases that are open, and those with a prescription to release or hand out, go to the record that stands.

    Consents hold for the person of that record: without them the case ends as after a withdrawal. So does one of two
    open cases at the same clinic; what is to be handed out goes along. What has ended stays where it was. Again, or in
    another order, it changes nothing.
    """
    to_hand_out = Prescription.objects.filter(consultation=OuterRef("pk"), status__in=_TO_HAND_OUT)
    theirs = Consultation.objects.filter(Q(resident__in=records) | Q(asked_for__in=records))
    rows = list(theirs.filter(Q(ended_at=None) | Exists(to_hand_out)).order_by("pk"))
    return sum(_follow(locked(each), at=at) for each in rows)


def _follow(row: Consultation, *, at: dt.datetime) -> bool:
    began_with = row.asked_for_id or row.resident_id
    stands = merged_into(began_with) or began_with
    if stands == row.resident_id:
        return False
    is_open = row.ended_at is None
    other = Consultation.objects.filter(resident=stands, clinic=row.clinic_id, ended_at=None).exclude(pk=row.pk)
    if is_open and other.exists():
        end_open(row, at=at)
        is_open = False
        if not row.prescriptions.filter(status__in=_TO_HAND_OUT).exists():
            return False
    _let_read_no_longer(row, at=at)
    row.resident, row.asked_for_id = Person.objects.get(pk=stands), began_with if stands != began_with else None
    row.save(update_fields=["resident", "asked_for", "updated_at"])
    record_change(row, old=row.status, new=row.status, at=at, reason="record-merged")
    if is_open and missing_purposes(row.resident):
        end_open(row, at=at)
    elif is_open:
        _let_read(row, at=at)
    return True


def _let_read(row: Consultation, *, at: dt.datetime) -> None:
    """As when it was asked: the clinic reads the record that another one keeps."""
    record = HealthRecord.objects.filter(resident=row.resident).exclude(clinic=row.clinic_id).first()
    if record is not None:
        grant_access(record=record, clinic=row.clinic, reason=AccessGrant.Reason.CONSULTATION, at=at)


def _let_read_no_longer(row: Consultation, *, at: dt.datetime) -> None:
    """A case leaves a record with which it did not begin: so does the clinic, unless it has others of that person."""
    others = Consultation.objects.filter(resident=row.resident, clinic=row.clinic_id).exclude(pk=row.pk)
    if row.asked_for_id is None or others.exists():
        return
    granted = AccessGrant.objects.holding(at).filter(record__resident=row.resident, clinic=row.clinic_id)
    granted.filter(reason=AccessGrant.Reason.CONSULTATION, from_at__lt=at).update(to_at=at)
