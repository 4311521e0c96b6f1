"""Whose record it is, from which clinic somebody reads, and what of it they see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from core.database.db import present
from core.language import formatting
from health.hospitals.models import Doctor, Hospital, HospitalStaff, staffed_by
from health.records.models import (
    AccessGrant,
    Allergy,
    Condition,
    EmergencyAccess,
    Encounter,
    GranteeConsent,
    HealthRecord,
    Medicine,
    Observation,
)
from health.records.models.records import READ, RecordQuerySet, appointments_of_patients
from stations.accounts.models import User
from stations.people.identity import InvalidIdNumber, indexes_of, normalise
from stations.people.models import AccessRead, Person
from stations.scope import REGION_COLUMNS
from stations.two_persons import is_same_person

#: Entries of a kind that a page shows; the paper of the resident has all.
SHOWN = 40
#: What the journal of accesses calls a look at a record.
LOOK, EMERGENCY_LOOK, REFUSED = "health_record", "health_record_emergency", "refused"
#: A look at an online consultation, and at a prescription.
CASE_LOOK, PRESCRIPTION_LOOK = "consultation_case", "prescription"
#: A look at a check-up with its values, and at the list of a check-up day, which has none.
CHECKUP_LOOK, ROSTER_LOOK = "checkup", "checkup_roster"
#: What a system of a hospital was sent over the FHIR interface.
FHIR_LOOK, EXPORT_LOOK = "fhir", "fhir_export"
LOOKS = (LOOK, EMERGENCY_LOOK, CASE_LOOK, PRESCRIPTION_LOOK, CHECKUP_LOOK, ROSTER_LOOK, FHIR_LOOK, EXPORT_LOOK, REFUSED)


def records() -> RecordQuerySet:
    """With all that a row or a page shows."""
    return HealthRecord.objects.select_related("resident__home_station", "resident__village", "clinic__division")


def record_of(person: Person) -> HealthRecord | None:
    """The health record of a resident, or else the oldest of a record that was merged into theirs.

    None where no clinic keeps one.
    """
    merged = records().filter(resident__in=Person.objects.of_people(person.pk)).order_by("opened_at", "pk")
    return records().filter(resident=person).first() or merged.first()


def persons_with(id_kind: str, id_number: str) -> QuerySet[Person]:
    """The living resident with this document; none where the number cannot be one."""
    try:
        indexes = indexes_of(id_kind, normalise(id_kind, id_number))
    except InvalidIdNumber:
        return Person.objects.none()
    return Person.objects.living().filter(id_index__in=indexes, died_date=None)


def residents_of(clinic: Hospital, id_kind: str, id_number: str) -> QuerySet[Person]:
    """The living resident of the clinic's place with this document."""
    place = f"home_station__{REGION_COLUMNS[clinic.division.level]}"
    return persons_with(id_kind, id_number).filter(**{place: clinic.division})


def acting_clinic(record: HealthRecord, user: User, verb: str, *, at: dt.datetime) -> Hospital:
    """The clinic from which this user writes. Raises `PermissionDenied` where none of theirs is open any more."""
    clinic = clinic_for(record, user, verb, at=at)
    if clinic is None:
        raise PermissionDenied
    return clinic


def clinic_for(record: HealthRecord, user: User, verb: str, *, at: dt.datetime) -> Hospital | None:
    """From which of the user's clinics they act: the one that keeps the record, else one that may open it.

    None where none of them is open any more.
    """
    own = Hospital.objects.filter(staffed_by(user, verb), is_active=True).order_by("name_zh", "pk")
    emergency = emergency_of(record, user, at=at)
    granted = AccessGrant.objects.holding(at).filter(record=record).values("clinic")
    booked = appointments_of_patients(at).filter(resident=record.resident_id)
    return (
        own.filter(pk=record.clinic_id).first()
        or own.filter(pk__in=[emergency.clinic_id] if emergency else []).first()
        or own.filter(pk__in=granted).first()
        or own.filter(pk__in=booked.values("hospital")).first()
        or own.first()
    )


