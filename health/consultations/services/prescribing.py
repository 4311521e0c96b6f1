"""Prescriptions: written by the doctor of the case, released and handed out by a pharmacist, who is another person."""

import datetime as dt

from django.db import transaction

from core.database.db import lock, present
from core.days import day_in
from core.errors import SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from health.consultations.machine import CONSULTATION, PRESCRIPTION
from health.consultations.models import Consultation, Prescription
from health.consultations.queries import online_doctor, prescriptions
from health.consultations.refusals import DrugNotAllowedOnline, NotLicensedOnline
from health.consultations.services.answering import own_case
from health.consultations.services.steps import refuse_gone, tell
from health.records.models import Drug, HealthRecord
from health.records.services import record_medicine, refuse_allergic
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_P = Prescription.Status


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
    _review(prescription, _P.ACTIVE, by=by, at=at)
    tell(consultation, "prescription_ready", at=at, number=consultation.number)
    return prescription


@refuses(WrongState, SamePerson)
@needs_words("reason")
@transaction.atomic
def return_prescription(*, prescription: Prescription, reason: str, by: User, at: dt.datetime) -> Prescription:
    """Not like this, also after it was released: the doctor reads why, and writes another one."""
    prescription = _locked(prescription, "return_prescription", by)
    prescription.returned_because = reason
    _review(prescription, _P.RETURNED, by=by, at=at)
    return prescription


@refuses(WrongState, SamePerson, *refused_by(refuse_gone, refuse_allergic, record_medicine))
@transaction.atomic
def dispense_prescription(*, prescription: Prescription, by: User, at: dt.datetime) -> Prescription:
    """The drug is handed out; it stands among the medicines of the resident from today on."""
    prescription = _locked(prescription, "dispense_prescription", by)
    consultation = prescription.consultation
    refuse_gone(consultation.resident)
    refuse_allergic(consultation.resident_id, prescription.drug)
    today = day_in(consultation.clinic.zone, at)
    record_medicine(
        record=HealthRecord.objects.select_related("resident").get(resident=consultation.resident_id),
        clinic=consultation.clinic,
        drug=prescription.drug,
        dose=prescription.dose,
        from_date=today,
        to_date=today + dt.timedelta(days=prescription.days - 1),
        is_restricted=prescription.is_restricted,
        by=prescription.signed_by,
        at=at,
    )
    prescription.status, prescription.dispensed_by, prescription.dispensed_at = _P.DISPENSED, by, at
    prescription.save()
    record_change(prescription, old=_P.ACTIVE, new=_P.DISPENSED, at=at, actor=by.pk)
    return prescription


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
