"""What bookings tell: fees are settled, whoever cancelled; a second delivery changes nothing."""

import datetime as dt

from django.db.models import Q

from core.events.models import Event
from health.appointments.models import Appointment
from health.appointments.queries import appointments
from health.appointments.services import (
    cancel_all_of,
    give_back_to_hospital,
    keep_another_time,
    pay_station,
    settle_fee,
    tell_of_licence,
)
from health.hospitals.models import OWNER_KIND, Doctor
from scheduling.bookings.models import Booking
from stations.people.models import Person


def settle(event: Event) -> None:
    """The booking has ended: by the desk, a clock, or a doctor who is away, for whom another time is kept first."""
    if (appointment := _appointment(event)) is not None:
        if event.payload.get("cancelled_by") == Booking.CancelledBy.PROVIDER:
            keep_another_time(appointment=appointment, at=_at(event))
        appointment = settle_fee(appointment=appointment, at=_at(event))
        pay_station(appointment=appointment, at=_at(event))
        give_back_to_hospital(appointment=appointment, at=_at(event))


def tell_of_ending_licence(event: Event) -> None:
    """Numbers are booked after the last day of a doctor's licence; other resources are no business of a hospital."""
    doctor = Doctor.objects.filter(resource=event.payload["resource"]).select_related("department__hospital").first()
    if doctor is not None:
        told = event.payload
        until, on = (dt.date.fromisoformat(told[each]) for each in ("valid_until_date", "on_date"))
        tell_of_licence(doctor=doctor, until_date=until, count=told["bookings"], on_date=on, at=_at(event))


def cancel_of_the_dead(event: Event) -> None:
    """Nobody is waited for, or reminded, who has died."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        cancel_all_of(person=person, reason_code="died", at=_at(event))


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])


def _appointment(event: Event) -> Appointment | None:
    """The appointment of the booking, or the one for which it was kept."""
    if event.payload.get("owner_kind") != OWNER_KIND:
        return None
    booking = event.payload["booking"]
    kept_for = Booking.objects.filter(pk=booking).values("instead_of")
    return appointments().filter(Q(booking=booking) | Q(booking__in=kept_for)).first()
