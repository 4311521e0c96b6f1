"""A doctor at the desk of the hospital: days away, how many appointments they end, weekly clinics and single ones."""

import datetime as dt
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.days import clock_in, day_in
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction
from core.web.tables import Cell, Column, Table
from health.hospitals import services
from health.hospitals.forms import AwayForm, BackForm, ClinicForm, HoursForm, MoveClinicForm, NumbersForm
from health.hospitals.models import Doctor
from health.hospitals.moving import move_clinic
from health.hospitals.queries import absences_of, clinics_ahead
from scheduling.bookings.models import Booking
from scheduling.bookings.queries import beyond_capacity
from scheduling.calendars.models import AvailabilityException, AvailabilityRule, Session, Slot
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


def _change_numbers(*, doctor: Doctor, by: User, at: dt.datetime, **typed: Any) -> Doctor:
    services.change_numbers(doctor=doctor, by=by, at=at, **typed)
    return doctor


def _move_clinic(*, doctor: Doctor, by: User, at: dt.datetime, **typed: Any) -> Doctor:
    move_clinic(doctor=doctor, by=by, at=at, **typed)
    return doctor


def _context(_request: Any, doctor: Doctor) -> dict[str, Any]:
    at, zone = now(), doctor.resource.zone
    today = day_in(zone, at)
    ahead = Session.objects.filter(resource=doctor.resource, local_date__gte=today).exclude(
        local_date__gt=today + dt.timedelta(days=DAYS_SHOWN)
    )
    active = Booking.objects.filter(session__resource=doctor.resource, status__in=Booking.ACTIVE)
    counted = active.order_by().values_list("session").annotate(count=Count("pk"))
    slots = list(_clinics_shown(doctor, at))
    return {
        "doctor": doctor,
        "hospital": doctor.department.hospital,
        "clinics": _clinics(ahead, dict(counted), zone),
        "without_number": _without_number(slots),
        "weekly_hours": _hours(doctor, today),
        "periods_away": _periods(doctor, zone, at),
    }


def _clinics_shown(doctor: Doctor, at: dt.datetime) -> QuerySet[Slot]:
    last = day_in(doctor.resource.zone, at) + dt.timedelta(days=DAYS_SHOWN)
    return clinics_ahead(doctor, at=at).filter(session__local_date__lte=last)


def _clinics(ahead: QuerySet[Session], counts: dict[int, int], zone: str) -> Table:
    sums = Slot.objects.filter(session__in=ahead.values("pk")).order_by().values_list("session")
    numbers = dict(sums.annotate(numbers=Sum("capacity")))
    rows = [
        (
            formatting.day(each.local_date),
            _span_of_day(each, zone),
            numbers.get(each.pk, 0),
            counts.get(each.pk, 0),
            each.get_unavailable_because_display() or _("on sale"),
        )
        for each in ahead.order_by("starts_at", "pk")
    ]
    columns = [
        *(Column(_("Day")), Column(_("Time"))),
        *(Column(_("Numbers"), number=True), Column(pgettext("clinic", "Registered"), number=True), Column(_("State"))),
    ]
    return Table(_("Clinics of the next four weeks"), columns, rows, empty=_("No clinic is set."))


def _span_of_day(row: Session | Slot, zone: str) -> str:
    return f"{clock_in(zone, row.starts_at):%H:%M}–{clock_in(zone, row.ends_at):%H:%M}"


def _without_number(slots: list[Slot]) -> Table | None:
    """Who is registered beyond the numbers that a clinic has now: by number, never by name."""
    beyond = [each for each in beyond_capacity(slots) if each.sequence_no is not None]
    # Of the slice above: its pages are known by their addresses, its rows by the booking that they have.
    pages = dict(Booking.objects.filter(pk__in=[each.pk for each in beyond]).values_list("pk", "appointment"))
    rows = [
        (
            formatting.day(each.session.local_date),
            _span_of_day(each.slot or each.session, each.session.resource.zone),
            Cell(each.sequence_no, href=reverse("appointments:appointment", args=[pages[each.pk]])),
        )
        for each in beyond
    ]
    columns = [Column(_("Day")), Column(_("Time")), Column(_("Queue number"), number=True)]
    note = _("They keep their numbers. Cancel those whom the doctor cannot see; the others are seen.")
    return Table(_("Registered beyond the numbers"), columns, rows, note=note, small=True) if rows else None


def _clinics_to_change(_request: Any, doctor: Doctor) -> dict[str, Any]:
    zone = doctor.resource.zone
    return {
        "clinics": [
            (
                each.pk,
                _("%(day)s, %(time)s: %(numbers)s numbers")
                % {
                    "day": formatting.day(each.session.local_date),
                    "time": _span_of_day(each, zone),
                    "numbers": each.capacity,
                },
            )
            for each in _clinics_shown(doctor, now())
        ]
    }


def _clinics_to_move(_request: Any, doctor: Doctor) -> dict[str, Any]:
    zone = doctor.resource.zone
    sessions = {each.session_id: each.session for each in _clinics_shown(doctor, now())}
    return {
        "clinics": [
            (pk, f"{formatting.day(each.local_date)} {_span_of_day(each, zone)}") for pk, each in sessions.items()
        ]
    }


def _sells_numbers(doctor: Doctor, _user: User) -> bool:
    keeps_them_here = doctor.department.hospital.system_id is None
    return keeps_them_here and _clinics_shown(doctor, now()).exists()


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
            done=gettext_lazy("It is recorded. Everyone who was registered is told, and the fees are refunded."),
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
        "numbers": PageAction(
            grant=HOURS,
            service=_change_numbers,
            form=NumbersForm,
            form_kwargs=_clinics_to_change,
            is_open=_sells_numbers,
            done=gettext_lazy("It is recorded. All who are registered keep their numbers."),
            title=gettext_lazy("More or fewer numbers"),
            button=gettext_lazy("Change the numbers"),
            doing=gettext_lazy("Recording…"),
        ),
        "move": PageAction(
            grant=HOURS,
            service=_move_clinic,
            form=MoveClinicForm,
            form_kwargs=_clinics_to_move,
            is_open=_sells_numbers,
            done=gettext_lazy(
                "The clinic is moved, and everyone is told. Those who do not agree at the station get their fee back."
            ),
            title=gettext_lazy("A clinic at another time"),
            button=gettext_lazy("Move the clinic"),
            doing=gettext_lazy("Moving the clinic…"),
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
