"""The frame of every page: whose station, who is there, what the menu offers, in which language and zone.

`core` knows no stations: `READER` and `MENU` of `core.hooks` say who reads, and what the menu holds.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.access import may
from core.hooks import MENU, READER


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads this page and from where, set by the layer of stations. Empty for anonymous clients."""

    station: Any = ""
    code: str = ""
    person: str = ""
    role: Any = ""
    zone: str = ""
    language: str = ""
    text_size: int = 100


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu, shown to those who hold the verb, or one of several, once the page exists."""

    label: Any
    icon: str
    url_name: str
    requires: str | tuple[str, ...]
    #: How many things wait behind it for a user's id, shown beside it.
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A menu line as the template shows it."""

    label: Any
    icon: str
    href: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shell:
    """What `page.html` shows around every page."""

    station: Any
    code: str
    person: str
    role: Any
    person_key: str
    signed_in: bool
    home: str
    search: str
    #: What an open page asks for every few minutes; empty for users without a station.
    heartbeat: str
    menu: list[MenuLink]
    version: str
    text_size: int = 100
    demonstration: bool = False
    now: dt.datetime | None = None


#: Home, the page that finds residents, what shows that a station is open: names of URLs, used once they exist.
HOME, SEARCH, HEARTBEAT = "home", "people:find", "network:seen"


def reader_of(request: HttpRequest) -> Reader:
    """Who reads; asked once in a request."""
    if not hasattr(request, "_reader"):
        user, reader = request.user, READER.first()
        request._reader = reader(user) if reader and user.is_authenticated else _plain(user)  # type: ignore[attr-defined]
    return request._reader  # type: ignore[attr-defined]


def _plain(user: Any) -> Reader:
    if not user.is_authenticated:
        return Reader()
    return Reader(person=user.get_full_name() or user.get_username(), language=user.language, text_size=user.text_size)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor behind `shell` in templates; nothing is read unless the page shows it."""
    return {"shell": SimpleLazyObject(lambda: _shell_of(request))}


def _shell_of(request: HttpRequest) -> Shell:
    user: Any = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    reader = reader_of(request) if user is not None else Reader()
    return Shell(
        station=reader.station or "EcomNet",
        code=reader.code,
        person=reader.person,
        role=reader.role,
        person_key=str(user.pk) if signed_in else "",
        signed_in=signed_in,
        home=address_of(HOME) or "/",
        search=(address_of(SEARCH) or "") if signed_in else "",
        heartbeat=(address_of(HEARTBEAT) or "") if reader.code else "",
        menu=_menu_of(user) if signed_in else [],
        version=release(),
        text_size=reader.text_size,
        demonstration=settings.ECOMNET_DEMONSTRATION,
        now=timezone.now(),
    )


def _menu_of(user: Any) -> list[MenuLink]:
    links = [(entry, address_of(entry.url_name)) for entry in MENU if _may_open(user, entry)]
    return [
        MenuLink(entry.label, entry.icon, href, entry.count(user.pk) if entry.count else 0)
        for entry, href in links
        if href
    ]


def _may_open(user: Any, entry: MenuEntry) -> bool:
    verbs = (entry.requires,) if isinstance(entry.requires, str) else entry.requires
    return any(may(user, verb) for verb in verbs)


def address_of(url_name: str) -> str | None:
    """The path of a named page, or None while it does not exist."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


@cache
def release() -> str:
    """The version of this system, for the foot of every page."""
    try:
        return version("ecomnet")
    except PackageNotFoundError:
        return settings.ECOMNET_VERSION
