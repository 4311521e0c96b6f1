"""The public register, and certificates to print."""

import io

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from core.access import PUBLIC, requires
from core.errors import Refused
from stations.network.models import Station
from stations.recruitment.models import Certificate
from stations.recruitment.numbers import is_well_formed
from stations.recruitment.queries import registered
from stations.recruitment.services import look_up

LOOKS = {"valid": "ok", "suspended": "bad", "expired": "wait", "revoked": "bad"}


@require_GET
@requires(PUBLIC)
def register(request: HttpRequest, number: str) -> HttpResponse:
    """What the QR on a certificate opens: is it genuine?"""
    try:
        found = look_up(number=number, address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        page = {"refusal": refusal, "number": number[:40]}
        response = render(request, "stations/recruitment/not_registered.html", page, status=refusal.status)
        if refusal.retry_after:
            response["Retry-After"] = str(refusal.retry_after)
        return response
    page = {"found": found, "look": LOOKS[found.state]}
    return render(request, "stations/recruitment/register.html", page)


@require_GET
@requires(PUBLIC)
def picture(request: HttpRequest, number: str) -> HttpResponse:
    """The QR of a certificate's page, as an image of our own; says nothing about whether it is registered."""
    if not is_well_formed(number):
        raise Http404
    code = io.BytesIO()
    segno.make(_address(number), error="m").save(code, kind="svg", scale=4, border=4, xmldecl=False, light="#ffffff")
    return HttpResponse(code.getvalue(), content_type="image/svg+xml")


@require_GET
@requires("stations.read_station")
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """A certificate of one's own station, to print."""
    stations = Station.objects.open_to(request.user, "stations.read_station")
    if not Certificate.objects.filter(number=number, station__in=stations).exists():
        raise Http404
    page = {"found": registered(number, now()), "address": _address(number)}
    return render(request, "stations/recruitment/certificate.html", page)


def _address(number: str) -> str:
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('recruitment:register', args=[number])}"
