"""DiagnosticReport: the report of a check-up with its results."""

from django.db.models import Prefetch, QuerySet

from health.checkups.models import CheckupReport, CheckupResult
from health.fhir import reach
from health.fhir.elements import (
    annotated,
    concept,
    day,
    framed,
    instant_or_nothing,
    patient,
    practitioner,
    reference,
    with_doctors,
    with_updated,
)
from health.fhir.filters import days, instants, states
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.wire import Resource


def rows() -> QuerySet[CheckupReport]:
    """Reports with check-up and doctor, and the ids of the results that count."""
    counting = CheckupResult.objects.filter(is_current=True).order_by("item__position").only("op_id", "order_id")
    about = ("released_by", "order__day", "order__campaign__clinic", "order__campaign__package")
    reports = CheckupReport.objects.exclude(order__status="revoked").select_related(*about)
    reports = reports.prefetch_related(Prefetch("order__results", counting, to_attr="counting"))
    return with_updated(with_doctors(reports, "released_by"), "updated_at")


def resource(row: CheckupReport) -> Resource:
    order, clinic = row.order, row.order.campaign.clinic
    doctor = practitioner(row, "released_by")
    return framed(
        "DiagnosticReport",
        row,
        {
            "basedOn": [reference("ServiceRequest", order.pk)],
            "status": row.status,
            "code": concept(text=order.campaign.package.name),
            "subject": patient(order.resident_id),
            "effectiveDateTime": day(order.day.local_date),
            "issued": instant_or_nothing(row.released_at, clinic.zone),
            "performer": [reference("Organization", clinic.pk, clinic.name_zh)],
            "resultsInterpreter": [doctor] if doctor else [],
            "result": [reference("Observation", each.pk) for each in annotated(order, "counting")],
            "conclusion": row.summary,
        },
    )


DIAGNOSTIC_REPORT = ResourceType(
    "DiagnosticReport",
    (
        Source(
            rows,
            reach.of_checkups,
            resource,
            {
                "patient": of("order__resident"),
                "status": states({each: each for each in CheckupReport.Status.values}),
                "date": days("order__day__local_date"),
                "issued": instants("released_at"),
            },
            person="order__resident_id",
        ),
    ),
    {**SUBJECT, "result": "result"},
)
