"""The page of an appointment, and its slips."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.access import load, may, requires
from core.days import day_in
from core.language import formatting
from core.web.page_actions import ObjectPage, PageAction
from core.web.tables import Cell, Column, Table
from health.appointments import services
from health.appointments.display import REASON_WORDS, kind_of, other_time_words, time_of, where_of
from health.appointments.forms import (
    CameForm,
    CancelAtDeskForm,
    CancelForm,
    CancelSeriesForm,
    LiftForm,
    OtherTimeForm,
    TakeForm,
)
from health.appointments.models import Appointment
from health.appointments.queries import (
    appointments,
    back_if_cancelled,
    ban_of,
    is_booked_twice,
    of_series,
    open_offer,
    other_times,
    part_of,
    share_if_cancelled,
    times_to_move_to,
    to_call,
)
from health.hospitals.models import Hospital, staffed_by
from health.hospitals.queries import policy_of
from scheduling.bookings.machine import BOOKING
from scheduling.bookings.models import Booking
from scheduling.bookings.queries import held_instead
from scheduling.feeds.rendering import event_text
from stations.accounts.models import User
from stations.accounts.queries import history_of
from stations.requests import SignedInRequest, signed_in

READ, CANCEL, MOVE = "health.read_appointment", "health.cancel_appointment", "health.move_appointment"


@requires(READ, one_object=True)
def slip(request: SignedInRequest, pk: Any) -> HttpResponse:
    """What the resident holds: where, when, the number, the code, and what to bring."""
    found = _read(request, pk)
    booking = found.booking
    page = {
        **_paper(found),
        "day": formatting.day(booking.session.local_date),
        "time": time_of(booking.session, booking.slot),
    }
    return render(request, "health/appointments/slip.html", page)


@require_GET
@requires(READ, one_object=True)
def event(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The appointment for the calendar of a phone: public label, place and time; one that waits has none."""
    found = _read(request, pk)
    text = event_text(found.booking, language=found.resident.language)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@requires(READ, one_object=True)
def dates(request: SignedInRequest, pk: Any) -> HttpResponse:
    """The slip of a series: every date that is ahead, with its number and its code."""
    found = _read(request, pk)
    rows = [
        {
            "day": formatting.day(each.booking.session.local_date),
            "time": time_of(each.booking.session, each.booking.slot),
            "number": each.number,
            "code": each.code_at_desk,
        }
        for each in of_series(found) or [found]
        if each.status in {Booking.Status.BOOKED, Booking.Status.ARRIVED}
    ]
    return render(request, "health/appointments/dates.html", {**_paper(found), "rows": rows})


def _read(request: SignedInRequest, pk: Any) -> Appointment:
    found: Appointment = load(appointments(), request.user, READ, pk=pk)
    services.record_reads(rows=[found], user=request.user, at=now())
    return found


def _paper(found: Appointment) -> dict[str, Any]:
    """What every slip says, in the resident's language."""
    language = found.resident.language
    return {
        "appointment": found,
        "place": found.hospital.place_in(language),
        "address": "" if found.hospital.is_restricted else found.hospital.address,
        "bring": found.hospital.bring_in(language),
        "station": found.booking.station,
        "lang": "zh-Hans" if language.startswith("zh") else language,
    }


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
        # Only of a record that became part of another there can be two at once.
        "is_twice": found.resident.merged_into_id is not None and is_booked_twice(found, at=now()),
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
    columns = [Column(_("Day")), Column(_("Time")), Column(_("Queue number"), number=True), Column(_("State"))]
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


def _is_listed_though_refused(found: Appointment, _user: User) -> bool:
    return found.is_listed_though_refused


def _has_other_times(found: Appointment, _user: User) -> bool:
    return held_instead(found.booking) is not None


def _keeps_numbers_here(found: Appointment, _user: User) -> bool:
    return found.asked_ref is None


def _is_restricted(found: Appointment, _user: User) -> bool:
    policy = policy_of(found.hospital) if found.status == Booking.Status.NOSHOW else None
    return policy is not None and ban_of(found.resident, policy, today=day_in(found.hospital.zone, now())) is not None


def _is_asked(found: Appointment, _user: User) -> bool:
    return found.booking.answer_by_at is not None


def _times(_request: HttpRequest, found: Appointment) -> dict[str, Any]:
    return {"times": [(each.slot, other_time_words(each)) for each in other_times(found, at=now())]}


