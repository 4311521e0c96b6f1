"""Registering a resident in four presses."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import load, requires
from core.database.db import present
from core.days import day_in
from core.forms import Outcome
from core.language import formatting
from core.web.page_actions import page_of, send_form
from health.appointments import services
from health.appointments.display import time_of
from health.appointments.forms import (
    LineForm,
    PayForm,
)
from health.appointments.queries import (
    has_agreed,
)
from health.hospitals.models import Department, Doctor, Hospital
from health.hospitals.queries import OfferedSession, departments_of, fees_of, hospitals_for, sessions_on_sale
from scheduling.calendars.models import Session, Slot
from stations.current_station import counter_of
from stations.models import Person
from stations.network.models import Station
from stations.people.queries import village_of
from stations.requests import SignedInRequest

BOOK, HOSPITAL = "health.book_appointment", "health.read_hospital"


@requires(BOOK)
def hospitals(request: SignedInRequest) -> HttpResponse:
    """Which hospital; the nearest stand first."""
    station, person = counter_of(request.user, BOOK), resident_asked_for(request)
    page = {"hospitals": hospitals_for(station), "person": person, "query": query_of(person)}
    return render(request, "health/appointments/hospitals.html", page)


@requires(HOSPITAL, one_object=True)
def departments(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Which department of a hospital."""
    hospital = load(Hospital.objects, request.user, HOSPITAL, pk=pk)
    person = resident_asked_for(request)
    page = {
        "hospital": hospital,
        "departments": departments_of(hospital),
        "person": person,
        "query": query_of(person),
    }
    return render(request, "health/appointments/departments.html", page)


@requires(HOSPITAL, one_object=True)
def sessions(request: SignedInRequest, pk: int) -> HttpResponse:
    """The clinics of a department that can be booked now, day by day."""
    department = load(Department.objects.select_related("hospital"), request.user, HOSPITAL, pk=pk)
    person, at = resident_asked_for(request), now()
    offered = sessions_on_sale(departments=[department], at=at, fees=_fees(department.hospital, at))
    page = {
        "department": department,
        "days": _by_day(offered, without_place=_("waiting list") if _has_line(department.hospital) else _("full")),
        "person": person,
        "query": query_of(person),
    }
    return render(request, "health/appointments/sessions.html", page)


@requires(HOSPITAL, one_object=True)
def book(request: SignedInRequest, pk: int) -> HttpResponse:
    """What will be booked, read back and paid; of a full clinic a place in the line."""
    doctor = load(
        Doctor.objects.select_related("department__hospital__division"),
        request.user,
        HOSPITAL,
        offering__sessions=pk,
    )
    if request.method == "POST":
        counter_of(request.user, BOOK)
    person, at = resident_asked_for(request), now()
    offered = _offered(doctor, pk, at)
    if offered is not None and offered.slot is None and not _has_line(doctor.department.hospital):
        offered = None
    if offered is None or person is None:
        page = {"doctor": doctor, "is_gone": offered is None, "offered": offered, "query": query_of(person)}
        return render(request, "health/appointments/for_whom.html", page)
    station = counter_of(request.user, BOOK)
    if request.method == "GET" and not has_agreed(person):
        page = {"doctor": doctor, "person": person, "offered": offered, "must_agree": True}
        return render(request, "health/appointments/for_whom.html", page)
    if offered.slot is None and "slot" not in request.POST:
        return _wait(request, offered, station, person)
    return _pay(request, offered, station, person)


