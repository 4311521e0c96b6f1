"""A clinic is held at another time: its numbers move along, and residents are asked at their stations."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import instant_of
from core.errors import Refused, refused_by, refuses
from health.hospitals.models import Doctor
from health.hospitals.queries import away_during, day_key
from health.hospitals.services import (
    LONGEST_AWAY,
    ClinicDateWrong,
    ClinicNotFound,
    DoctorAwayThen,
    LicenceOver,
    NumbersHeldThere,
)
from scheduling.bookings.models import Booking
from scheduling.bookings.services import MoveReport, ResourceNotValidThen, move_booked_session
from scheduling.calendars.models import Session
from stations.accounts.models import User


class NotMoved(Refused):
    """The clinic is at that time already."""

    code = "clinic_not_moved"
    status = 422
    message = _("The clinic is at this time already.")


@refuses(
    *(ClinicNotFound, ClinicDateWrong, DoctorAwayThen, LicenceOver, NotMoved, NumbersHeldThere),
    *refused_by(move_booked_session),
)
@transaction.atomic
def move_clinic(
    *, doctor: Doctor, session: int, on_date: dt.date, opens_at: dt.time, by: User, at: dt.datetime
) -> MoveReport:
    """Hold a clinic that is ahead on another local date or at another time; it keeps its length, numbers and codes.

    Residents who were registered at a station say there that they come, or give it back without loss; without a word
    the hospital cancels it, and all of the fee comes back.
    """
    doctor = lock(doctor)
    if doctor.department.hospital.system_id is not None:
        raise NumbersHeldThere
    found = Session.objects.filter(pk=session, offering=doctor.offering_id, starts_at__gt=at).first()
    if found is None:
        raise ClinicNotFound(field="session")
    starts_at = instant_of(doctor.resource.zone, on_date, opens_at)
    if not at < starts_at < at + LONGEST_AWAY:
        raise ClinicDateWrong(field="on_date")
    if starts_at == found.starts_at:
        raise NotMoved(field="opens_at")
    # An absence locks the calendar, too: one that is being recorded is seen, and one that comes later finds the clinic.
    lock(doctor.resource)
    if away_during(doctor, starts_at, starts_at + (found.ends_at - found.starts_at)).exists():
        raise DoctorAwayThen(field="on_date")
    try:
        return move_booked_session(
            session=found,
            starts_at=starts_at,
            key_of=lambda booking, date: _key_of(doctor, booking, date),
            by=by,
            at=at,
        )
    except ResourceNotValidThen as refusal:
        raise LicenceOver(field="on_date") from refusal


def _key_of(doctor: Doctor, booking: Booking, date: dt.date) -> str:
    return day_key(doctor.department_id, date, booking.subject_id) if booking.subject_id else ""
