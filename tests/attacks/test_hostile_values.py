"""What a client of ours would never send, in every field of every verb: none of it breaks the system."""

import pytest
from django.test import Client

from core.fields import uuid7
from tests.api.doors import DOORS, known
from tests.demonstration import taken_back
from tests.factories.stations import token_for

HOSTILE = {
    "half a character": "\ud800",
    "a nul": "a\x00b",
    "a number beyond all": 10**30,
    "a number below nought": -1,
    "a fraction": 0.1,
    "nothing": None,
    "a list": ["a"],
    "an object": {"$ne": 1},
    "yes": True,
    "very long": "9" * 100_000,
    "another direction": "\u202ea\u2066b",
    "infinity": "1e999",
    "a deep one": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]],
}
#: Those that reach deepest; the others are tried with the slow tests.
WORST = {"half a character", "a nul", "a number beyond all", "a list"}
VERBS = [door for door in DOORS if door.is_api and door.method != "get" and getattr(door.view, "in_example", None)]


def sends(door, body, world, user):
    headers = {"Authorization": f"Token {token_for(user)}", "Idempotency-Key": uuid7().hex}
    client = Client(raise_request_exception=False)
    with taken_back():
        return getattr(client, door.method)(door.path(world), body, "application/json", headers=headers)


@pytest.mark.parametrize("username", ["partner", pytest.param("finance", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "hostile", [pytest.param(name, marks=() if name in WORST else pytest.mark.slow) for name in HOSTILE]
)
def test_no_value_breaks_a_verb(attacked, hostile, username):
    user, wrong = attacked.user(username), []
    for door in VERBS:
        if door.noun_is_known:
            body = dict.fromkeys(door.view.in_example, HOSTILE[hostile])
            answer = sends(door, body, attacked, user)
            if answer.status_code >= 500 or (answer.status_code < 300 and hostile in {"half a character", "a nul"}):
                wrong.append((door.method, door.route, answer.status_code, getattr(answer, "exc_info", None)))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("username", ["partner", "helper", "clerk", "manager", "finance", "admin"])
def test_no_value_in_any_single_field_breaks_a_verb(attacked, username):
    user, wrong = attacked.user(username), []
    for door in VERBS:
        if not door.noun_is_known:
            continue
        good = known(door.view.in_example, attacked)
        for name in good:
            for hostile in HOSTILE.values():
                answer = sends(door, good | {name: hostile}, attacked, user)
                if answer.status_code >= 500:
                    wrong.append((door.method, door.route, name, str(hostile)[:20], answer.status_code))
    assert wrong == []
