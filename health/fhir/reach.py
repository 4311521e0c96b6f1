"""Which rows a reader may read over this interface: the same query sets as on pages, under one verb.

An emergency access opens the record on its pages, never here: it is for a person who reads, not for a system that
copies.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from health.checkups.models import CareTask, CheckupOrder
from health.chronic.models import Enrolment
from health.consultations.models import Consultation, Prescription
from health.hospitals.models import Hospital, staffed_by
from health.models import Appointment
from health.records.models import Condition, Encounter, HealthRecord, Medicine
from stations.accounts.models import User
from stations.people.models import Person
from stations.scope import posts_granting

READ_FHIR = "health.read_fhir"


def everyone(rows: QuerySet, user: User) -> QuerySet:
    """Hospitals, doctors and places: for every holder of the verb."""
    return rows if posts_granting(user, READ_FHIR) else rows.none()


def own_hospitals(user: User) -> QuerySet[Hospital]:
    """The hospitals on whose staff the reader is."""
    return Hospital.objects.filter(staffed_by(user, READ_FHIR))


def residents_of_open_records(user: User) -> QuerySet:
    """The residents whose records the reader's clinics may open."""
    return HealthRecord.objects.open_to(user, READ_FHIR).values("resident")


def in_open_records(rows: QuerySet, user: User) -> QuerySet:
    """What a record shows to this reader: restricted entries only of the own clinics."""
    seen = Q(is_restricted=False) | Q(clinic__in=own_hospitals(user).values("pk"))
    return rows.filter(seen, resident__in=residents_of_open_records(user))


def is_partial(resident: UUID, user: User) -> bool:
    """Whether restricted entries of an open record are left out for this reader."""
    if not residents_of_open_records(user).filter(resident=resident).exists():
        return False
    hidden = Q(is_restricted=True, resident=resident) & ~Q(clinic__in=own_hospitals(user).values("pk"))
    return any(kind.objects.standing().filter(hidden).exists() for kind in (Condition, Medicine, Encounter))


def measured_in_open_records(rows: QuerySet, user: User) -> QuerySet:
    """Measurements; those of a restricted encounter only of the own clinics."""
    hidden = Q(encounter__is_restricted=True) & ~Q(encounter__clinic__in=own_hospitals(user).values("pk"))
    return rows.exclude(hidden).filter(resident__in=residents_of_open_records(user))


def visits_in_open_records(rows: QuerySet, user: User) -> QuerySet:
    """Visits of a programme."""
    return rows.filter(resident__in=residents_of_open_records(user))


def allergies_of_open_records(rows: QuerySet, user: User) -> QuerySet:
    """What stands in any record of the person, merged ones as well: it protects."""
    people = residents_of_open_records(user)
    merged = Person.objects.filter(merged_into__in=people).values("pk")
    return rows.filter(Q(resident__in=people) | Q(resident__in=merged))


def consents_of_open_records(rows: QuerySet, user: User) -> QuerySet:
    """Consents and looks of those whose records are open."""
    return rows.filter(person__in=residents_of_open_records(user))


class Reached(Protocol):
    """A manager of rows that posts reach."""

    def open_to(self, user: User, verb: str) -> QuerySet: ...


def within(reached: Reached, path: str = "pk") -> Callable[[QuerySet, User], QuerySet]:
    """Rows whose `path` leads to what the reader's posts reach on pages."""

    def narrowed(rows: QuerySet, user: User) -> QuerySet:
        return rows.filter(**{f"{path}__in": reached.open_to(user, READ_FHIR).values("pk")})

    return narrowed


#: Those of the own hospitals and clinics, and what belongs to them.
appointments, bookings = within(Appointment.objects), within(Appointment.objects, "appointment")
enrolments, referrals = within(Enrolment.objects), within(Enrolment.objects, "enrolment")
checkups, of_checkups = within(CheckupOrder.objects), within(CheckupOrder.objects, "order")
care_tasks, prescriptions = within(CareTask.objects), within(Prescription.objects)
#: While no doctor has it, those of the own clinics; then the doctor's own.
cases, messages = within(Consultation.cases), within(Consultation.cases, "consultation")


def patients(rows: QuerySet, user: User) -> QuerySet:
    """Whose record is open, and whom another resource that the reader may read is about."""
    return rows.filter(
        Q(pk__in=residents_of_open_records(user))
        | Q(pk__in=Appointment.objects.open_to(user, READ_FHIR).values("resident"))
        | Q(pk__in=Enrolment.objects.open_to(user, READ_FHIR).values("resident"))
        | Q(pk__in=CheckupOrder.objects.open_to(user, READ_FHIR).values("resident"))
        | Q(pk__in=Consultation.cases.open_to(user, READ_FHIR).values("resident"))
        | Q(pk__in=Prescription.objects.open_to(user, READ_FHIR).values("consultation__resident"))
    )
