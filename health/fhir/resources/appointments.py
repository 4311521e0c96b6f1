"""Appointment: a registration with a doctor. Its status is that of the booking, whose codes are those of FHIR."""

from django.db.models import QuerySet

from health.fhir import reach
from health.fhir.elements import (
    concept,
    extension,
    framed,
    identifier,
    instant,
    patient,
    reference,
    with_updated,
)
from health.fhir.filters import instants, references, states
from health.fhir.kinds import ResourceType, Source, of
from health.fhir.names import APPOINTMENT_CODE
from health.fhir.wire import Json, Resource
from health.models import Appointment
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Session, Slot

_S = Booking.Status
_TENTATIVE = frozenset({_S.PROPOSED, _S.PENDING, _S.WAITLIST})
_DECLINED = frozenset({_S.CANCELLED, _S.ENTERED_IN_ERROR})


def rows() -> QuerySet[Appointment]:
    """Registrations with booking, place and doctor."""
    about = ("booking__slot", "booking__session__resource", "doctor__department", "hospital")
    return with_updated(Appointment.objects.select_related(*about), "updated_at", "booking__updated_at")


def resource(row: Appointment) -> Resource:
    booking, slot, zone = row.booking, row.booking.slot, row.booking.session.resource.zone
    when = _when(booking)
    is_cancelled = booking.status == _S.CANCELLED
    return framed(
        "Appointment",
        row,
        {
            "extension": [
                extension("fee", "Money", {"value": row.fee.decimal, "currency": row.currency}),
                extension("number", "PositiveInt", row.number) if row.number else {},
            ],
            "identifier": [identifier(APPOINTMENT_CODE, row.code_at_desk)] if row.code else [],
            "status": booking.status,
            # A code of ours, and only of what was cancelled: R4 refuses it of a missed appointment (app-4).
            "cancelationReason": concept(text=booking.reason_code) if is_cancelled else None,
            "start": instant(when.starts_at, zone) if when else None,
            "end": instant(when.ends_at, zone) if when else None,
            "slot": [reference("Slot", slot.pk)] if slot else [],
            "created": instant(booking.made_at, zone),
            "comment": booking.comment,
            "participant": _participants(row),
        },
    )


def _when(booking: Booking) -> Slot | Session | None:
    """The place; of a line that was entered in error the clinic, as only who waits or gave up may have no time."""
    return booking.slot or (booking.session if booking.status == _S.ENTERED_IN_ERROR else None)


def _participants(row: Appointment) -> list[Json]:
    actors = [
        patient(row.resident_id),
        reference("Practitioner", row.doctor_id, row.doctor.name),
        reference("HealthcareService", row.doctor.department_id),
        reference("Location", row.hospital_id),
    ]
    return [{"actor": actor, "status": _answer(row.booking.status)} for actor in actors]


def _answer(status: str) -> str:
    if status in _TENTATIVE:
        return "tentative"
    return "declined" if status in _DECLINED else "accepted"


APPOINTMENT = ResourceType(
    "Appointment",
    (
        Source(
            rows,
            reach.appointments,
            resource,
            {
                "patient": of("resident"),
                "actor": references(
                    {
                        "Patient": "resident",
                        "Practitioner": "doctor",
                        "HealthcareService": "doctor__department",
                        "Location": "hospital",
                    }
                ),
                "date": instants("booking__slot__starts_at"),
                "status": states({each: each for each in Booking.Status.values}, "booking__status"),
                "slot": references({"Slot": "booking__slot"}),
            },
            person="resident_id",
        ),
    ),
    {"patient": "participant.actor", "actor": "participant.actor", "slot": "slot"},
)
