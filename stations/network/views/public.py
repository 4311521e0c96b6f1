"""What anybody may look at: the sign of a station."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.days import day_in
from core.web.qr import qr_picture
from stations.network import links, queries
from stations.network.models import Station
from stations.network.views.shared import LOOKS, address_of_sign


@require_GET
@requires(PUBLIC)
@cache_control(private=True, max_age=30)
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR on the station's sign opens."""
    station, at = _public(code), now()
    state = queries.public_state(station, at)
    today = day_in(station.zone, at)
    page = {
        "station": station,
        "state": state,
        "look": LOOKS.get(state.code, "bad"),
        "week": queries.week_of(station, today),
        "differing": queries.days_that_differ(station, today),
        "services": queries.services_offered(station, None, at),
        "money": queries.money_available(station, at),
        "more": links.for_everybody(station.code),
        "address": address_of_sign(station),
    }
    with timezone.override(station.zone):
        return render(request, "stations/network/sign.html", page)


@require_GET
@requires(PUBLIC)
@cache_control(max_age=3600)
def sign_picture(request: HttpRequest, code: str) -> HttpResponse:
    """The QR of the station's page, as an image of our own."""
    return qr_picture(address_of_sign(_public(code)))


def _public(code: str) -> Station:
    station = queries.public_station(code)
    if station is None:
        raise Http404
    return station
