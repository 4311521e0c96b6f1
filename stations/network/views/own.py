"""The station where one works."""

import datetime as dt
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.forms import PressForm
from core.web.page_actions import form_page, to
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
    return form_page(
        request,
        operation="stations.set_opening_exception",
        form=ExceptionForm(request.POST or None),
        service=partial(_set_exception, station),
        then=to("network:station"),
        template="stations/network/exception.html",
        done=_("Day changed. The public page shows it now."),
        by="actor",
    )


def _set_exception(
    station: Station,
    *,
    date: dt.date,
    hours: tuple[dt.time, dt.time] | None,
    reason: str,
    actor: User,
    at: dt.datetime,
) -> None:
    """No hours: closed all day."""
    opens, closes = hours or (None, None)
    services.set_exception(station=station, date=date, opens=opens, closes=closes, reason=reason, actor=actor)


@requires("stations.close_temporarily")
def closing(request: SignedInRequest) -> HttpResponse:
    """Close for some days."""
    station = _own_or_404(request.user, "stations.close_temporarily")
    return form_page(
        request,
        operation="stations.close_temporarily",
        form=ClosingForm(request.POST or None),
        service=partial(services.close_temporarily, station=station),
        then=to("network:station"),
        template="stations/network/closing.html",
        done=_("The station is temporarily closed. The county will reopen it."),
        by="actor",
    )


@requires("stations.reopen_station")
def reopening(request: SignedInRequest) -> HttpResponse:
    """Open again what the station's own people closed for some days."""
    station = _own_or_404(request.user, "stations.reopen_station")
    return form_page(
        request,
        operation="stations.reopen_station",
        form=PressForm(request.POST or None),
        service=partial(services.reopen_station, station=station),
        then=to("network:station"),
        template="stations/network/reopening.html",
        page=lambda: {"station": station},
        done=_("The station is open again. The public page shows it."),
        by="actor",
    )


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
