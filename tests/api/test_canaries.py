"""Canaries: an invented resident's name, phone and identity number are typed into every write, and looked for where
nobody may ever see them: logs, jobs, events, messages to others, figures, broken pages, and all that outsiders read.
"""

import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import path
from rest_framework import serializers

from core.access import PUBLIC, requires
from core.fields import uuid7
from core.web.error_pages import broken
from stations.models import User
from tests.api.doors import DOORS, Visitor, add_what_is_missing, known
from tests.api.doors.things import case_at, record_at
from tests.demonstration import World, taken_back
from tests.logs import written_logs

NAME, PHONE, NUMBER = "欧阳金雀", "13900017788", "321324194102030018"
CANARIES = (NAME, PHONE, f"+86{PHONE}", NUMBER)
SENTENCE = f"{NAME} {PHONE} {NUMBER}"

#: What a row holds that is written for others than the one who typed it.
TOLD_ON = {
    "jobs": "SELECT payload::text || last_error FROM core_job",
    "events": "SELECT payload::text FROM core_event",
    # Whose contract is suspended hears why, and nowhere else.
    "messages": "SELECT params::text FROM core_notice WHERE template <> 'contract_changed'",
}
#: Words that people type in order to have them told: the messages that carry them are meant to.
NAMES = re.compile(r"name|holder|payee|witness|receiver|given_to")
#: Acts after which the others could not be tried any more.
LAST = re.compile(r"end|revoke|suspend|close|withdraw|stop|quarantine|dissolve|merge|leave")


class Written(serializers.Serializer):
    """Nothing: an endpoint without a body."""


def typed_into(door: Any, world: Any) -> dict[str, Any]:
    """The example of a verb with canaries in every field that takes words; empty when there is none."""
    fields = (getattr(door.view, "In", None) or Written)().fields
    words = {name: canary_for(name, field) for name, field in fields.items() if type(field).__name__ in WORDY}
    given = known(getattr(door.view, "in_example", None) or {}, world)
    same = {name for name, value in (getattr(door.view, "in_example", None) or {}).items() if given[name] != value}
    words = {name: value for name, value in words.items() if name not in same}
    return given | words if words else {}


WORDY = {"CharField", "Line", "Words", "WordsField", "LineField"}


def canary_for(name: str, field: Any) -> str:
    """The canary that fits a field of this name, cut to what the field takes."""
    if "phone" in name:
        return PHONE
    if "number" in name or name.startswith("id_"):
        return NUMBER
    longest = getattr(field, "max_length", None) or 200
    return NAME if NAMES.search(name) or longest < len(SENTENCE) else SENTENCE


