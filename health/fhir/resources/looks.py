"""AuditEvent: who opened the health data of a resident, and who tried and was refused."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.database.db import present
from health.fhir import reach
from health.fhir.elements import coding, concept, framed, instant, patient, practitioner, with_updated
from health.fhir.filters import choice, instants, references
from health.fhir.kinds import ResourceType, Source, of
from health.fhir.names import TERMINOLOGY
from health.fhir.wire import Resource
from health.hospitals.models import Doctor, Sensitivity
from health.records.queries import EMERGENCY_LOOK, LOOKS, REFUSED
from stations.people.models import AccessRead

SUCCESS, SERIOUS_FAILURE = "0", "8"


def rows() -> QuerySet[AccessRead]:
    """Looks at health data, with who looked; by name alone where the doctor's department or hospital is never named."""
    looks = AccessRead.objects.filter(what__in=LOOKS, person__isnull=False)
    named = Doctor.objects.filter(
        user=OuterRef("user"), department__sensitivity=Sensitivity.NORMAL, department__hospital__is_restricted=False
    )
    looks = looks.annotate(user_doctor=Subquery(named.order_by("pk").values("pk")[:1]))
    return with_updated(looks.select_related("user", "person__home_station"), "created_at")


def resource(row: AccessRead) -> Resource:
    is_refused, is_emergency = row.what == REFUSED, row.what == EMERGENCY_LOOK
    purpose = coding(f"{TERMINOLOGY}/v3-ActReason", "ETREAT" if is_emergency else "TREAT")
    return framed(
        "AuditEvent",
        row,
        {
            "type": coding(f"{TERMINOLOGY}/audit-event-type", "rest", "RESTful Operation"),
            "action": "R",
            "recorded": instant(row.at, present(row.person).home_station.zone),
            "outcome": SERIOUS_FAILURE if is_refused else SUCCESS,
            "purposeOfEvent": [] if is_refused else [concept(purpose)],
            "agent": [{"who": practitioner(row, "user"), "requestor": True}],
            "source": {"observer": {"display": "EcomNet"}},
            "entity": [
                {
                    "what": patient(present(row.person).pk),
                    "type": coding(f"{TERMINOLOGY}/audit-entity-type", "1", "Person"),
                    "role": coding(f"{TERMINOLOGY}/object-role", "1", "Patient"),
                    "description": row.what,
                }
            ],
        },
    )


AUDIT_EVENT = ResourceType(
    "AuditEvent",
    (
        Source(
            rows,
            reach.consents_of_open_records,
            resource,
            {
                "patient": of("person"),
                "entity": of("person"),
                "agent": references({"Practitioner": "user_doctor"}),
                "date": instants("at"),
                "outcome": choice(
                    {
                        SUCCESS: ~Q(what=REFUSED),
                        SERIOUS_FAILURE: Q(what=REFUSED),
                    }
                ),
            },
            person="person_id",
            grows_by_reading=True,
        ),
    ),
)
