"""A death is written down, and taken back where it was wrong."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import requires
from core.files.services import store_photo
from core.forms import submit
from stations.people import services
from stations.people.forms import DeathForm, UndoDeathForm
from stations.people.views.shared import frame_of, go_to, load_person
from stations.requests import SignedInRequest

VERB, UNDO = "stations.record_death", "stations.undo_death"


@requires(VERB)
def death(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The day and the paper; household, guardianships and card follow."""
    who = load_person(request, VERB, person_id)

    def run(data: dict[str, Any]) -> str:
        at, photo = now(), data["photo"]
        evidence = store_photo(upload=photo, by=request.user.pk, at=at, field="photo") if photo else None
        services.record_death(person=who, died_date=data["died_date"], evidence=evidence, by=request.user, at=at)
        return reverse("people:person", args=[who.pk])

    form = DeathForm(request.POST or None, request.FILES or None)
    outcome = submit(request, operation=VERB, form=form, run=run)
    if outcome.done:
        messages.success(request, _("The death is written down."))
        return outcome.response
    is_head = bool(who.household and who.household.head_id == who.pk)
    page = {**frame_of(request, who), "form": outcome.form, "is_head": is_head}
    return render(request, "stations/people/death.html", page, status=outcome.status)


@requires(UNDO)
def undo_death(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """What goes on again, and why it was wrong."""
    who = load_person(request, UNDO, person_id)
    death = who.deaths.filter(undone_at=None).select_related("recorded_by").first()
    if death is None:
        return go_to(reverse("people:person", args=[who.pk]))

    def run(data: dict[str, Any]) -> str:
        services.undo_death(person=who, by=request.user, at=now(), reason=data["reason"])
        return reverse("people:person", args=[who.pk])

    outcome = submit(request, operation=UNDO, form=UndoDeathForm(request.POST or None), run=run)
    if outcome.done:
        messages.success(request, _("The death is taken back. The person needs a new card."))
        return outcome.response
    page = {**frame_of(request, who), "form": outcome.form, "death": death}
    return render(request, "stations/people/undo_death.html", page, status=outcome.status)
