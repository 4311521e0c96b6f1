"""Consent: what a resident has agreed to about health data, and what was withdrawn."""

from django.db.models import Q, QuerySet

from health.fhir import reach
from health.fhir.elements import coding, concept, framed, instant, instant_or_nothing, patient, period, with_updated
from health.fhir.filters import choice, instants
from health.fhir.kinds import ResourceType, Source, of
from health.fhir.names import CONSENT_PURPOSE, TERMINOLOGY
from health.fhir.wire import Resource
from stations.people.models import Consent

PURPOSES = {
    "health_record": "a health record is kept",
    "share_with_hospital": "other clinics may open the health record",
    "hospital_registration": "data are passed to the hospital with which the resident is registered",
}


def rows() -> QuerySet[Consent]:
    """Consents about health data, with text and place."""
    consents = Consent.objects.filter(purpose__in=PURPOSES).select_related("text_version", "station")
    return with_updated(consents, "updated_at", "withdrawn_at")


def resource(row: Consent) -> Resource:
    text, zone = row.text_version, row.station.zone
    is_own = row.given_by_id == row.person_id
    return framed(
        "Consent",
        row,
        {
            "status": "inactive" if row.withdrawn_at else "active",
            "scope": concept(coding(f"{TERMINOLOGY}/consentscope", "patient-privacy")),
            "category": [concept(coding("http://loinc.org", "59284-0", "Consent Document"))],
            "patient": patient(row.person_id),
            "dateTime": instant(row.given_at, zone),
            "performer": [patient(row.given_by_id) if is_own else {"type": "RelatedPerson", "display": "guardian"}],
            "policyRule": concept(text=f"{text.purpose} {text.version}"),
            "provision": {
                "type": "permit",
                "period": period(instant(row.given_at, zone), instant_or_nothing(row.withdrawn_at, zone)),
                "code": [concept(coding(CONSENT_PURPOSE, row.purpose), text=PURPOSES[row.purpose])],
            },
        },
    )


CONSENT = ResourceType(
    "Consent",
    (
        Source(
            rows,
            reach.consents_of_open_records,
            resource,
            {
                "patient": of("person"),
                "status": choice({"active": Q(withdrawn_at=None), "inactive": Q(withdrawn_at__isnull=False)}),
                "date": instants("given_at"),
            },
            person="person_id",
        ),
    ),
    {"patient": "patient"},
)
