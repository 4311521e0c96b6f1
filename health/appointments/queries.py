"""Appointments of a station and of a hospital, what a cancellation costs, and whom somebody has to call."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, UUIDField
from django.db.models.functions import Coalesce

from core.money import Money, share, zero
from health.appointments.models import Appointment, AppointmentQuerySet
from health.hospitals.models import MOST_BASIS_POINTS
from scheduling.bookings.models import Booking, Offer
from stations.people.models import Consent, Person

CONSENT = "hospital_registration"
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
        ),
        *("policy", "payment__station__county"),
    )


def has_agreed(person: Person) -> bool:
    """Whether the person lets the station pass their data to the hospital."""
    return Consent.objects.filter(person=person, purpose=CONSENT, withdrawn_at=None).exists()


def open_at_hospital(person: Person, hospital: Any) -> int:
    """How many registrations of a person with a hospital are still ahead; those of a series are one."""
    ahead = Appointment.objects.filter(resident=person, hospital=hospital, booking__status__in=Booking.ACTIVE)
    together = Coalesce("booking__series_id", "booking_id", output_field=UUIDField())
    return ahead.aggregate(count=Count(together, distinct=True))["count"]


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


def share_if_cancelled(appointment: Appointment, *, at: dt.datetime) -> int:
    """The share of the fee that would come back if the resident cancelled now, basis points."""
    until = appointment.booking.free_cancel_until_at
    is_late = appointment.booking.status in {_S.BOOKED, _S.ARRIVED} and until is not None and at >= until
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
    """Appointments that a doctor's absence ended, whose residents nobody has told, until the time itself."""
    return rows.filter(booking__cancelled_for__isnull=False, called_at=None, booking__session__starts_at__gt=at)


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
