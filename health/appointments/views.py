"""Registering a resident in four presses, and the page of an appointment."""

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import load, may, requires
from core.database.db import present
from core.days import clock_in, day_in
from core.errors import Refused
from core.forms import Outcome
from core.language import formatting
from core.money import Money
from core.web.page_actions import ObjectPage, PageAction, page_of, send_form
from core.web.tables import Cell, Column, Table
from health.appointments import services
from health.appointments.display import REASON_WORDS, kind_of, time_of, where_of
from health.appointments.forms import (
    CameForm,
    CancelForm,
    CancelSeriesForm,
    ConfirmMoveForm,
    DatesForm,
    LineForm,
    MoveForm,
    PayForm,
    PaySeriesForm,
    RhythmForm,
    TakeForm,
    date_words,
)
from health.appointments.models import Appointment
from health.appointments.queries import (
    appointments,
    back_if_cancelled,
    has_agreed,
    of_series,
    open_offer,
    part_of,
    share_if_cancelled,
    to_call,
)
from health.hospitals.models import Department, Doctor, Hospital, staffed_by
from health.hospitals.queries import OfferedSession, departments_of, fees_of, hospitals_for, sessions_on_sale
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking
from scheduling.bookings.services import SeriesReport
from scheduling.calendars.models import Session, Slot
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.current_station import counter_of
from stations.models import Person
from stations.network.models import Station
from stations.people.queries import village_of
from stations.requests import SignedInRequest, signed_in

BOOK, READ, CANCEL = "health.book_appointment", "health.read_appointment", "health.cancel_appointment"
MOVE = "health.move_appointment"
HOSPITAL = "health.read_hospital"


@requires(BOOK)
def hospitals(request: SignedInRequest) -> HttpResponse:
    """Which hospital; the nearest stand first."""
    station, person = counter_of(request.user, BOOK), _person(request)
    page = {"hospitals": hospitals_for(station), "person": person, "query": _query(person)}
    return render(request, "health/appointments/hospitals.html", page)


