"""So many requests in a minute, of one person and of one address: whoever used them up waits until it is over.

This holds off a client that has run wild, a token that was stolen to copy the register, and whoever knocks at
everything from one machine. It does not hold off a crowd of machines: that is the proxy's work. Each web process counts
for itself, in its memory: with eight of them up to eight times as much comes through, and nothing is asked or written
for it. A counter at work needs a tenth of what one process allows.

A person pays for the own requests alone, wherever they come from, so that a county office behind one address waits for
nobody else's. An address pays for strangers: for requests that no sign-in, no token and no signature stands behind.
"""

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core.web import error_pages
from core.web.load_shedding import NEVER_TURNED_AWAY

MINUTE = 60
#: So many people, addresses and credentials are remembered; who was not seen for longest is forgotten first.
REMEMBERED = 20_000


@dataclass(slots=True)
class Spent:
    """What one caller has used of the minute that began at this second of the process's own clock."""

    since: float
    count: int = 0


class Counts:
    """Requests of this minute by caller."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spent: OrderedDict[Any, Spent] = OrderedDict()

    def take(self, caller: Any, allowed: float) -> int:
        """Use up one request; the seconds to wait when there is none left, and nought when there was."""
        at = self._clock()
        spent = self._spent.get(caller)
        if spent is None or at - spent.since >= MINUTE:
            spent = Spent(since=at)
        _keep(self._spent, caller, spent)
        if spent.count >= allowed:
            return math.ceil(spent.since + MINUTE - at)
        spent.count += 1
        return 0

    def give_back(self, caller: Any) -> None:
        """The request was somebody else's to pay for."""
        spent = self._spent.get(caller)
        if spent is not None and spent.count:
            spent.count -= 1


class LimitsMiddleware:
    """Refuses with 429 and `Retry-After` before anything is read. An allowance of nought is no limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.people, self.addresses = Counts(), Counts()
        self.holders: OrderedDict[bytes, Any] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in NEVER_TURNED_AWAY:
            return self.get_response(request)
        credential = _credential(request)
        person = self.holders.get(credential)
        return self._of_person(request, credential, person) if person else self._of_stranger(request, credential)

    def _of_person(self, request: HttpRequest, credential: bytes, person: Any) -> HttpResponse:
        if wait := self.people.take(person, _of_a_person()):
            return _refusal(request, wait)
        response = self.get_response(request)
        if not _known(request, response):
            # It opens nothing any more, and so must not use up what is the person's.
            self.holders.pop(credential, None)
        return response

    def _of_stranger(self, request: HttpRequest, credential: bytes) -> HttpResponse:
        """Whoever turns out to be somebody pays as a person, and from now on before anything is read."""
        place = _place(request)
        if wait := self.addresses.take(place, _of_an_address()):
            return _refusal(request, wait)
        response = self.get_response(request)
        if getattr(request, "is_signed_by_provider", False):
            self.addresses.give_back(place)
        elif credential and (person := _known(request, response)):
            _keep(self.holders, credential, person)
            # Somebody who varies what he sends beside the token has no second minute: then the address pays.
            if not self.people.take(person, _of_a_person()):
                self.addresses.give_back(place)
        return response


def _refusal(request: HttpRequest, wait: int) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        return error_pages.too_many(request, wait=wait)


def _known(request: HttpRequest, response: HttpResponse) -> Any:
    """Who it turned out to be. Of what broke nothing is asked: the books may be away."""
    user = getattr(request, "user", None) if response.status_code < 500 else None
    return user.pk if user is not None and user.is_authenticated else None


def _credential(request: HttpRequest) -> bytes:
    """A mark of what the caller shows, which opens nothing to whoever reads this memory."""
    shown = (request.META.get("HTTP_AUTHORIZATION", ""), request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    return hashlib.sha256("\n".join(shown).encode()).digest() if any(shown) else b""


def _place(request: HttpRequest) -> str:
    """The address; of version 6 the network of one household, which has more addresses than anybody could count."""
    told = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(told)
    except ValueError:
        return told
    return address.exploded[:19] if isinstance(address, IPv6Address) else told


def _of_a_person() -> float:
    return settings.ECOMNET_RATE_LIMIT_PER_MINUTE or math.inf


def _of_an_address() -> float:
    return settings.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE or math.inf


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
