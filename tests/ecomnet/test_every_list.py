"""Every list of the console on the demonstration: rows speak in words, "Older" goes on, and the file has every row."""

import re
from itertools import islice

from django.test import RequestFactory

from core.models import Provider
from core.web import list_files
from core.web.console import may_one
from core.web.lists import ListPage
from tests.architecture.test_lists import LISTS
from tests.ecomnet.test_needs import STAFF

#: UUIDs, hashes, and words with an underscore, which only programs write.
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|\b[0-9a-f]{32}\b|\b[a-z]+_[a-z_]+\b")
CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
#: A file is read so far: over the ends of two of its chunks.
MOST_LINES = 20
#: Lists of which the demonstration has no row for any of its people.
EMPTY = {"fees:adjustments", "homework:ungraded"}


def asked_by(user, address="?"):
    request = RequestFactory().get(f"/{address}")
    request.user, request.LANGUAGE_CODE = user, "en"
    return request


def read_by_somebody(listed, users):
    """The page of this list as the first reads it who sees more than a page, or else the most; and who that is."""
    best = None
    for user in users:
        if not may_one(user, listed.grant):
            continue
        shown = listed.page(asked_by(user))["list"]
        if best is None or shown.count > best[1].count:
            best = user, shown
        if shown.older:
            break
    return best


def lines_of(listed, user):
    """The first rows of the file."""
    return list(islice(listed.file(asked_by(user, "?csv=1")).streaming_content, 1, 1 + MOST_LINES))


def test_no_row_shows_an_identifier_or_a_code_older_rows_follow_and_the_file_has_as_many(world, monkeypatch):
    monkeypatch.setattr(ListPage, "size", 5)
    monkeypatch.setattr(list_files, "CHUNK", 7)
    codes = set(Provider.objects.values_list("code", flat=True))
    # Whoever sees most comes first, and nobody else is asked.
    users = [world.user(name) for name in reversed(STAFF.values())]
    empty = set()
    for name, listed in LISTS.items():
        user, shown = read_by_somebody(listed, users)
        rows = list(shown.rows)
        if shown.older:
            older = listed.page(asked_by(user, shown.older))["list"].rows
            assert older, name
            rows += older
        for row in rows:
            said = f"{row.name} {row.what} {row.where} {row.words}"
            assert not IDENTIFIER.search(said), (name, said)
            assert codes.isdisjoint(CODE.findall(said)), (name, said)
        assert len(lines_of(listed, user)) == min(shown.count, MOST_LINES), name
        empty |= set() if rows else {name}
    assert empty == EMPTY
