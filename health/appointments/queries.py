"""Appointments of a station and of a hospital, what a cancellation costs, and whom somebody has to call."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import Coalesce

from core.database.db import present
from core.days import day_in
from core.money import Money, share, zero
from health.appointments.models import Appointment, AppointmentQuerySet
from health.hospitals.models import MOST_BASIS_POINTS, Hospital, RegistrationPolicy
from health.hospitals.queries import OfferedSession, doctor_of, fees_of, sessions_on_sale
from scheduling.bookings.models import Booking, Offer
from scheduling.bookings.queries import held_instead, overlapping_after_merge
from scheduling.calendars.models import Slot
from stations.people.models import Consent, Person
from stations.people.queries import is_surely

CONSENT = "hospital_registration"
#: Other times that are named to one whose doctor is away.
MOST_TIMES = 3
#: Times that are offered where a resident wants another one.
MOST_TO_MOVE_TO = 8
_S = Booking.Status


def appointments() -> AppointmentQuerySet:
    """With all that a row or a page shows."""
    return Appointment.objects.select_related(
        *("booking__session__resource", "booking__slot", "booking__station__county", "booking__booked_by"),
        *(
            "booking__policy",
            "booking__offering",
            "booking__series",
            "resident",
            "doctor__department",
            "hospital__division",
            "hospital__system",
        ),
        *("policy", "payment__station__county"),
    )


def is_old_enough(resident: Person, policy: RegistrationPolicy, date: dt.date) -> bool:
    """Whether somebody has the age from which the hospital registers patients, on the day of the clinic."""
    return not policy.min_age or is_surely(resident, policy.min_age, date)


def has_agreed(person: Person) -> bool:
    """Whether the person lets the station pass their data to the hospital."""
    return Consent.objects.filter(person=person, purpose=CONSENT, withdrawn_at=None).exists()


def numbers_of_systems(bookings: Collection[UUID]) -> dict[UUID, int | str]:
    """The numbers that hospitals with a system of their own have given for these bookings."""
    rows = Appointment.objects.filter(booking__in=bookings, asked_ref__isnull=False)
    return {row.booking_id: row.number_or_reference for row in rows}


def open_at_hospital(person: Person, hospital: Hospital) -> int:
    """How many registrations of a person with a hospital are ahead, under whichever record; a series counts as one."""
    records = Person.objects.of_people(person.pk)
    ahead = Appointment.objects.filter(resident__in=records, hospital=hospital, booking__status__in=Booking.ACTIVE)
    together = Coalesce("booking__series_id", "booking_id", output_field=UUIDField())
    return ahead.aggregate(count=Count(together, distinct=True))["count"]


class Ban(NamedTuple):
    """Why a hospital registers somebody no more, and from which day on it does again."""

    from_date: dt.date
    absences: Sequence[dt.date]


def absences_counted(person: Person, hospital_id: UUID) -> QuerySet[Appointment]:
    """When the person did not come to a hospital, under whichever record, and it has not excused it."""
    records = Person.objects.of_people(person.pk)
    absent = Appointment.objects.filter(resident__in=records, hospital_id=hospital_id, booking__status=_S.NOSHOW)
    return absent.filter(excused_at=None)


def ban_of(person: Person, policy: RegistrationPolicy, *, today: dt.date) -> Ban | None:
    """Whether the person was absent too often, under whichever record; read from the bookings each time.

    So an absence that the desk corrects or excuses ends it by itself, and what hospital, station or system cancelled
    never counts.
    """
    most = policy.most_absences
    if not most:
        return None
    absent = absences_counted(person, policy.hospital_id)
    dates = list(absent.order_by("booking__session__local_date").values_list("booking__session__local_date", flat=True))
    for last in range(len(dates) - 1, most - 2, -1):
        counted = dates[last - most + 1 : last + 1]
        from_date = counted[-1] + dt.timedelta(days=policy.absence_ban_days)
        if counted[-1] - counted[0] <= dt.timedelta(days=policy.absence_window_days):
            return Ban(from_date, counted) if today < from_date else None
    return None


def of_series(appointment: Appointment) -> list[Appointment]:
    """Every date of the series of an appointment that was not moved away, in order; none where it is no series."""
    series = appointment.booking.series_id
    if series is None:
        return []
    return list(appointments().filter(booking__series=series).order_by("booking__occurrence_no"))


def share_back(appointment: Appointment) -> int:
    """The share of the fee that comes back, basis points, as the booking has ended; 0 where it took place."""
    booking = appointment.booking
    if booking.status in {_S.CANCELLED, _S.ENTERED_IN_ERROR}:
        return appointment.policy.late_refund_bp if booking.is_late else MOST_BASIS_POINTS
    return appointment.policy.noshow_refund_bp if booking.status == _S.NOSHOW else 0


def is_too_late(booking: Booking, *, at: dt.datetime) -> bool:
    """Whether the deadline has passed; never while the resident is asked about a time that the hospital has chosen."""
    until_at = booking.free_cancel_until_at
    return booking.answer_by_at is None and until_at is not None and at >= until_at


def share_if_cancelled(appointment: Appointment, *, at: dt.datetime) -> int:
    """The share of the fee that would come back if the resident cancelled now, basis points."""
    is_late = appointment.booking.status in {_S.BOOKED, _S.ARRIVED} and is_too_late(appointment.booking, at=at)
    return appointment.policy.late_refund_bp if is_late else MOST_BASIS_POINTS


def back_if_cancelled(rows: Sequence[Appointment], *, at: dt.datetime) -> Money:
    """What would come back if the resident gave all of these up now; at least one is given."""
    parts = [part_of(each, share_if_cancelled(each, at=at)) for each in rows]
    return sum(parts, zero(rows[0].currency))


def part_of(appointment: Appointment, basis_points: int) -> Money:
    """A share of what was paid: all of it with the station's own fee, else of the hospital's fee, half up, once."""
    if appointment.payment is None:
        return zero(appointment.currency)
    if basis_points == MOST_BASIS_POINTS:
        return appointment.payment.total
    return Money(share(appointment.fee_minor, basis_points, rounding="half_up"), appointment.currency)


def to_call(rows: QuerySet[Appointment], *, at: dt.datetime) -> QuerySet[Appointment]:
    """Appointments that the hospital ended, whose living residents nobody has told, until the time itself.

    All whose doctor is away, who have other times to choose from; of others those without a phone to write to.
    """
    told_by_nobody = Q(booking__cancelled_for__isnull=False) | Q(booking__slot__isnull=False, resident__phone="")
    living = rows.filter(resident__died_date=None)
    ended = living.filter(told_by_nobody, booking__cancelled_by=Booking.CancelledBy.PROVIDER)
    return ended.filter(called_at=None, booking__station__isnull=False, booking__session__starts_at__gt=at)


def booked_twice(*, at: dt.datetime) -> Q:
    """Of residents with two records that became one, and two times at once: the station asks which one they keep."""
    return Q(booking__in=overlapping_after_merge(at).values("booking"))


def is_booked_twice(appointment: Appointment, *, at: dt.datetime) -> bool:
    """Whether the resident has something else at that time, under the record that theirs became part of."""
    return overlapping_after_merge(at).filter(booking=appointment.booking_id).exists()


def missing_at_hospital(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Numbers that the hospital's own list lacks: the station calls it before the resident travels."""
    return rows.filter(missing_since_at__isnull=False, booking__status=_S.BOOKED)


