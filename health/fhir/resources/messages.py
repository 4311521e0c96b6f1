"""Communication: what the resident and the doctor say in an online consultation. Photos stay on its page."""

from django.db.models import QuerySet

from health.consultations.models import Message
from health.fhir import reach
from health.fhir.elements import framed, instant, patient, practitioner, reference, with_doctors, with_updated
from health.fhir.filters import always, instants
from health.fhir.kinds import SUBJECT, ResourceType, Source, of
from health.fhir.wire import Resource


def rows() -> QuerySet[Message]:
    """Messages with their consultations."""
    said = Message.objects.select_related("consultation__clinic", "author")
    return with_updated(with_doctors(said, "author"), "updated_at")


def resource(row: Message) -> Resource:
    case = row.consultation
    is_resident = row.side == Message.Side.RESIDENT
    resident, doctor = patient(case.resident_id), practitioner(row, "author")
    clinic = reference("Organization", case.clinic_id, case.clinic.name_zh)
    return framed(
        "Communication",
        row,
        {
            "partOf": [reference("Task", case.pk)],
            "status": "completed",
            "subject": resident,
            "sent": instant(row.at, case.clinic.zone),
            "sender": resident if is_resident else doctor,
            "recipient": [clinic if is_resident else resident],
            "payload": [{"contentString": row.text}],
        },
    )


COMMUNICATION = ResourceType(
    "Communication",
    (
        Source(
            rows,
            reach.messages,
            resource,
            {"patient": of("consultation__resident"), "status": always("completed"), "sent": instants("at")},
            person="consultation__resident_id",
        ),
    ),
    SUBJECT,
)
