"""How tutors and lessons read on pages."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.days import clock_in, day_in
from core.language import formatting
from education.subjects import Subject
from education.tutoring.models import Tutor, TutoringSession

COLOURS = {"booked": "wait", "arrived": "ok", "fulfilled": "ok", "noshow": "bad", "cancelled": "info"}
TUTORS = {"applied": "wait", "active": "ok", "paused": "bad", "ended": "info"}


def status_of_lesson(session: TutoringSession) -> str:
    """The colour of a lesson."""
    if session.is_contested:
        return "info" if session.decision else "bad"
    return COLOURS.get(session.status, "info")


def words_of_lesson(session: TutoringSession) -> str:
    """How a lesson stands, in words of tutoring."""
    if session.status == "arrived":
        return pgettext("tutoring", "going on")
    if session.is_contested and session.decision:
        return _("did not take place, decided the county")
    if session.is_contested:
        return _("did not take place, says the station")
    if session.status == "noshow" and session.missing:
        return _("missed by: %(side)s") % {"side": session.get_missing_display()}
    return str(session.booking.get_status_display())


def status_of_tutor(tutor: Tutor) -> str:
    """The colour of a tutor."""
    return TUTORS.get(tutor.status, "info")


def reason_of(tutor: Tutor) -> str:
    """Why a tutor is paused or has left."""
    return _("gave up three lessons within 90 days") if tutor.reason == Tutor.GAVE_UP else tutor.reason


def subjects_of(tutor: Tutor) -> str:
    """What a tutor teaches."""
    return formatting.listed(str(Subject(each).label) for each in tutor.subjects)


def time_words(zone: str, starts_at: dt.datetime) -> str:
    """Day and time of a lesson on the tutor's calendar."""
    return f"{formatting.day(day_in(zone, starts_at))} {clock_in(zone, starts_at):%H:%M}"


def stipend_words(session: TutoringSession) -> str:
    """What the tutor gets for a lesson, and whether the county has the money."""
    if session.stipend is None:
        return _("once the station confirms the lesson") if session.ended_at else _("decided after the lesson")
    if not session.stipend:
        return _("none")
    amount = session.stipend.display()
    return _("%(amount)s, waits for money of the county") % {"amount": amount} if session.is_unfunded else amount