def _pay(request: SignedInRequest, offered: OfferedSession, station: Station, person: Person) -> HttpResponse:
    session, hospital = offered.session, offered.doctor.department.hospital
    form = PayForm(request.POST or None, payer=person, currency=station.currency)
    slot = _slot(request, session) or present(offered.slot)

    def again(outcome: Outcome[PayForm]) -> HttpResponse:
        fresh = _offered(offered.doctor, session.pk, now()) or offered
        if fresh.slot is None and not _has_line(hospital):
            page = {"doctor": offered.doctor, "is_gone": True, "offered": None, "query": query_of(person)}
            return render(request, "health/appointments/for_whom.html", page, status=outcome.status)
        if fresh.slot is None:
            return _wait(request, fresh, station, person, refused=outcome.form)
        quote = services.quote_appointment(session=session, station=station, by=request.user, at=now())
        outcome.form.show(quote, fresh.slot.pk)
        page = {"form": outcome.form, "quote": quote, **_read_back(fresh, person)}
        return render(request, "health/appointments/book.html", page, status=outcome.status)

    return send_form(
        request,
        operation=BOOK,
        form=form,
        service=partial(services.book_appointment, slot=slot, resident=person, station=station),
        then=page_of("appointments:appointment"),
        again=again,
        done=_("Registered. Give the resident the slip.")
        if hospital.system_id is None
        else _("Recorded. Wait with the resident until the hospital has given a number."),
    )


def _wait(
    request: SignedInRequest, offered: OfferedSession, station: Station, person: Person, refused: Any = None
) -> HttpResponse:
    def again(outcome: Outcome[LineForm]) -> HttpResponse:
        page = {"form": outcome.form, "refused": refused, **_read_back(offered, person)}
        return render(request, "health/appointments/wait.html", page, status=outcome.status)

    sent = request.POST if request.method == "POST" and refused is None else None
    return send_form(
        request,
        operation=BOOK,
        form=LineForm(sent),
        service=partial(services.join_line, session=offered.session, resident=person, station=station),
        then=page_of("appointments:appointment"),
        again=again,
        done=gettext_lazy("On the waiting list. We write when a place is free."),
    )


def _read_back(offered: OfferedSession, person: Person) -> dict[str, Any]:
    session, doctor = offered.session, offered.doctor
    village = village_of(person)
    return {
        "offered": offered,
        "doctor": doctor,
        "department": doctor.department,
        "hospital": doctor.department.hospital,
        "person": person,
        "village": village.short_name if village else "",
        "day": formatting.day(session.local_date),
        "time": time_of(session, offered.slot),
        "query": query_of(person),
    }


def resident_asked_for(request: SignedInRequest) -> Person | None:
    """Whom the address names, within reach."""
    pk = request.GET.get("person")
    people = Person.objects.living().select_related("village", "home_station__village", "household")
    return load(people, request.user, "stations.find_person", pk=pk) if pk else None


def query_of(person: Person | None) -> str:
    """What names a resident in the next address."""
    return f"?{urlencode({'person': person.pk})}" if person else ""


def _fees(hospital: Hospital, at: dt.datetime) -> dict[str, Any]:
    return fees_of(hospital, on=day_in(hospital.zone, at))


def _offered(doctor: Doctor, session: int, at: dt.datetime) -> OfferedSession | None:
    fees = _fees(doctor.department.hospital, at)
    found = sessions_on_sale(departments=[doctor.department], at=at, fees=fees, doctor=doctor.pk)
    return next((each for each in found if each.session.pk == session and each.fee is not None), None)


def _slot(request: SignedInRequest, session: Session) -> Slot | None:
    """The slot that stood on the page."""
    sent = request.POST.get("slot", "")
    if not sent.isdecimal() or len(sent) > 18:
        return None
    found = session.slots.filter(pk=int(sent)).first()
    if found is None:
        raise Http404
    return found


def _has_line(hospital: Hospital) -> bool:
    """Nobody waits where the hospital's own system keeps the numbers."""
    return hospital.system_id is None


def _by_day(offered: list[OfferedSession], *, without_place: str) -> list[tuple[str, list[dict[str, Any]]]]:
    days: dict[dt.date, list[dict[str, Any]]] = {}
    for each in offered:
        free = _("%(count)s free") % {"count": each.free} if each.slot else without_place
        days.setdefault(each.session.local_date, []).append(
            {
                "session": each.session,
                "doctor": each.doctor.name,
                "detail": f"{each.session.get_part_of_day_display()} · {time_of(each.session)}",
                "grade": each.doctor.get_grade_display(),
                "fee": each.fee,
                "kind": "ok" if each.slot else "wait",
                "words": free,
            }
        )
    return [(formatting.day(date), rows) for date, rows in days.items()]
