"""Clinics of a hospital with a system of its own: what it says of them, and our calendar as their copy."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from core.database.db import lock, lock_all, present
from core.days import day_in
from core.gateways.models import Callback
from core.gateways.results import Malformed, instant, line, one_of, parse_object
from core.gateways.services import Effect
from core.jobs.services import enqueue
from health.hospitals.models import Doctor, Hospital
from health.hospitals.queries import policy_of
from scheduling.bookings.services import AlreadyAway, PeriodOver, record_leave, take_from_sale
from scheduling.calendars.models import AvailabilityException, Resource, Session
from scheduling.calendars.services import ResourceTaken, open_extra_session, set_free_places

logger = structlog.get_logger(__name__)

#: The largest clinic that we read.
MOST_NUMBERS = 1_000
CLOSED = "closed-by-hospital"
_Kind = AvailabilityException.Kind
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic as the hospital tells it: whose, when, and how many numbers are left."""

    licence_no: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    free: int
    is_open: bool


def read_clinics(content: bytes) -> list[Clinic]:
    """The clinics of a signed answer. Raises `Malformed`: then none of them is believed."""
    rows = parse_object(content).get("clinics")
    if not isinstance(rows, list):
        raise Malformed("clinics")
    return [_read(row) for row in rows]


def path_of(hospital: Hospital, *, at: dt.datetime) -> str:
    """What is asked: from the hospital's today on, as far ahead as its numbers are sold."""
    policy = policy_of(hospital)
    days = policy.booking.opens_days_before + 1 if policy else 1
    return f"/v1/clinics?from={day_in(hospital.zone, at)}&days={days}"


@transaction.atomic
def plan_clinics(*, at: dt.datetime) -> int:
    """Have each hospital with a system asked for its clinics; how many these are."""
    hospitals = list(Hospital.objects.filter(is_active=True, system__isnull=False))
    for hospital in hospitals:
        enqueue(
            "hospitals.fetch_clinics",
            dedupe_key=f"clinics:{hospital.code}:{int(at.timestamp())}",
            payload={"hospital": str(hospital.pk)},
            run_at=at,
        )
    return len(hospitals)


@transaction.atomic
def store_clinics(*, hospital: Hospital, clinics: list[Clinic], at: dt.datetime) -> int:
    """Make our calendar say what the hospital says; how many clinics are open.

    Numbers that we have asked for stay beside those that are left: the hospital's next answer counts them itself. A
    doctor whom we do not know is left out. One clinic that is closed is closed here, too, with everybody in it.
    """
    doctors = {each.licence_no: each for each in _doctors_of(hospital)}
    # Calendars before sessions, as everybody locks them who records an absence.
    lock_all(Resource.objects.filter(doctor__in=list(doctors.values())))
    opened = 0
    for clinic in clinics:
        doctor = doctors.get(clinic.licence_no)
        if doctor is None or clinic.starts_at <= at:
            continue
        if not clinic.is_open:
            _close(doctor, clinic.starts_at, at=at)
            continue
        opened += _keep(doctor, clinic, at=at)
    return opened


@transaction.atomic
def hear_hospital(*, callback: Callback, said: dict[str, Any], at: dt.datetime) -> Effect:
    """A hospital closes a clinic: everybody who has a number is cancelled by it, told, and has the fee back."""
    hospital = Hospital.objects.filter(system=callback.provider_id).first()
    if hospital is None:
        return Effect.STRAY
    if callback.event_type != "clinic.closed":
        return Effect.IGNORED
    try:
        licence_no, starts_at = line(said.get("licence_no"), longest=30), instant(said.get("starts_at"))
    except Malformed:
        return Effect.MALFORMED
    doctor = _doctors_of(hospital).filter(licence_no=licence_no).first()
    if doctor is None:
        return Effect.STRAY
    return Effect.APPLIED if _close(doctor, starts_at, at=at) else Effect.IGNORED


def _doctors_of(hospital: Hospital) -> QuerySet[Doctor]:
    rows = Doctor.objects.filter(department__hospital=hospital, is_active=True)
    return rows.select_related("resource", "offering__policy")


def _keep(doctor: Doctor, clinic: Clinic, *, at: dt.datetime) -> bool:
    """The clinic as a session of ours, with the numbers that are left; one that was closed stays closed.

    Nothing opens while the hospital's people have the doctor recorded as away.
    """
    session = Session.objects.filter(resource=doctor.resource, starts_at=clinic.starts_at).first()
    if session is not None and session.unavailable_because:
        return False
    if session is None:
        if _absences(doctor, clinic.starts_at, clinic.ends_at).filter(kind=_Kind.LEAVE).exists():
            return False
        try:
            open_extra_session(
                offering=doctor.offering,
                resources=[doctor.resource],
                starts_at=clinic.starts_at,
                ends_at=clinic.ends_at,
                capacity=clinic.free,
                by=None,
                at=at,
            )
        except ResourceTaken:
            logger.warning("clinics_overlap", doctor=str(doctor.pk))
            return False
        return True
    set_free_places(slot=present(session.slots.first()), free=clinic.free, at=at)
    return True


def _close(doctor: Doctor, starts_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Whether the clinic was open until now."""
    lock(doctor.resource)
    session = Session.objects.filter(resource=doctor.resource, starts_at=starts_at, unavailable_because="").first()
    if session is None:
        return False
    try:
        record_leave(
            resource=doctor.resource,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            reason_code=CLOSED,
            kind=_Kind.CLOSED,
            by=None,
            at=at,
        )
    except PeriodOver:
        return False
    except AlreadyAway:
        # Another clinic was closed that overlaps this one, which was opened since.
        closed = _absences(doctor, session.starts_at, session.ends_at).filter(kind=_Kind.CLOSED).earliest("starts_at")
        take_from_sale(exception=closed, starts_at=session.starts_at, ends_at=session.ends_at, by=None, at=at)
    return True


def _absences(doctor: Doctor, starts_at: dt.datetime, ends_at: dt.datetime) -> QuerySet[AvailabilityException]:
    """What is recorded of a calendar in a period and stands."""
    recorded = AvailabilityException.objects.filter(resource=doctor.resource, withdrawn_at=None)
    return recorded.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


def _read(row: Any) -> Clinic:
    if not isinstance(row, dict):
        raise Malformed("clinic")
    free, status = row.get("free"), one_of(row.get("status"), {"open", "closed"})
    if not isinstance(free, int) or isinstance(free, bool) or not 0 <= free <= MOST_NUMBERS:
        raise Malformed("free")
    starts_at, ends_at = instant(row.get("starts_at")), instant(row.get("ends_at"))
    if not starts_at < ends_at <= starts_at + _DAY:
        raise Malformed("clinic")
    return Clinic(line(row.get("licence_no"), longest=30), starts_at, ends_at, free, status == "open")
