"""The public register, and certificates to print."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from core.access import PUBLIC, load, may, requires
from core.errors import Refused
from core.files.services import store_photo
from core.web.page_actions import form_page, to
from core.web.qr import qr_picture
from stations.accounts.models import User
from stations.network.models import Station
from stations.recruitment.forms import AnswerForm, IssueForm, PhotographForm, ReportForm
from stations.recruitment.models import Certificate, RegisterReport
from stations.recruitment.numbers import is_well_formed
from stations.recruitment.queries import certifiable_at, photo_of, registered
from stations.recruitment.services import (
    answer_report,
    count_look_up,
    issue_certificate,
    look_up,
    report_number,
    set_certificate_photo,
)
from stations.requests import SignedInRequest

PAGE = 100
LOOKS = {"valid": "ok", "suspended": "bad", "expired": "wait", "revoked": "bad"}


@require_GET
@requires(PUBLIC)
def register(request: HttpRequest, number: str) -> HttpResponse:
    """What the QR on a certificate opens: is it genuine?"""
    try:
        found = look_up(number=number, address=request.META.get("REMOTE_ADDR", ""), at=now())
    except Refused as refusal:
        page = {"refusal": refusal, "number": number[:40], "may_report": is_well_formed(number)}
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
    return qr_picture(_address(number))


@require_GET
@requires(PUBLIC)
@cache_control(max_age=3600)
def photo(request: HttpRequest, number: str) -> FileResponse:
    """The face that belongs to a certificate; counted like every look-up."""
    count_look_up(address=request.META.get("REMOTE_ADDR", ""), at=now())
    stored = photo_of(number) if is_well_formed(number) else None
    if stored is None:
        raise Http404
    response = FileResponse(stored.content.open("rb"), content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@requires(PUBLIC)
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The report button: anybody tells the county what is wrong."""
    if not is_well_formed(number):
        raise Http404
    return form_page(
        request,
        operation="stations.report_number",
        form=ReportForm(request.POST or None),
        service=partial(_report, number=number, address=request.META.get("REMOTE_ADDR", "")),
        then=lambda _made: f"{reverse('recruitment:report', args=[number])}?sent=1",
        template="stations/recruitment/report.html",
        page=lambda: {"number": number, "sent": request.GET.get("sent") == "1"},
    )


def _report(*, by: object, **told: Any) -> None:
    """A report says nothing of who sent it."""
    report_number(**told)


@requires("stations.read_register_report", one_object=True)
def register_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """One report, and what the county found."""
    verb = "stations.answer_register_report"
    rows = RegisterReport.objects.select_related("county", "answered_by")
    told = load(rows, request.user, verb if request.method == "POST" else rows.read_verb, pk=report_id)
    return form_page(
        request,
        operation=verb,
        form=AnswerForm(request.POST or None),
        service=partial(answer_report, report=told),
        then=to("recruitment:reports"),
        template="stations/recruitment/register_report.html",
        page=lambda: {
            "report": told,
            "may_answer": told.status == RegisterReport.Status.OPEN and may(request.user, verb),
            "found": registered(told.number, now()),
        },
        done=_("Finding recorded."),
        by="actor",
    )


@requires("stations.issue_certificate", one_object=True)
def issue(request: SignedInRequest, code: str) -> HttpResponse:
    """Certify a partner or helper of a station, once the courses are completed."""
    verb = "stations.issue_certificate"
    station = load(Station.objects.select_related("county"), request.user, verb, code=code)
    people = {str(user.pk): user for user in certifiable_at(station, now())}
    return form_page(
        request,
        operation=verb,
        form=IssueForm(request.POST or None, holders=[(pk, user.shown_name) for pk, user in people.items()]),
        service=partial(_issue, station=station, people=people),
        then=to("network:county_station", station.code),
        template="stations/recruitment/issue.html",
        page=lambda: {"station": station, "has_people": bool(people)},
        done=_("The certificate is issued."),
    )


def _issue(
    *, station: Station, people: Mapping[str, User], holder: str, subject: str, by: User, at: dt.datetime
) -> Certificate:
    return issue_certificate(station=station, holder=people[holder], subject=subject, by=by, at=at)


@requires("stations.set_certificate_photo", one_object=True)
def photograph(request: SignedInRequest, number: str) -> HttpResponse:
    """Give a certificate its face."""
    verb = "stations.set_certificate_photo"
    shown = load(Certificate.objects.select_related("holder", "station"), request.user, verb, number=number)
    return form_page(
        request,
        operation=verb,
        form=PhotographForm(request.POST or None, request.FILES or None),
        service=partial(_set_photo, shown),
        then=to("network:county_station", shown.station.code),
        template="stations/recruitment/photograph.html",
        page=lambda: {"certificate": shown},
        done=_("The register now shows the photo."),
        by="actor",
    )


def _set_photo(shown: Certificate, *, photo: BinaryIO, actor: User, at: dt.datetime) -> Certificate:
    stored = store_photo(upload=photo, by=actor.pk, at=at, field="photo")
    return set_certificate_photo(certificate=shown, photo=stored, actor=actor, at=at)


@require_GET
@requires("stations.read_station", one_object=True)
def certificate(request: SignedInRequest, number: str) -> HttpResponse:
    """A certificate of one's own station, to print."""
    stations = Station.objects.open_to(request.user, "stations.read_station")
    if not Certificate.objects.filter(number=number, station__in=stations).exists():
        raise Http404
    page = {"found": registered(number, now()), "address": _address(number)}
    return render(request, "stations/recruitment/certificate.html", page)


def _address(number: str) -> str:
    return f"{settings.ECOMNET_PUBLIC_URL}{reverse('recruitment:register', args=[number])}"
