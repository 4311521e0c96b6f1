"""A resident's card: given, replaced, stopped, printed."""

from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import requires
from core.forms import PressForm
from core.web.page_actions import form_page, send_form, to
from core.web.qr import qr_picture
from stations.people import services
from stations.people.masking import mask_name
from stations.people.queries import live_card
from stations.people.views.shared import frame_of, go_to, load_person
from stations.requests import SignedInRequest

VERB = "stations.edit_person"


@requires(VERB, one_object=True)
def card(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The card that finds this person; giving a new one stops the old one."""
    who = load_person(request, VERB, person_id)
    return form_page(
        request,
        operation="stations.issue_card",
        form=PressForm(request.POST or None),
        service=partial(services.issue_card, person=who),
        then=to("people:print-card", who.pk),
        template="stations/people/card.html",
        page=lambda: {
            **frame_of(request, who),
            "stop": PressForm(),
            "card": live_card(who),
            "earlier": who.cards.exclude(revoked_at=None).order_by("-issued_at")[:10],
        },
    )


@requires(VERB, one_object=True)
@require_POST
def stop_card(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The card is lost: its code finds nobody any more."""
    who = load_person(request, VERB, person_id)
    back = to("people:card", who.pk)
    return send_form(
        request,
        operation="stations.revoke_card",
        form=PressForm(request.POST),
        service=partial(services.revoke_card, person=who),
        then=back,
        again=lambda _outcome: go_to(back(who)),
        done=_("The card is cancelled. Its code no longer works."),
    )


@requires(VERB, one_object=True)
@require_GET
def print_card(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The card on paper: a code to scan, and nothing about the person but the masked name."""
    who = load_person(request, VERB, person_id)
    live = live_card(who)
    if live is None:
        return go_to(reverse("people:card", args=[who.pk]))
    page = {**frame_of(request, who), "card": live, "masked": mask_name(who.full_name), "station": who.home_station}
    return render(request, "stations/people/print_card.html", page)


@requires(VERB, one_object=True)
@require_GET
def card_picture(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The code of the live card as an image of our own."""
    live = live_card(load_person(request, VERB, person_id))
    if live is None:
        raise Http404
    return qr_picture(live.code)
