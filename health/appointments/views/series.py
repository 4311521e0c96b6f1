"""Series of appointments: checked, booked, paid and moved."""

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import load, requires
from core.database.db import present
from core.days import clock_in
from core.errors import Refused
from core.forms import Outcome
from core.language import formatting
from core.money import Money
from core.web.page_actions import page_of, send_form
from core.web.tables import Cell, Column, Table
from health.appointments import services
from health.appointments.display import time_of
from health.appointments.forms import (
    ConfirmMoveForm,
    DatesForm,
    MoveForm,
    PaySeriesForm,
    RhythmForm,
    date_words,
)
from health.appointments.queries import (
    appointments,
    has_agreed,
)
from health.appointments.views.registering import query_of, resident_asked_for
from health.hospitals.models import Doctor
from scheduling.bookings.models import Booking
from scheduling.bookings.services import SeriesReport
from scheduling.calendars.models import Slot
from stations.current_station import counter_of
from stations.models import Person
from stations.people.queries import village_of
from stations.requests import SignedInRequest

BOOK, MOVE, HOSPITAL = "health.book_appointment", "health.move_appointment", "health.read_hospital"


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
    person, slot = resident_asked_for(request), _first_slot(pk)
    if slot is None or person is None or not slot.session.offering.allows_series:
        is_gone = slot is None or not slot.session.offering.allows_series
        page = {"doctor": doctor, "is_gone": is_gone, "offered": None, "query": query_of(person)}
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
        "query": query_of(person),
    }


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
