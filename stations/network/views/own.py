"""The station where one works."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.forms import PressForm, submit
from stations.accounts.browser import device_secret
from stations.accounts.models import User
from stations.accounts.queries import device_at_work
from stations.accounts.services.secrets import device_secret_hash
from stations.network import services
from stations.network.forms import ClosingForm, ExceptionForm
from stations.network.models import Station
from stations.network.views.shared import READ, address_of_sign, facts_of
from stations.requests import SignedInRequest
from stations.scope import posts_granting


@require_GET
@requires(READ)
def own_station(request: SignedInRequest) -> HttpResponse:
    """The station where one works: hours, services, sign and certificate to print, devices."""
    station = _own(request.user)
    if station is None:
        return redirect("network:county_stations")
    return render(request, "stations/network/station.html", facts_of(request, station))


@require_GET
@requires(PUBLIC)
def seen(request: HttpRequest) -> HttpResponse:
    """A page that stays open asks for this every few minutes, also when its session has ended meanwhile.

    With a session `PresenceMiddleware` knows the station; without one the device's own secret tells it.
    """
    secret = device_secret(request)
    if secret and not request.user.is_authenticated:
        device = device_at_work(device_secret_hash(secret), at=now())
        if device is not None and device.station_id is not None:
            services.mark_seen(stations=[device.station_id], devices=[device.pk], at=now())
    return HttpResponse(status=204)


@requires("stations.set_opening_exception")
def exception(request: SignedInRequest) -> HttpResponse:
    """One day that differs."""
    station = _own_or_404(request.user, "stations.set_opening_exception")
    form = ExceptionForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        opens, closes = data["hours"] or (None, None)
        services.set_exception(
            station=station,
            date=data["date"],
            opens=opens,
            closes=closes,
            reason=data["reason"],
            actor=request.user,
        )
        return "network:station"

    outcome = submit(request, operation="stations.set_opening_exception", form=form, run=run)
    if outcome.done:
        messages.success(request, _("The day is changed. The public page shows it now."))
        return outcome.response
    return render(request, "stations/network/exception.html", {"form": outcome.form}, status=outcome.status)


@requires("stations.close_temporarily")
def closing(request: SignedInRequest) -> HttpResponse:
    """Close for some days."""
    station = _own_or_404(request.user, "stations.close_temporarily")
    form = ClosingForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        services.close_temporarily(station=station, actor=request.user, at=now(), **data)
        return "network:station"

    outcome = submit(request, operation="stations.close_temporarily", form=form, run=run)
    if outcome.done:
        messages.success(request, _("The station is closed for now. The county opens it again."))
        return outcome.response
    return render(request, "stations/network/closing.html", {"form": outcome.form}, status=outcome.status)


@requires("stations.reopen_station")
def reopening(request: SignedInRequest) -> HttpResponse:
    """Open again what the station's own people closed for some days."""
    station = _own_or_404(request.user, "stations.reopen_station")

    def run(data: dict[str, Any]) -> str:
        services.reopen_station(station=station, actor=request.user, at=now())
        return "network:station"

    outcome = submit(request, operation="stations.reopen_station", form=PressForm(request.POST or None), run=run)
    if outcome.done:
        messages.success(request, _("The station is open again. The public page shows it now."))
        return outcome.response
    page = {"form": outcome.form, "station": station}
    return render(request, "stations/network/reopening.html", page, status=outcome.status)


@require_GET
@requires(READ)
def paper_sign(request: SignedInRequest) -> HttpResponse:
    """The sign for the door, to print."""
    station = _own_or_404(request.user, READ)
    page = {"station": station, "address": address_of_sign(station)}
    return render(request, "stations/network/paper_sign.html", page)


def _own(user: User, verb: str = READ) -> Station | None:
    """The station of the first post that names one."""
    post = next((post for post in posts_granting(user, verb) if post.station_id), None)
    if post is None:
        return None
    stations = Station.objects.open_to(user, verb).select_related("village", "township", "county")
    return stations.filter(pk=post.station_id).first()


def _own_or_404(user: User, verb: str) -> Station:
    station = _own(user, verb)
    if station is None:
        raise Http404
    return station
