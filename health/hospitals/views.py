"""A doctor at the desk of the hospital: days away, how many appointments they end, weekly clinics and single ones."""

import datetime as dt
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import clock_in, day_in
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction
from core.web.tables import Column, Table
from health.hospitals import services
from health.hospitals.forms import AwayForm, BackForm, ClinicForm, HoursForm
from health.hospitals.models import Doctor
from health.hospitals.queries import absences_of
from scheduling.bookings.models import Booking
from scheduling.calendars.models import AvailabilityException, AvailabilityRule, Session
from stations.accounts.models import User

AWAY, HOURS = "health.mark_doctor_away", "health.set_clinic_hours"
DAYS_SHOWN = 28


def _rows() -> QuerySet[Doctor]:
    return Doctor.objects.select_related("department__hospital", "resource", "offering")


def _away(*, doctor: Doctor, by: User, at: dt.datetime, **typed: Any) -> Doctor:
    services.mark_doctor_away(doctor=doctor, by=by, at=at, **typed)
    return doctor


def _open_clinic(*, doctor: Doctor, by: User, at: dt.datetime, **typed: Any) -> Doctor:
    services.open_clinic(doctor=doctor, by=by, at=at, **typed)
    return doctor


def _context(_request: Any, doctor: Doctor) -> dict[str, Any]:
    at, zone = now(), doctor.resource.zone
    today = day_in(zone, at)
    ahead = Session.objects.filter(resource=doctor.resource, local_date__gte=today).exclude(
        local_date__gt=today + dt.timedelta(days=DAYS_SHOWN)
    )
    active = Booking.objects.filter(session__resource=doctor.resource, status__in=Booking.ACTIVE)
    counted = active.order_by().values_list("session").annotate(count=Count("pk"))
    return {
        "doctor": doctor,
        "hospital": doctor.department.hospital,
        "clinics": _clinics(ahead, dict(counted), zone),
        "weekly_hours": _hours(doctor, today),
        "periods_away": _periods(doctor, zone, at),
    }


def _clinics(ahead: QuerySet[Session], counts: dict[int, int], zone: str) -> Table:
    rows = [
        (
            formatting.day(each.local_date),
            f"{clock_in(zone, each.starts_at):%H:%M}–{clock_in(zone, each.ends_at):%H:%M}",
            counts.get(each.pk, 0),
            each.get_unavailable_because_display() or _("on sale"),
        )
        for each in ahead.order_by("starts_at", "pk")
    ]
    columns = [
        *(Column(_("Day")), Column(_("Time"))),
        *(Column(_("Registered"), number=True), Column(_("State"))),
    ]
    return Table(_("Clinics of the next four weeks"), columns, rows, empty=_("No clinic is set."))


def _hours(doctor: Doctor, today: dt.date) -> list[dict[str, Any]]:
    rules = AvailabilityRule.objects.filter(resource=doctor.resource).exclude(to_date__lte=today)
    monday = dt.date(2024, 1, 1)
    return [
        {
            "day": formatting.weekday(monday + dt.timedelta(days=rule.weekday - 1)),
            "time": f"{rule.opens_at:%H:%M}–{rule.closes_at:%H:%M}",
            "numbers": rule.capacity,
        }
        for rule in rules.order_by("weekday", "opens_at")
    ]


def _periods(doctor: Doctor, zone: str, at: dt.datetime) -> list[str]:
    away = AvailabilityException.objects.filter(
        resource=doctor.resource, kind__in=AvailabilityException.AWAY, withdrawn_at=None, ends_at__gt=at
    )
    return [_span(each, zone) for each in away.order_by("starts_at")]


def _standing_leave(doctor: Doctor) -> QuerySet[AvailabilityException]:
    return absences_of(doctor).filter(withdrawn_at=None, ends_at__gt=now())


def _span(absence: AvailabilityException, zone: str) -> str:
    """From the first to the last local day."""
    last = day_in(zone, absence.ends_at - dt.timedelta(microseconds=1))
    return formatting.span(day_in(zone, absence.starts_at), last)


def _is_away(doctor: Doctor, _user: User) -> bool:
    return _standing_leave(doctor).exists()


def _leave_periods(_request: Any, doctor: Doctor) -> dict[str, Any]:
    return {"periods": [(each.pk, _span(each, doctor.resource.zone)) for each in _standing_leave(doctor)]}


def _sells_series(doctor: Doctor, _user: User) -> bool:
    return doctor.offering.allows_series


def _sells_no_series(doctor: Doctor, _user: User) -> bool:
    return not doctor.offering.allows_series


DOCTOR_PAGE = ObjectPage(
    name="hospitals:doctor",
    template="health/hospitals/doctor.html",
    grant=AWAY,
    noun="doctor",
    rows=_rows,
    context=_context,
    actions={
        "away": PageAction(
            grant=AWAY,
            service=_away,
            form=AwayForm,
            done=gettext_lazy("It is recorded. All who were registered are told, and fees come back."),
            title=gettext_lazy("The doctor is away"),
            button=gettext_lazy("Cancel these clinics"),
            doing=gettext_lazy("Cancelling the clinics…"),
            kind="danger",
        ),
        "back": PageAction(
            grant=AWAY,
            service=services.doctor_is_back,
            form=BackForm,
            form_kwargs=_leave_periods,
            is_open=_is_away,
            done=gettext_lazy("It is recorded. What is ahead is on sale again; cancelled numbers stay cancelled."),
            title=gettext_lazy("The doctor is back, or comes after all"),
            button=gettext_lazy("Sell these clinics again"),
            doing=gettext_lazy("Recording…"),
        ),
        "clinic": PageAction(
            grant=HOURS,
            service=_open_clinic,
            form=ClinicForm,
            title=gettext_lazy("A clinic on one day"),
            button=gettext_lazy("Open this clinic"),
            doing=gettext_lazy("Recording…"),
        ),
        "hours": PageAction(
            grant=HOURS,
            service=services.add_clinic_hours,
            form=HoursForm,
            title=gettext_lazy("Another weekly clinic"),
            button=gettext_lazy("Add it"),
            doing=gettext_lazy("Recording…"),
        ),
        "series": PageAction(
            grant=HOURS,
            service=services.start_series,
            is_open=_sells_no_series,
            title=gettext_lazy("Clinics in a series"),
            button=gettext_lazy("Let stations book a series"),
            doing=gettext_lazy("Recording…"),
        ),
        "no-series": PageAction(
            grant=HOURS,
            service=services.stop_series,
            is_open=_sells_series,
            title=gettext_lazy("No more clinics in a series"),
            button=gettext_lazy("Take no further series"),
            doing=gettext_lazy("Recording…"),
        ),
    },
)