class Forms(HTMLParser):
    """The forms of a page that send something: where to, and the fields with what stands in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[SimpleNamespace] = []
        self.form: SimpleNamespace | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = SimpleNamespace(action=given.get("action", ""), values={})
            self.found.append(self.form)
        elif self.form and tag in {"input", "textarea"} and given.get("name"):
            self._take(given, tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None

    def _take(self, given: dict[str, str], tag: str) -> None:
        kind = "text" if tag == "textarea" else given.get("type", "text")
        if kind in {"text", "search", "tel"} and given.get("inputmode") not in {"decimal", "numeric"}:
            self.form.values[given["name"]] = canary_for(given["name"], SimpleNamespace(max_length=None))
        elif kind == "tel" or "phone" in given["name"]:
            self.form.values[given["name"]] = PHONE
        elif kind == "hidden" or (kind in {"radio", "checkbox"} and given["name"] not in self.form.values):
            self.form.values[given["name"]] = given.get("value", "on")


def told_on() -> list[str]:
    """Where a canary stands among what is written for others."""
    found = []
    with connection.cursor() as cursor:
        for where, statement in TOLD_ON.items():
            cursor.execute(
                f"SELECT text FROM ({statement}) AS told (text) WHERE text LIKE ANY(%s)",  # noqa: S608
                [[f"%{canary}%" for canary in CANARIES]],
            )
            found += [f"{where}: {text[:120]}" for (text,) in cursor.fetchall()]
    return found


def send(visitor: Visitor, door: Any, address: str, body: dict[str, Any]) -> Any:
    headers = visitor.headers | {"Idempotency-Key": uuid7().hex}
    return getattr(visitor.mobile, door.method)(address, body, "application/json", headers=headers)


VERBS = sorted(
    (door for door in DOORS if door.is_api and door.method != "get" and door.noun_is_known),
    key=lambda door: bool(LAST.search(door.route.rsplit("/", 2)[-2])),
)
PAGES = [door for door in DOORS if not door.is_api and door.noun_is_known]
READS = [door for door in DOORS if door.method == "get" and door.noun_is_known]


@pytest.fixture
def furnished(world):
    add_what_is_missing(world)
    return world


@pytest.mark.slow
@pytest.mark.parametrize("username", ["partner", "manager", "finance", "admin"])
def test_what_is_typed_into_an_endpoint_is_told_on_to_nobody(furnished, username):
    visitor, wrong, done = Visitor(furnished.user(username), furnished), [], 0
    with written_logs() as logs:
        for door in VERBS:
            if not (body := typed_into(door, furnished)):
                continue
            with taken_back():
                answer = send(visitor, door, door.path(furnished), body)
                done += answer.status_code < 300
                wrong += [f"{door.route} ({answer.status_code}): {each}" for each in told_on()]
                assert answer.status_code < 500, door.route
    assert wrong == []
    assert [canary for canary in CANARIES if canary in logs.getvalue()] == []
    assert done >= 2
    assert logs.getvalue().count("request_finished") > 40


@pytest.mark.slow
@pytest.mark.parametrize(("username", "fewest"), [("partner", 20), ("manager", 20), ("finance", 20), ("admin", 12)])
def test_what_is_typed_into_a_page_is_told_on_to_nobody(furnished, username, fewest):
    visitor, wrong, sent = Visitor(furnished.user(username), furnished), [], set()
    with written_logs() as logs:
        for door in PAGES:
            address = door.path(furnished)
            page = visitor.tries(door).getvalue().decode(errors="replace")
            for form in Forms(page).found:
                target = form.action or address
                if (target, tuple(form.values)) in sent:
                    continue
                sent.add((target, tuple(form.values)))
                cookies = visitor.browser.cookies.copy()
                with taken_back():
                    answer = visitor.browser.post(target, form.values)
                    wrong += [f"{target} ({answer.status_code}): {each}" for each in told_on()]
                    assert answer.status_code < 500, target
                visitor.browser.cookies = cookies
    assert wrong == []
    assert [canary for canary in CANARIES if canary in logs.getvalue()] == []
    assert len(sent) > fewest


#: In every run an outsider reads lists and what is public: of any other thing they are told that it is not there
#: (`tests/attacks/test_enumeration.py`).
@pytest.mark.parametrize(
    ("who", "doors"),
    [
        pytest.param("stranger", [door for door in READS if not door.names or door.verb == PUBLIC], id="stranger"),
        *(
            pytest.param(name, READS, id=f"{name} everywhere", marks=pytest.mark.slow)
            for name in ("stranger", "manager331124", "nobody")
        ),
    ],
)
def test_a_stranger_reads_nothing_of_what_was_typed(furnished, settings, who, doors):
    settings.ECOMNET_METRICS_TOKEN = "figures"
    # Addresses first: what is done in between may end what they speak of.
    typed = [(door, door.path(furnished), typed_into(door, furnished)) for door in VERBS]
    read = [(door, door.path(furnished)) for door in doors]
    done = 0
    with written_logs() as logs:
        for username in ("partner", "manager"):
            visitor = Visitor(furnished.user(username), furnished)
            for door, address, body in typed:
                if body:
                    done += send(visitor, door, address, body).status_code < 300
    assert done >= 8
    assert told_on() == []
    assert [canary for canary in CANARIES if canary in logs.getvalue()] == []
    users = {"stranger": furnished.stranger, "nobody": None}
    stranger, wrong = Visitor(users[who] if who in users else furnished.user(who), furnished), []
    for door, address in read:
        if not stranger.is_let_in(door):
            continue
        with taken_back():
            text = stranger.get(door, address).getvalue().decode(errors="replace")
        if found := [canary for canary in CANARIES if canary in text]:
            wrong.append((door.route, found))
    assert wrong == []
    figures = Client().get("/metrics", headers={"Authorization": "Bearer figures"})
    assert figures.status_code == 200
    assert [canary for canary in CANARIES if canary in figures.content.decode()] == []


def said_online(world: World, head: User) -> list[int]:
    """A resident and a doctor talk, a drug is prescribed, and a summary is written; what each was answered."""
    case, partner, doctor = case_at(world), Visitor(world.user("partner"), world), Visitor(head, world)
    words, drug = NAME * 4, {"drug": "C08CA01", "days": 3}
    acts = (
        (partner, f"consultations/{case.pk}/message", {"text": words}),
        (doctor, f"cases/{case.pk}/claim", {}),
        (doctor, f"cases/{case.pk}/answer", {"text": words}),
        (doctor, f"cases/{case.pk}/prescribe", drug | {"dose": words}),
        (doctor, f"cases/{case.pk}/complete", {"summary": words, "advice": words}),
    )
    post = SimpleNamespace(method="post")
    return [send(who, post, f"/api/v1/{address}/", body).status_code for who, address, body in acts]


def a_doctor_writes(world: World) -> None:
    """Into a record and to a resident online: the canary's name, in every field that takes words."""
    doctor = Visitor(record_at(world).clinic.head, world)
    done = set()
    for door in (door for door in VERBS if door.route.startswith("api/v1/health-records/")):
        body = known(door.view.in_example, world)
        words = dict.fromkeys(("summary", "advice", "reaction", "substance", "dose", "reason"), NAME * 4)
        body |= {name: text for name, text in words.items() if name in door.view.In().fields}
        done |= {door.route} if send(doctor, door, door.path(world), body).status_code < 300 else set()
    assert len(done) >= 3
    assert said_online(world, record_at(world).clinic.head) == [200, 200, 200, 201, 200]


