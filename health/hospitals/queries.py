"""What residents can be registered for at a station: hospitals, clinics with numbers left, and what they cost."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from core.money import Money
from core.web.ranges import holds_on
from health.hospitals.models import OWNER_KIND, Department, Doctor, Fee, Hospital, RegistrationPolicy
from scheduling.bookings.models import Booking
from scheduling.calendars.models import AvailabilityException, Session, Slot
from stations.network.models import Station

#: Sessions of a department that are shown together.
MOST_SESSIONS = 60
_S = Booking.Status
_WITH_A_NUMBER = (_S.PENDING, _S.BOOKED, _S.ARRIVED, _S.CHECKED_IN)


@dataclass(frozen=True, slots=True)
class OfferedSession:
    """A session of a doctor that is on sale: the next free slot, places left, and the fee; no fee is set: None."""

    session: Session
    doctor: Doctor
    free: int
    slot: Slot | None
    fee: Money | None


def hospitals_for(station: Station) -> QuerySet[Hospital]:
    """The hospitals of the station's country and money, those of its county first, then those of its prefecture."""
    nearness = Case(
        When(division=station.county_id, then=Value(0)),
        When(division=station.prefecture_id, then=Value(1)),
        When(division__path__startswith=station.county.path, then=Value(0)),
        default=Value(2),
        output_field=IntegerField(),
    )
    served = Hospital.objects.filter(
        is_active=True, division__country=station.county.country, currency=station.currency
    )
    return served.select_related("division").annotate(nearness=nearness).order_by("nearness", "name_zh", "pk")


def departments_of(hospital: Hospital) -> QuerySet[Department]:
    """The departments in which a doctor can be booked."""
    staffed = Doctor.objects.filter(is_active=True).values("department")
    return hospital.departments.filter(is_active=True, pk__in=staffed).order_by("code")


def policy_of(hospital: Hospital) -> RegistrationPolicy | None:
    """The rules that apply now: the newest revision."""
    return hospital.policies.select_related("booking").order_by("-revision").first()


def fees_of(hospital: Hospital, *, on: dt.date) -> dict[str, Money]:
    """What a number of each grade costs on a day."""
    fees = Fee.objects.filter(holds_on(on), hospital=hospital)
    return {fee.grade: Money(fee.amount_minor, fee.currency) for fee in fees}


def sessions_on_sale(
    *, departments: Sequence[Department], at: dt.datetime, fees: dict[str, Money], doctor: Any = None
) -> list[OfferedSession]:
    """The sessions of these departments that can be booked now, earliest first, full ones with the waiting list too."""
    doctors = {
        each.offering_id: each
        for each in Doctor.objects.filter(department__in=departments, is_active=True).select_related("department")
        if doctor is None or each.pk == doctor
    }
    open_slots = Slot.objects.with_free().filter(session=OuterRef("pk"), state=Slot.State.OPEN, starts_at__gt=at)
    left = open_slots.order_by().values("session").annotate(left=Sum(F("capacity") - F("booked") - F("held")))
    sessions = list(
        Session.objects.on_sale(at)
        .filter(
            Q(resource__valid_until_date=None) | Q(resource__valid_until_date__gte=F("local_date")),
            offering__in=doctors,
            ends_at__gt=at,
        )
        .annotate(
            left=Subquery(left.values("left")),
            next_slot=Subquery(open_slots.filter(free__gt=0).order_by("starts_at").values("pk")[:1]),
        )
        .select_related("resource", "offering")
        .order_by("starts_at", "pk")[:MOST_SESSIONS]
    )
    slots = Slot.objects.select_related("session__resource").in_bulk(
        [each.next_slot for each in sessions if each.next_slot]
    )
    return [
        OfferedSession(
            session=each,
            doctor=doctors[each.offering_id],
            free=max(each.left or 0, 0),
            slot=slots.get(each.next_slot),
            fee=fees.get(doctors[each.offering_id].grade),
        )
        for each in sessions
        if each.left is not None
    ]


def numbers_ahead(hospital: Hospital, *, at: dt.datetime) -> QuerySet[Booking]:
    """Numbers, held or booked, of the hospital's clinics that have not ended."""
    held = Booking.objects.filter(
        session__offering__doctor__department__hospital=hospital, owner_kind=OWNER_KIND, session__ends_at__gt=at
    )
    return held.filter(status__in=_WITH_A_NUMBER).select_related("session")


def clinics_ahead(doctor: Doctor, *, at: dt.datetime) -> QuerySet[Slot]:
    """What can still be sold of a doctor's clinics, the earliest first: each has its own number of numbers."""
    slots = Slot.objects.filter(session__offering=doctor.offering_id, state=Slot.State.OPEN, starts_at__gt=at)
    return slots.select_related("session__resource").order_by("starts_at", "pk")


def absences_of(doctor: Doctor) -> QuerySet[AvailabilityException]:
    """What people have recorded of a doctor who is away, the earliest first; withdrawn ones, too."""
    recorded = AvailabilityException.objects.filter(resource=doctor.resource_id, kind=AvailabilityException.Kind.LEAVE)
    return recorded.order_by("starts_at", "pk")


def away_during(doctor: Doctor, starts_at: dt.datetime, ends_at: dt.datetime) -> QuerySet[AvailabilityException]:
    """What stands of absences and closures of a doctor at some time of a period."""
    away = AvailabilityException.objects.filter(resource=doctor.resource, kind__in=AvailabilityException.AWAY)
    return away.filter(withdrawn_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)


def day_key(department: int, date: dt.date, resident: UUID) -> str:
    """What one registration of a person for a department and a day is known by."""
    return f"health:{department}:{date}:{resident}"


def doctor_of(session: Session) -> Doctor | None:
    """The doctor whose session it is, with department and hospital."""
    doctors = Doctor.objects.select_related(
        "department__hospital__division", "department__hospital__system", "resource"
    )
    return doctors.filter(offering=session.offering_id).first()
