"""ServiceRequest: a referral to a hospital, or a check-up for which somebody is on the list."""

from django.db.models import QuerySet

from health.checkups.models import CheckupOrder
from health.chronic.models import Referral
from health.fhir import reach
from health.fhir.elements import (
    concept,
    day,
    framed,
    identifier,
    instant,
    patient,
    reference,
    with_updated,
)
from health.fhir.filters import instants, states
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.names import BAR_CODE
from health.fhir.wire import Resource


def referral_rows() -> QuerySet[Referral]:
    """Referrals with enrolment, visit and clinic."""
    return with_updated(Referral.objects.select_related("enrolment__clinic", "visit"), "updated_at")


def referral_resource(row: Referral) -> Resource:
    clinic = row.enrolment.clinic
    return framed(
        "ServiceRequest",
        row,
        {
            "status": row.status,
            "intent": "order",
            "priority": row.priority,
            "code": concept(text="referral to a hospital"),
            "subject": patient(row.enrolment.resident_id),
            "encounter": reference("Encounter", row.visit_id),
            "authoredOn": instant(row.created_at, clinic.zone),
            "requester": reference("Organization", clinic.pk, clinic.name_zh),
            "note": [{"text": row.answer}] if row.answer else [],
        },
    )


def checkup_rows() -> QuerySet[CheckupOrder]:
    """Check-ups with day and campaign."""
    orders = CheckupOrder.objects.select_related("day", "campaign__clinic", "campaign__package")
    return with_updated(orders, "updated_at")


def checkup_resource(row: CheckupOrder) -> Resource:
    clinic = row.campaign.clinic
    return framed(
        "ServiceRequest",
        row,
        {
            "identifier": [identifier(BAR_CODE, row.serial)],
            "status": row.status,
            "intent": "order",
            "code": concept(text=row.campaign.package.name),
            "subject": patient(row.resident_id),
            "occurrenceDateTime": day(row.day.local_date),
            "authoredOn": instant(row.created_at, clinic.zone),
            "requester": reference("Organization", clinic.pk, clinic.name_zh),
            "performer": [reference("Organization", clinic.pk, clinic.name_zh)],
        },
    )


SERVICE_REQUEST = ResourceType(
    "ServiceRequest",
    (
        Source(
            referral_rows,
            reach.referrals,
            referral_resource,
            {
                "patient": of("enrolment__resident"),
                "status": states({each: each for each in Referral.Status.values}),
                "authored": instants("created_at"),
            },
            person="enrolment__resident_id",
        ),
        Source(
            checkup_rows,
            reach.checkups,
            checkup_resource,
            {
                "patient": of("resident"),
                "status": states({each: each for each in CheckupOrder.Status.values}),
                "authored": instants("created_at"),
            },
            person="resident_id",
        ),
    ),
    SUBJECT,
)
