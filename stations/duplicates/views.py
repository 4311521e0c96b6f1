"""Two records of one person, side by side: proposed by one manager, decided by another, taken apart again."""

import datetime as dt
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import load, requires
from core.forms import PressForm
from core.history import changes_of
from core.web.page_actions import form_page, page_of, send_form, to
from core.web.timeline import entries_of
from stations.accounts.models import User
from stations.duplicates import services
from stations.duplicates.forms import MergeReasonForm, ProposeForm
from stations.duplicates.lists import LOOKS
from stations.duplicates.models import PersonMerge
from stations.duplicates.queries import Side, compared
from stations.people.models import Person
from stations.people.services import log_look
from stations.requests import SignedInRequest
from stations.two_persons import is_same_person

VERB, UNDO = "stations.merge_persons", "stations.unmerge_persons"
PAGE = 50


@requires(VERB, one_object=True)
def propose(request: SignedInRequest, one: UUID, other: UUID) -> HttpResponse:
    """Two records side by side; the one who knows that they are one person says so."""
    first, second = _load(request, one), _load(request, other)
    labels = [(str(person.pk), _label(person)) for person in (first, second)]
    return form_page(
        request,
        operation="stations.propose_merge",
        form=ProposeForm(labels, request.POST or None, initial={"keep": str(first.pk)}),
        service=partial(_propose, first, second),
        then=page_of("duplicates:merge"),
        template="stations/duplicates/propose.html",
        page=lambda: {"rows": compared(first, second)},
        done=_("Proposed. Another county officer decides."),
        by="actor",
    )


def _propose(first: Person, second: Person, *, keep: str, reason: str, actor: User, at: dt.datetime) -> PersonMerge:
    stays, goes = (first, second) if keep == str(first.pk) else (second, first)
    return services.propose_merge(keep=stays, merge=goes, actor=actor, at=at, reason=reason)


@requires("stations.read_person_merge", one_object=True)
@require_GET
def merge(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """One merge: side by side, with what may be done now."""
    return _shown(request, _merge(request, "stations.read_person_merge", merge_id))


@requires(VERB, one_object=True)
@require_POST
def approve(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """The second person says so as well: one record."""
    row = _merge(request, VERB, merge_id)
    return send_form(
        request,
        operation=VERB,
        form=PressForm(request.POST),
        service=partial(services.merge_persons, merge=row),
        then=to("duplicates:merge", row.pk),
        again=lambda outcome: _shown(request, row, approve=outcome.form, status=outcome.status),
        done=_("Records merged. This can be undone for 30 days."),
        by="actor",
    )


@requires(VERB, one_object=True)
@require_POST
def refuse(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """They are two people."""
    row = _merge(request, VERB, merge_id)
    return send_form(
        request,
        operation="stations.refuse_merge",
        form=MergeReasonForm(request.POST),
        service=partial(services.refuse_merge, merge=row),
        then=to("duplicates:duplicates"),
        again=lambda outcome: _shown(request, row, refuse=outcome.form, status=outcome.status),
        by="actor",
    )


@requires(UNDO, one_object=True)
@require_POST
def undo(request: SignedInRequest, merge_id: int) -> HttpResponse:
    """Take the two apart again."""
    row = _merge(request, UNDO, merge_id)
    return send_form(
        request,
        operation=UNDO,
        form=MergeReasonForm(request.POST),
        service=partial(services.unmerge_persons, merge=row),
        then=to("duplicates:merge", row.pk),
        again=lambda outcome: _shown(request, row, undo=outcome.form, status=outcome.status),
        done=_("They are two records again."),
        by="actor",
    )


def _shown(request: SignedInRequest, row: PersonMerge, *, status: int = 200, **forms: Any) -> HttpResponse:
    is_own = is_same_person(request.user, row.proposed_by_id)
    may_decide = not is_own and row.status == PersonMerge.Status.PROPOSED
    page = {
        "merge": row,
        "look": LOOKS[row.status],
        "rows": compared(row.kept, row.merged),
        "is_own": is_own,
        "may_decide": may_decide,
        "may_undo": row.status == PersonMerge.Status.MERGED and _may_come_back(row),
        "approve": PressForm(),
        "refuse": MergeReasonForm(),
        "undo": MergeReasonForm(),
        "history": entries_of(changes_of(row), PersonMerge.Status),
        **forms,
    }
    return render(request, "stations/duplicates/merge.html", page, status=status)


def _merge(request: SignedInRequest, verb: str, merge_id: int) -> PersonMerge:
    rows = PersonMerge.objects.select_related(
        "kept__home_station__village", "kept__village", "kept__household", "merged__home_station__village"
    )
    rows = rows.select_related("merged__village", "merged__household", "proposed_by")
    row = load(rows, request.user, verb, pk=merge_id)
    for person in (row.kept, row.merged):
        log_look(user=request.user, person=person, verb=verb, at=now())
    return row


def _load(request: SignedInRequest, person_id: UUID) -> Person:
    people = Person.objects.living().select_related("home_station__village", "village", "household")
    person = load(people, request.user, VERB, pk=person_id)
    log_look(user=request.user, person=person, verb=VERB, at=now())
    return person


def _label(person: Person) -> str:
    side = Side.of(person)
    return " · ".join(str(part) for part in (side.name, side.born or "", side.village, side.phone) if part)


def _may_come_back(row: PersonMerge) -> bool:
    return row.decided_at is not None and now() - row.decided_at <= services.UNDO_WITHIN
