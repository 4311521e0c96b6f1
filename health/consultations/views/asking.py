"""Asking a doctor online at the station, and what the station sees of it afterwards."""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.access import load, requires
from core.days import day_in
from core.forms import Outcome
from core.web.page_actions import PageAction, page_of, send_form
from health.consultations import services
from health.consultations.display import kind_of
from health.consultations.forms import MessageForm, RequestForm
from health.consultations.machine import CONSULTATION
from health.consultations.models import Consultation, ConsultationRules, Sign
from health.consultations.queries import (
    clinics_for,
    consultations,
    missing_purposes,
    needs_guardian,
    purposes_for_guardian,
    rules_on,
)
from health.consultations.views.messages import add_message, stored
from health.hospitals.models import Hospital
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.network.models import Station
from stations.people.history import purpose_words
from stations.people.models import Person
from stations.people.refused_reads import ResidentPage
from stations.requests import SignedInRequest, signed_in

REQUEST, READ = "health.request_consultation", "health.read_consultation"


@requires(REQUEST)
def new(request: SignedInRequest) -> HttpResponse:
    """Danger first; then for whom, which clinic, consent, what is the matter, and the fee."""
    station, person = counter_of(request.user, REQUEST), _person(request)
    clinic = _clinic(request, station)
    rule = rules_on(station.county.country, day_in(station.zone, now()))
    page: dict[str, Any] = {"person": person, "rule": rule and rule.parameters}
    if rule is None or person is None:
        return render(request, "health/consultations/new.html", page | _dangers(rule))
    if clinic is None:
        page["clinics"] = clinics_for(station)
        return render(request, "health/consultations/new.html", page | _dangers(rule))
    at = now()
    is_child = needs_guardian(person, rule.parameters, day_in(clinic.zone, at))
    missing = purposes_for_guardian(person, at) if is_child else missing_purposes(person)
    if request.method == "GET" and missing:
        page["is_child"] = is_child
        page["missing"] = [(purpose_words(each), reverse("people:consent", args=[person.pk, each])) for each in missing]
        return render(request, "health/consultations/new.html", page | _dangers(rule))
    return _ask(request, clinic, station, person, rule.parameters)


def _ask(
    request: SignedInRequest, clinic: Hospital, station: Station, person: Person, rule: dict[str, Any]
) -> HttpResponse:
    form = RequestForm(
        request.POST or None,
        request.FILES or None,
        payer=person,
        currency=station.currency,
        signs=[*rule["danger"], *rule["urgent"]],
    )

    def again(outcome: Outcome[RequestForm]) -> HttpResponse:
        quote = services.quote_consultation(clinic=clinic, station=station, by=request.user, at=now())
        outcome.form.show(quote)
        page = {
            "form": outcome.form,
            "quote": quote,
            "clinic": clinic,
            "person": person,
            "call": rule["call"],
            "is_emergency": outcome.code == "emergency_signs",
        }
        return render(request, "health/consultations/request.html", page, status=outcome.status)

    return send_form(
        request,
        operation=REQUEST,
        form=form,
        service=partial(_request, clinic=clinic, resident=person, station=station),
        then=page_of("consultations:consultation"),
        again=again,
        done=gettext_lazy("The clinic has the request."),
    )


def _request(*, uploads: Sequence[UploadedFile], by: User, at: dt.datetime, **typed: Any) -> Consultation:
    return services.request_consultation(photos=stored(uploads, by, at), by=by, at=at, **typed)


def _dangers(rule: ConsultationRules | None) -> dict[str, Any]:
    codes = rule.parameters["danger"] if rule else []
    return {"dangers": [Sign(each).label for each in codes], "call": rule.parameters["call"] if rule else ""}


def _person(request: SignedInRequest) -> Person | None:
    pk = request.GET.get("person")
    people = Person.objects.living().select_related("village", "home_station__village", "household")
    return load(people, request.user, "stations.find_person", pk=pk) if pk else None


def _clinic(request: SignedInRequest, station: Station) -> Hospital | None:
    pk = request.GET.get("clinic")
    return load(clinics_for(station), request.user, "health.read_hospital", pk=pk) if pk else None


def _station_context(request: HttpRequest, found: Consultation) -> dict[str, Any]:
    services.record_reads(rows=[found], user=signed_in(request), at=now())
    asked_on = day_in(found.clinic.zone, found.requested_at)
    rule = rules_on(found.clinic.division.country, asked_on) if found.must_call else None
    return {
        "row": found,
        "kind": "bad" if found.must_call else kind_of(found),
        "call": rule.parameters["call"] if rule else "",
        "given_back": found.payment.refunds.order_by("pk").first() if found.payment else None,
    }


def _consultations() -> QuerySet[Consultation]:
    return consultations().select_related("clinic__division")


CONSULTATION_PAGE = ResidentPage(
    resident="resident",
    name="consultations:consultation",
    template="health/consultations/consultation.html",
    grant=READ,
    noun="consultation",
    rows=_consultations,
    context=_station_context,
    machine=CONSULTATION,
    actions={
        "message": PageAction(
            grant="health.send_message",
            service=add_message,
            form=MessageForm,
            arrow="send_message",
            title=gettext_lazy("The resident says more"),
            button=gettext_lazy("Send it to the clinic"),
            doing=gettext_lazy("Sending…"),
        ),
        "cancel": PageAction(
            grant="health.cancel_consultation",
            service=services.cancel_consultation,
            arrow="cancel_consultation",
            title=gettext_lazy("The resident does not want it any more"),
            button=gettext_lazy("Cancel it"),
            doing=gettext_lazy("Cancelling the consultation…"),
            kind="danger",
        ),
    },
)
