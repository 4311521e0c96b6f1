"""Pages of programmes: enrolling, one resident with the visit to record, and numbers for the county."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.access import requires
from core.days import day_in
from core.web.page_actions import PageAction, form_page, page_of
from core.web.tables import Column, Table
from health.chronic import services
from health.chronic.display import (
    glucose_chart,
    judgements_of,
    kind_of,
    limits_of,
    past_visits,
    pressure_chart,
    reasons_in_words,
    table_of,
)
from health.chronic.forms import AnswerForm, CallForm, ConfirmForm, EnrolForm, FinishForm, VisitForm
from health.chronic.models import Enrolment, Judgement, Programme, Referral, Result
from health.chronic.queries import enrolments, numbers_of, protocol_on
from health.hospitals.models import Hospital
from health.records.models import Condition
from health.records.services import CONSENT, has_agreed, record_reads
from stations.accounts.models import User
from stations.people.queries import text_of_the_day
from stations.people.queries.guardians import age_on
from stations.people.refused_reads import ResidentPage
from stations.requests import SignedInRequest, signed_in

READ, ENROL, INDICATORS = "health.read_enrolment", "health.enrol_resident", "health.read_indicator"
_S = Enrolment.Status


@requires(ENROL)
def enrol(request: SignedInRequest) -> HttpResponse:
    """Find a resident by the card, read the text aloud, choose the programme."""
    clinics = Hospital.objects.open_to(request.user, ENROL).filter(is_active=True).order_by("name_zh", "pk")

    def page() -> dict[str, Any]:
        text = text_of_the_day(purpose=CONSENT, language=get_language() or "en", day=timezone.localdate())
        return {"text": text.body if text else ""}

    return form_page(
        request,
        operation=ENROL,
        form=EnrolForm(request.POST or None, clinics=clinics),
        service=services.enrol_resident,
        then=page_of("chronic:enrolment"),
        template="health/chronic/enrol.html",
        page=page,
        done=gettext_lazy("Enrolled. A doctor confirms the diagnosis."),
    )


@requires(INDICATORS)
def figures(request: SignedInRequest) -> HttpResponse:
    """Numbers of the programmes by township; small ones are hidden."""
    rows = [
        (
            Programme(row.programme).label,
            row.place or _("all together"),
            *("–" if number is None else number for number in (row.under_care, row.in_time, row.in_target)),
        )
        for row in numbers_of(request.user, today=timezone.localdate())
    ]
    columns = [
        *(Column(_("Programme")), Column(_("Township")), Column(_("Under care"), number=True)),
        *(Column(_("Visits in time"), number=True), Column(_("In target"), number=True)),
    ]
    note = _("A dash stands for fewer than five people, or for a number from which one could be found.")
    table = Table(_("Programmes"), columns, rows, note=note, empty=_("No residents are under care yet."))
    return render(request, "health/chronic/figures.html", {"table": table})


def _rows() -> QuerySet[Enrolment]:
    return enrolments()


def _context(request: HttpRequest, found: Enrolment) -> dict[str, Any]:
    record_reads(residents=[found.resident], user=signed_in(request), at=now())
    today = day_in(found.clinic.zone, now())
    visits = past_visits(found)
    judged = judgements_of(found, visits)
    conditions = list(_diagnoses(found))
    codes = frozenset(each.code for each in conditions)
    rule = protocol_on(found.programme, found.clinic.division.country, today)
    last = judged.get(visits[0].pk) if visits else None
    return {
        "enrolment": found,
        "resident": found.resident,
        "age": age_on(found.resident.birth_date, today),
        "last": last,
        "kind": kind_of(last.result) if last else "info",
        "reasons": reasons_in_words(last) if last else [],
        "emergency": _number_to_call(last),
        "referral": _open_referral(found),
        "limits": limits_of(found, rule, day=today, conditions=codes) if rule else [],
        "rule": rule,
        "conditions": conditions,
        "visits": table_of(visits, judged),
        "charts": [each for each in (pressure_chart(visits), glucose_chart(visits)) if each],
        "has_agreed": has_agreed(found.resident),
    }


def _diagnoses(found: Enrolment) -> QuerySet[Condition]:
    """Those that may be named beyond the clinic that made them."""
    return Condition.objects.standing().filter(resident=found.resident, is_restricted=False).order_by("code")


def _number_to_call(last: Judgement | None) -> str:
    """After a visit that is an emergency."""
    return last.protocol.parameters["call"] if last and last.result == Result.EMERGENCY else ""


def _open_referral(found: Enrolment) -> Referral | None:
    return found.referrals.filter(status=Referral.Status.ACTIVE).first()


def _is_cared_for(found: Enrolment, _user: User) -> bool:
    return found.status == _S.ACTIVE and has_agreed(found.resident)


def _is_planned(found: Enrolment, _user: User) -> bool:
    return found.status == _S.PLANNED and has_agreed(found.resident)


def _is_open(found: Enrolment, _user: User) -> bool:
    return found.status != _S.FINISHED


def _is_asked(found: Enrolment, _user: User) -> bool:
    return _open_referral(found) is not None and has_agreed(found.resident)


def _visited(*, enrolment: Enrolment, **typed: Any) -> Enrolment:
    services.record_visit(enrolment=enrolment, **typed)
    return enrolment


ENROLMENT_PAGE = ResidentPage(
    resident="resident",
    name="chronic:enrolment",
    template="health/chronic/enrolment.html",
    grant=READ,
    noun="enrolment",
    rows=_rows,
    context=_context,
    actions={
        "confirm": PageAction(
            grant="health.confirm_enrolment",
            service=services.confirm_enrolment,
            form=ConfirmForm,
            is_open=_is_planned,
            title=gettext_lazy("Confirm the diagnosis"),
            button=gettext_lazy("Confirm, care begins"),
            doing=gettext_lazy("Recording…"),
        ),
        "visit": PageAction(
            grant="health.record_visit",
            service=_visited,
            form=VisitForm,
            is_open=_is_cared_for,
            title=gettext_lazy("Record a visit"),
            button=gettext_lazy("Save the visit"),
            doing=gettext_lazy("Recording…"),
        ),
        "answer": PageAction(
            grant="health.record_answer",
            service=services.record_answer,
            form=AnswerForm,
            is_open=_is_asked,
            title=gettext_lazy("The hospital has answered"),
            button=gettext_lazy("Record the answer"),
            doing=gettext_lazy("Recording…"),
        ),
        "call": PageAction(
            grant="health.record_outreach",
            service=services.record_call,
            form=CallForm,
            is_open=_is_cared_for,
            title=gettext_lazy("I called the resident"),
            button=gettext_lazy("Record the call"),
            doing=gettext_lazy("Recording…"),
        ),
        "finish": PageAction(
            grant="health.finish_enrolment",
            service=services.finish_enrolment,
            form=FinishForm,
            is_open=_is_open,
            title=gettext_lazy("Care ends"),
            button=gettext_lazy("End the care"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
    },
)
