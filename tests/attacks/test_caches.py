"""Nothing personal is kept on the way: not by a proxy, not by a CDN that judges by the end of an address."""

import pytest
from django.test import Client

from core.access import PUBLIC
from core.fields import uuid7
from tests.api.doors import DOORS, Visitor
from tests.demonstration import taken_back

PAGES = [door for door in DOORS if door.method == "get" and door.noun_is_known and door.verb != PUBLIC]
MARKS = {"If-None-Match": '"x"', "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}
STILL = ("style.css", "a.js", "x.png", ";a.css", "%2f..%2fstatic%2fx.css", ".css", "?a.css", "%0aa.css", "index.html")


def test_refusals_are_kept_as_little_as_pages(attacked):
    """Nobody meets anything but refusals; what readers see is looked at where they open everything."""
    kept, nobody = [], Visitor(None, attacked)
    for door in PAGES:
        with taken_back():
            answer = nobody.get(door, door.path(attacked))
        if "no-store" not in answer.get("Cache-Control", "") and not door.route.endswith("docs/style/"):
            kept.append((door.route, answer.status_code, answer.get("Cache-Control")))
    assert kept == []


@pytest.mark.parametrize("end", STILL)
def test_an_address_with_the_end_of_a_picture_shows_no_person(attacked, end):
    visitor = Visitor(attacked.user("partner"), attacked)
    person = attacked.resident
    for page in ("/", "/me/", "/people/", f"/people/{person.pk}/", "/finance/payments/", "/api/v1/me/"):
        with taken_back():
            answer = visitor.browser.get(page + end)
        text = answer.content.decode(errors="replace")
        assert person.full_name not in text or end.startswith("?"), page + end
        assert "no-store" in answer.get("Cache-Control", ""), page + end


def test_whatever_may_be_kept_sets_no_cookie_and_knows_no_reader(attacked):
    visitor = Visitor(attacked.user("partner"), attacked)
    kept = 0
    for door in (door for door in DOORS if door.method == "get" and door.verb == PUBLIC and door.noun_is_known):
        with taken_back():
            answer = Client(raise_request_exception=False).get(door.path(attacked))
            signed_in = visitor.get(door, door.path(attacked))
        policy = answer.get("Cache-Control", "")
        if "public" in policy or ("max-age" in policy and "private" not in policy):
            kept += 1
            assert not answer.cookies, door.route
            assert attacked.user("partner").shown_name not in signed_in.content.decode(errors="replace"), door.route
        assert "no-store" in signed_in.get("Cache-Control", "") or signed_in.has_header("Cache-Control"), door.route
    assert kept > 0


def test_a_page_says_on_what_it_depends():
    answer = Client().get("/sign-in/first/")
    varies = {name.strip().lower() for name in answer["Vary"].split(",")}
    assert {"cookie", "accept-language"} <= varies


def test_no_answer_to_somebody_signed_in_can_be_asked_for_again_by_its_mark(attacked):
    visitor = Visitor(attacked.user("partner"), attacked)
    for path in ("/", f"/people/{attacked.resident.pk}/", "/api/v1/me/", f"/api/v1/people/{attacked.resident.pk}/"):
        with taken_back():
            answer = visitor.browser.get(path, headers=MARKS)
        assert answer.status_code == 200, path
        assert not answer.has_header("ETag"), path
        assert not answer.has_header("Last-Modified"), path


def test_the_file_of_a_stranger_is_as_unknown_as_one_that_never_was(attacked):
    answer = Visitor(attacked.stranger, attacked).browser.get(f"/files/{uuid7()}/")
    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]
