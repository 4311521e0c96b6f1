"""Organization, Location and HealthcareService: a hospital, where it is, and its departments."""

from django.db.models import QuerySet

from health.fhir import reach
from health.fhir.elements import concept, framed, identifier, reference, with_updated
from health.fhir.filters import exact, references, words
from health.fhir.kinds import ResourceType, Source
from health.fhir.names import HOSPITAL_CODE, TERMINOLOGY
from health.fhir.wire import Resource
from health.hospitals.models import Department, Hospital


def rows() -> QuerySet[Hospital]:
    """Hospitals with their places."""
    return with_updated(Hospital.objects.select_related("division"), "updated_at")


def resource(row: Hospital) -> Resource:
    return framed(
        "Organization",
        row,
        {
            "identifier": [identifier(HOSPITAL_CODE, row.code)],
            "active": row.is_active,
            "type": [
                concept(
                    {"system": f"{TERMINOLOGY}/organization-type", "code": "prov", "display": "Healthcare Provider"},
                    text=row.get_level_display(),
                )
            ],
            "name": row.name_zh,
            "alias": [row.name],
        },
    )


def location_resource(row: Hospital) -> Resource:
    place = row.division
    is_located = place.latitude is not None and place.level in {"township", "village"}
    return framed(
        "Location",
        row,
        {
            "status": "active" if row.is_active else "inactive",
            "name": row.name_zh,
            "alias": [row.name],
            "mode": "instance",
            "address": {"text": row.address or place.name, "country": place.country},
            "position": {"longitude": place.longitude, "latitude": place.latitude} if is_located else None,
            "managingOrganization": reference("Organization", row.pk, row.name_zh),
        },
    )


def department_rows() -> QuerySet[Department]:
    """Departments with their hospitals."""
    return with_updated(Department.objects.select_related("hospital"), "updated_at", "hospital__updated_at")


def department_resource(row: Department) -> Resource:
    return framed(
        "HealthcareService",
        row,
        {
            "identifier": [identifier(f"{HOSPITAL_CODE}/{row.hospital.code}/department", row.code)],
            "active": row.is_active and row.hospital.is_active,
            "providedBy": reference("Organization", row.hospital_id, row.hospital.name_zh),
            "specialty": [concept(text=row.name)],
            "location": [reference("Location", row.hospital_id)],
            "name": row.name_zh,
        },
    )


ORGANIZATION = ResourceType(
    "Organization",
    (
        Source(
            rows,
            reach.everyone,
            resource,
            {"identifier": exact("code", HOSPITAL_CODE), "name": words("name", "name_zh")},
        ),
    ),
)


LOCATION = ResourceType(
    "Location",
    (
        Source(
            rows,
            reach.everyone,
            location_resource,
            {"name": words("name", "name_zh"), "organization": references({"Organization": "pk"})},
        ),
    ),
)


HEALTHCARE_SERVICE = ResourceType(
    "HealthcareService",
    (
        Source(
            department_rows,
            reach.everyone,
            department_resource,
            {"name": words("name", "name_zh"), "organization": references({"Organization": "hospital"})},
        ),
    ),
)
