"""Finding residents."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from core.access import may, requires
from core.language.text import CONTROLS
from core.scan_resolver import address_of_code
from stations.accounts.models import User
from stations.people import person_page, services
from stations.people.queries import (
    ROWS,
    Found,
    QueryTooShort,
    Reach,
    find_people,
    must_be_posted,
    nearest_people,
    scope_of,
)
from stations.people.views.shared import go_to
from stations.requests import SignedInRequest
from stations.scope import posts_granting

LONGEST_QUERY = 120


@requires("stations.find_person")
@require_http_methods(["GET", "POST"])
def find(request: SignedInRequest) -> HttpResponse:
    """One field finds residents. Short texts stand in the address, whole numbers never do."""
    asked = request.POST if request.method == "POST" else request.GET
    text = CONTROLS.sub("", asked.get("q", "")).strip()[:LONGEST_QUERY]
    scope = "county" if asked.get("scope") == "county" else "station"
    is_number = must_be_posted(text)
    if request.method == "POST" and not request.htmx and (address := address_of_code(text, request.user)):
        return go_to(address)
    if request.method == "POST" and not request.htmx and not is_number:
        return _to_address(text, scope)
    if request.method == "GET" and is_number:
        return _to_address("", scope)
    page = {"q": "" if is_number else text, "alike": False, **_found(request.user, text, scope)}
    response = render(request, "stations/people/find.html", page)
    if request.htmx:
        response["HX-Replace-Url"] = reverse("people:find") if is_number else _address(text, scope)
    return response


def _to_address(text: str, scope: str) -> HttpResponse:
    return go_to(_address(text, scope))


def _address(text: str, scope: str) -> str:
    asked = {"q": text, **({"scope": scope} if scope == "county" else {})}
    return f"{reverse('people:find')}?{urlencode(asked)}" if text else reverse("people:find")


def _found(user: User, text: str, scope: str) -> dict[str, Any]:
    """What the page shows for a text: rows, or the nearest spellings, or why it is too short."""
    shown: dict[str, Any] = {
        "rows": [],
        "most": ROWS,
        "near": [],
        "too_short": "",
        "searched": False,
        "is_wide": scope == "county",
        "can_widen": scope != "county" and _works_at_a_station(user),
        "can_register": may(user, "stations.register_person"),
        "county_address": _address(text, "county"),
        "new_address": _new_address(text),
    }
    if not text:
        return shown
    reach = scope_of(user, scope=scope)
    try:
        rows = _logged_search(text, reach, user)
    except QueryTooShort as refusal:
        return {**shown, "too_short": str(refusal)}
    if not rows and must_be_posted(text) and not reach.is_wide:
        # A whole number is in no address, so there is no link to widen it: the one who says it is standing here.
        rows = _logged_search(text, scope_of(user, scope="county"), user)
    shown["rows"] = _with_badges(rows, user)
    if not shown["rows"]:
        shown["near"] = nearest_people(text=text, reach=reach)
    alike = any(row.looks_alike for row in shown["rows"])
    return {**shown, "searched": True, "alike": alike}


def _logged_search(text: str, reach: Reach, user: User) -> list[Found]:
    """A search; beyond the own station it leaves a row."""
    rows = find_people(text=text, reach=reach)
    services.log_search(user=user, reach=reach, at=now())
    return rows


def _works_at_a_station(user: User) -> bool:
    return any(post.reach == "station" for post in posts_granting(user, "stations.find_person"))


def _with_badges(rows: list[Found], user: User) -> list[Found]:
    badges = person_page.badges_of([row.id for row in rows], user=user, at=now())
    return [replace(row, badges=[badges[row.id]]) if row.id in badges else row for row in rows]


def _new_address(text: str) -> str:
    """Register with what was typed: a name goes along, a number does not stand in an address."""
    known = {} if any(character.isdigit() for character in text) else {"name": text}
    return f"{reverse('people:new')}?{urlencode(known)}" if known and text else reverse("people:new")
