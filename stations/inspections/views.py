"""Inspections and visits, as the county plans and makes them."""

import datetime as dt
from functools import partial
from typing import Any, BinaryIO

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import load, may, requires
from core.days import day_in
from core.files.services import store_photo
from core.forms import Outcome
from core.history import changes_of
from core.web.page_actions import form_page, page_of, send_form, to
from core.web.timeline import entries_of
from stations.accounts.models import User
from stations.accounts.queries import names_of
from stations.inspections import services
from stations.inspections.forms import CallOffForm, LookForm, PlanForm, VisitForm
from stations.inspections.models import Inspection, InspectionQuestion, SupportVisit
from stations.inspections.queries import questions_asked
from stations.network.models import Station
from stations.requests import SignedInRequest

READ, MAKE, PLAN = "stations.read_inspection", "stations.make_inspection", "stations.plan_inspection"
READ_VISIT, VISIT = "stations.read_support_visit", "stations.make_support_visit"
PAGE = 60
ANSWER_LOOKS = {services.YES: "ok", services.NO: "bad", services.NOT_HERE: "info"}


@requires(PLAN, one_object=True)
def plan(request: SignedInRequest, code: str) -> HttpResponse:
    """Plan a look at a station."""
    station = load(Station.objects.all(), request.user, PLAN, code=code)
    return form_page(
        request,
        operation=PLAN,
        form=PlanForm(request.POST or None, initial={"planned_date": day_in(station.zone, now())}),
        service=partial(services.plan_inspection, station=station, inspector=request.user),
        then=page_of("inspections:inspection"),
        template="stations/inspections/plan.html",
        page=lambda: {"station": station},
        by="actor",
    )


@requires(READ, one_object=True)
def inspection(request: SignedInRequest, inspection_id: int) -> HttpResponse:
    """One inspection: the questions to answer, or what was found."""
    verb = MAKE if request.method == "POST" else READ
    row = load(Inspection.objects.select_related("station", "inspector"), request.user, verb, pk=inspection_id)
    form = LookForm(questions_asked(), request.POST or None, request.FILES or None)
    return form_page(
        request,
        operation=MAKE,
        form=form,
        service=partial(_finish, row, form),
        then=to("inspections:inspection", row.pk),
        template="stations/inspections/inspection.html",
        page=lambda: _page(request, row),
        done=_("Inspection recorded."),
        by="actor",
    )


def _finish(
    row: Inspection,
    form: LookForm,
    *,
    photo: BinaryIO | None,
    notes: str,
    followup_date: dt.date | None,
    actor: User,
    at: dt.datetime,
    **_answers: str,
) -> Inspection:
    """`form` reads the answers, a field each, as one."""
    photos = [store_photo(upload=photo, by=actor.pk, at=at, field="photo")] if photo else []
    return services.finish_inspection(
        inspection=row,
        answers=form.answered,
        photos=photos,
        notes=notes,
        followup_date=followup_date,
        actor=actor,
        at=at,
    )


def _page(request: SignedInRequest, row: Inspection) -> dict[str, Any]:
    changes = list(changes_of(row))
    return {
        "inspection": row,
        "found": _found(row),
        "photos": row.photos.all(),
        "may_make": row.status == Inspection.Status.PLANNED and may(request.user, MAKE),
        "call_off": CallOffForm(),
        "history": entries_of(changes, Inspection.Status, names=names_of(changes)),
    }


def _found(row: Inspection) -> list[tuple[Any, str, Any]]:
    """Each question as it was asked, with its answer."""
    questions = InspectionQuestion.objects.filter(code__in=row.answers).order_by("position", "pk")
    return [
        (question.shown, ANSWER_LOOKS[row.answers[question.code]], services.ANSWERS[row.answers[question.code]])
        for question in questions
    ]


@requires(PLAN, one_object=True)
@require_POST
def call_off(request: SignedInRequest, inspection_id: int) -> HttpResponse:
    """It does not take place."""
    row = load(Inspection.objects.select_related("station"), request.user, PLAN, pk=inspection_id)

    def again(outcome: Outcome[CallOffForm]) -> HttpResponse:
        page = {"form": LookForm(questions_asked()), "inspection": row, "call_off": outcome.form, "may_make": True}
        return render(request, "stations/inspections/inspection.html", page, status=outcome.status)

    return send_form(
        request,
        operation="stations.cancel_inspection",
        form=CallOffForm(request.POST),
        service=partial(services.cancel_inspection, inspection=row),
        then=to("inspections:inspections"),
        again=again,
        by="actor",
    )


@requires(READ_VISIT, one_object=True)
def visit(request: SignedInRequest, visit_id: int) -> HttpResponse:
    """A visit that a warning opened: what was seen and agreed."""
    verb = VISIT if request.method == "POST" else READ_VISIT
    row = load(SupportVisit.objects.select_related("station", "visitor", "warning"), request.user, verb, pk=visit_id)
    return form_page(
        request,
        operation=VISIT,
        form=VisitForm(request.POST or None),
        service=partial(services.finish_support_visit, visit=row),
        then=to("inspections:visit", row.pk),
        template="stations/inspections/visit.html",
        page=lambda: {
            "visit": row,
            "may_make": row.status == SupportVisit.Status.DUE and may(request.user, VISIT),
        },
        done=_("Visit recorded. Thank you for going."),
        by="actor",
    )
