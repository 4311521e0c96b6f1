"""Appointments of a station, those of a hospital's day, and residents to call."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from health.appointments.display import day_of, kind_of, time_of, where_of
from health.appointments.models import Appointment
from health.appointments.queries import appointments, booked_twice, held_instead_of, open_offer_keys, to_call
from health.appointments.services import record_reads
from scheduling.bookings.models import Booking
from stations.people.masking import mask_name
from stations.requests import signed_in

READ, DESK, CALL = "health.read_appointment", "health.check_in_patient", "health.record_call"
_B = Booking.Status
_AHEAD = (_B.PENDING, _B.BOOKED, _B.ARRIVED, _B.CHECKED_IN)
_ORDER = ("booking__session__starts_at", "pk")
_LATEST = ("-booking__session__starts_at", "-pk")


def _on(day: dt.date, *statuses: str) -> Q:
    return Q(booking__session__local_date=day, booking__status__in=statuses)


def _words_of(row: Appointment, *, is_offered: bool) -> str:
    """The state of an appointment, as the station reads it."""
    if row.is_being_asked:
        return _("the hospital is being asked")
    return _("a place is offered") if is_offered else row.booking.get_status_display()


class Appointments(ListPage):
    """The day list of a station: who goes where today, what is ahead, and who waits for a place."""

    name = "appointments:appointments"
    grant = READ
    title = gettext_lazy("Appointments")
    template = "health/appointments/appointments.html"
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Number, time"),
        "where": gettext_lazy("Place"),
        "at": gettext_lazy("Day"),
        "amount": gettext_lazy("Registration fee"),
        "state": gettext_lazy("State"),
    }
    order = _ORDER
    state = "today"
    search = gettext_lazy("Name of the resident")
    empty = Empty(
        gettext_lazy("No resident is registered with a hospital."),
        gettext_lazy("Find the resident, then press “Register with a hospital”."),
        "heart",
    )

    def tabs(self) -> Sequence[State]:
        """By the reader's today."""
        today = timezone.localdate()
        return (
            State("today", gettext_lazy("today"), _on(today, *_AHEAD, _B.FULFILLED, _B.NOSHOW)),
            State(
                "ahead", gettext_lazy("ahead"), Q(booking__session__local_date__gt=today, booking__status__in=_AHEAD)
            ),
            State("waiting", gettext_lazy("waiting list"), Q(booking__status=_B.WAITLIST)),
            State("moved", gettext_lazy("moved: to ask"), Q(booking__answer_by_at__isnull=False)),
            State(
                "missing",
                gettext_lazy("not in the hospital's list"),
                Q(missing_since_at__isnull=False, booking__status=_B.BOOKED),
            ),
            State("twice", gettext_lazy("two at once"), booked_twice(at=now())),
            State(
                "over",
                gettext_lazy("over"),
                Q(booking__session__local_date__lt=today, booking__status__in=[_B.FULFILLED, _B.NOSHOW, *_AHEAD])
                | Q(booking__status__in=[_B.CANCELLED, _B.ENTERED_IN_ERROR]),
                order=_LATEST,
            ),
        )

    def rows(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Those within reach."""
        return appointments().open_to(request.user, self.grant)

    def found(self, words: str) -> Q:
        """Those of residents whose name begins like this."""
        return Q(resident__full_name__startswith=words)

    def known(self, rows: Sequence[Appointment], request: HttpRequest) -> Any:
        """Which of those who wait are offered a place; reading beyond the own station leaves rows."""
        record_reads(rows=rows, user=signed_in(request), at=now())
        return open_offer_keys(rows)

    def row(self, row: Appointment, known: Any) -> Row:
        """Who, when, where: never why."""
        booking = row.booking
        is_offered = booking.pk in known
        return Row(
            name=mask_name(row.resident.full_name),
            href=reverse("appointments:appointment", args=[row.pk]),
            what=" · ".join(str(each) for each in (row.number, time_of(booking.session, booking.slot)) if each),
            where=where_of(row),
            at=booking.session.local_date,
            amount=row.fee,
            status="wait" if is_offered else kind_of(booking),
            words=_words_of(row, is_offered=is_offered),
        )


class Desk(Appointments):
    """The day of a hospital at its desk, in the order of the clinics."""

    name = "appointments:desk"
    grant = DESK
    title = gettext_lazy("Patients today")
    template = "list.html"
    headings = {
        "name": gettext_lazy("Patient"),
        "what": gettext_lazy("Number, time"),
        "where": gettext_lazy("Department and doctor"),
        "state": gettext_lazy("State"),
    }
    state = "expected"
    empty = Empty(gettext_lazy("No patient is expected today."), icon="heart")

    def tabs(self) -> Sequence[State]:
        """By what the desk does next."""
        today = timezone.localdate()
        return (
            State("expected", pgettext_lazy("patients", "expected"), _on(today, _B.BOOKED, _B.ARRIVED)),
            State("here", gettext_lazy("at the desk"), _on(today, _B.CHECKED_IN)),
            State("served", gettext_lazy("served"), _on(today, _B.FULFILLED)),
            State("absent", gettext_lazy("absent"), _on(today, _B.NOSHOW)),
            State(
                "ahead", gettext_lazy("ahead"), Q(booking__session__local_date__gt=today, booking__status__in=_AHEAD)
            ),
            State(
                "listed",
                gettext_lazy("refused, but listed"),
                Q(listed_since_at__isnull=False, released_ref=None, booking__status=_B.CANCELLED),
            ),
        )

    def row(self, row: Appointment, known: Any) -> Row:
        """Who comes to whom."""
        booking, doctor = row.booking, row.doctor
        return Row(
            name=row.resident.full_name,
            href=reverse("appointments:appointment", args=[row.pk]),
            what=" · ".join(str(each) for each in (row.number, time_of(booking.session, booking.slot)) if each),
            where=f"{doctor.department.title} · {doctor.name}",
            status=kind_of(booking),
            words=booking.get_status_display(),
        )


class Calls(ListPage):
    """Residents who are to be told that the hospital has cancelled: name, phone, old and kept time, nothing else."""

    name = "appointments:calls"
    grant = CALL
    title = gettext_lazy("To call: the hospital has cancelled")
    headings = {
        "name": gettext_lazy("Resident"),
        "what": gettext_lazy("Phone"),
        "where": gettext_lazy("Kept instead"),
        "at": gettext_lazy("Day"),
        "state": gettext_lazy("Was at"),
    }
    order = _ORDER
    empty = Empty(gettext_lazy("No calls to make."), icon="phone")

    def rows(self, request: HttpRequest) -> QuerySet[Appointment]:
        """Those within reach whom nobody has told."""
        return to_call(appointments().open_to(request.user, self.grant), at=now())

    def known(self, rows: Sequence[Appointment], request: HttpRequest) -> dict[UUID, Booking]:
        """The places that are kept; reading beyond the own station leaves rows."""
        record_reads(rows=rows, user=signed_in(request), at=now())
        return held_instead_of(rows)

    def row(self, row: Appointment, known: dict[UUID, Booking]) -> Row:
        """Whom to call, the time that is cancelled, and the one that is kept instead."""
        booking, kept = row.booking, known.get(row.booking_id)
        return Row(
            name=mask_name(row.resident.full_name),
            href=reverse("appointments:appointment", args=[row.pk]),
            what=row.resident.phone.as_national if row.resident.phone else _("no phone"),
            where=f"{day_of(kept.session)} {time_of(kept.session, kept.slot)}" if kept else _("nothing"),
            at=booking.session.local_date,
            status="bad",
            words=time_of(booking.session, booking.slot),
        )


APPOINTMENTS, DESK_LIST, CALLS = Appointments(), Desk(), Calls()