def emergency_of(record: HealthRecord, user: User, *, at: dt.datetime) -> EmergencyAccess | None:
    """The emergency access of this user that is open now, for a clinic where they still work."""
    clinics = Hospital.objects.filter(staffed_by(user, READ)).values("pk")
    held = EmergencyAccess.objects.holding(at).filter(record=record, opened_by=user, clinic__in=clinics)
    return held.order_by("-opened_at").first()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a reader sees of a record, the newest first. `is_partial`: something restricted is left out."""

    allergies: Sequence[Allergy]
    conditions: Sequence[Condition]
    medicines: Sequence[Medicine]
    encounters: Sequence[Encounter]
    observations: Sequence[Observation]
    is_partial: bool


def contents_of(record: HealthRecord, user: User, *, at: dt.datetime, limit: int = SHOWN) -> Contents:
    """What stands in a record for this reader: restricted entries only of the own clinics, or in an emergency."""
    # What was written before two records of one person became one stands in both; allergies protect in the same way.
    people = list(Person.objects.of_people(record.resident_id).values_list("pk", flat=True))
    own = set(Hospital.objects.filter(staffed_by(user, READ)).values_list("pk", flat=True))
    sees_all = emergency_of(record, user, at=at) is not None
    seen = Q() if sees_all else Q(is_restricted=False) | Q(clinic__in=own)
    conditions = Condition.objects.standing().filter(resident__in=people).order_by("-confirmed_at", "-pk")
    medicines = Medicine.objects.standing().filter(resident__in=people).order_by("-from_date", "-pk")
    encounters = Encounter.objects.standing().filter(resident__in=people).order_by("-started_at", "-pk")
    measured = Observation.objects.standing().filter(resident__in=people).order_by("-measured_at", "-pk")
    if not sees_all:
        hidden = Encounter.objects.filter(resident__in=people, is_restricted=True).exclude(clinic__in=own)
        measured = measured.exclude(encounter__in=hidden.values("pk"))
    kinds: list[QuerySet] = [conditions, medicines, encounters]
    return Contents(
        allergies=list(allergies_of(record.resident_id)),
        conditions=list(conditions.filter(seen).select_related("clinic")[:limit]),
        medicines=list(medicines.filter(seen).select_related("drug", "clinic")[:limit]),
        encounters=list(encounters.filter(seen).select_related("clinic", "department", "recorded_by")[:limit]),
        observations=list(measured.exclude(encounter__wrong_at__isnull=False)[:limit]),
        is_partial=not sees_all and any(each.exclude(seen).exists() for each in kinds),
    )


def allergies_of(person: UUID) -> QuerySet[Allergy]:
    """What stands in any record of this person, merged ones as well; the dangerous first."""
    standing = Allergy.objects.standing().filter(resident__in=Person.objects.of_people(person)).select_related("drug")
    return standing.order_by("criticality", "-recorded_at", "-pk")


def grantees_of(record: HealthRecord, *, at: dt.datetime) -> list[GranteeConsent]:
    """Whom the resident allows alone to open the record at this instant, the newest first."""
    rows = GranteeConsent.objects.holding(at).of_resident(record).order_by("-from_at", "-pk")
    return list(rows.select_related("hospital", "doctor__department__hospital", "record__clinic"))


def hospitals_by_name() -> QuerySet[Hospital]:
    """Hospitals that may be named: which one there is says nothing of a resident."""
    return Hospital.objects.filter(is_active=True, is_restricted=False)


def doctors_by_name() -> QuerySet[Doctor]:
    """Doctors who can sign in, of hospitals that may be named."""
    named = Doctor.objects.filter(department__hospital__in=hospitals_by_name(), is_active=True, user__isnull=False)
    return named.select_related("department__hospital")


def hospitals_to_allow(record: HealthRecord) -> QuerySet[Hospital]:
    """Those of the clinic's province that a resident may allow, village clinics of other counties left out."""
    path = record.clinic.division.path
    province = path[: path.index("/") + 1]
    named = hospitals_by_name().exclude(pk=record.clinic_id)
    larger = Q(division__path__startswith=province) & ~Q(level=Hospital.Level.VILLAGE_CLINIC)
    return named.filter(larger | Q(division__path__startswith=path)).order_by("name_zh", "pk")


def doctor_to_allow(licence_no: str) -> Doctor | None:
    """The doctor with this licence number, who can sign in and works where it may be named."""
    found = doctors_by_name().filter(licence_no=licence_no).first()
    return None if found is None or found.department.is_restricted else found


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened the record, or was refused: when, who, from which clinic."""

    at: dt.datetime
    name: str
    place: str
    what: str


def looks_at(person: Person, *, limit: int = SHOWN) -> list[Look]:
    """Who opened the health data of a resident, under any record, and who tried, the newest first."""
    return _looks(_reads().filter(person__in=Person.objects.of_people(person.pk)).order_by("-at", "-pk")[:limit])


def looks_of(access: EmergencyAccess) -> list[Look]:
    """What was opened in an emergency, by the one who opened it and while it was open, the newest first."""
    rows = _reads().filter(person=access.record.resident_id, user=access.opened_by_id)
    return _looks(rows.filter(at__gte=access.opened_at, at__lt=access.closes_at).order_by("-at", "-pk"))


def _reads() -> QuerySet[AccessRead]:
    return AccessRead.objects.filter(what__in=LOOKS).select_related("user")


def _looks(rows: QuerySet[AccessRead]) -> list[Look]:
    """With the hospitals where each worked when they looked; one that is never named stays empty."""
    found = list(rows)
    staff = list(HospitalStaff.objects.filter(user__in={row.user_id for row in found}).select_related("hospital"))

    def place(row: AccessRead) -> str:
        worked = (each for each in staff if each.user_id == row.user_id and each.is_at_work(row.at))
        names = {each.hospital.place_in(get_language() or "") for each in worked} - {""}
        return formatting.listed(sorted(names))

    return [Look(row.at, row.user.shown_name, place(row), row.what) for row in found]


def reviewers_of(access: EmergencyAccess, *, at: dt.datetime) -> list[User]:
    """Who is told of an emergency access: the head of the clinic, or of the county's hospital where there is none.

    A head who has left is none, and nobody is told of what they opened themselves, under whatever login.
    """
    clinic = access.clinic
    if _reviews(clinic, access, at):
        return [present(clinic.head)]
    path = clinic.division.path
    above = Hospital.objects.filter(level=Hospital.Level.COUNTY, head__isnull=False).select_related("head", "division")
    return [present(each.head) for each in above if path.startswith(each.division.path) and _reviews(each, access, at)]


def _reviews(hospital: Hospital, access: EmergencyAccess, at: dt.datetime) -> bool:
    head = hospital.head
    if head is None or is_same_person(head, access.opened_by_id):
        return False
    return HospitalStaff.objects.at_work(at).filter(hospital=hospital, user=head).exists()
