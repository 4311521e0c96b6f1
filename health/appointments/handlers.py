"""What bookings tell: fees are settled, whoever cancelled; a second delivery changes nothing."""

import datetime as dt

from core.events.models import Event
from health.appointments.models import Appointment
from health.appointments.queries import appointments
from health.appointments.services import cancel_all_of, pay_station, settle_fee
from health.hospitals.models import OWNER_KIND
from stations.people.models import Person


def settle(event: Event) -> None:
    """The booking has ended: by the desk, a clock, or a doctor who is away."""
    if (appointment := _appointment(event)) is not None:
        appointment = settle_fee(appointment=appointment, at=_at(event))
        pay_station(appointment=appointment, at=_at(event))


def cancel_of_the_dead(event: Event) -> None:
    """Nobody is waited for, or reminded, who has died."""
    person = Person.objects.filter(pk=event.payload["person"]).first()
    if person is not None:
        cancel_all_of(person=person, reason_code="died", at=_at(event))


def _at(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event.payload["at"])


def _appointment(event: Event) -> Appointment | None:
    if event.payload.get("owner_kind") != OWNER_KIND:
        return None
    return appointments().filter(booking=event.payload["booking"]).first()
