"""Task: an online consultation that somebody has to answer, or an urgent result about which somebody is called."""

from django.db.models import QuerySet

from health.checkups.models import CareTask
from health.consultations.models import Consultation
from health.fhir import reach
from health.fhir.elements import (
    annotated,
    concept,
    framed,
    identifier,
    instant,
    instant_or_nothing,
    patient,
    period,
    practitioner,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import instants, states
from health.fhir.kinds import ResourceType, Source, of
from health.fhir.names import CONSULTATION_NUMBER
from health.fhir.wire import Resource

_C = Consultation.Status
CONSULTATION_STATUSES = {
    _C.REQUESTED: "requested",
    _C.ACCEPTED: "accepted",
    _C.IN_PROGRESS: "in-progress",
    _C.ON_HOLD: "on-hold",
    _C.COMPLETED: "completed",
    _C.REJECTED: "rejected",
    _C.FAILED: "failed",
    _C.CANCELLED: "cancelled",
}


def consultation_rows() -> QuerySet[Consultation]:
    """Consultations with clinic and doctor."""
    return with_updated(Consultation.cases.select_related("clinic", "doctor", "encounter"), "updated_at")


def consultation_resource(row: Consultation) -> Resource:
    zone = row.clinic.zone
    return framed(
        "Task",
        row,
        {
            "identifier": [identifier(CONSULTATION_NUMBER, row.number)],
            "status": CONSULTATION_STATUSES[_C(row.status)],
            "statusReason": concept(text=row.get_closed_because_display()),
            "intent": "order",
            "priority": "urgent" if row.is_urgent else "routine",
            "code": concept(text="online consultation"),
            "for": patient(row.resident_id),
            "encounter": reference("Encounter", row.encounter_id) if row.encounter_id else None,
            "executionPeriod": period(instant_or_nothing(row.replied_at, zone), instant_or_nothing(row.ended_at, zone)),
            "authoredOn": instant(row.requested_at, zone),
            "lastModified": instant(max(annotated(row, "fhir_updated_at"), row.requested_at), zone),
            "owner": reference("Practitioner", row.doctor.pk, row.doctor.name)
            if row.doctor
            else reference("Organization", row.clinic_id, row.clinic.name_zh),
            "restriction": {"period": period(None, instant_or_nothing(row.due_at, zone))},
        },
    )


def urgent_rows() -> QuerySet[CareTask]:
    """Urgent results with clinic, check-up and who has seen to them."""
    tasks = CareTask.objects.select_related("clinic", "order", "result", "completed_by")
    return with_updated(with_doctors(tasks, "completed_by"), "updated_at")


def urgent_resource(row: CareTask) -> Resource:
    zone = row.clinic.zone
    return framed(
        "Task",
        row,
        {
            "basedOn": [reference("ServiceRequest", row.order_id)],
            "status": row.status,
            "intent": "order",
            "priority": "stat",
            "code": concept(text="urgent result of a check-up"),
            "focus": reference("Observation", row.result_id) if row.result.is_current else None,
            "for": patient(row.order.resident_id),
            "executionPeriod": period(None, instant_or_nothing(row.completed_at, zone)),
            "authoredOn": instant(row.created_at, zone),
            "lastModified": instant(annotated(row, "fhir_updated_at"), zone),
            "requester": reference("Organization", row.clinic_id, row.clinic.name_zh),
            "owner": practitioner(row, "completed_by"),
            "restriction": {"period": period(None, row.due_date.isoformat())},
            "output": [{"type": concept(text="outcome"), "valueString": row.outcome}] if row.outcome else [],
        },
    )


TASK = ResourceType(
    "Task",
    (
        Source(
            consultation_rows,
            reach.cases,
            consultation_resource,
            {
                "patient": of("resident"),
                "status": states(CONSULTATION_STATUSES),
                "authored-on": instants("requested_at"),
            },
            person="resident_id",
        ),
        Source(
            urgent_rows,
            reach.care_tasks,
            urgent_resource,
            {
                "patient": of("order__resident"),
                "status": states({each: each for each in CareTask.Status.values}),
                "authored-on": instants("created_at"),
            },
            person="order__resident_id",
        ),
    ),
    {"patient": "for"},
)
