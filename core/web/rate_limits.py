"""Rate limits: requests a minute of each user and of each network address; above them 429 until the minute is over.

They stop a client that loops, a stolen token that copies the register, and one machine that probes every endpoint. A
distributed attack is the proxy's to stop. Each web process counts for itself in its memory: with eight processes up to
eight times as much comes through, and no count needs a query. A busy counter needs a tenth of what one process allows.

Authenticated requests count per user, wherever they come from, so that colleagues behind one address do not share a
limit. Anonymous requests count per address: those without a sign-in, a token or a signature.
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
from core.web.load_shedding import NEVER_SHED

MINUTE = 60
#: So many users, addresses and credentials are remembered; the least recently seen is evicted first.
REMEMBERED = 20_000


@dataclass(slots=True)
class Spent:
    """Requests of one caller in the minute that began at this second of the process's monotonic clock."""

    since: float
    count: int = 0


class Counts:
    """Requests of this minute by caller."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spent: OrderedDict[Any, Spent] = OrderedDict()

    def take(self, caller: Any, allowed: float) -> int:
        """Count one request; the seconds to wait when none is left, else 0."""
        at = self._clock()
        spent = self._spent.get(caller)
        if spent is None or at - spent.since >= MINUTE:
            spent = Spent(since=at)
        _remember(self._spent, caller, spent)
        if spent.count >= allowed:
            return math.ceil(spent.since + MINUTE - at)
        spent.count += 1
        return 0

    def give_back(self, caller: Any) -> None:
        """Uncount a request that counts for another caller."""
        spent = self._spent.get(caller)
        if spent is not None and spent.count:
            spent.count -= 1


class LimitsMiddleware:
    """Refuses with 429 and `Retry-After` before anything is read. A limit of 0 means no limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.people, self.addresses = Counts(), Counts()
        self.holders: OrderedDict[bytes, Any] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in NEVER_SHED:
            return self.get_response(request)
        credential = _credential(request)
        person = self.holders.get(credential)
        return self._of_person(request, credential, person) if person else self._of_anonymous(request, credential)

    def _of_person(self, request: HttpRequest, credential: bytes, person: Any) -> HttpResponse:
        if wait := self.people.take(person, _of_a_person()):
            return _refusal(request, wait)
        response = self.get_response(request)
        if not _known(request, response):
            # The credential is no longer valid, so it must not use up the user's limit.
            self.holders.pop(credential, None)
        return response

    def _of_anonymous(self, request: HttpRequest, credential: bytes) -> HttpResponse:
        """Count by address; a valid credential then counts per user, later ones before anything is read."""
        place = network_of(request)
        if wait := self.addresses.take(place, _of_an_address()):
            return _refusal(request, wait)
        response = self.get_response(request)
        if getattr(request, "is_signed_by_provider", False):
            self.addresses.give_back(place)
        elif credential and (person := _known(request, response)):
            _remember(self.holders, credential, person)
            # A token sent with varying cookies has no second minute: above the user's limit the address counts.
            if not self.people.take(person, _of_a_person()):
                self.addresses.give_back(place)
        return response


def _refusal(request: HttpRequest, wait: int) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        return error_pages.too_many(request, wait=wait)


def _known(request: HttpRequest, response: HttpResponse) -> Any:
    """The authenticated user. Not asked after a server error: the database may be unavailable."""
    user = getattr(request, "user", None) if response.status_code < 500 else None
    return user.pk if user is not None and user.is_authenticated else None


def _credential(request: HttpRequest) -> bytes:
    """A digest of the credential, useless to a reader of this memory."""
    shown = (request.META.get("HTTP_AUTHORIZATION", ""), request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    return hashlib.sha256("\n".join(shown).encode()).digest() if any(shown) else b""


def network_of(request: HttpRequest) -> str:
    """The address; of IPv6 the /64 network, since one client can use all of its addresses."""
    address_text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ip_address(address_text)
    except ValueError:
        return address_text
    return address.exploded[:19] if isinstance(address, IPv6Address) else address_text


def _of_a_person() -> float:
    return settings.ECOMNET_RATE_LIMIT_PER_MINUTE or math.inf


def _of_an_address() -> float:
    return settings.ECOMNET_RATE_LIMIT_ANONYMOUS_PER_MINUTE or math.inf


def _remember(memory: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
