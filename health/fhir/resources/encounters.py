"""Encounter: a meeting that stands in the record, or a visit of a programme for a chronic disease."""

from django.db.models import Q, QuerySet

from health.chronic.models import FollowUpVisit
from health.fhir import reach
from health.fhir.elements import (
    coding,
    concept,
    day,
    framed,
    instant,
    patient,
    period,
    practitioner,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import always, choice, days, exact, instants
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.names import TERMINOLOGY
from health.fhir.wire import Resource
from health.records.models import Encounter

_ACT = f"{TERMINOLOGY}/v3-ActCode"
_CLASSES = {
    Encounter.Kind.CLINIC: "ambulatory",
    Encounter.Kind.ONLINE: "virtual",
    Encounter.Kind.HOME: "home health",
    Encounter.Kind.FIELD: "field",
}


def rows() -> QuerySet[Encounter]:
    """Meetings with clinic, department and who wrote them down."""
    entries = Encounter.objects.select_related("clinic", "department", "recorded_by")
    return with_updated(with_doctors(entries, "recorded_by"), "updated_at")


def resource(row: Encounter) -> Resource:
    zone, is_wrong = row.clinic.zone, row.wrong_at is not None
    content: Resource = {
        "status": "entered-in-error" if is_wrong else "finished",
        "class": coding(_ACT, row.kind, _CLASSES[Encounter.Kind(row.kind)]),
        "subject": patient(row.resident_id),
        "serviceProvider": reference("Organization", row.clinic_id, row.clinic.name_zh),
    }
    if not is_wrong:
        who = practitioner(row, "recorded_by")
        content |= {
            "serviceType": concept(text=row.department.name) if row.department else None,
            "participant": [{"individual": who}],
            "period": period(instant(row.started_at, zone), instant(row.ended_at, zone)),
        }
    return framed("Encounter", row, content)


def visit_rows() -> QuerySet[FollowUpVisit]:
    """Visits with clinic and who recorded them."""
    visits = FollowUpVisit.objects.select_related("clinic", "recorded_by")
    return with_updated(with_doctors(visits, "recorded_by"), "updated_at")


def visit_resource(row: FollowUpVisit) -> Resource:
    is_call = row.mode == FollowUpVisit.Mode.PHONE
    return framed(
        "Encounter",
        row,
        {
            "status": "finished",
            "class": coding(_ACT, "VR", "virtual") if is_call else coding(_ACT, "AMB", "ambulatory"),
            "type": [concept(text="follow-up visit")],
            "subject": patient(row.resident_id),
            "participant": [{"individual": practitioner(row, "recorded_by")}],
            "period": period(day(row.local_date), day(row.local_date)),
            "serviceProvider": reference("Organization", row.clinic_id, row.clinic.name_zh),
        },
    )


ENCOUNTER = ResourceType(
    "Encounter",
    (
        Source(
            rows,
            reach.in_open_records,
            resource,
            {
                "patient": of("resident"),
                "date": instants("started_at"),
                "status": choice({"finished": Q(wrong_at=None), "entered-in-error": Q(wrong_at__isnull=False)}),
                "class": exact("kind"),
            },
            person="resident_id",
        ),
        Source(
            visit_rows,
            reach.visits_in_open_records,
            visit_resource,
            {
                "patient": of("resident"),
                "date": days("local_date"),
                "status": always("finished"),
                "class": choice({"AMB": Q(mode="face_to_face"), "VR": Q(mode="phone")}),
            },
            person="resident_id",
        ),
    ),
    SUBJECT,
)
