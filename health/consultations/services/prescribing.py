"""Prescriptions: written by the doctor of the case, released and handed out by a pharmacist, who is another person.

After its last day a prescription is over, whether it was collected or not; before that its doctor may stop it.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Value

from core.database.db import lock, present
from core.database.local_dates import LocalDate
from core.days import day_in
from core.errors import SamePerson, WrongState, refused_by, refuses
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from core.notices.services import notify
from health.consultations.machine import CONSULTATION, PRESCRIPTION
from health.consultations.models import Consultation, Prescription
from health.consultations.queries import online_doctor, prescriptions
from health.consultations.refusals import DrugNotAllowedOnline, NotLicensedOnline, NotYourCase, PrescriptionOver
from health.consultations.services.answering import own_case
from health.consultations.services.steps import refuse_gone, tell
from health.records.models import Drug
from health.records.services import end_medicine, record_for, record_medicine, refuse_allergic
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_P = Prescription.Status
SWEEP = 500


@refuses(WrongState, NotLicensedOnline, DrugNotAllowedOnline, *refused_by(own_case, refuse_gone, refuse_allergic))
@needs_words("dose")
@transaction.atomic
def prescribe_drug(
    *, consultation: Consultation, drug: Drug, dose: str, days: int, by: User, at: dt.datetime
) -> Prescription:
    """Write a prescription for 1 to 30 days; it takes effect when a pharmacist, another person, has released it."""
    consultation = own_case(consultation, by)
    CONSULTATION.check("prescribe_drug", consultation.status)
    if online_doctor(consultation.clinic, by, at) is None:
        raise NotLicensedOnline
    if drug.is_controlled or not drug.is_active:
        raise DrugNotAllowedOnline(field="drug")
    refuse_gone(consultation.resident)
    refuse_allergic(consultation.resident_id, drug)
    made = Prescription.objects.create(
        consultation=consultation,
        drug=drug,
        dose=dose,
        days=days,
        is_restricted=present(consultation.doctor).department.is_restricted,
        signed_by=by,
        signed_at=at,
    )
    record_change(made, old="", new=_P.DRAFT, at=at, actor=by.pk)
    return made


@refuses(WrongState, SamePerson, DrugNotAllowedOnline, *refused_by(refuse_gone, refuse_allergic))
@transaction.atomic
def release_prescription(*, prescription: Prescription, by: User, at: dt.datetime) -> Prescription:
    """A pharmacist has checked it: it is in force, and the resident is asked to come. Again it is refused."""
    prescription = _locked(prescription, "release_prescription", by)
    if prescription.drug.is_controlled:
        raise DrugNotAllowedOnline
    consultation = prescription.consultation
    refuse_gone(consultation.resident)
    refuse_allergic(consultation.resident_id, prescription.drug)
    prescription.last_date = _last_date(prescription, at)
    _review(prescription, _P.ACTIVE, by=by, at=at)
    tell(consultation, "prescription_ready", at=at, number=consultation.number)
    return prescription


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def return_prescription(*, prescription: Prescription, reason: str, by: User, at: dt.datetime) -> Prescription:
    """Not like this, also after it was released: the doctor reads why, and writes another one."""
    prescription = _locked(prescription, "return_prescription", by)
    prescription.returned_because, prescription.last_date = reason, None
    _review(prescription, _P.RETURNED, by=by, at=at)
    return prescription


@refuses(WrongState, SamePerson, PrescriptionOver, *refused_by(refuse_gone, refuse_allergic, record_medicine))
@transaction.atomic
def dispense_prescription(*, prescription: Prescription, by: User, at: dt.datetime) -> Prescription:
    """The drug is handed out; it stands among the medicines of the resident from today on."""
    prescription = _locked(prescription, "dispense_prescription", by)
    consultation = prescription.consultation
    refuse_gone(consultation.resident)
    refuse_allergic(consultation.resident_id, prescription.drug)
    today = day_in(consultation.clinic.zone, at)
    if today > present(prescription.last_date):
        raise PrescriptionOver(date=present(prescription.last_date))
    prescription.last_date = _last_date(prescription, at)
    record_medicine(
        record=record_for(
            clinic=consultation.clinic, resident=lock(consultation.resident), by=prescription.signed_by, at=at
        ),
        clinic=consultation.clinic,
        drug=prescription.drug,
        dose=prescription.dose,
        from_date=today,
        to_date=prescription.last_date,
        is_restricted=prescription.is_restricted,
        by=prescription.signed_by,
        at=at,
    )
    prescription.status, prescription.dispensed_by, prescription.dispensed_at = _P.DISPENSED, by, at
    prescription.save()
    record_change(prescription, old=_P.ACTIVE, new=_P.DISPENSED, at=at, actor=by.pk)
    return prescription


@refuses(WrongState, NotYourCase)
@needs_words("reason")
@transaction.atomic
def stop_prescription(*, prescription: Prescription, reason: str, by: User, at: dt.datetime) -> Prescription:
    """Not any longer, says the doctor who signed it or has the case: resident and station are told, without a word why.

    Where it was handed out, the medicine stands in the record until today.
    """
    lock(prescription)
    prescription = prescriptions().get(pk=prescription.pk)
    consultation = prescription.consultation
    doctor = consultation.doctor
    if by.pk != prescription.signed_by_id and (doctor is None or doctor.user_id != by.pk):
        raise NotYourCase
    PRESCRIPTION.check("stop_prescription", prescription.status)
    old, prescription.status = prescription.status, _P.STOPPED
    prescription.stopped_because = reason
    prescription.save()
    record_change(prescription, old=old, new=_P.STOPPED, at=at, actor=by.pk, reason=reason)
    if prescription.dispensed_at is not None:
        end_medicine(
            resident=consultation.resident_id,
            drug=prescription.drug,
            from_date=day_in(consultation.clinic.zone, prescription.dispensed_at),
            to_date=day_in(consultation.clinic.zone, at),
        )
    tell(consultation, "prescription_stopped", at=at, number=consultation.number)
    _tell_station(consultation, at=at)
    return prescription


@transaction.atomic
def end_prescriptions(*, at: dt.datetime) -> int:
    """Those whose last day has passed at their clinic are over, collected or not; how many."""
    in_force = Prescription.objects.filter(status__in=Prescription.IN_FORCE)
    today = LocalDate(Value(at), "consultation__clinic__zone")
    over = list(
        in_force.filter(last_date__lt=today)
        .order_by("last_date", "pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP]
    )
    Prescription.objects.filter(pk__in=[each.pk for each in over]).update(status=_P.COMPLETED, updated_at=at)
    for status in Prescription.IN_FORCE:
        record_changes([each for each in over if each.status == status], old=status, new=_P.COMPLETED, at=at)
    return len(over)


def _last_date(prescription: Prescription, at: dt.datetime) -> dt.date:
    return day_in(prescription.consultation.clinic.zone, at) + dt.timedelta(days=prescription.days - 1)


def _tell_station(consultation: Consultation, *, at: dt.datetime) -> None:
    """Who asked for it at the station hears the number, so that the resident is told who has no phone."""
    partner = consultation.requested_by
    if not partner.phone:
        return
    notify(
        template="prescription_stopped_at_station",
        params={"number": consultation.number},
        language=partner.language,
        user=partner,
        phone=str(partner.phone),
        zone=consultation.station.zone,
        dedupe_key=f"prescription_stopped_at_station:{consultation.pk}:{at.isoformat()}",
        at=at,
    )


def _locked(prescription: Prescription, verb: str, by: User) -> Prescription:
    """Locked, in a state that allows the verb, and not of the doctor who signed it."""
    lock(prescription)
    prescription = prescriptions().get(pk=prescription.pk)
    PRESCRIPTION.check(verb, prescription.status)
    require_two_persons(by, prescription.signed_by_id)
    return prescription


def _review(prescription: Prescription, status: str, *, by: User, at: dt.datetime) -> None:
    old, prescription.status = prescription.status, _P(status)
    prescription.reviewed_by, prescription.reviewed_at = by, at
    prescription.save()
    record_change(prescription, old=old, new=status, at=at, actor=by.pk)