@requires(HOSPITAL, one_object=True)
def departments(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Which department of a hospital."""
    hospital = load(Hospital.objects, request.user, HOSPITAL, pk=pk)
    person = _person(request)
    page = {
        "hospital": hospital,
        "departments": departments_of(hospital),
        "person": person,
        "query": _query(person),
    }
    return render(request, "health/appointments/departments.html", page)


@requires(HOSPITAL, one_object=True)
def sessions(request: SignedInRequest, pk: int) -> HttpResponse:
    """The clinics of a department that can be booked now, day by day."""
    department = load(Department.objects.select_related("hospital"), request.user, HOSPITAL, pk=pk)
    person, at = _person(request), now()
    offered = sessions_on_sale(departments=[department], at=at, fees=_fees(department.hospital, at))
    page = {
        "department": department,
        "days": _by_day(offered),
        "person": person,
        "query": _query(person),
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
    person, at = _person(request), now()
    offered = _offered(doctor, pk, at)
    if offered is None or person is None:
        page = {"doctor": doctor, "is_gone": offered is None, "offered": offered, "query": _query(person)}
        return render(request, "health/appointments/for_whom.html", page)
    station = counter_of(request.user, BOOK)
    if request.method == "GET" and not has_agreed(person):
        page = {"doctor": doctor, "person": person, "offered": offered, "must_agree": True}
        return render(request, "health/appointments/for_whom.html", page)
    if offered.slot is None and "slot" not in request.POST:
        return _wait(request, offered, station, person)
    return _pay(request, offered, station, person)


def _pay(request: SignedInRequest, offered: OfferedSession, station: Station, person: Person) -> HttpResponse:
    session = offered.session
    form = PayForm(request.POST or None, payer=person, currency=station.currency)
    slot = _slot(request, session) or present(offered.slot)

    def again(outcome: Outcome[PayForm]) -> HttpResponse:
        fresh = _offered(offered.doctor, session.pk, now()) or offered
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
        done=gettext_lazy("Registered. Give the resident the slip."),
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
        "query": _query(person),
    }


@requires(HOSPITAL, one_object=True)
def series(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same clinic again and again: how often, what each date meets, and the dates that are booked and paid."""
    doctor = load(
        Doctor.objects.select_related("department__hospital__division"),
        request.user,
        HOSPITAL,
        offering__sessions=pk,
    )
    if request.method == "POST":
        counter_of(request.user, BOOK)
    person, slot = _person(request), _first_slot(pk)
    if slot is None or person is None or not slot.session.offering.allows_series:
        is_gone = slot is None or not slot.session.offering.allows_series
        page = {"doctor": doctor, "is_gone": is_gone, "offered": None, "query": _query(person)}
        return render(request, "health/appointments/for_whom.html", page)
    station = counter_of(request.user, BOOK)
    if request.method == "GET" and not has_agreed(person):
        return render(
            request, "health/appointments/for_whom.html", {"doctor": doctor, "person": person, "must_agree": True}
        )
    asked = request.GET if "rhythm" in request.GET else None
    rhythm = RhythmForm(asked, initial={"person": person.pk})
    page = {"doctor": doctor, "person": person, "slot": slot, "rhythm": rhythm, **_series_words(slot, person)}
    if not rhythm.is_valid():
        return render(request, "health/appointments/series.html", page)
    typed = rhythm.cleaned_data
    proposal = services.Proposal(
        slot=slot, resident=person, station=station, rhythm=typed["rhythm"], count=typed["count"]
    )
    return _book_series(request, proposal, page)


def _book_series(request: SignedInRequest, proposal: services.Proposal, page: dict[str, Any]) -> HttpResponse:
    payer, currency = proposal.resident, proposal.station.currency
    form = PaySeriesForm(request.POST or None, payer=payer, currency=currency)

    def again(outcome: Outcome[PaySeriesForm]) -> HttpResponse:
        try:
            report = services.preview_series(proposal=proposal, at=now())
        except Refused as refusal:
            page["rhythm"].add_error(None, str(refusal))
            return render(request, "health/appointments/series.html", page, status=refusal.status)
        sent = request.GET if "check" in request.GET else None
        asked = {"person": proposal.resident.pk, "rhythm": proposal.rhythm, "count": proposal.count}
        dates = DatesForm(report, asked, sent)
        chosen = dates.chosen(request.GET) if sent else {}
        refused = outcome.form if outcome.form.errors else None
        shown = {**page, "dates": dates, "report": report, "refused": refused}
        if not chosen or refused:
            return render(request, "health/appointments/series.html", shown, status=outcome.status)
        quote = services.quote_appointment(
            session=proposal.slot.session, station=proposal.station, by=request.user, at=now()
        )
        outcome.form.show(quote, chosen)
        words = [date_words(report, each) for each in sorted(chosen.values())]
        shown |= {"form": outcome.form, "quote": quote, "total": _times(quote.total, len(chosen)), "chosen": words}
        return render(request, "health/appointments/check_series.html", shown, status=outcome.status)

    return send_form(
        request,
        operation=BOOK,
        form=form,
        service=partial(services.book_series, proposal=proposal),
        then=page_of("appointments:dates"),
        again=again,
        done=gettext_lazy("All dates are booked. Give the resident the slip."),
    )


def _times(amount: Money, count: int) -> Money:
    return Money(amount.minor * count, amount.currency)


def _first_slot(pk: int) -> Slot | None:
    slots = Slot.objects.select_related("session__resource", "session__offering").filter(session=pk)
    return slots.order_by("starts_at").first()


def _series_words(slot: Slot, person: Person) -> dict[str, Any]:
    village = village_of(person)
    return {
        "village": village.short_name if village else "",
        "first": f"{formatting.day(slot.session.local_date)} {time_of(slot.session, slot)}",
        "query": _query(person),
    }


@requires(READ, one_object=True)
def dates(request: SignedInRequest, pk: Any) -> HttpResponse:
    """The slip of a series: every date that is ahead, with its number and its code."""
    found = load(appointments(), request.user, READ, pk=pk)
    services.record_reads(rows=[found], user=request.user, at=now())
    language = found.resident.language
    page = {
        "appointment": found,
        "rows": [
            {
                "day": formatting.day(each.booking.session.local_date),
                "time": time_of(each.booking.session, each.booking.slot),
                "number": each.booking.sequence_no,
                "code": each.code,
            }
            for each in of_series(found) or [found]
            if each.status in {Booking.Status.BOOKED, Booking.Status.ARRIVED}
        ],
        "place": found.hospital.place_in(language),
        "address": "" if found.hospital.is_restricted else found.hospital.address,
        "bring": found.hospital.bring_in(language),
        "station": found.booking.station,
        "lang": "zh-Hans" if language.startswith("zh") else language,
    }
    return render(request, "health/appointments/dates.html", page)


@requires(MOVE, one_object=True)
def move(request: SignedInRequest, pk: Any) -> HttpResponse:
    """A date of a series goes to another day and time, the later ones or all with it: shown first, then moved."""
    found = load(appointments(), request.user, MOVE, pk=pk)
    services.record_reads(rows=[found], user=request.user, at=now())
    booking = found.booking
    today_is = {"to_date": booking.session.local_date, "clock": booking.slot and _clock(booking)}
    wish = MoveForm(request.GET if "scope" in request.GET else None, initial=today_is)
    form = ConfirmMoveForm(request.POST or None)

    def again(outcome: Outcome[ConfirmMoveForm]) -> HttpResponse:
        page: dict[str, Any] = {"appointment": found, "wish": wish, "form": outcome.form, "refused": None}
        if outcome.form.errors:
            page["refused"] = outcome.form
        if wish.is_valid():
            try:
                page["report"] = report = services.preview_move(appointment=found, **wish.cleaned_data, at=now())
            except Refused as refusal:
                wish.add_error(None, str(refusal))
                return render(request, "health/appointments/move.html", page, status=refusal.status)
            page["moves"] = _moves(report)
            outcome.form.initial.update(wish.cleaned_data)
        return render(request, "health/appointments/move.html", page, status=outcome.status)

    return send_form(
        request,
        operation=MOVE,
        form=form,
        service=partial(services.move_series, appointment=found),
        then=page_of("appointments:appointment"),
        again=again,
        done=gettext_lazy("It is moved. Give the resident a new slip."),
    )


def _clock(booking: Booking) -> dt.time:
    return clock_in(booking.session.resource.zone, present(booking.slot).starts_at)


def _moves(report: SeriesReport) -> Table:
    columns = [Column(_("Time in the series"), short=True), Column(_("New day and time")), Column(_("State"))]
    rows = [
        (each.no, date_words(report, each.starts_at), Cell(each.words, status="ok" if each.is_free else "bad"))
        for each in report.occurrences
    ]
    return Table(_("What would be moved"), columns, rows)


@requires(READ, one_object=True)
def slip(request: SignedInRequest, pk: Any) -> HttpResponse:
    """What the resident holds: where, when, the number, the code, and what to bring."""
    found = load(appointments(), request.user, READ, pk=pk)
    services.record_reads(rows=[found], user=request.user, at=now())
    language, booking = found.resident.language, found.booking
    page = {
        "appointment": found,
        "place": found.hospital.place_in(language),
        "address": "" if found.hospital.is_restricted else found.hospital.address,
        "bring": found.hospital.bring_in(language),
        "day": formatting.day(booking.session.local_date),
        "time": time_of(booking.session, booking.slot),
        "station": booking.station,
        "lang": "zh-Hans" if language.startswith("zh") else language,
    }
    return render(request, "health/appointments/slip.html", page)


def _rows() -> QuerySet[Appointment]:
    return appointments()


def _context(request: HttpRequest, found: Appointment) -> dict[str, Any]:
    services.record_reads(rows=[found], user=signed_in(request), at=now())
    booking, is_desk = found.booking, _works_there(signed_in(request), found)
    offer = open_offer(booking)
    cancel_back = part_of(found, share_if_cancelled(found, at=now()))
    return {
        "appointment": found,
        "booking": booking,
        "kind": kind_of(booking),
        "day": formatting.day(booking.session.local_date),
        "time": time_of(booking.session, booking.slot),
        "where": f"{found.hospital.title} · {found.doctor.department.title}" if is_desk else where_of(found),
        "doctor": found.doctor.name if is_desk else found.doctor_shown,
        "is_desk": is_desk,
        "offer": offer,
        "back": cancel_back if found.payment and may(request.user, CANCEL) else None,
        "given_back": found.payment.refunds.order_by("pk").first() if found.payment else None,
        "history": history_of(booking, reasons=REASON_WORDS),
        **_series_context(found, is_desk=is_desk, user=signed_in(request)),
    }


def _series_context(found: Appointment, *, is_desk: bool, user: User) -> dict[str, Any]:
    """The other dates of the series, and what would come back if they were given up now."""
    rows = of_series(found)
    at = now()
    ahead = [each for each in rows if _is_ahead(each, at)]
    own_no = found.booking.occurrence_no or 0
    later = [each for each in ahead if (each.booking.occurrence_no or 0) >= own_no]
    may_cancel = not is_desk and may(user, CANCEL) and any(each.payment for each in ahead)
    return {
        "series_dates": _dates_table(rows, found) if rows else None,
        "later_back": back_if_cancelled(later, at=at) if may_cancel and later else None,
        "all_back": back_if_cancelled(ahead, at=at) if may_cancel else None,
        "can_move": bool(ahead) and may(user, MOVE) and found.status == Booking.Status.BOOKED,
    }


def _is_ahead(row: Appointment, at: dt.datetime) -> bool:
    slot = row.booking.slot
    return row.status in {Booking.Status.BOOKED, Booking.Status.ARRIVED} and slot is not None and slot.starts_at > at


def _dates_table(rows: list[Appointment], found: Appointment) -> Table:
    columns = [Column(_("Day")), Column(_("Time")), Column(_("Number"), number=True), Column(_("State"))]
    lines = [
        (
            Cell(
                formatting.day(each.booking.session.local_date),
                href="" if each.pk == found.pk else reverse("appointments:appointment", args=[each.pk]),
            ),
            time_of(each.booking.session, each.booking.slot),
            each.booking.sequence_no or "",
            Cell(each.booking.get_status_display(), status=kind_of(each.booking)),
        )
        for each in rows
    ]
    return Table(_("All dates of the series"), columns, lines)


def _works_there(user: User, found: Appointment) -> bool:
    return Hospital.objects.filter(staffed_by(user, READ), pk=found.hospital_id).exists()


def _is_in_series(found: Appointment, _user: User) -> bool:
    at = now()
    return found.booking.series_id is not None and any(_is_ahead(each, at) for each in of_series(found))


def _is_waiting(found: Appointment, _user: User) -> bool:
    return found.status == Booking.Status.WAITLIST and open_offer(found.booking) is not None


def _is_to_call(found: Appointment, _user: User) -> bool:
    return to_call(Appointment.objects.filter(pk=found.pk), at=now()).exists()


def _taking(_request: HttpRequest, found: Appointment) -> dict[str, Any]:
    return {"payer": found.resident, "currency": found.currency}


def _person(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    people = Person.objects.living().select_related("village", "home_station__village", "household")
    return load(people, request.user, "stations.find_person", pk=pk) if pk else None


def _query(person: Person | None) -> str:
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


def _by_day(offered: list[OfferedSession]) -> list[tuple[str, list[dict[str, Any]]]]:
    days: dict[dt.date, list[dict[str, Any]]] = {}
    for each in offered:
        free = _("%(count)s free") % {"count": each.free} if each.slot else _("waiting list")
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


APPOINTMENT_PAGE = ObjectPage(
    name="appointments:appointment",
    template="health/appointments/appointment.html",
    grant=READ,
    noun="appointment",
    rows=_rows,
    context=_context,
    machine=BOOKING,
    actions={
        "called": PageAction(
            grant="health.record_call",
            service=services.record_call,
            is_open=_is_to_call,
            title=gettext_lazy("The doctor is away: tell the resident"),
            button=gettext_lazy("I told the resident"),
            doing=gettext_lazy("Recording…"),
        ),
        "take": PageAction(
            grant="health.answer_offer",
            service=services.take_offer,
            form=TakeForm,
            form_kwargs=_taking,
            arrow="make_offer",
            is_open=_is_waiting,
            title=gettext_lazy("A place is free"),
            button=gettext_lazy("Take it and collect the fee"),
            doing=gettext_lazy("Booking…"),
        ),
        "decline": PageAction(
            grant="health.answer_offer",
            service=services.decline_offer,
            arrow="make_offer",
            is_open=_is_waiting,
            title=gettext_lazy("The resident does not want the place"),
            button=gettext_lazy("Give the place to the next"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
        "check-in": PageAction(
            grant="health.check_in_patient",
            service=services.check_in,
            arrow="check_in",
            title=gettext_lazy("The patient is at the desk"),
            button=gettext_lazy("Check in"),
            doing=gettext_lazy("Recording…"),
        ),
        "served": PageAction(
            grant="health.record_served",
            service=services.record_served,
            arrow="fulfil_booking",
            title=gettext_lazy("The doctor has seen the patient"),
            button=gettext_lazy("Served"),
            doing=gettext_lazy("Recording…"),
        ),
        "arrive": PageAction(
            grant="health.record_arrival",
            service=services.record_arrival,
            arrow="record_arrival",
            title=gettext_lazy("The resident has arrived"),
            button=gettext_lazy("Arrived"),
            doing=gettext_lazy("Recording…"),
        ),
        "absent": PageAction(
            grant="health.record_absent",
            service=services.record_absent,
            arrow="record_noshow",
            title=gettext_lazy("The patient did not come"),
            button=gettext_lazy("Absent"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
        "came": PageAction(
            grant="health.correct_absent",
            service=services.correct_absent,
            form=CameForm,
            arrow="correct_noshow",
            title=gettext_lazy("The patient came after all"),
            button=gettext_lazy("Correct it"),
            doing=gettext_lazy("Recording…"),
        ),
        "cancel": PageAction(
            grant=CANCEL,
            service=services.cancel_appointment,
            form=CancelForm,
            arrow="cancel_booking",
            title=gettext_lazy("Cancel the registration"),
            button=gettext_lazy("Cancel it"),
            doing=gettext_lazy("Cancelling…"),
            kind="danger",
        ),
        "cancel-series": PageAction(
            grant=CANCEL,
            service=services.cancel_series,
            form=CancelSeriesForm,
            is_open=_is_in_series,
            title=gettext_lazy("Cancel several dates of the series"),
            button=gettext_lazy("Cancel these dates"),
            doing=gettext_lazy("Cancelling…"),
            kind="danger",
        ),
    },
)
