"""One registration goes to another time of the same department and kind of clinic, with what was paid."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, refused_by, refuses
from core.history import record_change
from core.keys.own import own_key
from health.appointments.models import Appointment
from health.appointments.queries import appointments, is_too_late
from health.appointments.services.booking import refuse_unidentified, refuse_young
from health.appointments.services.desk import SystemKeepsNumbers
from health.appointments.services.rebooking import NotTheSameClinic
from health.appointments.services.telling import tell_of_booking
from health.hospitals.queries import day_key, doctor_of
from scheduling.bookings.models import Booking
from scheduling.bookings.services import reschedule_booking
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.people.queries import standing_record


class MoveTooLate(Refused):
    """After the deadline a number is given up, or kept."""

    code = "move_too_late"
    status = 422
    message = _("It is too late to move this registration. It can be kept, or cancelled by the rules of the hospital.")


class MovedInSeries(Refused):
    """A date of a series is moved with the series, or by itself, on the page of the series."""

    code = "moved_in_series"
    message = _("This is a date of a series. Move it on the page of the series.")


@refuses(
    *(MoveTooLate, MovedInSeries, NotTheSameClinic, SystemKeepsNumbers),
    *refused_by(refuse_unidentified, refuse_young, reschedule_booking),
)
@transaction.atomic
def move_appointment(*, appointment: Appointment, slot: Slot, by: User, at: dt.datetime, key: str) -> Appointment:
    """Give a resident another time of the same department and grade; if it is full, the old one stands.

    What was paid and the code stay, the number is a new one, no cash moves. The same key moves once.
    """
    booking, pressed = appointment.booking, own_key(by.pk, f"{appointment.pk}:{key}")
    known = Booking.objects.filter(owner_kind=booking.owner_kind, key=pressed).first()
    if known is not None:
        return appointments().get(pk=appointment.pk)
    if booking.series_id is not None:
        raise MovedInSeries
    if appointment.asked_ref is not None or appointment.hospital.system_id is not None:
        raise SystemKeepsNumbers
    doctor = doctor_of(slot.session)
    before = appointment.doctor
    if doctor is None or (doctor.department_id, doctor.grade) != (before.department_id, before.grade):
        raise NotTheSameClinic(field="slot")
    refuse_unidentified(standing_record(appointment.resident))
    if is_too_late(booking, at=at):
        raise MoveTooLate
    refuse_young(appointment.resident, appointment.policy, slot.session.local_date)
    moved = reschedule_booking(
        booking=booking,
        to_slot=slot,
        by=by,
        at=at,
        key=pressed,
        exclusivity_key=day_key(doctor.department_id, slot.session.local_date, appointment.resident_id),
    )
    # Bookings before appointments, as everybody locks them who ends a booking.
    row = lock(Appointment.objects.get(pk=appointment.pk))
    row.booking, row.doctor = moved, present(doctor_of(moved.session))
    row.save(update_fields=["booking", "doctor", "updated_at"])
    record_change(row, old="", new="moved", at=at, actor=by.pk)
    tell_of_booking(row, at=at)
    return appointments().get(pk=row.pk)
