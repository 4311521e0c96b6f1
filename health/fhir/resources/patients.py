"""Patient: a resident. The number of the document is served nowhere; the number of the health record stands for it."""

from django.db.models import QuerySet

from health.fhir import reach
from health.fhir.elements import day, framed, identifier, reference, with_updated
from health.fhir.filters import days, exact, words
from health.fhir.kinds import ResourceType, Source
from health.fhir.names import RECORD_NUMBER
from health.fhir.wire import Resource
from health.records.models import HealthRecord
from stations.people.models import Person

#: How much of a birth date is known, by its length as text.
_KNOWN = {Person.BirthPrecision.DAY: 10, Person.BirthPrecision.MONTH: 7, Person.BirthPrecision.YEAR: 4}


def rows() -> QuerySet[Person]:
    """Residents with their village, and with the clinic that keeps their record."""
    people = Person.objects.select_related("village", "health_record__clinic")
    return with_updated(people, "updated_at", "health_record__updated_at")


def resource(row: Person) -> Resource:
    record: HealthRecord | None = getattr(row, "health_record", None)
    clinic = record.clinic if record and not record.clinic.is_restricted else None
    birth_date = (day(row.birth_date) or "")[: _KNOWN.get(Person.BirthPrecision(row.birth_precision), 0)]
    return framed(
        "Patient",
        row,
        {
            "identifier": [identifier(RECORD_NUMBER, record.number)] if record else [],
            "active": row.merged_into_id is None,
            "name": [
                {"use": "official", "text": row.full_name},
                {"use": "usual", "text": row.preferred_name} if row.preferred_name else {},
            ],
            "telecom": [{"system": "phone", "value": str(row.phone)}] if row.phone else [],
            "gender": row.sex,
            "birthDate": birth_date,
            "deceasedDateTime": day(row.died_date),
            "address": [{"text": row.village.name, "country": row.village.country}] if row.village else [],
            "managingOrganization": reference("Organization", clinic.pk) if clinic else None,
        },
    )


PATIENT = ResourceType(
    "Patient",
    (
        Source(
            rows,
            reach.patients,
            resource,
            {
                "identifier": exact("health_record__number", RECORD_NUMBER),
                "name": words("full_name", "preferred_name"),
                "birthdate": days("birth_date"),
                "gender": exact("sex"),
            },
            person="pk",
        ),
    ),
)
