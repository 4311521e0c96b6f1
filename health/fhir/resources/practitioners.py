"""Practitioner and PractitionerRole: a doctor, and what the doctor does in which department."""

from django.db.models import QuerySet

from health.fhir import reach
from health.fhir.elements import concept, day, english, framed, identifier, period, reference, with_updated
from health.fhir.filters import exact, flag, references, words
from health.fhir.kinds import ResourceType, Source
from health.fhir.names import LICENCE_NUMBER
from health.fhir.wire import Resource
from health.hospitals.models import Doctor


def rows() -> QuerySet[Doctor]:
    """Doctors with their departments."""
    return with_updated(Doctor.objects.select_related("department__hospital"), "updated_at", "department__updated_at")


def resource(row: Doctor) -> Resource:
    return framed(
        "Practitioner",
        row,
        {
            "identifier": [identifier(LICENCE_NUMBER, row.licence_no)],
            "active": row.is_active,
            "name": [{"text": row.name}],
            "qualification": [
                {
                    "identifier": [identifier(LICENCE_NUMBER, row.licence_no)],
                    "code": concept(text="licence to practise medicine"),
                    "period": period(None, day(row.licensed_until_date)),
                }
            ],
        },
    )


def role_resource(row: Doctor) -> Resource:
    hospital = row.department.hospital
    return framed(
        "PractitionerRole",
        row,
        {
            "active": row.is_active and row.department.is_active,
            "practitioner": reference("Practitioner", row.pk, row.name),
            "organization": reference("Organization", hospital.pk, hospital.name_zh),
            "code": [concept(text=english(row.get_grade_display()))],
            "location": [reference("Location", hospital.pk)],
            "healthcareService": [reference("HealthcareService", row.department_id, row.department.name_zh)],
        },
    )


PRACTITIONER = ResourceType(
    "Practitioner",
    (
        Source(
            rows,
            reach.everyone,
            resource,
            {"identifier": exact("licence_no", LICENCE_NUMBER), "name": words("name"), "active": flag("is_active")},
        ),
    ),
)


PRACTITIONER_ROLE = ResourceType(
    "PractitionerRole",
    (
        Source(
            rows,
            reach.everyone,
            role_resource,
            {
                "practitioner": references({"Practitioner": "pk"}),
                "organization": references({"Organization": "department__hospital"}),
                "service": references({"HealthcareService": "department"}),
            },
        ),
    ),
    {"practitioner": "practitioner", "organization": "organization", "service": "healthcareService"},
)
