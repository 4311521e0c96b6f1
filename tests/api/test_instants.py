"""Instants are written one way in the API: UTC, `Z`, milliseconds; in examples and in answers."""

import datetime as dt
import re

from core.errors import Refused
from core.wire import dumps
from ecomnet.api_docs import SchemaView
from tests.api.doors import DOORS, Visitor, add_what_is_missing
from tests.demonstration import taken_back

AN_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")
AS_PROMISED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
READS = [door for door in DOORS if door.is_api and door.method == "get" and door.noun_is_known]
AT = dt.datetime(2026, 11, 25, 10, 52, 0, 123_999, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def strings_in(data):
    """Every string of the document. The lines of a statement are not looked at: they are hashed as they are."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from strings_in(value) if name != "rows" else ()
    elif isinstance(data, list):
        for value in data:
            yield from strings_in(value)


def instants_in(data):
    return [text for text in strings_in(data) if AN_INSTANT.fullmatch(text)]


def odd(instants):
    return [text for text in instants if not AS_PROMISED.fullmatch(text)]


def examples_in(data):
    if isinstance(data, dict):
        for name, value in data.items():
            yield from instants_in(value) if name in ("example", "examples", "default") else examples_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from examples_in(value)


def test_an_instant_is_written_in_utc_with_milliseconds_and_a_day_as_a_day():
    assert dumps({"at": AT, "on": AT.date()}) == b'{"at":"2026-11-25T02:52:00.123Z","on":"2026-11-25"}'


def test_a_refusal_says_an_instant_as_answers_do():
    assert Refused(until=AT).problem()["params"] == {"until": "2026-11-25T02:52:00.123Z"}


def test_every_example_of_the_document_writes_instants_as_answers_do():
    found = list(examples_in(SchemaView.generator_class().get_schema(public=True)))
    assert len(found) > 50
    assert odd(found) == []


def test_every_answer_writes_instants_in_utc_with_milliseconds(world):
    """Each address as the first of these readers who is shown something."""
    add_what_is_missing(world)
    visitors = [Visitor(world.user(username), world) for username in ("partner", "manager", "finance", "auditor")]
    found, wrong = 0, {}
    for door in READS:
        for visitor in (each for each in visitors if each.is_let_in(door)):
            with taken_back():
                answer = visitor.get(door, door.path(world))
            if answer.status_code == 200:
                break
        else:
            continue
        if answer["Content-Type"] == "application/json":
            instants = instants_in(answer.json())
            found += len(instants)
            if odd(instants):
                wrong[door.route] = odd(instants)[0]
    assert wrong == {}
    assert found > 40