def _times_to_move_to(_request: HttpRequest, found: Appointment) -> dict[str, Any]:
    return {"times": [(each.slot, other_time_words(each)) for each in times_to_move_to(found, at=now())]}


def _can_be_moved(found: Appointment, _user: User) -> bool:
    return bool(times_to_move_to(found, at=now()))


def _taking(_request: HttpRequest, found: Appointment) -> dict[str, Any]:
    return {"payer": found.resident, "currency": found.currency}


APPOINTMENT_PAGE = ObjectPage(
    name="appointments:appointment",
    template="health/appointments/appointment.html",
    grant=READ,
    noun="appointment",
    rows=_rows,
    context=_context,
    machine=BOOKING,
    actions={
        "rebook": PageAction(
            grant="health.answer_offer",
            service=services.rebook_appointment,
            form=OtherTimeForm,
            form_kwargs=_times,
            is_open=_has_other_times,
            title=gettext_lazy("The doctor is away: another time"),
            button=gettext_lazy("Register for this time"),
            doing=gettext_lazy("Registering…"),
            done=gettext_lazy("Registered. What was paid stays paid. Give the resident the new slip."),
        ),
        "no-other-time": PageAction(
            grant="health.answer_offer",
            service=services.decline_other_time,
            is_open=_has_other_times,
            title=gettext_lazy("The resident wants none of these times"),
            button=gettext_lazy("Give the time and the fee back"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
        "called": PageAction(
            grant="health.record_call",
            service=services.record_call,
            is_open=_is_to_call,
            title=gettext_lazy("The hospital has cancelled: tell the resident"),
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
        "agree": PageAction(
            grant=MOVE,
            service=services.agree_to_move,
            arrow="agree_to_move",
            is_open=_is_asked,
            title=gettext_lazy("The hospital has moved this clinic"),
            button=gettext_lazy("The resident comes at this time"),
            doing=gettext_lazy("Recording…"),
            done=gettext_lazy("It is recorded. Give the resident a new slip."),
        ),
        "other-time": PageAction(
            grant=MOVE,
            service=services.move_appointment,
            form=OtherTimeForm,
            form_kwargs=_times_to_move_to,
            is_open=_can_be_moved,
            title=gettext_lazy("The resident wants another time"),
            button=gettext_lazy("Move it to this time"),
            doing=gettext_lazy("Moving the date…"),
            done=gettext_lazy("It is moved. Give the resident a new slip."),
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
        "lift": PageAction(
            grant="health.lift_restriction",
            service=services.lift_restriction,
            form=LiftForm,
            is_open=_is_restricted,
            title=gettext_lazy("The patient was absent too often: register the patient again"),
            button=gettext_lazy("Excuse the absences"),
            doing=gettext_lazy("Recording…"),
            done=gettext_lazy("The absences are excused. Stations can register the patient again."),
        ),
        "cancel-at-desk": PageAction(
            grant="health.cancel_at_desk",
            service=services.cancel_at_desk,
            form=CancelAtDeskForm,
            arrow="cancel_booking",
            is_open=_keeps_numbers_here,
            title=gettext_lazy("Cancel the number of this patient"),
            button=gettext_lazy("Cancel it"),
            doing=gettext_lazy("Cancelling the registration…"),
            kind="danger",
        ),
        "release": PageAction(
            grant="health.release_number",
            service=services.release_listed,
            is_open=_is_listed_though_refused,
            title=gettext_lazy("The hospital’s system keeps this number"),
            button=gettext_lazy("Release it at the system"),
            doing=gettext_lazy("Recording…"),
        ),
        "cancel": PageAction(
            grant=CANCEL,
            service=services.cancel_appointment,
            form=CancelForm,
            arrow="cancel_booking",
            title=gettext_lazy("Cancel the registration"),
            button=gettext_lazy("Cancel it"),
            doing=gettext_lazy("Cancelling the registration…"),
            kind="danger",
        ),
        "cancel-series": PageAction(
            grant=CANCEL,
            service=services.cancel_series,
            form=CancelSeriesForm,
            is_open=_is_in_series,
            title=gettext_lazy("Cancel several dates of the series"),
            button=gettext_lazy("Cancel these dates"),
            doing=gettext_lazy("Cancelling the dates…"),
            kind="danger",
        ),
    },
)
