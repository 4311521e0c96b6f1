"""Another time for one whose doctor is away: chosen with the address in the message, by whoever helps; no login."""

import datetime as dt
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from core.access import PUBLIC, requires
from core.errors import Refused
from core.language import formatting
from core.web.page_actions import form_page
from health.appointments import services
from health.appointments.display import day_of, other_time_words, time_of
from health.appointments.forms import OtherTimeForm
from health.appointments.links import appointment_called
from health.appointments.models import Appointment
from health.appointments.queries import other_times
from scheduling.bookings.models import Booking
from scheduling.calendars.models import Slot
from stations.accounts.models import User
from stations.recruitment.services import count_look_up

#: Whoever has the address may choose: it is kept nowhere, named to nobody, and found by no search engine.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
TEMPLATE = "health/appointments/other_times.html"
_STANDING = (Booking.Status.BOOKED, Booking.Status.ARRIVED)


@requires(PUBLIC)
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Which time is kept, which others are free, and what was chosen: day, time, place and number, nothing else."""
    found = appointment_called(token, at=now())
    response = _choose(request, found) if found else _not_found(request)
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _choose(request: HttpRequest, found: Appointment) -> HttpResponse:
    # Of the doctor nothing is said: a name may tell the department.
    times = [each._replace(doctor_shown="") for each in other_times(found, at=now())]
    form = OtherTimeForm(request.POST or None, times=[(each.slot, other_time_words(each)) for each in times])
    return form_page(
        request,
        operation="health.rebook_by_link",
        about=str(found.pk),
        form=form,
        service=partial(_take, appointment=found),
        then=lambda _taken: "./",
        template=TEMPLATE,
        page=lambda: _page(found, is_open=bool(times)),
        done="",
    )


def _take(*, appointment: Appointment, slot: Slot, key: str, by: User | AnonymousUser, at: dt.datetime) -> Appointment:
    """Nobody is known here: it is done in nobody's name."""
    return services.rebook_by_link(appointment=appointment, slot=slot, at=at, key=key)


def _page(found: Appointment, *, is_open: bool) -> dict[str, Any]:
    booking = found.booking
    is_booked = booking.status in _STANDING
    return {
        "is_known": True,
        "is_open": is_open,
        "is_booked": is_booked,
        "day": day_of(booking.session),
        "time": time_of(booking.session, booking.slot),
        "place": found.hospital.place_in("zh-hans" if formatting.in_chinese() else "en"),
        "number": found.number,
    }


def _not_found(request: HttpRequest) -> HttpResponse:
    """Whoever guesses is stopped; many may stand behind one address."""
    try:
        count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        response = render(request, TEMPLATE, {"refusal": refusal}, status=refusal.status)
        response["Retry-After"] = str(getattr(refusal, "retry_after", 60))
        return response
    return render(request, TEMPLATE, {}, status=404)
