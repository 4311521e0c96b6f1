"""Closing a station for good, by two people of the county."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import load, requires
from core.forms import PressForm, submit
from stations.network import services
from stations.network.forms import AskClosingForm, ReasonForm
from stations.network.models import Station, StationClosing
from stations.network.queries import may_take_over, open_closing
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

VERB = "stations.close_station"


@requires(VERB)
def close(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask for it, or, when somebody has asked, look at what it means and decide."""
    station = _load(request, code)
    closing = open_closing(station)
    if closing is not None:
        return _decide(request, station, closing)
    form = AskClosingForm(may_take_over(station), request.POST or None, initial={"successor": station.parent_id})

    def run(data: dict[str, Any]) -> str:
        successor = next(each for each in may_take_over(station) if str(each.pk) == data["successor"])
        services.ask_closing(station=station, successor=successor, reason=data["reason"], actor=request.user, at=now())
        return reverse("network:close", args=[code])

    outcome = submit(request, operation="stations.ask_closing", form=form, run=run)
    if outcome.done:
        messages.success(request, _("It is asked for. Another person of the county closes the station."))
        return outcome.response
    page = {"form": outcome.form, "station": station, "binding": services.binding_of(station)}
    return render(request, "stations/network/ask_closing.html", page, status=outcome.status)


@requires(VERB)
@require_POST
def confirm_closing(request: SignedInRequest, code: str, closing_id: int) -> HttpResponse:
    """The second person closes it."""
    station, closing = _load(request, code), _closing(request, closing_id)

    def run(data: dict[str, Any]) -> str:
        services.close_station(closing=closing, actor=request.user, at=now())
        return reverse("network:county_station", args=[code])

    outcome = submit(request, operation=VERB, form=PressForm(request.POST), run=run)
    if outcome.done:
        messages.success(request, _("The station is closed for good."))
        return outcome.response
    return _decide(request, station, closing, confirm=outcome.form, status=outcome.status)


@requires(VERB)
@require_POST
def withdraw_closing(request: SignedInRequest, code: str, closing_id: int) -> HttpResponse:
    """The station stays as it is."""
    station, closing = _load(request, code), _closing(request, closing_id)

    def run(data: dict[str, Any]) -> str:
        services.withdraw_closing(closing=closing, actor=request.user, at=now(), reason=data["reason"])
        return reverse("network:county_station", args=[code])

    outcome = submit(request, operation="stations.withdraw_closing", form=ReasonForm(request.POST), run=run)
    if outcome.done:
        messages.success(request, _("The station stays as it is."))
        return outcome.response
    return _decide(request, station, closing, withdraw=outcome.form, status=outcome.status)


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
