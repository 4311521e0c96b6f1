"""Closing a station for good, by two people of the county."""

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import load, requires
from core.forms import PressForm
from core.web.page_actions import form_page, send_form, to
from stations.accounts.models import User
from stations.network import services
from stations.network.forms import AskClosingForm, ReasonForm
from stations.network.models import Station, StationClosing
from stations.network.queries import may_take_over, open_closing
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

VERB = "stations.close_station"


@requires(VERB, one_object=True)
def close(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask for it, or, when somebody has asked, look at what it means and decide."""
    station = _load(request, code)
    closing = open_closing(station)
    if closing is not None:
        return _decide(request, station, closing)
    return form_page(
        request,
        operation="stations.ask_closing",
        form=AskClosingForm(may_take_over(station), request.POST or None, initial={"successor": station.parent_id}),
        service=partial(_ask, station),
        then=to("network:close", code),
        template="stations/network/ask_closing.html",
        page=lambda: {"station": station, "binding": services.binding_of(station)},
        done=_("Requested. Another county officer closes the station."),
        by="actor",
    )


def _ask(station: Station, *, successor: str, reason: str, actor: User, at: dt.datetime) -> StationClosing:
    chosen = next(each for each in may_take_over(station) if str(each.pk) == successor)
    return services.ask_closing(station=station, successor=chosen, reason=reason, actor=actor, at=at)


@requires(VERB, one_object=True)
@require_POST
def confirm_closing(request: SignedInRequest, code: str, closing_id: int) -> HttpResponse:
    """The second person closes it."""
    station, closing = _load(request, code), _closing(request, closing_id)
    return send_form(
        request,
        operation=VERB,
        form=PressForm(request.POST),
        service=partial(services.close_station, closing=closing),
        then=to("network:county_station", code),
        again=lambda outcome: _decide(request, station, closing, confirm=outcome.form, status=outcome.status),
        done=_("The station is permanently closed."),
        by="actor",
    )


@requires(VERB, one_object=True)
@require_POST
def withdraw_closing(request: SignedInRequest, code: str, closing_id: int) -> HttpResponse:
    """The station stays as it is."""
    station, closing = _load(request, code), _closing(request, closing_id)
    return send_form(
        request,
        operation="stations.withdraw_closing",
        form=ReasonForm(request.POST),
        service=partial(services.withdraw_closing, closing=closing),
        then=to("network:county_station", code),
        again=lambda outcome: _decide(request, station, closing, withdraw=outcome.form, status=outcome.status),
        done=_("The station stays as it is."),
        by="actor",
    )


def _decide(
    request: SignedInRequest, station: Station, closing: StationClosing, *, status: int = 200, **forms: Any
) -> HttpResponse:
    page = {
        "station": station,
        "closing": closing,
        "binding": services.binding_of(station),
        "is_own": is_same_person(request.user, closing.asked_by_id),
        "confirm": PressForm(),
        "withdraw": ReasonForm(),
        **forms,
    }
    return render(request, "stations/network/decide_closing.html", page, status=status)


def _load(request: SignedInRequest, code: str) -> Station:
    return load(Station.objects.select_related("parent", "county"), request.user, VERB, code=code)


def _closing(request: SignedInRequest, closing_id: int) -> StationClosing:
    rows = StationClosing.objects.select_related("station__parent", "successor", "asked_by")
    return load(rows, request.user, VERB, pk=closing_id)
