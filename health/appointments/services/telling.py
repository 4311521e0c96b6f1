"""What a resident hears of a number."""

import datetime as dt
from typing import Any

from core.database.db import present
from core.days import clock_in, day_in
from core.notices.services import notify
from health.appointments.models import Appointment


def tell_of_booking(appointment: Appointment, *, at: dt.datetime) -> None:
    """The resident gets place, time, number and code on the phone; nothing else of it leaves."""
    booking, person = appointment.booking, appointment.resident
    if not person.phone:
        return
    slot, zone = present(booking.slot), booking.session.resource.zone
    params: dict[str, Any] = {
        "place": booking.public_place,
        "date": day_in(zone, slot.starts_at).isoformat(),
        "time": f"{clock_in(zone, slot.starts_at):%H:%M}",
        "number": appointment.number_or_reference,
        "code": appointment.code_at_desk,
    }
    notify(
        template="appointment_booked_at_place" if booking.public_place else "appointment_booked",
        params=params,
        language=person.language,
        phone=str(person.phone),
        zone=zone,
        use_by=slot.starts_at,
        dedupe_key=f"appointment-booked:{booking.pk}",
        at=at,
    )