def listed_though_refused(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Numbers that the hospital refused and lists all the same: its people give them back there."""
    return rows.filter(listed_since_at__isnull=False, released_ref=None, booking__status=_S.CANCELLED)


def to_ask(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Those whose clinic the hospital holds at another time, and of whom nobody knows whether they come."""
    return rows.filter(booking__answer_by_at__isnull=False)


def with_open_offer(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Those who wait and whom a free place is offered."""
    offers = Offer.objects.filter(booking=OuterRef("booking"), status=Offer.Status.OPEN)
    return rows.filter(Q(booking__status=_S.WAITLIST) & Exists(offers))


def open_offer(booking: Booking) -> Offer | None:
    """The offer that waits for an answer."""
    return booking.offers.filter(status=Offer.Status.OPEN).select_related("slot").first()


def open_offer_keys(rows: Iterable[Appointment]) -> set[Any]:
    """The bookings among these to which a place is offered."""
    waiting = [row.booking_id for row in rows if row.booking.status == _S.WAITLIST]
    if not waiting:
        return set()
    offers = Offer.objects.filter(booking__in=waiting, status=Offer.Status.OPEN)
    return set(offers.values_list("booking_id", flat=True))


class OtherTime(NamedTuple):
    """A place that one whose doctor is away can have instead; `kept_until_at` of the one that is kept.

    `doctor_shown` is for people outside of the hospital, empty where it would tell the department.
    """

    slot: Slot
    doctor_shown: str
    kept_until_at: dt.datetime | None = None


def lost_its_doctor(appointment: Appointment) -> bool:
    """Whether a doctor's absence ended what was booked, and nothing has come of the fee yet."""
    booking = appointment.booking
    is_cancelled = booking.cancelled_for_id is not None and booking.slot_id is not None
    return is_cancelled and appointment.settled_at is None


def other_times(appointment: Appointment, *, at: dt.datetime) -> list[OtherTime]:
    """Up to three times instead, while one of them is kept: that one first, then others that are free."""
    if not lost_its_doctor(appointment):
        return []
    kept = held_instead(appointment.booking)
    doctor = doctor_of(kept.session) if kept else None
    if kept is None or kept.slot is None or doctor is None:
        return []
    is_restricted = appointment.is_restricted
    first = OtherTime(kept.slot, "" if is_restricted else doctor.name, kept.hold_expires_at)
    others = [
        OtherTime(each.slot, "" if is_restricted else each.doctor.name)
        for each in sessions_instead(appointment, at=at)
        if each.slot is not None and each.session.pk != kept.session_id
    ]
    return [first, *others][:MOST_TIMES]


def times_to_move_to(appointment: Appointment, *, at: dt.datetime) -> list[OtherTime]:
    """The nearest free times to which what is booked can be moved; none once it is too late, or in a series."""
    booking = appointment.booking
    is_movable = booking.status == _S.BOOKED and booking.series_id is None and appointment.asked_ref is None
    if is_too_late(booking, at=at) or not is_movable or appointment.hospital.system_id is not None:
        return []
    is_restricted = appointment.is_restricted
    free = (each for each in sessions_instead(appointment, at=at) if each.session.pk != booking.session_id)
    times = [OtherTime(each.slot, "" if is_restricted else each.doctor.name) for each in free if each.slot is not None]
    wanted = booking.session.starts_at
    return sorted(times, key=lambda each: abs(each.slot.starts_at - wanted))[:MOST_TO_MOVE_TO]


def sessions_instead(appointment: Appointment, *, at: dt.datetime) -> list[OfferedSession]:
    """Clinics with free numbers of the same department and grade: other doctors first, then the nearest to the day.

    They cost what was paid: the same grade. None on whose day the resident is younger than the hospital takes.
    """
    doctor, hospital = appointment.doctor, appointment.hospital
    fees = fees_of(hospital, on=day_in(hospital.zone, at))
    offered = sessions_on_sale(departments=[doctor.department], at=at, fees=fees)
    wanted = appointment.booking.session.starts_at
    same = [each for each in offered if each.slot is not None and each.doctor.grade == doctor.grade]
    return sorted(
        [each for each in same if is_old_enough(appointment.resident, appointment.policy, each.session.local_date)],
        key=lambda each: (each.doctor.pk == doctor.pk, abs(each.session.starts_at - wanted), each.session.pk),
    )


def held_instead_of(rows: Iterable[Appointment]) -> dict[UUID, Booking]:
    """The places that are kept for these whose doctor is away, by their bookings."""
    away = [row.booking_id for row in rows if row.booking.cancelled_for_id is not None]
    kept = Booking.objects.filter(instead_of__in=away, status=_S.PENDING).select_related("slot", "session__resource")
    return {present(each.instead_of_id): each for each in kept} if away else {}
