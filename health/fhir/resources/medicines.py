"""MedicationStatement: what a resident takes. MedicationRequest: what was prescribed in an online consultation."""

from django.db.models import BooleanField, Case, DateField, F, Func, Q, QuerySet, Value, When

from health.consultations.models import Prescription
from health.fhir import reach
from health.fhir.elements import (
    annotated,
    concept,
    day,
    drug_concept,
    framed,
    instant,
    patient,
    period,
    practitioner,
    quantity,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import choice, days, exact, instants, states
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.names import ATC
from health.fhir.wire import Resource
from health.records.models import Medicine

_S = Prescription.Status
#: What was handed out is still taken until its last day.
STATUSES = {
    _S.DRAFT: "draft",
    _S.ACTIVE: "active",
    _S.DISPENSED: "active",
    _S.RETURNED: "cancelled",
    _S.STOPPED: "stopped",
    _S.COMPLETED: "completed",
}


class _TodayThere(Func):
    """The date on the wall in a zone, by the clock of the database."""

    template = "(CURRENT_TIMESTAMP AT TIME ZONE %(expressions)s)::date"
    output_field = DateField()


def rows() -> QuerySet[Medicine]:
    """Medicines with drug and clinic; `is_over`: its last day is past in the zone of the clinic."""
    entries = Medicine.objects.select_related("drug", "clinic").annotate(
        is_over=Case(
            When(Q(to_date__lt=_TodayThere(F("clinic__zone"))), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )
    return with_updated(entries, "updated_at")


def resource(row: Medicine) -> Resource:
    subject: Resource = {"subject": patient(row.resident_id)}
    if row.wrong_at is not None:
        wrong: Resource = {"status": "entered-in-error", "medicationCodeableConcept": concept(text="entered in error")}
        return framed("MedicationStatement", row, subject | wrong)
    return framed(
        "MedicationStatement",
        row,
        subject
        | {
            "status": "completed" if annotated(row, "is_over") else "active",
            "medicationCodeableConcept": drug_concept(row.drug, row.name),
            "effectivePeriod": period(day(row.from_date), day(row.to_date)),
            "dateAsserted": instant(row.recorded_at, row.clinic.zone),
            "informationSource": reference("Organization", row.clinic_id),
            "dosage": [{"text": row.dose}],
        },
    )


def prescription_rows() -> QuerySet[Prescription]:
    """Prescriptions with drug, consultation and doctor."""
    about = ("drug", "signed_by", "consultation__clinic")
    return with_updated(with_doctors(Prescription.objects.select_related(*about), "signed_by"), "updated_at")


def prescription_resource(row: Prescription) -> Resource:
    case = row.consultation
    return framed(
        "MedicationRequest",
        row,
        {
            "status": STATUSES[_S(row.status)],
            "statusReason": concept(text=row.stopped_because or row.returned_because),
            "intent": "order",
            "medicationCodeableConcept": drug_concept(row.drug),
            "subject": patient(case.resident_id),
            "authoredOn": instant(row.signed_at, case.clinic.zone),
            "requester": practitioner(row, "signed_by"),
            "dosageInstruction": [{"text": row.dose}],
            "dispenseRequest": {
                "validityPeriod": period(None, day(row.last_date)),
                "expectedSupplyDuration": quantity(row.days, "d"),
                "performer": reference("Organization", case.clinic_id, case.clinic.name_zh),
            },
        },
    )


MEDICATION_STATEMENT = ResourceType(
    "MedicationStatement",
    (
        Source(
            rows,
            reach.in_open_records,
            resource,
            {
                "patient": of("resident"),
                "code": exact("drug__code", ATC),
                "status": choice(
                    {
                        "active": Q(wrong_at=None, is_over=False),
                        "completed": Q(wrong_at=None, is_over=True),
                        "entered-in-error": Q(wrong_at__isnull=False),
                    }
                ),
                "effective": days("from_date"),
            },
            person="resident_id",
        ),
    ),
    SUBJECT,
)


MEDICATION_REQUEST = ResourceType(
    "MedicationRequest",
    (
        Source(
            prescription_rows,
            reach.prescriptions,
            prescription_resource,
            {
                "patient": of("consultation__resident"),
                "code": exact("drug__code", ATC),
                "status": states(STATUSES),
                "authoredon": instants("signed_at"),
            },
            person="consultation__resident_id",
        ),
    ),
    SUBJECT,
)
