"""Looking at what is hidden."""

import datetime as dt
from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now

from core.access import requires
from core.web.page_actions import form_page, page_of
from stations.accounts.models import User
from stations.people import services
from stations.people.forms import (
    RevealForm,
)
from stations.people.models import Person, Reveal
from stations.people.services.reveals import Field, NoLongerShown, shown_until, value_of
from stations.people.views.shared import frame_of, load_person
from stations.requests import SignedInRequest
from stations.scope import demand_post


@requires("stations.reveal_person", one_object=True)
def reveal(request: SignedInRequest, person_id: UUID, field: str) -> HttpResponse:
    """Say why a hidden field must be seen."""
    if field not in Field.values:
        raise Http404
    who = load_person(request, "stations.reveal_person", person_id)
    return form_page(
        request,
        operation="stations.reveal_person",
        form=RevealForm(request.POST or None),
        service=partial(_reveal, who, field),
        then=page_of("people:revealed"),
        template="stations/people/reveal.html",
        page=lambda: {"field": Field(field).label, **frame_of(request, who)},
    )


def _reveal(who: Person, field: str, *, reason: str, note: str, by: User, at: dt.datetime) -> Reveal:
    """In the post that lets the reader do it at the person's station."""
    post = demand_post(by, "stations.reveal_person", who.home_station)
    return services.reveal_person(person=who, field=field, reason=reason, note=note, user=by, post=post, at=at)


@requires("stations.reveal_person", one_object=True)
def revealed(request: SignedInRequest, reveal_id: int) -> HttpResponse:
    """The value, for the rest of its minute and to the one who asked for it; then the person's page again."""
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
