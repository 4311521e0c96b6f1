"""Schedule and Slot: the calendars of doctors and the places in them. Neither says anything of a patient."""

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery

from health.fhir import reach
from health.fhir.elements import (
    annotated,
    extension,
    framed,
    instant,
    instant_or_nothing,
    period,
    reference,
    with_updated,
)
from health.fhir.filters import Filter, choice, flag, instants, references
from health.fhir.kinds import ResourceType, Source
from health.fhir.wire import Resource
from health.hospitals.models import OWNER_KIND, Doctor
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Session, Slot

#: Slots of clinics that take place.
ON_SALE = Q(state=Slot.State.OPEN, session__unavailable_because="")


def schedule_rows() -> QuerySet[Doctor]:
    """Doctors with their calendars, and from when to when it has clinics."""
    clinics = Session.objects.filter(offering=OuterRef("offering")).order_by().values("offering")
    doctors = Doctor.objects.select_related("department__hospital", "offering").annotate(
        first_starts_at=Subquery(clinics.annotate(first=Min("starts_at")).values("first")),
        last_ends_at=Subquery(clinics.annotate(last=Max("ends_at")).values("last")),
        last_made_at=Subquery(clinics.annotate(made=Max("created_at")).values("made")),
    )
    return with_updated(doctors, "updated_at", "offering__updated_at", "department__updated_at", "last_made_at")


def schedule_resource(row: Doctor) -> Resource:
    zone, first, last = row.department.hospital.zone, annotated(row, "first_starts_at"), annotated(row, "last_ends_at")
    return framed(
        "Schedule",
        row,
        {
            "active": row.is_active and row.offering.is_active,
            "actor": [
                reference("Practitioner", row.pk, row.name),
                reference("PractitionerRole", row.pk),
                reference("HealthcareService", row.department_id),
                reference("Location", row.department.hospital_id),
            ],
            "planningHorizon": period(instant_or_nothing(first, zone), instant_or_nothing(last, zone)),
        },
    )


def rows() -> QuerySet[Slot]:
    """Places in the clinics of doctors, with how many are left."""
    changed = Booking.objects.filter(slot=OuterRef("pk")).order_by().values("slot").annotate(last=Max("updated_at"))
    slots = (
        Slot.objects.with_free()
        .filter(session__offering__owner_kind=OWNER_KIND, session__offering__doctor__isnull=False)
        .select_related("session__resource", "session__offering__doctor")
        .annotate(last_booked_at=Subquery(changed.values("last")))
    )
    return with_updated(slots, "updated_at", "session__updated_at", "last_booked_at")


def resource(row: Slot) -> Resource:
    zone = row.session.resource.zone
    return framed(
        "Slot",
        row,
        {
            "extension": [extension("places-left", "UnsignedInt", max(annotated(row, "free"), 0))],
            "schedule": reference("Schedule", row.session.offering.doctor.pk),
            "status": status_of(row),
            "start": instant(row.starts_at, zone),
            "end": instant(row.ends_at, zone),
        },
    )


def status_of(row: Slot) -> str:
    """Free as long as a place is left; unavailable where nobody is there."""
    if row.state == Slot.State.ENTERED_IN_ERROR:
        return "entered-in-error"
    if row.state == Slot.State.UNAVAILABLE or row.session.unavailable_because:
        return "busy-unavailable"
    return "free" if annotated(row, "free") > 0 else "busy"


def _has_clinic(value: str) -> Q:
    """Whether a clinic begins then."""
    clinics = Session.objects.filter(instants("starts_at").condition(value), offering=OuterRef("offering"))
    return Q(Exists(clinics))


SCHEDULE = ResourceType(
    "Schedule",
    (
        Source(
            schedule_rows,
            reach.everyone,
            schedule_resource,
            {
                "actor": references(
                    {
                        "Practitioner": "pk",
                        "PractitionerRole": "pk",
                        "HealthcareService": "department",
                        "Location": "department__hospital",
                    }
                ),
                "active": flag("is_active"),
                "date": Filter("date", _has_clinic),
            },
        ),
    ),
    {"actor": "actor"},
)


SLOT = ResourceType(
    "Slot",
    (
        Source(
            rows,
            reach.everyone,
            resource,
            {
                "schedule": references({"Schedule": "session__offering__doctor"}),
                "start": instants("starts_at"),
                "status": choice(
                    {
                        "free": ON_SALE & Q(free__gt=0),
                        "busy": ON_SALE & Q(free__lte=0),
                        "busy-unavailable": ~ON_SALE & ~Q(state=Slot.State.ENTERED_IN_ERROR),
                        "entered-in-error": Q(state=Slot.State.ENTERED_IN_ERROR),
                    }
                ),
            },
        ),
    ),
    {"schedule": "schedule"},
)
