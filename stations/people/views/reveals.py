"""Looking at what is hidden."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now

from core.access import requires
from core.forms import submit
from stations.people import services
from stations.people.forms import (
    RevealForm,
)
from stations.people.models import Reveal
from stations.people.services.reveals import Field, NoLongerShown, shown_until, value_of
from stations.people.views.shared import frame_of, load_person
from stations.requests import SignedInRequest
from stations.scope import demand_post


@requires("stations.reveal_person")
def reveal(request: SignedInRequest, person_id: UUID, field: str) -> HttpResponse:
    """Say why a hidden field must be seen."""
    if field not in Field.values:
        raise Http404
    who = load_person(request, "stations.reveal_person", person_id)
    form = RevealForm(request.POST or None)

    def run(data: dict[str, Any]) -> str:
        post = demand_post(request.user, "stations.reveal_person", who.home_station)
        opened = services.reveal_person(person=who, field=field, user=request.user, post=post, at=now(), **data)
        return reverse("people:revealed", args=[opened.pk])

    outcome = submit(request, operation="stations.reveal_person", form=form, run=run)
    if outcome.done:
        return outcome.response
    page = {"form": outcome.form, "field": Field(field).label, **frame_of(request, who)}
    return render(request, "stations/people/reveal.html", page, status=outcome.status)


@requires("stations.reveal_person")
def revealed(request: SignedInRequest, reveal_id: int) -> HttpResponse:
    """The value, for the rest of its minute and to whoever asked for it; then the person's page again."""
    opened = get_object_or_404(Reveal.objects.select_related("person"), pk=reveal_id, user=request.user)
    who = load_person(request, "stations.reveal_person", opened.person_id)
    back = reverse("people:person", args=[who.pk])
    at = now()
    try:
        value = value_of(opened, at=at)
    except NoLongerShown:
        return HttpResponseRedirect(back)
    left = max(1, int((shown_until(opened) - at).total_seconds()))
    page = {"value": value, "field": Field(opened.field).label, "left": left, **frame_of(request, who)}
    response = render(request, "stations/people/revealed.html", page)
    # Works without scripts: the browser itself leaves the page when the minute is over.
    response["Refresh"] = f"{left}; url={back}"
    return response
