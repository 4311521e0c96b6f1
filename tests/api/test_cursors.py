"""A cursor continues the list that made it and no other: at every list of the API and of the console."""

import re
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from core.access import may
from core.fields import uuid7
from ledger.models import Account
from tests.access.blank import BLANK
from tests.api.doors import DOORS, Door, Visitor, add_what_is_missing
from tests.architecture.test_lists import LISTS
from tests.demonstration import World

ROOT = Path(__file__).resolve().parents[2]
READERS = (
    *("admin", "auditor", "finance", "manager", "clerk", "partner", "helper"),
    *("nurse", "doctor", "teacher", "pharmacist"),
)
#: Undecodable; decodable once, and no position of any list; a position of another list; a list of nothing.
CRAFTED = ("", "x", "%00%ff", "钥匙", "cD0x", "cD0A", "cD1hYmM=", "bz05OTk5OTk5", "cj1hYmM=", f"{uuid7()}", "1", "e30")
#: In every run each list is asked with so many of them in turn; each with all is slow.
A_FEW = 2
EACH_WAY = pytest.mark.parametrize(
    "many", [A_FEW, pytest.param(len(CRAFTED), marks=pytest.mark.slow)], ids=["in turn", "all"]
)
#: Pages that continue and are no `ListPage`, with somebody who reads them and what else stands in the address.
PAGES = {
    "people/<uuid:person_id>/history/": ("before", "partner", ""),
    "finance/fees/": ("before", "partner", ""),
    "finance/payouts/batches/<uuid:pk>/": ("after", "finance", ""),
    "finance/accounts/<str:code>/": ("before", "partner", ""),
    "finance/books/<str:code>/": ("after", "auditor", "kind=till"),
    "finance/books/<str:code>/accounts/<int:pk>/": ("before", "auditor", ""),
}


@pytest.fixture
def furnished(world: World) -> World:
    add_what_is_missing(world)
    return world


def lists_of(world: World) -> Iterator[tuple[Door, Visitor]]:
    """Every list of the API, with somebody who reads it."""
    visitors = [Visitor(world.user(name), world) for name in READERS]
    for door in DOORS:
        if not door.is_api or door.method != "get" or not door.noun_is_known:
            continue
        for visitor in (each for each in visitors if each.is_let_in(door)):
            answer = visitor.asks(door, {"page_size": "1"})
            if answer.status_code == 200 and answer["Content-Type"] == "application/json" and "next" in answer.json():
                yield door, visitor
                break


def own_account(user: Any) -> str:
    return f"/finance/accounts/{Account.objects.filter(holder=user.pk)[0].code}/"


def cursor_in(link: str) -> str:
    return parse_qs(urlsplit(link).query)["cursor"][0]


def is_refused(answer: Any) -> bool:
    return answer.status_code == 400 and answer.json()["code"] == "cursor_invalid"


def in_turn(many: int) -> Iterator[tuple[str, ...]]:
    """So many of the crafted for each who asks, so that every one is asked with."""
    crafted = cycle(CRAFTED)
    while True:
        yield tuple(islice(crafted, many))


@EACH_WAY
def test_no_list_of_the_api_takes_a_cursor_that_it_did_not_make(furnished, many):
    lists = list(lists_of(furnished))
    own = {door.route: visitor.asks(door, {"page_size": "1"}).json()["next"] for door, visitor in lists}
    made = {route: cursor_in(link) for route, link in own.items() if link}
    taken, refused = [], []
    for (door, visitor), crafted in zip(lists, in_turn(many), strict=False):
        foreign = [cursor for route, cursor in made.items() if route != door.route]
        altered = [cursor[:-1] + ("A" if cursor[-1] != "A" else "B") for cursor in [made.get(door.route)] if cursor]
        strange = (*crafted, *foreign[:many], *altered)
        taken += [(door.route, each) for each in strange if not is_refused(visitor.asks(door, {"cursor": each}))]
        if door.route in made:
            refused += [door.route] if visitor.asks(door, {"cursor": made[door.route]}).status_code != 200 else []
    assert (taken, refused) == ([], [])
    assert len(lists) > 25
    assert len(made) > 10


def test_no_page_takes_a_position_that_it_did_not_write(furnished):
    taken, read = [], []
    for route, (name, reader, query) in PAGES.items():
        (door,) = [door for door in DOORS if door.route == route and not door.is_api]
        user = furnished.user(reader)
        browser = Visitor(user, furnished).browser
        path = own_account(user) if route.startswith("finance/accounts/") else door.path(furnished)
        words = dict([query.split("=")]) if query else {}
        read += [route for answer in [browser.get(path, words)] if answer.status_code != 200]
        taken += [(route, text) for text in CRAFTED if browser.get(path, words | {name: text}).status_code != 400]
    assert (taken, read) == ([], [])


@EACH_WAY
def test_no_list_of_the_console_takes_a_position_that_it_did_not_write(furnished, settings, many):
    settings.TEMPLATES = BLANK
    visitors = [Visitor(furnished.user(name), furnished) for name in READERS]
    taken, unread = [], []
    for listed, crafted in zip(LISTS.values(), in_turn(many), strict=False):
        path = reverse(listed.name)
        browsers = (each.browser for each in visitors if may(each.user, listed.grant))
        browser = next((each for each in browsers if each.get(path).status_code == 200), None)
        if browser is None:
            unread.append(path)
            continue
        taken += [(path, text) for text in crafted if browser.get(path, {"after": text}).status_code != 400]
    assert (taken, unread) == ([], [])


def test_every_page_that_continues_is_tried():
    sources = [path.read_text() for app in ("stations", "finance", "core") for path in (ROOT / app).rglob("*.py")]
    links = sum(len(re.findall(r"[^f] link_to_position\(", text)) for text in sources)
    assert links == len(PAGES)  # beside that of every `ListPage`
    assert [text for text in sources if re.search(r"""GET(\.get\(|\[)["'](before|after|cursor)["']""", text)] == []
