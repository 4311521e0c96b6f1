"""Appointments in words: when, where, in which state."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import clock_in, day_in
from core.language import formatting
from core.web.timeline import coded
from health.appointments.models import Appointment
from health.appointments.queries import OtherTime
from health.appointments.services import DeskReason, Reason
from scheduling.bookings.models import Booking
from scheduling.bookings.services import BOOKED_TWICE
from scheduling.calendars.models import Session, Slot

KINDS = {
    "booked": "ok",
    "arrived": "ok",
    "checked-in": "ok",
    "pending": "wait",
    "waitlist": "wait",
    "fulfilled": "ok",
    "noshow": "bad",
    "cancelled": "info",
    "entered-in-error": "info",
}

#: Reasons of the history of an appointment.
REASON_WORDS = coded(
    dict(DeskReason.choices),
    dict(Reason.choices),
    {BOOKED_TWICE: gettext_lazy("two at once")},
)


def kind_of(booking: Booking) -> str:
    """The colour of a state."""
    return KINDS.get(booking.status, "info")


def time_of(session: Session, slot: Slot | None = None) -> str:
    """From when to when, by the clock of the hospital."""
    row, zone = slot or session, session.resource.zone
    return f"{clock_in(zone, row.starts_at):%H:%M}–{clock_in(zone, row.ends_at):%H:%M}"


def day_of(session: Session) -> str:
    """The day of a session, by the calendar of the hospital."""
    return formatting.day(session.local_date)


def other_time_words(other: OtherTime) -> str:
    """Day and time of a place that one can have instead, the doctor where it may be told, and whether it is kept."""
    session, until_at, state = other.slot.session, other.kept_until_at, ""
    if until_at is not None:
        zone = session.resource.zone
        until = f"{formatting.short_day(day_in(zone, until_at))} {clock_in(zone, until_at):%H:%M}"
        state = _("kept until %(time)s") % {"time": until}
    words = [f"{day_of(session)} {time_of(session, other.slot)}", other.doctor_shown, state]
    return " · ".join(each for each in words if each)


def where_of(appointment: Appointment) -> str:
    """Hospital and department, as far as they may be named outside of it."""
    language = (formatting.in_chinese() and "zh-hans") or "en"
    named = [appointment.hospital.place_in(language), appointment.department_shown]
    return " · ".join(each for each in named if each)
