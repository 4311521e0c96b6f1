"""AllergyIntolerance: what a resident must not get. It stands under the record that the person has now."""

from django.db.models import Q, QuerySet

from health.fhir import reach
from health.fhir.elements import annotated, coding, concept, drug_concept, framed, instant, patient, with_updated
from health.fhir.filters import choice, exact, instants
from health.fhir.kinds import ResourceType, Source, of
from health.fhir.names import ATC, TERMINOLOGY
from health.fhir.wire import Json, Resource
from health.records.models import Allergen, Allergy
from stations.people.models import StandingRecord

_CLINICAL = f"{TERMINOLOGY}/allergyintolerance-clinical"
_VERIFICATION = f"{TERMINOLOGY}/allergyintolerance-verification"


def rows() -> QuerySet[Allergy]:
    """Allergies with their drugs; `patient` is the record that stands. Who wrote one down is not told."""
    entries = Allergy.objects.select_related("clinic", "drug").annotate(patient=StandingRecord("resident"))
    return with_updated(entries, "updated_at")


def resource(row: Allergy) -> Resource:
    subject: Resource = {"patient": patient(annotated(row, "patient"))}
    if row.wrong_at is not None:
        status: Resource = {"verificationStatus": concept(coding(_VERIFICATION, "entered-in-error"))}
        return framed("AllergyIntolerance", row, subject | status)
    is_drug = row.allergen != Allergen.OTHER or row.drug is not None
    return framed(
        "AllergyIntolerance",
        row,
        subject
        | {
            "clinicalStatus": concept(coding(_CLINICAL, "active")),
            "verificationStatus": concept(coding(_VERIFICATION, "confirmed")),
            "type": "allergy",
            "category": ["medication"] if is_drug else [],
            "criticality": row.criticality,
            "code": _what(row),
            "recordedDate": instant(row.recorded_at, row.clinic.zone),
            "reaction": [{"manifestation": [concept(text=row.reaction)]}] if row.reaction else [],
        },
    )


def _what(row: Allergy) -> Json:
    if row.drug is not None:
        return drug_concept(row.drug)
    return concept(text=row.substance or Allergen(row.allergen).label)


ALLERGY_INTOLERANCE = ResourceType(
    "AllergyIntolerance",
    (
        Source(
            rows,
            reach.allergies_of_open_records,
            resource,
            {
                "patient": of("patient"),
                "code": exact("drug__code", ATC),
                "criticality": exact("criticality"),
                "date": instants("recorded_at"),
                "verification-status": choice(
                    {"confirmed": Q(wrong_at=None), "entered-in-error": Q(wrong_at__isnull=False)}
                ),
            },
            person="patient",
        ),
    ),
    {"patient": "patient"},
)
