"""What the pages of one person share: who may open it, what stands at its top."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import load
from stations.people import services
from stations.people.masking import mask_name, mask_national_phone
from stations.people.models import Person
from stations.people.queries import may_at_home, serves, village_of
from stations.requests import SignedInRequest


def go_to(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def load_person(request: SignedInRequest, verb: str, person_id: UUID) -> Person:
    """The person; a look beyond the own station or in an emergency is logged, and an attempt that is told 404, too."""
    people = Person.objects.living().select_related(
        "home_station__village", "home_station__county", "village", "household__head", "household__village"
    )
    try:
        who = load(people, request.user, verb, pk=person_id)
    except Http404:
        services.log_refused_read(user=request.user, person_id=person_id, at=now())
        raise
    services.log_look(user=request.user, person=who, verb=verb, at=now())
    return who


def frame_of(request: SignedInRequest, who: Person) -> dict[str, Any]:
    """What every page of one person shows: the name opens with the person at their own station, else masked."""
    own, home = serves(request.user, who.home_station_id), who.household
    can = partial(may_at_home, request.user, station=who.home_station)
    names = ("person", "household", "consents", "history")
    words = (_("Overview"), _("Household"), _("Consents"), _("History"))
    current = request.resolver_match.url_name if request.resolver_match else ""
    return {
        "who": who,
        "is_own": can("stations.edit_person"),
        "name": who.full_name if own else mask_name(who.full_name),
        "phone": mask_national_phone(who.phone),
        "born": who.birth_date.year if who.birth_date else "",
        "village": village_of(who).short_name,
        "head": mask_name(home.head.full_name) if home and home.head else "",
        "house_number": home.house_number if home else "",
        "has_id_number": who.id_cipher is not None,
        "can_edit": can("stations.edit_person"),
        "can_reveal": can("stations.reveal_person"),
        "can_undo_death": bool(who.died_date) and can("stations.undo_death"),
        "can_confirm": bool(who.phone) and not who.phone_verified_at and can("stations.confirm_phone"),
        "tabs": [
            (word, reverse(f"people:{name}", args=[who.pk]), name == current)
            for name, word in zip(names, words, strict=True)
        ],
        "back": reverse("people:person", args=[who.pk]),
    }
