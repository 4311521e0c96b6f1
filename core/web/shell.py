"""The frame of every page: whose station, who is there, what the menu offers, in which language and zone.

`core` knows no stations: `READER` and `CONSOLES` of `core.hooks` say who reads, and what the menu holds.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.hooks import READER
from core.language import formatting
from core.web.console import GROUPS, finders_for, menu_for
from core.web.help import Topic, topic_about
from core.web.waiting import Waits, waiting_for

#: The need whose number is the sign in the header.
UNREAD = "inbox.unread"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads this page and from where, set by the layer of stations. Empty for anonymous clients."""

    station: Any = ""
    code: str = ""
    person: str = ""
    role: Any = ""
    #: The code of the role, and the region over which it reaches; empty for a station and for the whole network.
    role_code: str = ""
    place: Any = ""
    zone: str = ""
    language: str = ""
    text_size: int = 100
    #: The role of a post that was opened for an emergency, and when it ends.
    emergency_role: Any = ""
    emergency_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A menu line as the template shows it."""

    label: Any
    href: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """A group of the menu; `count` is what waits behind its lines. The group of the page that is shown stands open."""

    code: str
    label: Any
    icon: str
    links: list[MenuLink]

    @property
    def count(self) -> int:
        """What waits behind all of its lines."""
        return sum(link.count for link in self.links)

    @property
    def is_open(self) -> bool:
        """Whether it holds the page that is shown."""
        return any(link.current for link in self.links)


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
    #: What the search finds for this reader, as a label: "Residents, slips, stations".
    searched: str
    #: What an open page asks for every few minutes; empty for users without a station.
    heartbeat: str
    menu: list[MenuGroup]
    messages: str
    unread: int
    #: The page that helps with the task of this page, and its title; the index where there is none.
    help: str
    help_title: Any
    at_home: bool
    version: str
    text_size: int = 100
    demonstration: bool = False
    now: dt.datetime | None = None
    emergency_role: Any = ""
    emergency_until: dt.datetime | None = None

    @property
    def unread_words(self) -> str:
        """The number at the sign of the messages."""
        return f"{MANY}+" if self.unread > MANY else str(self.unread)


#: Home, search, messages, what shows that a station is open: names of URLs, used once they exist.
HOME, SEARCH, MESSAGES, HEARTBEAT = "home", "core:search", "inbox:messages", "network:seen"
#: Above so many messages the sign says no more than that there are many.
MANY = 99


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


def waiting_on(request: HttpRequest) -> list[Waits]:
    """What waits for the reader; asked once in a request."""
    if not hasattr(request, "_waiting"):
        request._waiting = waiting_for(request.user, at=timezone.now())  # type: ignore[attr-defined]
    return request._waiting  # type: ignore[attr-defined]


def _shell_of(request: HttpRequest) -> Shell:
    user: Any = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    reader = reader_of(request) if user is not None else Reader()
    finders = finders_for(user) if signed_in else []
    named = [finder for finder in finders if finder.named] or finders
    waiting = {waits.need.name: waits.count for waits in waiting_on(request)} if signed_in else {}
    home = address_of(HOME) or "/"
    topic = _topic_of(request)
    return Shell(
        station=reader.station or reader.place or "EcomNet",
        code=reader.code,
        person=reader.person,
        role=reader.role,
        person_key=str(user.pk) if signed_in else "",
        signed_in=signed_in,
        home=home,
        search=(address_of(SEARCH) or "") if finders else "",
        searched=formatting.listed(str(finder.label).lower() for finder in named),
        heartbeat=(address_of(HEARTBEAT) or "") if reader.code else "",
        menu=_menu_of(user, request.path, waiting) if signed_in else [],
        messages=(address_of(MESSAGES) or "") if signed_in else "",
        unread=waiting.get(UNREAD, 0),
        help=reverse("core:help-topic", args=[topic.name]) if topic else reverse("core:help"),
        help_title=topic.title if topic else "",
        at_home=request.path == home,
        version=release(),
        text_size=reader.text_size,
        demonstration=settings.ECOMNET_DEMONSTRATION,
        now=timezone.now(),
        emergency_role=reader.emergency_role,
        emergency_until=reader.emergency_until,
    )


def _topic_of(request: HttpRequest) -> Topic | None:
    match = getattr(request, "resolver_match", None)
    return topic_about(match.view_name) if match else None


def _menu_of(user: Any, path: str, waiting: Mapping[str, int]) -> list[MenuGroup]:
    entries = list(menu_for(user))
    current = max((href for _entry, href in entries if path.startswith(href)), key=len, default="")
    groups: dict[str, MenuGroup] = {}
    for entry, href in entries:
        label, icon = GROUPS[entry.group]
        group = groups.setdefault(entry.group, MenuGroup(entry.group, label, icon, []))
        count = sum(waiting.get(name, 0) for name in entry.needs)
        group.links.append(MenuLink(entry.label, href, count, current=href == current))
    return list(groups.values())


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
