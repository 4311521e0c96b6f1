"""Condition: a diagnosis (ICD-10) that a doctor has confirmed."""

from django.db.models import Q, QuerySet

from health.fhir import reach
from health.fhir.elements import coding, concept, framed, instant, patient, with_updated
from health.fhir.filters import choice, exact, instants
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.names import ICD10, TERMINOLOGY
from health.fhir.wire import Resource
from health.records.models import Condition

_CLINICAL, _VERIFICATION = f"{TERMINOLOGY}/condition-clinical", f"{TERMINOLOGY}/condition-ver-status"


def rows() -> QuerySet[Condition]:
    """Diagnoses with their clinics. Who confirmed one is not told: a name may tell the department."""
    return with_updated(Condition.objects.select_related("clinic"), "updated_at")


def resource(row: Condition) -> Resource:
    subject: Resource = {"subject": patient(row.resident_id)}
    if row.wrong_at is not None:
        status: Resource = {"verificationStatus": concept(coding(_VERIFICATION, "entered-in-error"))}
        return framed("Condition", row, subject | status)
    disease = Condition.Icd(row.code)
    return framed(
        "Condition",
        row,
        subject
        | {
            "clinicalStatus": concept(coding(_CLINICAL, "active")),
            "verificationStatus": concept(coding(_VERIFICATION, "confirmed")),
            "category": [concept(coding(f"{TERMINOLOGY}/condition-category", "problem-list-item"))],
            "code": concept(coding(ICD10, row.code), text=disease.label),
            "recordedDate": instant(row.confirmed_at, row.clinic.zone),
        },
    )


CONDITION = ResourceType(
    "Condition",
    (
        Source(
            rows,
            reach.in_open_records,
            resource,
            {
                "patient": of("resident"),
                "code": exact("code", ICD10),
                "clinical-status": choice({"active": Q(wrong_at=None)}),
                "verification-status": choice(
                    {"confirmed": Q(wrong_at=None), "entered-in-error": Q(wrong_at__isnull=False)}
                ),
                "recorded-date": instants("confirmed_at"),
            },
            person="resident_id",
        ),
    ),
    SUBJECT,
)
