"""Stations as their county sees them."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import load, may, requires
from core.days import day_in
from core.forms import PressForm
from core.history import changes_of
from core.web.page_actions import form_page, to
from core.web.timeline import entries_of
from stations.accounts.models import User
from stations.network import queries, services
from stations.network.forms import ClosingForm, PauseForm, ReasonForm, WeekForm
from stations.network.models import Service, ServicePause, Station
from stations.network.queries import open_closing
from stations.network.views.shared import READ, facts_of
from stations.places.models import Division
from stations.requests import SignedInRequest
from stations.scope import posts_granting

PAGE = 50
#: Address -> verb, words on the button, arrow, service.
MOVES: dict[str, tuple[str, Any, str, Callable[..., Station]]] = {
    "fit-out": (
        "stations.fit_out_station",
        gettext_lazy("Start fitting out"),
        "begin_fitting_out",
        services.begin_fitting_out,
    ),
    "start-trial": ("stations.try_station", gettext_lazy("Start the trial"), "start_trial", services.start_trial),
    "activate": (
        "stations.activate_station",
        gettext_lazy("Activate the station"),
        "activate_station",
        services.activate_station,
    ),
    "close-temporarily": (
        "stations.close_temporarily",
        gettext_lazy("Close temporarily"),
        "close_temporarily",
        services.close_temporarily,
    ),
    "reopen": (
        "stations.reopen_station",
        gettext_lazy("Reopen the station"),
        "reopen_station",
        services.reopen_station,
    ),
    "suspend": (
        "stations.suspend_station",
        gettext_lazy("Suspend the station"),
        "suspend_station",
        services.suspend_station,
    ),
    "lift-suspension": (
        "stations.lift_suspension",
        gettext_lazy("Lift the suspension"),
        "lift_suspension",
        services.lift_suspension,
    ),
}


@requires(READ, one_object=True)
def county_station(request: SignedInRequest, code: str) -> HttpResponse:
    """One station as the county sees it, with what may be done now."""
    stations = Station.objects.select_related("village", "township", "county")
    station = load(stations, request.user, READ, code=code)
    history = changes_of(station)
    page = {
        **facts_of(request, station),
        "services": queries.services_known(station, None, now()),
        "verbs": [
            (words, reverse("network:move", args=[station.code, slug]))
            for slug, (verb, words, arrow, _service) in MOVES.items()
            if station.status in services.MACHINE.arrows[arrow] and may(request.user, verb)
        ],
        "contracts": station.contracts.exclude(status__in=["draft", "signed"])
        .select_related("user")
        .order_by("-pk")[:5]
        if may(request.user, "stations.read_contract")
        else [],
        "may_end": station.status != Station.Status.CLOSED and may(request.user, "stations.close_station"),
        "may_inspect": may(request.user, "stations.plan_inspection"),
        "is_asked": open_closing(station) is not None,
        "may_switch": may(request.user, "stations.switch_service"),
        "may_set_hours": may(request.user, "stations.set_hours"),
        "history": entries_of(history, Station.Status),
    }
    return render(request, "stations/network/county_station.html", page)


@requires(READ, one_object=True)
def move(request: SignedInRequest, code: str, slug: str) -> HttpResponse:
    """One arrow of a station, with its reason."""
    if slug not in MOVES:
        raise Http404
    verb, words, _arrow, service = MOVES[slug]
    station = load(Station.objects.all(), request.user, verb, code=code)
    form = (ClosingForm if slug == "close-temporarily" else ReasonForm)(request.POST or None)
    return form_page(
        request,
        operation=verb,
        form=form,
        service=partial(service, station=station),
        then=to("network:county_station", code),
        template="stations/network/move.html",
        page=lambda: {"station": station, "words": words, "is_grave": slug == "suspend"},
        done=_("Done."),
        by="actor",
    )


@requires("stations.switch_service", one_object=True)
def switch(request: SignedInRequest, code: str, service: str, way: str) -> HttpResponse:
    """Switch a service on or off at one station."""
    verb = "stations.switch_service"
    station = load(Station.objects.all(), request.user, verb, code=code)
    row = _service_or_404(service)
    if way not in ("on", "off"):
        raise Http404
    turn = services.switch_service_on if way == "on" else services.switch_service_off
    return form_page(
        request,
        operation=verb,
        form=ReasonForm(request.POST or None),
        service=partial(turn, station=station, service=row),
        then=to("network:county_station", code),
        template="stations/network/switch.html",
        page=lambda: {"station": station, "name": row.shown_name, "way": way},
        done=_("Done."),
        by="actor",
    )


def _service_or_404(code: str) -> Service:
    service = Service.objects.filter(code=code).first()
    if service is None:
        raise Http404
    return service


@requires("stations.set_hours", one_object=True)
def hours(request: SignedInRequest, code: str) -> HttpResponse:
    """The published week of a station from a day on."""
    verb = "stations.set_hours"
    station = load(Station.objects.all(), request.user, verb, code=code)
    today = day_in(station.zone, now())
    return form_page(
        request,
        operation=verb,
        form=WeekForm(request.POST or None, initial={"from_date": today, **_week_as_typed(station, today)}),
        service=partial(_set_hours, station),
        then=to("network:county_station", code),
        template="stations/network/hours.html",
        page=lambda: {"station": station},
        done=_("Opening hours saved."),
        by="actor",
    )


def _set_hours(station: Station, *, from_date: dt.date, actor: User, at: dt.datetime, **days: Any) -> None:
    """The hours of a weekday are a field each; they apply from a day on, whenever they were set."""
    week = {weekday: days[f"day{weekday}"] for weekday in queries.WEEKDAYS}
    services.set_hours(station=station, week=week, from_date=from_date, actor=actor)


def _week_as_typed(station: Station, date: Any) -> dict[str, str]:
    return {
        f"day{weekday}": ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in day.intervals)
        for weekday, day in enumerate(queries.week_of(station, date), start=1)
    }


@requires("stations.pause_service")
def pause(request: SignedInRequest) -> HttpResponse:
    """Pause a service in one's whole region."""
    verb = "stations.pause_service"
    division = _own_region(request.user, verb)
    return form_page(
        request,
        operation=verb,
        form=PauseForm(request.POST or None),
        service=partial(_pause, division),
        then=to("network:county_stations"),
        template="stations/network/pause.html",
        page=lambda: {"division": division},
        done=_("The service is paused at every station here."),
        by="actor",
    )


def _pause(division: Division, *, service: str, reason: str, actor: User, at: dt.datetime) -> ServicePause:
    return services.pause_service(
        service=_service_or_404(service), division=division, actor=actor, at=at, reason=reason
    )


@requires("stations.pause_service", one_object=True)
def end_pause(request: SignedInRequest, pause_id: int) -> HttpResponse:
    """Let a paused service go on."""
    verb = "stations.pause_service"
    pauses = ServicePause.objects.select_related("service", "division")
    row = load(pauses, request.user, verb, pk=pause_id)
    return form_page(
        request,
        operation=verb,
        form=PressForm(request.POST or None),
        service=partial(services.end_pause, pause=row),
        then=to("network:county_stations"),
        template="stations/network/end_pause.html",
        page=lambda: {"pause": row, "name": row.service.shown_name},
        done=_("The service resumes wherever it is enabled."),
        by="actor",
    )


def _own_region(user: User, verb: str) -> Division:
    post = next((post for post in posts_granting(user, verb) if post.division_id), None)
    if post is None:
        raise Http404
    return Division.objects.open_to(user, verb).get(pk=post.division_id)
