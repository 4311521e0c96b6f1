"""Who answers for a child: seen, written down, ended."""

import datetime as dt
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from core.access import load, requires
from core.days import day_in
from core.files.services import store_photo
from core.language.text import CONTROLS
from core.web.page_actions import form_page, to
from stations.accounts.models import User
from stations.people import services
from stations.people.forms import EndGuardianForm, GuardianForm
from stations.people.masking import mask_name
from stations.people.models import Guardianship, Person
from stations.people.queries import (
    Found,
    QueryTooShort,
    adults_at_home,
    find_people,
    found_people,
    guardianships_of,
    may_at_home,
    scope_of,
    serves,
    wards_of,
)
from stations.people.services.guardians import ADULT_AGE
from stations.people.views.finding import LONGEST_QUERY
from stations.people.views.shared import frame_of, load_person
from stations.requests import SignedInRequest

VERB = "stations.record_guardianship"


@requires("stations.read_person", one_object=True)
def guardians(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Who answers or answered for this person, and for whom this person answers."""
    who = load_person(request, "stations.read_person", person_id)
    own = serves(request.user, who.home_station_id)
    page = {
        **frame_of(request, who),
        "rows": [(row, _shown(row.guardian, own)) for row in guardianships_of(who)],
        "wards": [(row, _shown(row.child, own)) for row in wards_of(who)],
        "may_record": may_at_home(request.user, VERB, who.home_station),
        "may_end": may_at_home(request.user, "stations.end_guardianship", who.home_station),
    }
    return render(request, "stations/people/guardians.html", page)


@requires(VERB, one_object=True)
@require_http_methods(["GET", "POST"])
def new_guardian(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """First who, from the household or by a search; then as what, since when, and the paper."""
    child = load_person(request, VERB, person_id)
    guardian = _chosen(request)
    if guardian is None:
        return _choose(request, child)
    today = day_in(child.home_station.zone, now())
    return form_page(
        request,
        operation=VERB,
        form=GuardianForm(request.POST or None, request.FILES or None, initial={"from_date": today}),
        service=partial(_record, child, guardian),
        then=to("people:guardians", child.pk),
        template="stations/people/new_guardian.html",
        page=lambda: {
            **frame_of(request, child),
            "guardian": _shown(guardian, serves(request.user, guardian.home_station_id)),
        },
    )


def _record(
    child: Person,
    guardian: Person,
    *,
    kind: str,
    from_date: dt.date,
    photo: BinaryIO | None,
    by: User,
    at: dt.datetime,
) -> Guardianship:
    return services.record_guardianship(
        child=child,
        guardian=guardian,
        kind=kind,
        from_date=from_date,
        evidence=store_photo(upload=photo, by=by.pk, at=at, field="photo") if photo else None,
        confirmed_by=by,
        at=at,
    )


def _chosen(request: SignedInRequest) -> Person | None:
    """The person named in the address, if the reader reaches them."""
    try:
        guardian_id = UUID(request.GET.get("guardian", ""))
    except ValueError:
        return None
    return load_person(request, "stations.read_person", guardian_id)


def _choose(request: SignedInRequest, child: Person) -> HttpResponse:
    text = CONTROLS.sub("", request.POST.get("q", "")).strip()[:LONGEST_QUERY]
    adults = adults_at_home(child, day_in(child.home_station.zone, now()), from_age=ADULT_AGE)
    rows, too_short = _searched(request.user, text)
    page = {
        **frame_of(request, child),
        "q": text,
        "at_home": found_people([adult.pk for adult in adults]),
        "rows": [row for row in rows if row.id != child.pk],
        "searched": bool(text) and not too_short,
        "too_short": too_short,
    }
    return render(request, "stations/people/choose_guardian.html", page)


def _searched(user: User, text: str) -> tuple[list[Found], str]:
    """Whom a text finds in the county, or why it is too short."""
    if not text:
        return [], ""
    reach = scope_of(user, scope="county")
    try:
        rows = find_people(text=text, reach=reach)
    except QueryTooShort as refusal:
        return [], str(refusal)
    services.log_search(user=user, reach=reach, at=now())
    return rows, ""


@requires("stations.end_guardianship", one_object=True)
def end_guardian(request: SignedInRequest, guardianship_id: int) -> HttpResponse:
    """Somebody no longer answers for a child."""
    verb = "stations.end_guardianship"
    rows = Guardianship.objects.select_related("child__home_station", "guardian")
    row = load(rows, request.user, verb, pk=guardianship_id)
    child = load_person(request, "stations.read_person", row.child_id)
    return form_page(
        request,
        operation=verb,
        form=EndGuardianForm(request.POST or None, initial={"to_date": day_in(child.home_station.zone, now())}),
        service=partial(services.end_guardianship, guardianship=row),
        then=to("people:guardians", child.pk),
        template="stations/people/end_guardian.html",
        page=lambda: {
            **frame_of(request, child),
            "row": row,
            "guardian": _shown(row.guardian, serves(request.user, child.home_station_id)),
        },
    )


def _shown(person: Person, is_open: bool) -> str:
    return person.full_name if is_open else mask_name(person.full_name)
