"""What the pages of one person share: who may open it, what stands at its top."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.access import load, may
from stations.people import services
from stations.people.masking import mask_name, mask_national_phone
from stations.people.models import Person
from stations.people.queries import (
    village_of,
)
from stations.scope import post_reaching, posts_granting


def go_to(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def load_person(request: HttpRequest, verb: str, person_id: UUID) -> Person:
    """The person; a stranger's attempt is written down before it is told 404."""
    people = Person.objects.living().select_related(
        "home_station__village", "home_station__county", "village", "household__head", "household__village"
    )
    try:
        return load(people, request.user, verb, pk=person_id)
    except Http404:
        services.log_refused_read(user=request.user, person_id=person_id, at=now())
        raise


def open_person(request: HttpRequest, person_id: UUID) -> Person:
    """Read a person; beyond the own station the reading leaves a row."""
    who = load_person(request, "stations.read_person", person_id)
    if not is_own(request.user, who):
        post = post_reaching(request.user, "stations.read_person", who.home_station)
        services.log_read(user=request.user, person=who, what="person", at=now(), post=post)
    return who


def is_own(user: Any, who: Person) -> bool:
    return any(post.station_id == who.home_station_id for post in posts_granting(user, "stations.edit_person"))


def frame_of(request: HttpRequest, who: Person) -> dict[str, Any]:
    """What every page of one person shows: the name opens with the person at their own station, else masked."""
    user, own, home = request.user, is_own(request.user, who), who.household
    reaches = partial(post_reaching, user, station=who.home_station)
    names = ("person", "household", "consents", "history")
    words = (_("Overview"), _("Household"), _("Consents"), _("History"))
    current = request.resolver_match.url_name
    return {
        "who": who,
        "is_own": own,
        "name": who.full_name if own else mask_name(who.full_name),
        "phone": mask_national_phone(who.phone),
        "born": who.birth_date.year if who.birth_date else "",
        "village": village_of(who).short_name,
        "head": mask_name(home.head.full_name) if home and home.head else "",
        "house_number": home.house_number if home else "",
        "has_id_number": who.id_cipher is not None,
        "can_edit": own and may(user, "stations.edit_person"),
        "can_reveal": reaches("stations.reveal_person") is not None,
        "can_undo_death": bool(who.died_date)
        and post_reaching(user, "stations.undo_death", who.home_station) is not None,
        "can_confirm": own and bool(who.phone) and not who.phone_verified_at,
        "tabs": [
            (word, reverse(f"people:{name}", args=[who.pk]), name == current)
            for name, word in zip(names, words, strict=True)
        ],
        "back": reverse("people:person", args=[who.pk]),
    }
