"""The search of the header: one page with a section for each kind of thing that this reader may find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from core.access import SIGNED_IN, requires
from core.language.text import CONTROLS
from core.scan_resolver import address_of_code
from core.web.console import Finder, Hit, finders_for

LONGEST = 120
#: A text with so many digits may be the number of a document or a phone: it never stands in an address.
DIGITS_BY_POST = 5


@dataclass(frozen=True, slots=True)
class Section:
    """What a search found of one kind."""

    finder: Finder
    hits: Sequence[Hit]


@requires(SIGNED_IN)
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True, private=True)
def search(request: HttpRequest) -> HttpResponse:
    """What a text finds, for this reader; an exact code opens its page at once. No reader is refused here."""
    asked = request.POST if request.method == "POST" else request.GET
    text = CONTROLS.sub("", asked.get("q", "")).strip()[:LONGEST]
    if request.method == "POST" and (address := address_of_code(text, request.user)):
        return _go_to(address)
    if request.method == "POST" and not _is_number(text):
        return _go_to(f"{reverse('core:search')}?{urlencode({'q': text})}" if text else reverse("core:search"))
    if request.method == "GET" and _is_number(text):
        return _go_to(reverse("core:search"))
    sections = _sections(request.user, text) if text else []
    found = sum(len(section.hits) for section in sections)
    page = {"q": "" if _is_number(text) else text, "searched": bool(text), "sections": sections, "found": found}
    return render(request, "core/search.html", page)


def _sections(user: Any, text: str) -> list[Section]:
    """What was found first, then what was not, each in the order of registration."""
    at = now()
    sections = [Section(finder, finder.find(user=user, text=text, at=at)) for finder in finders_for(user)]
    return sorted(sections, key=lambda section: not section.hits)


def _is_number(text: str) -> bool:
    """Codes of ours have letters; the number of a document ends with one at most."""
    digits, letters = (sum(map(kind, text)) for kind in (str.isdigit, str.isalpha))
    return digits >= DIGITS_BY_POST and letters <= 1


def _go_to(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