#: What partner, manager and finance open in every run is looked through by `test_attacks`.
@pytest.mark.slow
@pytest.mark.parametrize("reader", ["partner", "manager", "finance", "admin"])
def test_what_a_doctor_writes_about_a_resident_reaches_nobody_outside_the_clinic(furnished, reader):
    read, wrong = [(door, door.path(furnished)) for door in READS], []
    with written_logs() as logs:
        a_doctor_writes(furnished)
        visitor = Visitor(furnished.user(reader), furnished)
        for door, address in read:
            if not visitor.is_let_in(door):
                continue
            with taken_back():
                if NAME in visitor.get(door, address).getvalue().decode(errors="replace"):
                    wrong.append(door.route)
    assert wrong == []
    assert told_on() == []
    assert NAME not in logs.getvalue()


@requires(PUBLIC)
def breaks(request: Any) -> None:
    raise ValueError(f"cannot use {dict(request.POST)} of '{SENTENCE}' sent to {request.get_full_path()}")


urlpatterns = [path("breaks/", breaks), path("api/v1/breaks/", breaks)]
handler500 = broken


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/breaks/", "/api/v1/breaks/"])
def test_a_broken_page_tells_neither_its_reader_nor_the_log_what_was_typed(settings, address):
    settings.ROOT_URLCONF = __name__
    with written_logs() as logs:
        browser = Client(raise_request_exception=False)
        answer = browser.post(f"{address}?q={NAME}", {"full_name": NAME, "phone": PHONE, "id_number": NUMBER})
    assert answer.status_code == 500
    for text in (answer.content.decode(), logs.getvalue()):
        assert [canary for canary in CANARIES if canary in text] == []
        assert "Traceback" not in answer.content.decode()
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    assert any("ValueError" in line.get("exception", "") for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/breaks/", "/api/v1/breaks/"])
def test_the_number_and_the_request_that_people_are_told_are_found_in_the_log(settings, address):
    settings.ROOT_URLCONF = __name__
    with written_logs() as logs:
        said = Client(raise_request_exception=False).post(address).content.decode()
    (line,) = [line for line in map(json.loads, logs.getvalue().splitlines()) if line["event"] == "page_broken"]
    assert re.fullmatch(r"E-\d{3}[A-Z]\d{3}", line["number"])
    assert line["number"] in said
    assert line["request_id"] in said
    assert UUID(line["request_id"])


@pytest.mark.django_db
def test_the_number_of_a_request_is_our_own_whatever_its_headers_say():
    theirs = "6f1d2c5e-0000-4000-8000-000000000001"
    with written_logs() as logs:
        Client(headers={"X-Request-ID": theirs, "X-Correlation-ID": theirs}).get("/help/")
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    (ours,) = {line["request_id"] for line in lines}
    assert UUID(ours) != UUID(theirs)
    assert theirs not in logs.getvalue()
