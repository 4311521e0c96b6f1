"""What appointments show outside their pages: the menu, residents to call, offers to answer, and who goes today."""

import datetime as dt

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import Console, Figure, Measured, MenuEntry, Need, Trend
from health.appointments.models import Appointment
from health.appointments.queries import (
    booked_twice,
    listed_though_refused,
    missing_at_hospital,
    to_ask,
    to_call,
    with_open_offer,
)
from scheduling.bookings.models import Booking
from stations.accounts.models import User

READ, BOOK, CALL, ANSWER = (
    "health.read_appointment",
    "health.book_appointment",
    "health.record_call",
    "health.answer_offer",
)
DESK, AWAY, RELEASE = "health.check_in_patient", "health.mark_doctor_away", "health.release_number"
MOVE = "health.move_appointment"
LIST, DESK_LIST, CALLS = "appointments:appointments", "appointments:desk", "appointments:calls"
DAYS = 14
_B = Booking.Status


def _to_call(*, user: User, at: dt.datetime) -> QuerySet[Appointment]:
    return to_call(Appointment.objects.open_to(user, CALL), at=at)


def _offered(*, user: User, at: dt.datetime) -> QuerySet[Appointment]:
    return with_open_offer(Appointment.objects.open_to(user, ANSWER))


def _missing(*, user: User, at: dt.datetime) -> QuerySet[Appointment]:
    return missing_at_hospital(Appointment.objects.open_to(user, CALL))


def _twice(*, user: User, at: dt.datetime) -> QuerySet[Appointment]:
    return Appointment.objects.open_to(user, CALL).filter(booked_twice(at=at))


def _to_ask(*, user: User, at: dt.datetime) -> QuerySet[Appointment]:
    return to_ask(Appointment.objects.open_to(user, MOVE))


def _listed(*, user: User, at: dt.datetime) -> QuerySet[Appointment]:
    return listed_though_refused(Appointment.objects.open_to(user, RELEASE))


def _today(*, user: User, at: dt.datetime) -> Measured:
    today = timezone.localdate(at)
    rows = Appointment.objects.open_to(user, READ).filter(booking__session__local_date=today)
    counted = rows.aggregate(
        expected=Count("pk", filter=Q(booking__status__in=[_B.BOOKED, _B.ARRIVED])),
        here=Count("pk", filter=Q(booking__status__in=[_B.CHECKED_IN, _B.FULFILLED])),
    )
    seen = counted["here"]
    return Measured(
        counted["expected"], ngettext("%(n)s has come already", "%(n)s have come already", seen) % {"n": seen}
    )


def _by_day(*, user: User, at: dt.datetime) -> Bars:
    """Patients who were served, by the day of the clinic."""
    today = timezone.localdate(at)
    days = [today - dt.timedelta(days=back) for back in reversed(range(DAYS))]
    served = Appointment.objects.open_to(user, DESK).filter(
        booking__status=_B.FULFILLED, booking__session__local_date__gte=days[0]
    )
    counted = dict(served.order_by().values_list("booking__session__local_date").annotate(count=Count("pk")))
    return count_bars(
        {formatting.short_day(day): counted.get(day, 0) for day in days},
        title=gettext("Patients served"),
        period=gettext("Day"),
        counted=gettext("Patients"),
        note=gettext("%(days)s days. Hatched: today so far.") % {"days": DAYS},
    )


_STATION_NEEDS = ("appointments.offers", "appointments.moved", "appointments.missing", "appointments.twice")

CONSOLE = Console(
    menu=[
        MenuEntry(
            *("health", _("Register with a hospital"), "appointments:hospitals", BOOK),
            service="hospital_registration",
            icon="heart",
        ),
        MenuEntry("health", _("Appointments"), LIST, BOOK, needs=_STATION_NEEDS),
        MenuEntry("health", _("To call"), CALLS, CALL, needs=("appointments.calls",)),
        MenuEntry("health", _("Patients today"), DESK_LIST, DESK, needs=("appointments.listed",)),
        MenuEntry("health", _("Doctors"), "hospitals:doctors", AWAY),
    ],
    needs=[
        Need(
            *("appointments.calls", _("Residents to call: the hospital has cancelled"), "phone", CALL, CALLS),
            *(_to_call, "updated_at"),
        ),
        Need(
            *("appointments.offers", _("Free numbers offered to residents who wait"), "heart", ANSWER, LIST),
            *(_offered, "updated_at"),
            query="state=waiting",
        ),
        Need(
            *("appointments.moved", _("Clinics that the hospital moved: ask the residents"), "phone", MOVE, LIST),
            *(_to_ask, "updated_at"),
            query="state=moved",
        ),
        Need(
            *("appointments.missing", _("Numbers that the hospital's list lacks: call it"), "alert", CALL, LIST),
            *(_missing, "missing_since_at"),
            query="state=missing",
        ),
        Need(
            *("appointments.twice", _("Residents with two times at once: ask which one they keep"), "alert"),
            *(CALL, LIST),
            *(_twice, "updated_at"),
            query="state=twice",
        ),
        Need(
            *("appointments.listed", _("Numbers to release: refused, yet on the hospital’s list"), "alert"),
            *(RELEASE, DESK_LIST),
            *(_listed, "listed_since_at"),
            query="state=listed",
        ),
    ],
    figures=[
        Figure("appointments.today", _("Still to come today"), DESK, DESK_LIST, _today),
    ],
    trends=[Trend("appointments.days", DESK, _by_day)],
)
